"""Duplicates are proposed by distance and time of their category, those about the same component first."""

import pytest
import shapely
from services import handled
from services.handled import DAY
from small_cities import NOON

from gridmgr.domain.casework.duplicates import nearness
from gridmgr.domain.categories import Category
from gridmgr.domain.layers import Feature
from gridmgr.services.handling import duplicates, filing
from gridmgr.services.transactions import writing
from gridmgr.store import features

METRE = 1 / 85_380
"""East, at the city's latitude; degrees."""


@pytest.fixture
def city(engine):
    handled.city(engine)
    return engine


def reported(city, east_m, at=NOON, **more):
    return handled.reported(city, at, x=119.605 + east_m * METRE, **more)


def test_reports_of_the_same_matter_near_by_are_proposed_the_nearest_first(city):
    near, nearer, far = (reported(city, metres) for metres in (12, 4, 200))

    found = duplicates.alike(city, reported(city, 0), at=NOON)

    assert [one.number for one in found] == [nearer, near]
    assert [round(one.distance_m) for one in found] == [4, 12]
    assert far not in {one.number for one in found}


def test_what_was_long_ago_or_is_decided_otherwise_is_not_proposed(city):
    reported(city, 3, NOON - 40 * DAY)
    rejected, merged, origin = (reported(city, metres) for metres in (1, 2, 3))
    filing.reject(city, rejected, reason="no", by="acceptor", at=NOON)
    filing.merge_duplicate(city, merged, duplicate_of=origin, by="acceptor", at=NOON)

    found = duplicates.alike(city, reported(city, 0), at=NOON)

    assert [one.number for one in found] == [origin]


def test_a_report_that_became_a_case_is_proposed_with_its_number(city):
    number = handled.filed(city)

    [found] = duplicates.alike(city, reported(city, 2), at=NOON)

    assert (found.case, found.state) == (number, "filed")


def test_one_about_the_same_component_goes_before_a_nearer_one(city):
    with writing(city) as session:
        at = {"a": 119.605 - 8 * METRE, "b": 119.605 + 14 * METRE}
        features.add_many(
            session, [(Feature("component", code, code), shapely.Point(lon, 39.935)) for code, lon in at.items()]
        )
    same, other = reported(city, -13), reported(city, 9)

    found = duplicates.alike(city, reported(city, 0), at=NOON)

    assert [(one.number, one.is_same_component) for one in found] == [(same, True), (other, False)]


def test_a_report_without_a_category_has_no_duplicates(city):
    from gridmgr.services import reporting

    made, _ = reporting.report(city, **handled.SPOT, at=NOON)

    assert duplicates.alike(city, made.number, at=NOON) == []


def test_the_most_specific_entry_of_the_table_counts():
    table = {
        "default": {"distance_m": 1, "days": 1},
        "event": {"distance_m": 2, "days": 2},
        "major": {"06": {"distance_m": 3, "days": 3}},
        "category": {"06010": {"distance_m": 4, "days": 4}},
    }
    kinds = [("06010", "06", True), ("06011", "06", True), ("07001", "07", True), ("01001", "01", False)]

    found = [nearness(Category("x", "matter", c, "", major_code=m, is_event=e), table) for c, m, e in kinds]

    assert [one.days for one in found] == [4, 3, 2, 1]
