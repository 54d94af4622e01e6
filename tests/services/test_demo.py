"""The demo city holds what its description promises, so that each workplace has something to do."""

import collections
import csv
import datetime as dt
import sqlite3

import pytest

from gridmgr import resources
from gridmgr.domain.access import ACCOUNT_ROLES
from gridmgr.services import auditing, routing
from gridmgr.services.demo import loading, tour
from gridmgr.services.demo.city import generate
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities, drafts

DAY = dt.timedelta(days=1)
NOW_IN_CITY = dt.timezone(dt.timedelta(hours=8))


@pytest.fixture(scope="module")
def ask(demo_city):
    """A function that gives the rows of a query on the demo city, as an outsider reads the file."""
    connection = sqlite3.connect(f"file:{demo_city}?mode=ro", uri=True)
    yield lambda query: connection.execute(query).fetchall()
    connection.close()


@pytest.fixture(scope="module")
def number(ask):
    """A function that gives the one number a query asks for."""
    return lambda query: ask(query)[0][0]


def instant(text):
    """Return a stored instant."""
    return dt.datetime.fromisoformat(text)


def test_the_hierarchy_has_the_real_numbers(ask):
    counts = dict(ask("SELECT level, COUNT(*) FROM grid_state WHERE to_version IS NULL GROUP BY level"))

    assert counts["city"] == 1
    assert counts["evaluated_area"] == 9
    assert counts["subdistrict"] == 102
    assert counts["community"] == 2500
    assert 3200 <= counts["responsibility_grid"] <= 3400
    assert counts["unit_grid"] > 5000


def test_codes_and_names_are_the_real_ones(ask):
    file = resources.directory("layers") / "demo" / "communities.csv"
    real = {row["code"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())}

    found = {code for (code,) in ask("SELECT code FROM grid_state WHERE level = 'community'")}

    assert found == real
    assert ("130302", "海港区", "Haigang") in ask(
        "SELECT code, name, name_en FROM grid_state WHERE level = 'evaluated_area'"
    )


def test_two_functional_zones_are_cut_out_of_the_districts_they_lie_in(ask):
    zones = dict(
        ask(
            "SELECT code, json_extract(props, '$.administrative_district') FROM grid_state"
            " WHERE level = 'evaluated_area' AND json_extract(props, '$.functional_zone')"
        )
    )

    assert set(zones) == {"130371", "130372"}
    assert all(zones.values())
    assert not set(zones) & {
        code for (code,) in ask("SELECT code FROM feature WHERE layer = 'administrative_district'")
    }


def test_a_village_has_one_grid_and_an_urban_community_four_on_average(ask):
    rows = ask(
        "SELECT json_extract(c.props, '$.urban'), c.code, COUNT(*) FROM grid_state g"
        " JOIN grid_state c ON c.code = g.parent_code AND c.to_version IS NULL"
        " WHERE g.level = 'responsibility_grid' AND g.to_version IS NULL GROUP BY c.code"
    )

    urban = [count for is_urban, _, count in rows if is_urban]

    assert {count for is_urban, _, count in rows if not is_urban} == {1}
    assert len(urban) == 266
    assert 3.5 <= sum(urban) / len(urban) <= 4.5


def test_names_that_two_areas_share_show_their_area(ask):
    names = [name for (name,) in ask("SELECT name FROM grid_state WHERE to_version IS NULL AND level <> 'unit_grid'")]
    marked = [name for name in names if "（海港）" in name]

    assert len(set(names)) == len(names)
    assert len(marked) > 50


@pytest.mark.parametrize("layer", ["road", "river", "railway", "component", "point_of_interest", "nobodys_land"])
def test_every_layer_that_is_drawn_has_something_in_it(number, layer):
    assert number(f"SELECT COUNT(*) FROM feature WHERE layer = '{layer}'") >= 3


def test_the_five_kinds_of_nobodys_land_have_a_registered_owner_a_document_and_an_expiry(ask):
    rows = ask("SELECT kind, organisation, person, phone, document, expires_on FROM nobodys_land")

    assert {row[0] for row in rows} == {"railway", "urban_village", "fringe", "unmanaged_estate", "back_lane"}
    assert all(all(row) for row in rows)


