"""The closed loop: each step leads where the table says, and its guards hold, on both databases."""

import datetime as dt

import pytest
from services import handled
from services.handled import DAY, HOUR
from small_cities import NOON

from gridmgr.domain.casework.guards import StepRefused
from gridmgr.errors import Invalid
from gridmgr.services import routing
from gridmgr.services.handling import dispatching, filing, finding, reading, stepping, waiting, working


@pytest.fixture
def city(engine):
    handled.city(engine)
    return engine


def standing(engine, number):
    return reading.case_page(engine, number, at=NOON + DAY).standing


def test_a_report_goes_the_whole_way_to_a_closed_case(city):
    number = handled.handled(city)
    working.ask_check(city, number, by="dispatcher", at=NOON + HOUR)
    working.check(city, number, passed=True, by="collector", at=NOON + 2 * HOUR)
    closed = working.close(city, number, by="leader", at=NOON + 3 * HOUR)

    page = reading.case_page(city, number, at=NOON + DAY)
    assert (closed.state, closed.closed_at, closed.history) == ("closed", NOON + 3 * HOUR, 7)
    assert [event.action for event in page.history] == (
        ["accept", "file", "open", "dispatch", "assign", "handle", "ask_check", "check", "close"]
    )
    assert [event.number for event in page.history if event.case_id] == [1, 2, 3, 4, 5, 6, 7]


def test_the_clock_begins_at_dispatch_and_counts_the_limit_of_the_condition(city):
    number = handled.filed(city, "fallen")

    made = dispatching.dispatch(city, number, department="SAN", by="d", at=NOON + 3 * HOUR)

    assert (made.time_limit, made.due_at) == ("2UH", NOON + 5 * HOUR)


def test_filing_needs_one_of_the_categorys_conditions(city):
    number = handled.reported(city)
    filing.accept(city, number, by="acceptor", at=NOON)

    for condition in ("", "ugly"):
        with pytest.raises(Invalid, match="blocked"):
            filing.file(city, number, condition=condition, by="leader", at=NOON)

    assert reading.report_page(city, number, at=NOON).report.state == "accepted"


def test_a_report_of_the_public_is_verified_before_it_is_filed(city):
    number = handled.reported(city, source="hotline")
    filing.accept(city, number, by="acceptor", at=NOON)
    with pytest.raises(StepRefused, match="collector must confirm"):
        filing.file(city, number, condition="fallen", by="leader", at=NOON)

    filing.ask_verify(city, number, by="acceptor", at=NOON)
    filing.verify(city, number, found=True, by="collector", at=NOON)

    assert filing.file(city, number, condition="fallen", by="leader", at=NOON).state == "filed"


def test_what_a_collector_did_not_find_is_not_filed(city):
    number = handled.reported(city)
    filing.accept(city, number, by="acceptor", at=NOON)
    filing.ask_verify(city, number, by="acceptor", at=NOON)
    filing.verify(city, number, found=False, by="collector", at=NOON)

    with pytest.raises(StepRefused):
        filing.file(city, number, condition="fallen", by="leader", at=NOON)

    assert filing.decline(city, number, reason="nothing there", by="leader", at=NOON).state == "not_filed"


def test_a_return_carries_a_reason_names_the_next_owner_and_erases_nothing(city):
    number = handled.dispatched(city)
    told = {"kind": "not_my_duty", "by": "boss", "at": NOON + HOUR}
    with pytest.raises(Invalid, match="reason"):
        dispatching.return_(city, number, next_owner="UME", **told)
    with pytest.raises(StepRefused, match="next owner"):
        dispatching.return_(city, number, reason="a wall, not a road", **told)
    with pytest.raises(StepRefused, match="next owner"):
        dispatching.return_(city, number, next_owner="SAN", reason="a wall, not a road", **told)

    case = dispatching.return_(city, number, next_owner="UME", reason="a wall, not a road", **told)

    assert (case.state, case.returns, case.condition, case.time_limit) == ("returned", 1, "fallen", "2UH")
    assert standing(city, number).next_owner == "UME"
    assert reading.case_page(city, number, at=NOON).history[-1].reason == "a wall, not a road"


def test_a_department_revokes_its_assignment_before_it_returns_a_case(city):
    number = handled.at_work(city)
    told = {"kind": "not_my_duty", "next_owner": "UME", "reason": "not ours", "by": "boss", "at": NOON}
    with pytest.raises(StepRefused, match="revoke"):
        dispatching.return_(city, number, **told)

    dispatching.revoke(city, number, by="boss", at=NOON)

    assert dispatching.return_(city, number, **told).state == "returned"


