"""The doctor tells of dead letters, and of a worker that is not there."""

import datetime as dt

import small_cities
from small_cities import NOON

from gridmgr.services import advising, notifications, trail
from gridmgr.services.transactions import writing
from gridmgr.store import outbox

LATER = NOON + dt.timedelta(seconds=61)


def said(engine, at):
    """Return what the doctor warns of that has to do with the worker."""
    told = [check.say("en") for check in advising.check_up(engine, at=at) if check.state == "warn"]
    return [text for text in told if "gridmgr work" in text]


def test_notices_and_entries_that_wait_for_more_than_a_minute_are_told(engine):
    small_cities.found(engine)
    with writing(engine) as session:
        notifications.put(session, "case_closed", "channel:x", {}, at=NOON)
        trail.record(session, "li", "close_case", "case:1", at=NOON)
    assert said(engine, LATER - dt.timedelta(seconds=2)) == []

    assert said(engine, LATER) == [
        "1 notices wait for more than a minute: is gridmgr work running?",
        "1 entries of the audit trail wait for more than a minute to be sealed: is gridmgr work running?",
    ]


def test_dead_letters_are_told(engine):
    small_cities.found(engine)
    with writing(engine) as session:
        for _ in range(2):
            notifications.put(session, "case_closed", "channel:x", {}, at=NOON)
        session.flush()
        for row in outbox.claim(session, at=NOON, until=NOON, claim="c", limit=9):
            outbox.bury(session, row.id, "c", NOON, {})

    assert said(engine, NOON) == ["2 notices could not be delivered: gridmgr work dead says why."]