def test_every_department_has_units_and_every_grid_staff(number):
    assert number("SELECT COUNT(*) FROM department") >= 30
    assert number("SELECT COUNT(*) FROM unit") > 2500
    without = (
        "SELECT COUNT(*) FROM grid_state s WHERE level = 'responsibility_grid' AND NOT EXISTS"
        " (SELECT 1 FROM post p WHERE p.grid_id = s.grid_id AND p.role = 'chief')"
    )
    assert number(without) == 0


def test_the_telephone_numbers_and_the_shapes_are_nobodys(number, ask):
    assert number("SELECT COUNT(*) FROM person WHERE phone NOT LIKE '0335-555%'") == 0
    assert ask("SELECT is_demo, is_schematic FROM city") == [(1, 1)]


def test_three_versions_are_from_a_year_ago_four_months_ago_and_next_week(ask, demo_now):
    effective = [instant(at) for (at,) in ask("SELECT effective_from FROM version ORDER BY number")]

    ages = [(demo_now - at) / DAY for at in effective]

    assert len(effective) == 3
    assert 365 <= ages[0] <= 368
    assert 115 <= ages[1] <= 130
    assert -8 <= ages[2] < -1


def test_each_version_is_whole_and_changes_some_grids(demo_engine, demo_now):
    codes = {}
    for number in (1, 2, 3):
        found = auditing.audit(demo_engine, version=number, at=demo_now)
        assert [f for f in found.findings if auditing.part_of(f.kind) == "land"] == []
        codes[number] = set(routing.knowledge(demo_engine, version=number, at=demo_now).ground.boundaries.grids)

    assert codes[1] - codes[2]
    assert codes[3] - codes[2]


def test_a_years_reports_end_yesterday(ask, demo_now):
    seen = sorted(instant(at) for (at,) in ask("SELECT observed_at FROM report"))
    midnight = demo_now.astimezone(NOW_IN_CITY).replace(hour=0, minute=0)

    assert len(seen) == 20_000
    assert midnight - 366 * DAY <= seen[0] < midnight - 360 * DAY
    assert midnight - DAY < seen[-1] < midnight


