"""Who answers: from a position to grid, person and department, on both databases."""

import datetime as dt

import pytest
import small_cities
from small_cities import NOON

from gridmgr.services import routing
from gridmgr.services.maps import viewing
from gridmgr.store import backups, database


def ask(engine, lon, lat, **options):
    return routing.where(routing.knowledge(engine, at=NOON), lon, lat, at=NOON, **options)


def test_a_spot_has_a_grid_a_person_and_a_department(engine):
    small_cities.whole_city(engine)

    decision = ask(engine, 119.605, 39.935, category="06010")

    assert decision.grid["code"] == "A"
    assert decision.levels == {"city": "130300", "evaluated_area": "130302", "responsibility_grid": "A"}
    assert decision.person["name"] == "Chief of A"
    assert (decision.department["code"], decision.department["unit"]) == ("SAN", "Haigang Sanitation")
    assert not decision.near_border


def test_the_corner_of_four_grids_belongs_to_the_lowest_code_and_names_the_others(engine):
    small_cities.whole_city(engine)

    decision = ask(engine, 119.61, 39.94)

    assert decision.grid["code"] == "A"
    assert decision.near_border
    assert [n["code"] for n in decision.neighbours] == ["B", "C", "D"]


def test_outside_the_city_the_nearest_grid_is_named_but_not_routed_to(engine):
    small_cities.whole_city(engine)

    decision = ask(engine, 119.63, 39.935)

    assert decision.outside and decision.grid is None and decision.person is None
    assert decision.nearest["code"] == "B"
    assert decision.nearest["distance_m"] == pytest.approx(854, abs=5)


def test_a_gcj02_position_is_converted_before_it_is_looked_up(engine):
    small_cities.whole_city(engine)

    decision = ask(engine, 119.6157709, 39.9361081, crs="gcj02")

    assert (decision.lon, decision.lat) == pytest.approx((119.61, 39.935), abs=2e-5)


def test_while_nothing_is_published_the_only_draft_answers_and_says_so(engine):
    small_cities.found(engine)

    known = routing.knowledge(engine, at=NOON)

    assert known.is_unpublished
    assert routing.where(known, 119.605, 39.935, at=NOON).version.startswith("draft")


def test_before_the_first_version_nothing_is_in_force(engine):
    small_cities.whole_city(engine)

    with pytest.raises(routing.NothingInForce, match="No version is in force before 2026-01-02T08:00:00"):
        routing.knowledge(engine, at=NOON - dt.timedelta(days=365))


@pytest.mark.parametrize(("x", "y"), [(float("nan"), 1.0), (float("inf"), 1.0), (200.0, 10.0), (39.9, 119.6)])
def test_a_position_that_is_not_on_earth_is_refused(engine, x, y):
    small_cities.whole_city(engine)

    with pytest.raises(routing.BadPosition):
        ask(engine, x, y)


def test_an_unknown_category_is_refused(engine):
    small_cities.whole_city(engine)

    with pytest.raises(routing.UnknownCategory, match="no category 99999"):
        ask(engine, 119.605, 39.935, category="99999")


def test_a_copy_put_back_is_answered_from_at_once(city_file, tmp_path):
    names = ("here", "there")
    urls = {name: f"gpkg:///{tmp_path / name}.gpkg" for name in names}
    for name, column in zip(names, (0, 5), strict=True):
        (tmp_path / f"{name}.gpkg").write_bytes(city_file.read_bytes())
        engine = database.connect(urls[name])
        square = small_cities.square(column, 0)
        small_cities.staff(engine, draft := small_cities.found(engine, {name: square}, frame=square))
        small_cities.rubbish(engine)
        small_cities.publish(engine, draft)
        backups.backup(urls[name], tmp_path / f"{name}.copy")
        engine.dispose()
    served = database.connect(urls["here"])
    before = ask(served, 119.605, 39.935).grid["code"]

    backups.restore(urls["here"], tmp_path / "there.copy")
    after = ask(served, 119.655, 39.935).grid["code"]
    backups.restore(urls["here"], tmp_path / "here.copy")

    assert [before, after, ask(served, 119.605, 39.935).grid["code"]] == ["here", "there", "here"]
    assert viewing.view(served, at=NOON).boundaries.at_level("responsibility_grid") == ["here"]
    served.dispose()
