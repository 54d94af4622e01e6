"""When a holiday is put right, open cases are due when they now should be, and closed ones stay."""

import datetime as dt

import pytest
from services import handled
from services.handled import HOUR
from small_cities import NOON

from gridmgr.services import calendars, trail
from gridmgr.services.calendars import recounting
from gridmgr.services.handling import reading, working
from gridmgr.services.transactions import reading as reading_of
from gridmgr.store.cases import casework

BY = {"at": NOON, "by": "li"}
TUESDAY = dt.date(2026, 5, 5)


@pytest.fixture
def city(engine):
    """The city of four squares without a holiday table; NOON is a Monday's."""
    handled.city(engine)
    return engine


def due_at(engine, number):
    """Return the deadline in the row of a case."""
    with reading_of(engine) as session:
        return casework.case_of_number(session, number)[0].due_at


def test_a_holiday_moves_the_deadline_of_an_open_case(city):
    number = handled.dispatched(city, "dirty")
    before = due_at(city, number)
    calendars.set_day(city, TUESDAY, "holiday", **BY)

    moved = recounting.recount(city, **BY)

    assert moved == 1
    assert due_at(city, number) == before + 24 * HOUR
    assert due_at(city, number) == reading.case_page(city, number, at=NOON).due_at
    assert recounting.recount(city, **BY) == 0


def test_urgent_hours_and_closed_cases_stay(city):
    urgent, closed = handled.dispatched(city, "fallen"), handled.handled(city, "dirty")
    working.ask_check(city, closed, by="dispatcher", at=NOON + HOUR)
    working.check(city, closed, passed=True, by="collector", at=NOON + 2 * HOUR)
    working.close(city, closed, by="leader", at=NOON + 3 * HOUR)
    before = due_at(city, urgent), due_at(city, closed)
    calendars.set_day(city, TUESDAY, "holiday", **BY)

    assert recounting.recount(city, **BY) == 0
    assert (due_at(city, urgent), due_at(city, closed)) == before


def test_many_cases_are_counted_some_at_a_time_and_one_entry_tells_of_it(city, monkeypatch):
    monkeypatch.setattr(recounting, "AT_ONCE", 2)
    numbers = [handled.dispatched(city, "blocked") for _ in range(4)]
    calendars.set_shifts(city, [(540, 1020)], **BY)

    assert recounting.recount(city, **BY) == 4
    assert len({due_at(city, number) for number in numbers}) == 1
    assert [entry.data for entry in trail.listed(city, action="recount_deadlines")] == [{"moved": 4}]


def test_a_preview_tells_how_many_deadlines_would_move_and_writes_nothing(city, monkeypatch):
    monkeypatch.setattr(recounting, "AT_ONCE", 2)
    numbers = [handled.dispatched(city, "dirty") for _ in range(3)]
    before = [due_at(city, number) for number in numbers]
    found, _ = calendars.known(city)

    moves = recounting.preview(city, calendars.with_day(found, TUESDAY, "holiday"))

    assert moves == (3, 3)
    assert recounting.preview(city, calendars.with_day(found, TUESDAY, "ordinary")) == (0, 3)
    assert [due_at(city, number) for number in numbers] == before
    assert recounting.recount(city, **BY) == 0