def test_only_the_handler_hands_a_case_back_and_only_before_he_has_submitted(city):
    number = handled.at_work(city)
    with pytest.raises(StepRefused, match="han"):
        dispatching.hand_back(city, number, reason="no tools", by="boss", at=NOON)
    assert dispatching.hand_back(city, number, reason="no tools", by="han", at=NOON).state == "dispatched"
    dispatching.assign(city, number, handler="han", by="boss", at=NOON)
    working.handle(city, number, by="han", at=NOON)

    with pytest.raises(StepRefused, match="handled"):
        dispatching.hand_back(city, number, reason="no tools", by="han", at=NOON)


def test_after_a_return_a_case_is_not_pushed_to_its_closing(city):
    number = handled.dispatched(city)
    dispatching.return_(city, number, kind="insufficient_info", reason="where?", by="boss", at=NOON)

    with pytest.raises(StepRefused):
        working.force_close(city, number, reason="enough", by="supervisor", at=NOON)


def test_a_case_sent_from_hand_to_hand_becomes_a_dispute_whose_settlement_lasts(city):
    number = handled.dispatched(city)
    owners = ["SAN", "UME"]
    for turn in range(3):
        told = {"kind": "not_my_duty", "reason": "theirs", "by": "boss", "at": NOON + turn * HOUR}
        case = dispatching.return_(city, number, next_owner=owners[(turn + 1) % 2], **told)
        if turn < 2:
            dispatching.dispatch(city, number, department=owners[(turn + 1) % 2], by="d", at=NOON + turn * HOUR)
    assert (case.state, case.returns) == ("disputed", 3)

    settled = dispatching.settle(city, number, department="UME", reason="minutes 7", by="su", at=NOON + 4 * HOUR)

    later = NOON + 5 * HOUR
    answer = routing.where(routing.knowledge(city, at=later), *handled.SPOT.values(), category="06012", at=later)
    assert (settled.state, settled.department_code, settled.due_at) == ("dispatched", "UME", NOON + 6 * HOUR)
    assert (answer.department["code"], answer.department["rule"]) == ("UME", "entry:A")
    assert filing.propose(city, handled.reported(city, later), condition="fallen", at=later).department == "UME"


def test_the_same_department_goes_on_with_its_clock_and_another_begins_anew(city):
    number = handled.dispatched(city)
    dispatching.return_(city, number, kind="insufficient_info", reason="where?", by="boss", at=NOON + HOUR)

    again = dispatching.dispatch(city, number, department="SAN", by="d", at=NOON + 1.5 * HOUR)
    assert again.due_at == NOON + 2 * HOUR
    dispatching.return_(city, number, kind="not_my_duty", next_owner="UME", reason="no", by="b", at=NOON + 1.6 * HOUR)
    other = dispatching.dispatch(city, number, department="UME", by="d", at=NOON + 1.75 * HOUR)

    assert other.due_at == NOON + 3.75 * HOUR


def test_rework_stays_with_the_department_and_the_time_of_the_check_does_not_count(city):
    number = handled.handled(city)

    case = working.check(city, number, passed=False, reason="half done", by="collector", at=NOON + 3 * HOUR)

    assert (case.state, case.department_code, case.handler, case.rounds) == ("rework", "SAN", "han", 1)
    assert case.due_at == NOON + 4 * HOUR
    dispatching.assign(city, number, handler="han", by="boss", at=NOON + 3 * HOUR)
    dispatching.revoke(city, number, by="boss", at=NOON + 3 * HOUR)
    with pytest.raises(StepRefused, match="rework"):
        told = {"kind": "not_my_duty", "next_owner": "UME", "reason": "no", "by": "boss"}
        dispatching.return_(city, number, at=NOON + 3 * HOUR, **told)


@pytest.mark.parametrize("who", ["han", "boss"])
def test_whoever_handled_a_case_neither_checks_nor_closes_it(city, who):
    number = handled.at_work(city)
    working.handle(city, number, by=who, at=NOON)
    with pytest.raises(StepRefused, match="neither checks"):
        working.check(city, number, passed=True, by=who, at=NOON)
    working.check(city, number, passed=True, by="collector", at=NOON)

    with pytest.raises(StepRefused, match="neither checks"):
        working.close(city, number, by="han", at=NOON)

    assert working.close(city, number, by="leader", at=NOON).state == "closed"


