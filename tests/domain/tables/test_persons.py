"""The table of persons says of many rows what the rules say of each."""

import dataclasses
import datetime as dt

import numpy as np
from domain.rosters import away, duties, duty, instants, posts, substitutions
from domain.street import BEGAN, NOON, people, post
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.staff.answering import answering
from gridmgr.domain.tables.persons import PersonTable
from gridmgr.domain.times.clocks import as_microseconds

# Two grids in one community, one in another: 5 and 6 < 4 < 3, 7 < 2 < 3.
CHAINS = [[5, 4, 3], [6, 4, 3], [7, 2, 3]]

OUTSIDE = len(CHAINS)
ZONES = ["Asia/Shanghai", "America/New_York", "America/St_Johns", "Australia/Lord_Howe"]
HOUR = dt.timedelta(hours=1)
# Clocks go forward on 8 March and back on 1 November 2026.
CHANGES = [dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC), dt.datetime(2026, 11, 1, 6, tzinfo=dt.UTC)]

anywhere = st.sampled_from([5, 6, 7, 4, 3])
moved = st.builds(lambda row, grid: dataclasses.replace(row, grid_id=grid), st.one_of(posts, duties), anywhere)
rows = st.lists(st.tuples(st.integers(0, OUTSIDE), instants | st.sampled_from(CHANGES)), min_size=1, max_size=30)


def found(table, asked):
    """Return the answers that the table gives to rows, each a place and an instant."""
    grids = np.array([grid for grid, _ in asked], np.int64)
    when = np.array([as_microseconds(at) for _, at in asked], np.int64)
    return [table.answers.values[number] for number in table.look_up(grids, when).tolist()]


def one_by_one(staffing, asked):
    """Return what the rules say of each row, without what they tried."""
    answers = [None if grid == OUTSIDE else answering(staffing, CHAINS[grid], at) for grid, at in asked]
    return [one and dataclasses.replace(one, tried=(), runner_up=None) for one in answers]


def around(asked):
    """Return the rows with others a moment before and an hour about each."""
    steps = (dt.timedelta(0), -dt.timedelta(microseconds=1), HOUR, -HOUR)
    return [(grid, at + step) for grid, at in asked for step in steps]


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(moved, max_size=12),
    absences=st.lists(substitutions, max_size=6),
    left=st.dictionaries(st.integers(1, 5), instants, max_size=2),
    zone=st.sampled_from(ZONES),
    asked=rows,
)
def test_each_row_has_the_answer_that_it_has_by_itself(lines, absences, left, zone, asked):
    held = [row for row in lines if hasattr(row, "role")]
    rostered = [row for row in lines if not hasattr(row, "role")]
    staffing = people(*held, duties=rostered, substitutions=absences, timezone=zone, left=left)
    edges = [edge for row in (*lines, *absences) for edge in (row.valid_from, row.valid_to) if edge is not None]
    asked = around([*asked, *((place, edge) for edge in edges for place in (0, 1))])
    table = PersonTable(staffing, CHAINS)

    first, again = found(table, asked), found(table, asked[::-1])

    assert first == one_by_one(staffing, asked)
    assert again == first[::-1]


def test_one_instant_for_all_rows_is_enough():
    staffing = people(post(1, 5), duties=[duty(2, 8, 20, grid_id=6)])
    table = PersonTable(staffing, CHAINS)

    numbers = table.look_up(np.array([0, 1, 2, OUTSIDE]), np.array(as_microseconds(NOON)))

    named = [table.answers.values[number] for number in numbers.tolist()]
    assert [one and one.person and one.person.id for one in named] == [1, 2, None, None]
    assert [one is None for one in named] == [False, False, False, True]


def test_a_row_is_worked_out_once_for_all_that_share_its_answer(monkeypatch):
    asked = []
    monkeypatch.setattr("gridmgr.domain.tables.persons.answering", lambda *row: asked.append(row) or answering(*row))
    staffing = people(post(1, 5), post(2, 6), duties=[duty(3, 8, 20)])
    table = PersonTable(staffing, CHAINS)
    fortnight = [(place, NOON + hours * HOUR) for hours in range(14 * 24) for place in (0, 1)]

    assert found(table, fortnight) == one_by_one(staffing, fortnight)

    assert len(asked) == 3  # one by day and one by night on the grid with a roster, one on the other


def test_no_rows_have_no_answers():
    assert len(PersonTable(people(), CHAINS).look_up(np.empty(0, np.int64), np.empty(0, np.int64))) == 0


def test_a_city_without_grids_knows_only_outside():
    table = PersonTable(people(duties=[duty(1, 8, 20)], substitutions=[away(1, 2)]), [])

    assert table.look_up(np.array([0, 0]), np.array([as_microseconds(BEGAN)] * 2)).tolist() == [0, 0]
