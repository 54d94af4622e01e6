"""Deadlines of open cases are counted anew after holidays or shifts were changed."""

from gridmgr.domain.casework.policy import policy_of
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.casework.steps import CASE
from gridmgr.services import calendars, trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities
from gridmgr.store.cases import casework
from gridmgr.store.cases import deadlines as deadline_rows

AT_ONCE = 500
"""So many cases are held in one transaction, so that others get their turn in between."""


def recount(engine, *, at, by):
    """Let every open case be due when the calendar as it stands says; return how many deadlines moved.

    Each follows from the history of its case, so it can be done again at any time;
    what is closed stays. If it is interrupted, what is left is done the next time.
    """
    moved, last = 0, 0
    while last is not None:
        last, some = recount_some(engine, last)
        moved += some
    if moved:
        with writing(engine) as session:
            trail.record(session, by, "recount_deadlines", "calendar", {"moved": moved}, at=at)
    return moved


def preview(engine, calendar):
    """Return (how many deadlines of open cases would move, of how many) if deadlines were counted by ``calendar``.

    Nothing is written, and nobody waits.
    """
    moved, seen, last = 0, 0, 0
    while last is not None:
        with reading(engine) as session:
            cases = deadline_rows.by_calendar(session, last, AT_ONCE, is_held=False)
            histories = casework.histories(session, [case.id for case in cases])
            policy = policy_of(cities.the_city(session).settings)
            due = [row_of(state_of(histories[case.id], CASE), calendar, policy)["due_at"] for case in cases]
            moved += sum(one != case.due_at for one, case in zip(due, cases, strict=True))
        seen += len(cases)
        last = cases[-1].id if len(cases) == AT_ONCE else None
    return moved, seen


def recount_some(engine, after_id):
    """Count the next cases after an id anew; return (the last id, how many moved), None for the id at the end."""
    with writing(engine) as session:
        cases = deadline_rows.by_calendar(session, after_id, AT_ONCE)
        histories = casework.histories(session, [case.id for case in cases])
        calendar, moved = calendars.calendar(session), 0
        policy = policy_of(cities.the_city(session).settings)
        for case in cases:
            counted = row_of(state_of(histories[case.id], CASE), calendar, policy)
            moved += counted["due_at"] != case.due_at
            case.due_at, case.wakes_at = counted["due_at"], counted["wakes_at"]
        return (cases[-1].id if len(cases) == AT_ONCE else None), moved