def test_reports_cluster_and_follow_the_hours_of_a_city(ask):
    spots = collections.Counter(
        (round(lon / 0.003), round(lat / 0.0023)) for lon, lat in ask("SELECT lon, lat FROM report")
    )
    hours = collections.Counter((instant(at).hour + 8) % 24 for (at,) in ask("SELECT observed_at FROM report"))

    busiest = spots.most_common(len(spots) // 100)

    assert sum(count for _, count in busiest) > 0.2 * 20_000
    assert sum(hours[h] for h in range(8, 18)) > 3 * sum(hours[h] for h in range(0, 6))


def test_some_reports_lie_on_borders_some_outside_and_some_came_in_gcj02(number):
    assert number("SELECT COUNT(*) FROM report WHERE near_border AND grid_code IS NOT NULL") > 500
    assert 100 < number("SELECT COUNT(*) FROM report WHERE grid_code IS NULL") < 400
    assert number("SELECT COUNT(*) FROM report WHERE crs = 'gcj02' AND ABS(x - lon) > 0.003") > 100


def test_open_cases_are_due_from_two_days_ago_to_five_days_ahead(ask, demo_now):
    due = [instant(at) for (at,) in ask("SELECT due_at FROM cases WHERE state <> 'closed'")]
    states = {state for (state,) in ask("SELECT state FROM cases")}

    assert len(due) == 320
    assert demo_now - 2 * DAY <= min(due) < demo_now - DAY
    assert demo_now + 4 * DAY < max(due) <= demo_now + 5 * DAY
    at_departments = {"dispatched", "handling", "handled", "checking", "pending_close", "rework", "suspended"}
    assert states == {"filed", *at_departments, "returned", "disputed", "closed"}


def test_one_chief_leaves_in_three_days_and_his_grid_is_red_today(demo_engine, ask, demo_now):
    leavers = ask("SELECT id, left_at FROM person WHERE left_at IS NOT NULL")

    found = auditing.audit(demo_engine, at=demo_now)

    assert len(leavers) == 1
    assert dt.timedelta(days=2) < instant(leavers[0][1]) - demo_now < dt.timedelta(days=4)
    assert [f.kind for f in found.blocking] == ["no_person"]


def test_the_draft_holds_one_gap_one_overlap_and_one_vacant_grid(demo_engine, ask, demo_now):
    [(draft,)] = ask("SELECT id FROM draft WHERE status = 'open'")

    found = auditing.audit(demo_engine, draft=draft, at=demo_now)

    kinds = collections.Counter(f.kind for f in found.blocking)
    assert kinds["gap"] == 1
    assert kinds["overlap"] == 1
    assert kinds["no_person"] == 2  # the vacant grid, and the one whose chief leaves
    assert sum(kinds.values()) == 4


def test_the_holidays_of_three_years_are_there_and_the_last_is_provisional(ask):
    years = ask("SELECT DISTINCT SUBSTR(date, 1, 4), is_provisional FROM calendar_day ORDER BY 1")

    assert years == [("2025", 0), ("2026", 0), ("2027", 1)]


def test_one_of_every_role_can_sign_in(ask):
    roles = {role for (role,) in ask("SELECT role FROM account")}

    assert roles == set(ACCOUNT_ROLES)


def test_the_file_stays_under_a_hundred_megabytes(demo_city):
    assert demo_city.stat().st_size < 100e6


def test_all_bundled_reports_reach_a_person_and_a_department_or_are_outside(demo_engine, demo_now):
    job = tour.main_job(demo_engine, at=demo_now, step=lambda *_, **__: None)

    counts = {text.strip(): count for text, _, count, _ in job.lines}

    assert counts["Bundled reports routed"] == 20_000
    assert counts["to a grid, a person and a department"] + counts["outside the city, logged"] == 20_000
    assert counts["answered by a fallback, shown to the planner"] == 0


SMALL = {"grids": 60, "unit_grids": 400}


def test_the_same_seed_and_day_give_the_same_city_and_another_seed_another(demo_now):
    def city(seed):
        made = generate(seed=seed, now=demo_now, **SMALL)
        shapes = {code: shape.wkb for code, shape in made.boundaries[0].shapes.items()}
        return shapes, [(r.number, r.lon, r.lat, r.grid_code) for r in made.reports]

    one, twin, other = city(5), city(5), city(6)

    assert one == twin
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_the_city_moves_with_its_day(demo_now):
    later = demo_now + dt.timedelta(days=40)

    made = generate(seed=5, now=later, **SMALL)

    last = max(r.observed_at for r in made.reports)
    assert later - 2 * DAY < last < later
    assert made.versions[-1].effective_from > later


@pytest.mark.parametrize(("wanted", "unit_grids"), [(60, 400), (400, 0)])
def test_a_city_of_any_size_is_about_as_large_as_asked_for(demo_now, wanted, unit_grids):
    made = generate(seed=1, now=demo_now, grids=wanted, unit_grids=unit_grids or None)

    counts = collections.Counter(state.level for state in made.boundaries[0].grids.values())

    assert abs(counts["responsibility_grid"] - wanted) <= 0.1 * wanted
    assert abs(counts["unit_grid"] - unit_grids) <= 0.1 * unit_grids


def test_a_small_city_is_whole_on_both_databases(engine, demo_now):
    with writing(engine) as session:
        loading.load(session, generate(seed=1, now=demo_now, **SMALL))

    found = auditing.audit(engine, at=demo_now)
    job = tour.main_job(engine, at=demo_now, step=lambda *_, **__: None)

    assert found.grid_count == pytest.approx(60, rel=0.1)
    assert [f for f in found.blocking if auditing.part_of(f.kind) == "land"] == []
    assert next(count for text, _, count, _ in job.lines if text == "Bundled reports routed") > 500
    with reading(engine) as session:
        assert cities.the_city(session).settings["demo"] == {"seed": 1, **SMALL}
        assert len(drafts.open_drafts(session)) <= 1
