"""Whatever happens to a case, its row is what its history says, on both databases; and histories are only added to."""

import dataclasses
import datetime as dt
import itertools
import threading

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services import handled
from services.handled import DAY
from small_cities import NOON

from gridmgr.domain.cases import Case
from gridmgr.domain.casework.guards import StepRefused
from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.casework.steps import BY_ITSELF, CASE, STEPS, begun_in
from gridmgr.errors import GridmgrError
from gridmgr.services import calendars
from gridmgr.services.handling import filing, stepping
from gridmgr.services.transactions import reading, writing
from gridmgr.store.cases import casework as rows
from gridmgr.store.tables.casework import case

PEOPLE = ("han", "boss", "li", "wu")
MOVES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 3), st.integers(0, 3000)), min_size=3, max_size=14)
WALK = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def given_with(action, turn, at):
    """Return something that could be given with a step; not all of it is allowed everywhere."""
    return {
        "dispatch": {"department": ("SAN", "UME")[turn % 2]},
        "settle": {"department": ("SAN", "UME")[turn % 2]},
        "claim": {"department": ("SAN", "UME")[turn % 2]},
        "assign": {"handler": PEOPLE[turn]},
        "return": {"kind": "not_my_duty", "next_owner": ("SAN", "UME")[turn % 2]},
        "check": {"passed": turn % 2 == 0},
        "suspend": {"until": (at + (turn + 1) * DAY).isoformat()},
        "move": {"lon": 119.6, "lat": 39.9, "department": ("SAN", "UME")[turn % 2]},
        "recategorise": {
            "category": "06012",
            "condition": ("dirty", "fallen")[turn % 2],
            "limit": ("1WD", "2UH")[turn % 2],
            "department": ("SAN", "UME")[turn // 2],
        },
        "refile": {"category": "06012", "condition": "dirty", "limit": "1WD", "department": "SAN"},
    }.get(action, {})


def walk(engine, number, moves):
    """Take random steps of a case; yield after each how many were taken so far."""
    state, at, taken = "filed", NOON, 0
    for choice, turn, minutes in moves:
        at += dt.timedelta(minutes=minutes, microseconds=minutes * 7)
        steps = [step for step in begun_in(CASE, state) if step.action not in BY_ITSELF]
        if not steps:
            return
        action = steps[choice % len(steps)].action
        told = stepping.Told(PEOPLE[turn], at, "role", "because")
        try:
            state = stepping.step_case(engine, number, action, told, given_with(action, turn, at)).state
        except StepRefused:
            continue
        taken += 1
        yield taken


def derived(session, found):
    """Return what the row of a case should be by the history of it alone."""
    events = rows.history(session, case_id=found.id)
    assert [event.number for event in events] == list(range(1, len(events) + 1))
    assert all(one.to_state == two.from_state for one, two in itertools.pairwise(events))
    assert all(event.from_state in STEPS[CASE, event.action].begins for event in events)
    return row_of(state_of(events), calendars.calendar(session), Policy())


@WALK
@given(condition=st.sampled_from(sorted(handled.LIMITS)), moves=MOVES)
def test_a_row_follows_from_its_history_whatever_happens(walked_city, condition, moves):
    number = handled.filed(walked_city, condition)

    for taken in walk(walked_city, number, moves):
        with reading(walked_city) as session:
            found, _ = rows.case_of_number(session, number)
            assert derived(session, found) == {name: getattr(found, name) for name in derived(session, found)}
            assert found.history == taken + 1


@pytest.fixture
def walked_city(engine):
    handled.city(engine)
    return engine


@pytest.mark.parametrize("change", ["UPDATE case_event SET reason = 'better'", "DELETE FROM case_event"])
def test_the_database_refuses_to_change_a_history(walked_city, change):
    number = handled.handled(walked_city)

    with pytest.raises(sa.exc.DBAPIError, match="only added to"), walked_city.begin() as connection:
        connection.exec_driver_sql(change)

    with reading(walked_city) as session:
        assert len(rows.history(session, case_id=rows.case_of_number(session, number)[0].id)) == 4


def test_a_refused_step_leaves_neither_event_nor_change(walked_city):
    number = handled.dispatched(walked_city)
    with reading(walked_city) as session:
        before = dataclasses.asdict(rows.case_of_number(session, number)[0]), rows.count(session)

    with pytest.raises(GridmgrError):
        stepping.step_case(walked_city, number, "check", stepping.Told("li", NOON + DAY), {"passed": True})

    with reading(walked_city) as session:
        assert (dataclasses.asdict(rows.case_of_number(session, number)[0]), rows.count(session)) == before


def test_eight_who_file_at_once_get_numbers_without_double_or_gap(walked_city):
    told = [[handled.reported(walked_city) for _ in range(5)] for _ in range(8)]
    for number in itertools.chain(*told):
        filing.accept(walked_city, number, by="acceptor", at=NOON)
    together, faults = threading.Barrier(8), []

    def file_all(numbers):
        together.wait()
        for number in numbers:
            try:
                filing.file(walked_city, number, condition="fallen", by="leader", at=NOON)
            except Exception as error:
                faults.append(error)

    threads = [threading.Thread(target=file_all, args=(numbers,)) for numbers in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(walked_city) as session:
        numbers = sorted(session.scalars(sa.select(case.c.number)))
    assert faults == []
    assert numbers == [f"13030220260504{place:05d}" for place in range(1, 41)]


def test_a_number_whose_filing_failed_is_given_to_the_next(walked_city):
    number = handled.reported(walked_city)

    with pytest.raises(StepRefused):
        filing.file(walked_city, number, condition="fallen", by="leader", at=NOON)

    assert handled.filed(walked_city).endswith("00001")


def test_one_report_filed_by_two_at_once_becomes_one_case(walked_city):
    number = handled.reported(walked_city)
    filing.accept(walked_city, number, by="acceptor", at=NOON)
    together, outcomes = threading.Barrier(2), []

    def file():
        together.wait()
        try:
            outcomes.append(filing.file(walked_city, number, condition="fallen", by="leader", at=NOON).state)
        except StepRefused:
            outcomes.append("refused")

    threads = [threading.Thread(target=file) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["filed", "refused"]


def test_of_two_who_saw_the_same_event_one_acts_and_the_other_is_told(walked_city):
    number = handled.dispatched(walked_city)
    together, outcomes = threading.Barrier(2), []

    def claim(who):
        together.wait()
        try:
            told = stepping.Told(who, NOON, seen=2)
            outcomes.append(stepping.step_case(walked_city, number, "assign", told, {"handler": who}).handler)
        except stepping.MovedOn as error:
            outcomes.append(error.more["since"][0]["by"])

    threads = [threading.Thread(target=claim, args=(who,)) for who in ("han", "zhao")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with reading(walked_city) as session:
        handler = rows.case_of_number(session, number)[0].handler
    assert outcomes == [handler, handler]


def test_the_day_of_a_number_is_the_citys(walked_city):
    late = NOON.replace(hour=20)

    assert handled.filed(walked_city, at=late).startswith("13030220260505")


def test_counters_go_on_after_numbers_given_out_elsewhere(walked_city):
    with writing(walked_city) as session:
        rows.raise_counters(session, {("130302", "20260504"): 7})
        rows.raise_counters(session, {("130302", "20260504"): 3})

    assert handled.filed(walked_city).endswith("00008")


def test_a_case_from_before_histories_begins_one_with_what_its_row_said(walked_city):
    from gridmgr.store import migrating

    number = handled.dispatched(walked_city)
    with reading(walked_city) as session:
        found = rows.case_of_number(session, number)[0]
    walked_city.dispose()
    migrating.downgrade(walked_city, "0008")

    migrating.upgrade(walked_city)

    with reading(walked_city) as session:
        now = session.get(Case, found.id)
        assert (now.state, now.due_at, now.history) == ("dispatched", found.due_at, 1)
        kept = derived(session, now) | {"wakes_at": found.due_at}
        assert kept == {name: getattr(now, name) for name in kept}
        assert rows.counted(session) == {("130302", "20260504"): 1}
    assert handled.filed(walked_city).endswith("00002")
