"""The table of steps is whole, histories say where a case stands, and numbers are of nineteen digits."""

import datetime as dt

import pytest

from gridmgr.domain.access import RIGHTS
from gridmgr.domain.cases import Event
from gridmgr.domain.casework import clock
from gridmgr.domain.casework.filing import limit_of
from gridmgr.domain.casework.guards import GUARDS, LEADS, Asked, StepRefused, refuse
from gridmgr.domain.casework.numbers import NoNumberLeft, case_number, division_of, highest_places
from gridmgr.domain.casework.policy import Policy, policy_of
from gridmgr.domain.casework.standing import BEGINNING, EFFECTS, Standing, state_of
from gridmgr.domain.casework.steps import CASE, ENDED, REPORT, STATES, STEPS, TABLE
from gridmgr.domain.categories import Category
from gridmgr.domain.deadlines import Calendar
from gridmgr.errors import Invalid

MONDAY = dt.datetime(2026, 5, 11, 2, tzinfo=dt.UTC)
"""Ten o'clock in the city."""
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
CALENDAR = Calendar("Asia/Shanghai")


def event(number, action, before, after, at, data=None, by="li"):
    """Return an event of a case."""
    return Event(number, action, before, after, by, "", at, at, "", data or {}, case_id=1)


def opened(limit="4WH"):
    """Return the history of a case that was filed on Monday at ten and dispatched at once."""
    filed = {"category": "06012", "condition": "x", "limit": limit, "department": "SAN"}
    return [
        event(1, "open", "", "filed", MONDAY, filed),
        event(2, "dispatch", "filed", "dispatched", MONDAY, {"department": "SAN"}),
    ]


@pytest.mark.parametrize("step", TABLE, ids=lambda step: f"{step.subject} {step.action}")
def test_each_step_leads_from_states_to_a_state_by_rights_and_rules_that_there_are(step):
    states = {*STATES[step.subject], BEGINNING[step.subject].state}

    assert set(step.begins) <= states
    assert {step.ends} <= {*states, ""}
    assert step.right in RIGHTS
    assert set(step.guards) <= GUARDS.keys()


def test_no_step_comes_twice_and_every_rule_and_effect_is_used():
    actions = {step.action for step in TABLE}

    assert len(STEPS) == len(TABLE)
    assert EFFECTS.keys() | LEADS.keys() <= actions
    assert {name for step in TABLE for name in step.guards} == GUARDS.keys()


@pytest.mark.parametrize("subject", [REPORT, CASE])
def test_every_state_is_reached_and_every_open_one_is_left(subject):
    steps = [step for step in TABLE if step.subject == subject and step.action != "adopt"]
    reached = {step.ends for step in steps}
    left = {state for step in steps for state in step.begins}

    ended = {*ENDED} if subject == CASE else {"filed", "rejected", "not_filed", "duplicate"}
    assert set(STATES[subject]) - {"reported"} <= reached
    assert set(STATES[subject]) - ended <= left


def test_a_step_without_what_it_needs_is_refused_with_its_name():
    asked = Asked("dispatch", CASE, "li", MONDAY)

    with pytest.raises(Invalid, match="dispatch needs department"):
        refuse(Standing(state="filed"), asked)


def test_a_step_in_another_state_is_refused_with_the_states_that_allow_it():
    asked = Asked("dispatch", CASE, "li", MONDAY, data={"department": "SAN"})

    with pytest.raises(StepRefused, match=r"handling.*filed, returned"):
        refuse(Standing(state="handling"), asked)


def test_there_is_no_step_of_another_name():
    with pytest.raises(Invalid, match="no step vanish"):
        refuse(Standing(), Asked("vanish", CASE, "li", MONDAY))


@pytest.mark.parametrize(
    ("limit", "due"), [("4WH", MONDAY + 6 * HOUR), ("1WD", MONDAY + DAY), ("2UH", MONDAY + 2 * HOUR)]
)
def test_a_case_is_due_by_the_clock_of_its_limit(limit, due):
    assert clock.due_of(state_of(opened(limit)), CALENDAR) == due


def test_pauses_and_extensions_move_the_deadline():
    until = MONDAY + 2 * HOUR
    told = [
        *opened("2UH"),
        event(3, "ask_extension", "dispatched", "dispatched", MONDAY),
        event(4, "approve_extension", "dispatched", "dispatched", MONDAY),
        event(5, "suspend", "dispatched", "suspended", MONDAY + HOUR, {"until": until.isoformat()}),
    ]

    assert clock.due_of(state_of(told), CALENDAR) == MONDAY + 5 * HOUR

    told.append(event(6, "resume", "suspended", "dispatched", MONDAY + 9 * HOUR))
    assert clock.due_of(state_of(told), CALENDAR) == MONDAY + 5 * HOUR


def test_an_adopted_case_keeps_the_deadline_it_brought():
    brought = {"category": "06012", "department": "SAN", "state": "handling", "due_at": (MONDAY + DAY).isoformat()}

    standing = state_of([event(1, "adopt", "", "handling", MONDAY, brought)])

    assert (standing.state, clock.due_of(standing, CALENDAR)) == ("handling", MONDAY + DAY)


def test_a_limit_follows_from_the_condition():
    many = Category(
        "x", "matter", "06012", "", limits_by_condition={"a": "4WH", "b": "2WD"}, limit_value=4, limit_unit="work_hour"
    )
    one = Category("x", "matter", "06010", "", limits_by_condition={"any": "3WD"}, limit_value=3, limit_unit="work_day")
    none = Category("x", "matter", "06099", "")

    assert [limit_of(many, "b"), limit_of(one, "any"), limit_of(one, ""), limit_of(none, "", "2UH")] == [
        "2WD",
        "3WD",
        "3WD",
        "2UH",
    ]
    for category, condition in ((many, ""), (many, "c"), (none, "")):
        with pytest.raises(Invalid):
            limit_of(category, condition)


@pytest.mark.parametrize(
    ("grid", "above", "city", "division"),
    [
        ("130302001001001", ["130302001001", "130302"], "130300", "130302"),
        ("A", ["S", "130371"], "130300", "130371"),
        ("130302123", [], "", "130302"),
        ("A", ["S"], "130300", "130300"),
        ("A", ["S"], "", "000000"),
    ],
)
def test_a_division_is_the_nearest_of_six_digits(grid, above, city, division):
    assert division_of(grid, above, city) == division


def test_a_case_number_has_nineteen_digits_and_a_day_has_an_end():
    assert case_number("130302", "20261123", 17) == "1303022026112300017"
    with pytest.raises(NoNumberLeft):
        case_number("130302", "20261123", 100_000)
    assert highest_places(["1303022026112300017", "1303022026112300004", "C-1"]) == {("130302", "20261123"): 17}


def test_a_citys_settings_change_the_policy_and_a_misspelt_one_is_refused():
    assert policy_of({}) == Policy()
    assert policy_of({"casework": {"most_returns": 2, "must_verify": ["app"]}}) == Policy(2, must_verify=("app",))
    for wrong in ({"most_return": 2}, {"most_returns": "2"}):
        with pytest.raises(Invalid):
            policy_of({"casework": wrong})
