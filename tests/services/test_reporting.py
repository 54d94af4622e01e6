"""Reports: each is routed and kept once, on both databases."""

import datetime as dt

import pytest
import shapely
import small_cities
from small_cities import NOON

from gridmgr.errors import Invalid
from gridmgr.services import ground, reporting, routing

HOUR = dt.timedelta(hours=1)


def test_a_report_is_kept_with_its_decision(engine):
    small_cities.whole_city(engine)

    made, is_new = reporting.report(engine, x=119.605, y=39.935, category="06010", description="rubbish", at=NOON)

    assert is_new
    assert (made.grid_code, made.department_code, made.version_number) == ("A", "SAN", 1)
    assert made.decision["grid"]["code"] == "A"


def test_the_same_key_gives_the_same_report(engine):
    small_cities.whole_city(engine)
    first, _ = reporting.report(engine, x=119.605, y=39.935, category="06010", at=NOON, key="k1")

    second, is_new = reporting.report(engine, x=119.605, y=39.935, category="06010", at=NOON + HOUR, key="k1")

    assert not is_new
    assert second.number == first.number


def test_a_report_without_a_known_category_waits_for_the_dispatcher(engine):
    small_cities.whole_city(engine)

    made, _ = reporting.report(engine, x=119.605, y=39.935, category="12345", at=NOON)

    assert made.grid_code == "A"
    assert made.category_code is None and made.department_code is None


def test_a_report_from_outside_is_logged_without_an_owner(engine):
    small_cities.whole_city(engine)

    made, _ = reporting.report(engine, x=119.9, y=39.935, category="06010", at=NOON)

    assert made.grid_code is None
    assert made.decision["outside"]


@pytest.mark.parametrize("observed", [NOON + HOUR, NOON - 73 * HOUR])
def test_a_report_of_the_future_or_of_last_week_is_refused(engine, observed):
    small_cities.whole_city(engine)

    with pytest.raises(Invalid):
        reporting.report(engine, x=119.605, y=39.935, at=NOON, observed_at=observed)


def test_a_grid_dissolved_since_the_observation_gives_way_to_the_present_one(engine):
    small_cities.whole_city(engine)
    both = shapely.union_all([small_cities.square(0, 0), small_cities.square(1, 0)])
    small_cities.second_version(engine, {"A": None, "B": both})
    spot = {"x": 119.605, "y": 39.935, "at": NOON + HOUR}

    before, after = (reporting.report(engine, **spot, observed_at=NOON + hours * HOUR)[0] for hours in (-1, 1))

    assert (before.grid_code, before.version_number) == (after.grid_code, after.version_number) == ("B", 2)


def test_a_report_is_answered_from_the_grounds_that_questions_are(engine, monkeypatch):
    small_cities.whole_city(engine)
    routing.knowledge(engine, at=NOON)
    small_cities.second_version(engine, {"A": small_cities.square(1, 0), "B": small_cities.square(0, 0)})
    routing.knowledge(engine, at=NOON)
    monkeypatch.setattr(ground, "survey", lambda *_: pytest.fail("A second ground of a version was built."))

    made, _ = reporting.report(engine, x=119.605, y=39.935, at=NOON + HOUR, observed_at=NOON)

    assert (made.grid_code, made.version_number) == ("B", 2)