def test_an_extension_is_approved_before_the_deadline_and_at_most_twice(city):
    number = handled.at_work(city)
    for turn in (1, 2):
        waiting.ask_extension(city, number, reason="rain", by="boss", at=NOON)
        with pytest.raises(StepRefused, match="already"):
            waiting.ask_extension(city, number, reason="rain", by="boss", at=NOON)
        case = waiting.approve_extension(city, number, by="d", at=NOON + HOUR)
        assert (case.due_at, case.extensions) == (NOON + (turn + 1) * 2 * HOUR, turn)

    with pytest.raises(StepRefused, match="at most 2 times"):
        waiting.ask_extension(city, number, reason="rain", by="boss", at=NOON)


def test_an_extension_of_an_overdue_case_is_refused_even_if_asked_for_in_time(city):
    number = handled.at_work(city)
    waiting.ask_extension(city, number, reason="rain", by="boss", at=NOON + HOUR)

    with pytest.raises(StepRefused, match="before the deadline"):
        waiting.approve_extension(city, number, by="d", at=NOON + 2.5 * HOUR)

    assert waiting.refuse_extension(city, number, reason="too late", by="d", at=NOON + 3 * HOUR).waits_for == ""


def test_a_suspension_stops_the_clock_once_and_at_most_until_its_day(city):
    number = handled.at_work(city)
    told = {"reason": "frost", "by": "su"}
    with pytest.raises(StepRefused, match="366 days"):
        waiting.suspend(city, number, until=NOON + 400 * DAY, at=NOON + HOUR, **told)

    case = waiting.suspend(city, number, until=NOON + 5 * HOUR, at=NOON + HOUR, **told)
    assert (case.state, case.due_at) == ("suspended", NOON + 6 * HOUR)
    case = waiting.resume(city, number, by="su", at=NOON + 2 * HOUR)

    assert (case.state, case.due_at) == ("handling", NOON + 3 * HOUR)
    with pytest.raises(StepRefused, match="once"):
        waiting.suspend(city, number, until=NOON + 5 * HOUR, at=NOON + 2 * HOUR, **told)


def test_an_urge_is_replied_to_before_the_work_is_handed_in(city):
    number = handled.at_work(city)
    assert waiting.urge(city, number, reason="the mayor comes", by="su", at=NOON).waits_for == "urge"
    with pytest.raises(StepRefused, match="reply"):
        working.handle(city, number, by="han", at=NOON)

    waiting.reply(city, number, reason="today at three", by="boss", at=NOON)

    assert working.handle(city, number, by="han", at=NOON).state == "handled"


def test_a_claim_dispatches_what_nobody_has_dispatched(city):
    number = handled.filed(city)

    case = dispatching.claim(city, number, department="UME", by="chief", at=NOON + HOUR)

    assert (case.state, case.department_code, case.handler) == ("handling", "UME", "chief")
    assert case.due_at == NOON + 3 * HOUR
    with pytest.raises(StepRefused, match="another department"):
        dispatching.claim(city, handled.dispatched(city), department="UME", by="chief", at=NOON + HOUR)


def test_a_case_sent_back_is_filed_anew_under_its_number(city):
    number = handled.filed(city)
    dispatching.send_back(city, number, reason="only dirty", by="d", at=NOON)

    case = dispatching.refile(city, number, condition="dirty", by="leader", at=NOON)

    assert (case.number, case.state, case.condition, case.time_limit) == (number, "filed", "dirty", "1WD")


def test_a_closed_case_is_reopened_within_its_days_and_keeps_its_history(city):
    number = handled.handled(city)
    working.check(city, number, passed=True, by="collector", at=NOON + HOUR)
    working.close(city, number, by="leader", at=NOON + HOUR)
    with pytest.raises(StepRefused, match="15 days"):
        working.reopen(city, number, reason="again", by="reporter", at=NOON + 30 * DAY)

    case = working.reopen(city, number, reason="again", by="reporter", at=NOON + DAY)

    assert (case.state, case.closed_at, case.history) == ("filed", None, 7)
    with pytest.raises(StepRefused, match="neither checks"):
        dispatching.claim(city, number, department="SAN", by="zhao", at=NOON + DAY)
        working.handle(city, number, by="zhao", at=NOON + DAY)
        working.check(city, number, passed=True, by="han", at=NOON + DAY)


