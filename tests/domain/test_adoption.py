"""Cases that began in another system: what its words and its clock mean here."""

import datetime as dt

import pytest

from gridmgr.domain import adoption
from gridmgr.domain.adoption import Dictionary, Judged
from gridmgr.domain.cases import Event
from gridmgr.domain.casework import clock
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.deadlines import Calendar, Limit, due_at
from gridmgr.errors import Invalid

BOSTON = Calendar("America/New_York", ((8 * 60 + 30, 17 * 60),))
HOUR = dt.timedelta(hours=1)


def at(text):
    """Return an instant of New York."""
    return Dictionary().instant(text, "America/New_York")


def adopted(**more):
    """Return the standing of a case that was opened on Monday 10 March at 10 and has three working days."""
    data = {
        "category": "01037",
        "department": "PWD",
        "state": "dispatched",
        "limit": "3WD",
        "due_at": at("2025-03-20 10:00").isoformat(),
    }
    return state_of(
        [Event(1, "adopt", "", "dispatched", "me", "", at("2025-03-10 10:00"), at("2025-04-01"), "", data | more)]
    )


@pytest.mark.parametrize(("written", "meant"), [("2025-01-24 03:30", "08:30"), ("2025-05-19 04:30", "08:30")])
def test_an_offset_that_was_taken_off_twice_is_put_back_in_winter_and_in_summer(written, meant):
    words = Dictionary(clock="offset_twice")

    told = words.instant(written, "America/New_York")

    assert f"{told:%Y-%m-%d %H:%M}" == f"{written[:10]} {meant}"


def test_a_counted_deadline_follows_from_limit_and_calendar_and_a_brought_one_stays():
    assert clock.due_of(adopted(), BOSTON) == at("2025-03-20 10:00")
    assert clock.due_of(adopted(clock="counted"), BOSTON) == at("2025-03-13 10:00")


def test_a_brought_deadline_moves_by_the_limit_with_each_extension():
    case = adopted()
    history = Event(2, "approve_extension", "dispatched", "dispatched", "he", "", at("2025-03-11"), at("2025-03-11"))

    from gridmgr.domain.casework.standing import after

    assert clock.due_of(after(case, history), BOSTON) == at("2025-03-25 10:00")


def test_of_the_rungs_that_were_reached_before_nobody_is_told_again():
    assert adopted(rungs=["at_risk", "overdue"]).escalated == ("at_risk", "overdue")


@pytest.mark.parametrize(
    ("brought", "counted", "said"),
    [
        ("2025-03-13 10:02", "2025-03-13 10:00", "same"),
        ("2025-03-14 08:30", "2025-03-13 17:00", "same_working_time"),
        ("2025-03-17 08:30", "2025-03-14 17:00", "same_working_time"),
        ("2025-03-14 10:30", "2025-03-13 17:00", "earlier"),
        ("2025-03-13 10:00", "2025-03-14 10:00", "later"),
    ],
)
def test_two_deadlines_between_which_nobody_works_are_told_from_others(brought, counted, said):
    one = Judged("1", at("2025-03-10 10:00"), "3WD", at(brought), at(counted), None)

    assert adoption.difference(one, BOSTON) == said


def test_calendar_days_know_no_night_without_work():
    opened = at("2025-03-08 20:14")
    counted = due_at(opened, Limit.read("120CD"), BOSTON)

    assert adoption.difference(Judged("1", opened, "120CD", at("2025-07-06 20:14"), counted, None), BOSTON) == "later"


def test_the_split_puts_the_record_beside_both_clocks():
    noon = at("2025-03-13 12:00")
    cases = [
        Judged("1", noon, "3WD", noon - HOUR, noon - HOUR, True),
        Judged("2", noon, "3WD", noon + HOUR, noon - HOUR, False),
        Judged("3", noon, "", noon + HOUR, None, None),
    ]

    assert adoption.split(cases, noon) == {(True, True, True): 1, (False, False, True): 1, (None, False, None): 1}


@pytest.mark.parametrize(
    "text",
    [
        "[columns]\nnothing = 'x'",
        "[state]\nOpen = 'open'",
        "clock = 'moon'",
        "[category]\nA = { code = '1', limit = '3 days' }",
        "[category]\nA = { kode = '1' }",
        "[category\n",
        "[words]\na = 1",
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(text):
    with pytest.raises(Invalid):
        adoption.read_mapping(text, "mine.toml")
