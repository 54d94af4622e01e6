"""Cases that nobody moves are told further up the chain, before and after their deadline."""

import datetime as dt

import pytest
from domain.test_casework import CALENDAR, DAY, HOUR, MONDAY, event, opened

from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.casework.supervision import LADDER, due_turns, next_turn

POLICY = Policy()


def assigned(limit="2UH"):
    """Return the history of a case at work since Monday at ten."""
    return [*opened(limit), event(3, "assign", "dispatched", "handling", MONDAY, {"handler": "han"})]


def escalated(history, number, rungs, at):
    """Return a history that goes on with an escalation."""
    last = history[-1].to_state
    return [*history, event(number, "escalate", last, last, at, {"rungs": rungs, "told": []})]


def rungs(history, at):
    """Return the names of the rungs that are due at an instant."""
    return [turn.rung for turn in due_turns(state_of(history), CALENDAR, POLICY, at)]


@pytest.mark.parametrize(
    ("hours", "names"),
    [(1.4, []), (1.5, ["at_risk"]), (2, ["at_risk", "overdue"]), (4, [rung.name for rung in LADDER])],
)
def test_each_share_of_the_limit_reaches_a_rung(hours, names):
    assert rungs(assigned(), MONDAY + hours * HOUR) == names


def test_the_next_turn_is_the_first_rung_not_told_yet():
    history = escalated(assigned(), 4, ["at_risk", "overdue"], MONDAY + 2 * HOUR)

    turn = next_turn(state_of(history), CALENDAR, POLICY)

    assert (turn.at, turn.action, turn.rung) == (MONDAY + 3 * HOUR, "escalate", "late")


def test_a_case_that_nobody_dispatches_is_told_of_within_working_hours():
    evening = MONDAY + 7.75 * HOUR
    filed = [
        event(1, "open", "", "filed", evening, {"category": "x", "condition": "", "limit": "15CD", "department": "SAN"})
    ]

    turn = next_turn(state_of(filed), CALENDAR, POLICY)

    assert (turn.at, turn.rung) == (MONDAY + 22.25 * HOUR, "undispatched")


def test_what_is_told_of_a_state_is_told_again_when_it_comes_back_to_it():
    told = escalated(opened("15CD"), 3, ["unclaimed"], MONDAY + 5 * HOUR)
    back = [
        *told,
        event(4, "return", "dispatched", "returned", MONDAY + 6 * HOUR, {"next_owner": "UME"}),
        event(5, "dispatch", "returned", "dispatched", MONDAY + 7 * HOUR, {"department": "SAN"}),
    ]

    assert "unclaimed" not in rungs(told, MONDAY + DAY)
    assert "unclaimed" in rungs(back, MONDAY + 3 * DAY)


def test_an_extension_begins_the_ladder_anew():
    history = escalated(assigned("2UH"), 4, ["at_risk"], MONDAY + 1.5 * HOUR)
    history += [
        event(5, "ask_extension", "handling", "handling", MONDAY + 1.6 * HOUR),
        event(6, "approve_extension", "handling", "handling", MONDAY + 1.7 * HOUR),
    ]

    assert rungs(history, MONDAY + 2.9 * HOUR) == []
    assert rungs(history, MONDAY + 3 * HOUR) == ["at_risk"]


def test_nothing_befalls_a_case_that_waits_for_its_check_or_is_over():
    handed = [*assigned(), event(4, "handle", "handling", "handled", MONDAY + HOUR)]
    over = [*handed, event(5, "cancel", "handled", "cancelled", MONDAY + HOUR)]

    for history in (handed, over):
        assert next_turn(state_of(history), CALENDAR, POLICY) is None
        assert row_of(state_of(history), CALENDAR, POLICY)["wakes_at"] is None


def test_a_suspension_ends_by_itself_and_the_ladder_goes_on_after_it():
    until = MONDAY + HOUR + DAY
    history = [*assigned(), event(4, "suspend", "handling", "suspended", MONDAY + HOUR, {"until": until.isoformat()})]
    turn = next_turn(state_of(history), CALENDAR, POLICY)
    resumed = [*history, event(5, "resume", "suspended", "handling", until)]

    assert (turn.at, turn.action) == (until, "resume")
    assert rungs(resumed, until + 0.4 * HOUR) == []
    assert rungs(resumed, until + 0.5 * HOUR) == ["at_risk"]


def test_a_deadline_that_came_with_a_case_has_its_ladder_too():
    brought = {"category": "x", "department": "SAN", "state": "dispatched", "due_at": (MONDAY + 4 * DAY).isoformat()}
    history = [event(1, "adopt", "", "dispatched", MONDAY, brought)]

    assert "at_risk" not in rungs(history, MONDAY + 3 * DAY - dt.timedelta(minutes=1))
    assert "overdue" in rungs(history, MONDAY + 4 * DAY)
    assert "late" in rungs(history, MONDAY + 6 * DAY)