def test_whoever_acts_on_an_old_page_is_told_who_did_what_meanwhile(city):
    number = handled.dispatched(city)
    dispatching.assign(city, number, handler="han", by="boss", seen=2, at=NOON)

    with pytest.raises(stepping.MovedOn, match="boss took the step assign at 2026-05-04T12:00:00") as refused:
        dispatching.return_(city, number, kind="wrong_category", reason="x", by="li", seen=2, at=NOON + HOUR)

    assert [(one["by"], one["action"], one["number"]) for one in refused.value.more["since"]] == [("boss", "assign", 3)]
    assert standing(city, number).state == "handling"


def test_whoever_did_not_see_what_was_said_of_the_deadline_may_still_act(city):
    number = handled.at_work(city)
    seen = reading.case_page(city, number, at=NOON).case.history
    waiting.ask_extension(city, number, reason="rain", by="han", at=NOON)
    waiting.approve_extension(city, number, by="boss", at=NOON)
    waiting.urge(city, number, reason="now", by="su", at=NOON)
    waiting.reply(city, number, reason="under way", by="han", at=NOON)

    with pytest.raises(stepping.MovedOn, match="han took the step reply"):
        waiting.urge(city, number, reason="now", by="zhao", seen=seen, at=NOON + HOUR)

    assert working.handle(city, number, by="han", seen=seen, at=NOON + HOUR).state == "handled"


@pytest.mark.parametrize(("at", "recorded_at"), [(NOON - HOUR, NOON), (NOON + 2 * HOUR, NOON + HOUR)])
def test_a_step_is_neither_of_the_future_nor_from_before_its_case(city, at, recorded_at):
    number = handled.at_work(city)

    with pytest.raises(Invalid, match="cannot be"):
        working.handle(city, number, by="han", at=at, recorded_at=recorded_at)


@pytest.mark.parametrize(("told", "meant"), [(90, 0), (-HOUR.total_seconds() - 90, -HOUR.total_seconds())])
def test_a_step_of_a_phone_whose_clock_differs_a_little_was_now_or_as_its_case_began(city, told, meant):
    number = handled.at_work(city)
    now = NOON + HOUR

    case = working.handle(city, number, by="han", at=now + dt.timedelta(seconds=told), recorded_at=now)

    assert case.handled_at == now + dt.timedelta(seconds=meant)


def test_a_step_that_a_phone_brings_late_counts_from_when_it_happened(city):
    number = handled.at_work(city)

    case = working.handle(city, number, by="han", at=NOON + HOUR, recorded_at=NOON + 9 * HOUR)

    assert case.handled_at == NOON + HOUR < case.due_at


def test_merged_reports_keep_every_reporter_and_follow_their_origin(city):
    first, second, third = (handled.reported(city, reporter=name) for name in ("Li", "Wu", "Sun"))
    filing.merge_duplicate(city, third, duplicate_of=second, by="acceptor", at=NOON)
    filing.merge_duplicate(city, second, duplicate_of=first, by="acceptor", at=NOON)
    with pytest.raises(StepRefused, match="itself"):
        filing.merge_duplicate(city, first, duplicate_of=third, by="acceptor", at=NOON)

    filing.accept(city, first, by="acceptor", at=NOON)
    number = filing.file(city, first, condition="dirty", by="leader", at=NOON).number

    page = reading.case_page(city, number, at=NOON)
    assert [page.report.reporter, *(one.reporter for one in page.duplicates)] == ["Li", "Wu", "Sun"]
    assert {one.state for one in page.duplicates} == {"duplicate"}


def test_an_unknown_department_or_number_is_named(city):
    number = handled.filed(city)

    with pytest.raises(Invalid, match="XYZ"):
        dispatching.dispatch(city, number, department="XYZ", by="d", at=NOON)
    with pytest.raises(finding.NoSuchCase, match="77"):
        working.close(city, "77", by="d", at=NOON)


def test_a_report_is_filed_for_a_department_that_there_is(city):
    number = handled.reported(city)
    filing.accept(city, number, by="acceptor", at=NOON)

    with pytest.raises(Invalid, match="no department XYZ"):
        filing.file(city, number, condition="fallen", department="XYZ", by="leader", at=NOON)

    assert filing.file(city, number, condition="fallen", department="UME", by="leader", at=NOON).number.endswith(
        "00001"
    )


def test_what_may_be_done_next_is_told_with_what_forbids_it(city):
    number = handled.at_work(city)
    waiting.urge(city, number, reason="now", by="su", at=NOON)

    possible = reading.case_page(city, number, at=NOON).possible(lambda right: right == "handle_case", "han")

    told = {one.step.action: one.forbidden for one in possible}
    assert told.keys() == {"assign", "revoke", "hand_back", "handle"}
    assert told["assign"] is None and "reply" in told["handle"]
