"""Parts of decisions: put together from kept parts, a decision is what it would be anew."""

import dataclasses
import datetime as dt

import pytest
from domain.rosters import duties, instants, posts, substitutions
from domain.street import BEGAN, GRID, NOON, boundaries, default_matrix, entries, land, matters, people, unit
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.routing import LandHere, Neighbour, Spot, decide, parts
from gridmgr.domain.routing.parts import Parts

MATTERS = matters()
MATRIX = default_matrix()
ZONES = ("Asia/Shanghai", "America/New_York", "Australia/Lord_Howe")
HOUR, TICK = dt.timedelta(hours=1), dt.timedelta(microseconds=1)
SPOT = Spot(119.605, 39.935, GRID, border_distance_m=9.0, neighbours=[Neighbour(GRID[:-1] + "2", 9.0)])


def decisions(asked, known, **facts):
    """Return the Decisions about (category, instant), from the parts ``known`` or (None) from none."""
    rules = {"boundaries": boundaries(), "matrix": MATRIX, **facts}
    return [
        decide(SPOT, MATTERS[category] if category else None, at=at, received_at=at, parts=known, **rules)
        for category, at in asked
    ]


def around(asked):
    """Return the questions with the moment before each, and an hour about it."""
    return [(category, at + step) for category, at in asked for step in (dt.timedelta(0), -TICK, HOUR, -HOUR)]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(posts, max_size=5),
    st.lists(duties, max_size=5),
    st.lists(substitutions, max_size=3),
    st.dictionaries(st.integers(1, 5), instants, max_size=2),
    st.lists(st.tuples(st.sampled_from(["06010", "06025", None]), instants), min_size=1, max_size=8),
    st.sampled_from(ZONES),
)
def test_the_people_of_a_kept_part_are_those_of_the_rules_at_every_instant(held, rostered, absences, left, asked, zone):
    lines = [dataclasses.replace(one) for one in rostered]
    staffing = people(*held, duties=lines, substitutions=absences, left=left, timezone=zone)
    asked = around(asked)
    kept = Parts(boundaries(), staffing, MATRIX)

    twice = [decisions(asked, kept, staffing=staffing) for _ in range(2)]

    assert twice[0] == twice[1] == decisions(asked, None, staffing=staffing)


def test_the_department_of_a_kept_part_changes_with_the_matrix():
    ends = NOON + HOUR
    before = next(one for one in entries() if one.category_code == "06010" and not one.area_code)
    old = dataclasses.replace(before, area_code=GRID, department_code="WAT", valid_to=ends)
    new = dataclasses.replace(old, department_code="PRK", valid_from=ends, valid_to=None)
    matrix = default_matrix(more=[old, new], units=[unit("WAT"), unit("PRK")])
    staffing, asked = people(), [("06010", NOON), ("06010", ends - TICK), ("06010", ends)]
    kept = Parts(boundaries(), staffing, matrix)

    found = [one.department["code"] for one in decisions(asked, kept, staffing=staffing, matrix=matrix)]

    assert found == ["WAT", "WAT", "PRK"]


def test_a_nobodys_land_is_asked_although_the_grid_is_known():
    kept = Parts(boundaries(), people(), MATRIX)
    rules = {"boundaries": boundaries(), "staffing": kept.staffing, "matrix": MATRIX, "at": NOON, "received_at": NOON}
    strip = dataclasses.replace(SPOT, lands=[LandHere(land("railway"), 5000.0)])

    beside, inside = (decide(one, MATTERS["06010"], parts=kept, **rules) for one in (SPOT, strip))

    assert (beside.department["code"], inside.department["unit"]) == ("SAN", "owner of railway")


def test_no_more_parts_are_kept_than_memory_holds(monkeypatch):
    monkeypatch.setattr(parts, "MOST", 3)
    asked = [(category, BEGAN + number * HOUR) for number, category in enumerate(sorted(MATTERS)[:10])]
    kept = Parts(boundaries(), people(), MATRIX)

    found = decisions(asked, kept, staffing=kept.staffing)

    assert found == decisions(asked, None, staffing=kept.staffing)
    assert len(kept._departments) <= 3


@pytest.mark.parametrize("category", [None, "06010"])
def test_a_decision_names_the_parts_it_is_made_of(category):
    kept = Parts(boundaries(), people(), MATRIX)

    first, second = decisions([(category, NOON)] * 2, kept, staffing=kept.staffing)

    assert all(one is other for one, other in zip(first.parts, second.parts, strict=True))
    assert "parts" not in first.to_dict()
