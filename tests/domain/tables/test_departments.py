"""The table of departments says of many rows what the rules say of each."""

import dataclasses
import datetime as dt

import numpy as np
from domain.street import BEGAN, NOON
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.categories import Category
from gridmgr.domain.responsibility import (
    OWNER_FIRST,
    SETTLED,
    TERRITORY_FIRST,
    NobodysLand,
    Responsibility,
    Unit,
    matrix,
)
from gridmgr.domain.routing import owner_of
from gridmgr.domain.tables.departments import DepartmentTable
from gridmgr.domain.times.clocks import as_microseconds

# The area E holds subdistrict S with communities C1 and C2, and T, which has no community; X lies in the city alone.
AREAS = [
    {"responsibility_grid": "a", "community": "C1", "subdistrict": "S", "evaluated_area": "E", "city": "Y"},
    {"responsibility_grid": "b", "community": "C1", "subdistrict": "S", "evaluated_area": "E", "city": "Y"},
    {"responsibility_grid": "c", "community": "C2", "subdistrict": "S", "evaluated_area": "E", "city": "Y"},
    {"responsibility_grid": "d", "subdistrict": "T", "evaluated_area": "E", "city": "Y"},
    {"responsibility_grid": "X", "city": "Y"},
]
NAMES = ["", "a", "b", "C1", "C2", "S", "T", "E", "Y", "X"]
DEPARTMENTS = ["SAN", "UME", "SUB", "COM", "DISTRICT", "CITY_COMMAND", "OWN", "DEV"]
MATTERS = [Category("standard", "matter", code, code) for code in ("01001", "01002", "01003")]
NO_MATTER, OUTSIDE = len(MATTERS), len(AREAS)
DAY = dt.timedelta(days=1)

days = st.integers(0, 9).map(lambda number: BEGAN + number * DAY)
departments, names = st.sampled_from(DEPARTMENTS), st.sampled_from(NAMES)
entries = st.builds(
    Responsibility,
    st.sampled_from([one.code for one in MATTERS]),
    names,
    departments,
    days,
    fallback_chain=st.lists(departments, max_size=3),
    routing_rule=st.sampled_from([OWNER_FIRST, TERRITORY_FIRST, SETTLED]),
    to_confirm=st.booleans(),
    valid_to=st.none() | days,
)
units = st.builds(
    Unit, departments, names, st.sampled_from(["office 1", "office 2"]), st.just("Li"), st.just("5"), days
)


def land(number, claims):
    """Return a nobody's land that claims some categories."""
    return NobodysLand(
        number, f"L{number}", "", "railway", "RLW", "Railway" if number else "", "", "", "", claims, BEGAN
    )


claims = st.lists(st.sampled_from([one.code for one in MATTERS]), unique=True)
rows = st.lists(
    st.tuples(st.integers(0, OUTSIDE), st.integers(0, NO_MATTER), days, st.lists(st.integers(0, 1), unique=True)),
    min_size=1,
    max_size=40,
)


def found(table, lands, asked):
    """Return the resolutions that the table gives to rows: place, matter, instant and lands."""
    grids, matters = (np.array([row[column] for row in asked], np.int64) for column in (0, 1))
    when = np.array([as_microseconds(row[2]) for row in asked], np.int64)
    slots = np.broadcast_to(table.slots(when), when.shape).tolist()
    here = [tuple(lands[number] for number in row[3]) for row in asked]
    situations = np.array([table.situation(*one) for one in zip(slots, here, strict=True)], np.int64)
    numbers = table.look_up(grids, matters, situations, when).tolist()
    return [said(table.resolutions.values[number]) for number in numbers]


def said(resolution):
    """Return a resolution as plain values: the unit of a land is made anew each time."""
    return resolution and dataclasses.asdict(resolution)


def one_by_one(made, lands, asked):
    """Return what the rules say of each row, without what they tried and who helps."""
    for grid, matter, at, here in asked:
        if grid == OUTSIDE or matter == NO_MATTER:
            yield None
        else:
            counting = [lands[number] for number in here]
            one = owner_of(MATTERS[matter], AREAS[grid], counting, made, at)
            yield said(dataclasses.replace(one, tried=(), assisting=()))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(entries, max_size=10),
    st.lists(units, max_size=12),
    st.tuples(claims, claims),
    rows,
)
def test_each_row_has_the_department_that_it_has_by_itself(given_entries, given_units, claimed, asked):
    made = matrix(given_entries, given_units)
    lands = [land(number, one) for number, one in enumerate(claimed)]
    everywhere = [(grid, matter, NOON, []) for grid in range(OUTSIDE + 1) for matter in range(NO_MATTER + 1)]
    asked = [*asked, *everywhere]
    table = DepartmentTable(made, MATTERS, AREAS, lands)

    first, again = found(table, lands, asked), found(table, lands, asked[::-1])

    assert first == list(one_by_one(made, lands, asked))
    assert again == first[::-1]


def test_grids_and_categories_that_the_matrix_cannot_tell_apart_are_worked_out_once(monkeypatch):
    worked_out = []
    monkeypatch.setattr(
        "gridmgr.domain.tables.departments.owner_of", lambda *row: worked_out.append(row) or owner_of(*row)
    )
    made = matrix(
        [Responsibility(one.code, "", "SAN", BEGAN) for one in MATTERS],
        [Unit("SAN", "E", "Sanitation", "Li", "5", BEGAN), Unit("SAN", "C2", "Sanitation 2", "Li", "5", BEGAN)],
    )
    table = DepartmentTable(made, MATTERS, AREAS)
    asked = [(grid, matter, NOON, []) for grid in range(OUTSIDE) for matter in range(NO_MATTER)]

    assert found(table, [], asked) == list(one_by_one(made, [], asked))

    assert len(worked_out) == 4  # C1 with a and b, C2 with c, T with d, and X; whatever the category


def test_the_situations_without_lands_follow_the_changes_of_the_matrix():
    made = matrix([Responsibility("01001", "", "SAN", BEGAN, valid_to=BEGAN + DAY)])
    table = DepartmentTable(made, MATTERS, AREAS)
    when = np.array([as_microseconds(BEGAN + hours * DAY / 24) for hours in (-1, 0, 23, 24)], np.int64)

    slots = table.slots(when)
    numbers = table.look_up(np.zeros(4, np.int64), np.zeros(4, np.int64), table.situations(slots), when)

    rules = [table.resolutions.values[number].rule for number in numbers.tolist()]
    assert [rule.partition(":")[0] for rule in rules] == ["fallback", "city_default", "city_default", "fallback"]


def test_a_matrix_that_changes_every_day_is_answered_from_cells_that_seldom_move():
    days = 300
    made = matrix([Responsibility("01001", "", "SAN", BEGAN + day * DAY, valid_to=BEGAN + (day + 0.5) * DAY)
                   for day in range(days)])  # fmt: skip
    table, cells = DepartmentTable(made, MATTERS, AREAS), []
    when = np.array([as_microseconds(BEGAN + half * DAY / 2) for half in range(2 * days)], np.int64)

    for slot in range(2 * days + 1):
        table.situation(slot)
        cells += [] if cells and cells[-1] is table._cells else [table._cells]
    asked = [(half % OUTSIDE, half % 2, BEGAN + half * DAY / 2, []) for half in range(2 * days)]

    assert len(cells) <= 11
    assert found(table, [], asked) == list(one_by_one(made, [], asked))
    assert set(np.diff(table.situations(table.slots(when))).tolist()) == {1}
