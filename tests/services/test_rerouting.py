"""A corrected spot or category finds its owner anew: the history keeps both, and no time is won; on both databases."""

import threading

import pytest
import shapely
import small_cities
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from services import handled
from services.handled import DAY, HOUR
from small_cities import BEFORE, NOON, square

from gridmgr.domain.casework.guards import StepRefused
from gridmgr.domain.casework.steps import CASE
from gridmgr.domain.responsibility import Responsibility
from gridmgr.services import homes, routing
from gridmgr.services.handling import (
    actions,
    dispatching,
    duplicates,
    filing,
    finding,
    places,
    reading,
    repeating,
    rerouted,
    rerouting,
    stepping,
    working,
)
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, revisions

# +---+---+
# | C | D |   Sanitation cleans the roads, but in B, where city management does.
# +---+---+
# | A | B |
# +---+---+
IN = {code: {"lon": lon, "lat": lat} for code, (lon, lat) in
      {"A": (119.603, 39.934), "B": (119.615, 39.935), "C": (119.605, 39.945), "D": (119.615, 39.945)}.items()}  # fmt: skip


@pytest.fixture
def city(engine):
    handled.city(engine)
    with writing(engine) as session:
        bulk.insert(session, [Responsibility("06012", "B", "UME", BEFORE)])
        revisions.raise_(session, "responsibility")
    return engine


def move(engine, number, code, at=NOON + HOUR, **more):
    return rerouting.move(engine, number, **IN[code], reason="misplaced", by="dispatcher", at=at, **more)


def page(engine, number, at=NOON + DAY):
    return reading.case_page(engine, number, at=at)


def test_a_case_moved_to_a_grid_of_the_same_department_goes_on_with_its_clock(city):
    number = handled.at_work(city)
    due_at = page(city, number).case.due_at

    case = move(city, number, "C")

    shown = page(city, number)
    assert (case.state, case.handler, case.department_code, case.due_at) == ("handling", "han", "SAN", due_at)
    assert (shown.report.grid_code, shown.report.lon, shown.report.decision["person"]["name"]) == (
        "C",
        IN["C"]["lon"],
        "Chief of C",
    )
    assert places.of_case(city, number, at=NOON + HOUR) == ("C", "SAN")
    assert places.of_case(city, number, at=NOON) == ("A", "SAN")


def test_the_history_keeps_where_it_was_and_where_it_is(city):
    number = handled.dispatched(city)

    move(city, number, "B", accuracy_m=4.0)

    told = page(city, number).history[-1].data
    was = {"lon": 119.605, "lat": 39.935, "accuracy_m": None, "grid": "A", "department": "SAN"}
    assert told == {**IN["B"], "accuracy_m": 4.0, "grid": "B", "department": "UME", "was": was}


def test_a_case_moved_to_a_grid_of_another_department_leaves_the_one_that_has_it(city):
    number = handled.at_work(city)
    due_at = page(city, number).case.due_at

    case = move(city, number, "B")

    assert (case.state, case.handler, case.department_code, case.returns) == ("returned", "", "SAN", 0)
    assert (case.due_at, page(city, number).standing.next_owner) == (due_at, "UME")
    given = dispatching.dispatch(city, number, department="UME", by="d", at=NOON + 1.5 * HOUR)
    assert given.due_at == NOON + 3.5 * HOUR


def test_a_case_that_comes_back_to_its_department_has_won_no_time(city):
    number = handled.dispatched(city)
    move(city, number, "B")
    move(city, number, "A")

    assert page(city, number).standing.next_owner == ""
    again = dispatching.dispatch(city, number, department="SAN", by="d", at=NOON + 1.5 * HOUR)

    assert again.due_at == NOON + 2 * HOUR


def test_a_case_that_nobody_has_yet_is_proposed_to_the_department_of_its_new_spot(city):
    number = handled.filed(city)

    case = move(city, number, "B")

    assert (case.state, case.department_code, case.number) == ("filed", "UME", number)


def test_a_disputed_case_is_settled_where_it_lies_now(city):
    number = handled.filed(city)
    dispatching.dispute(city, number, reason="whose?", by="d", at=NOON)

    assert move(city, number, "B").state == "disputed"
    dispatching.settle(city, number, department="SAN", reason="minutes 8", by="su", at=NOON + 2 * HOUR)

    later = NOON + 3 * HOUR
    known = routing.knowledge(city, at=later)
    spot = IN["B"]["lon"], IN["B"]["lat"]
    assert routing.where(known, *spot, category="06012", at=later).department["rule"] == "entry:B"


def test_a_spot_outside_the_city_is_refused_and_nothing_changes(city):
    number = handled.dispatched(city)

    with pytest.raises(StepRefused, match="outside the city"):
        rerouting.move(city, number, lon=119.5, lat=39.9, reason="x", by="d", at=NOON + HOUR)
    with pytest.raises(StepRefused, match="there already"):
        rerouting.move(city, number, lon=119.605, lat=39.935, reason="x", by="d", at=NOON + HOUR)

    assert (page(city, number).report.lon, page(city, number).case.history) == (119.605, 2)


def test_what_is_handed_in_is_moved_no_more_and_rework_stays_with_its_department(city):
    number = handled.handled(city)
    with pytest.raises(StepRefused, match="handled"):
        move(city, number, "B")
    working.check(city, number, passed=False, reason="half", by="collector", at=NOON + HOUR)
    dispatching.assign(city, number, handler="han", by="boss", at=NOON + HOUR)

    with pytest.raises(StepRefused, match="keeps it"):
        move(city, number, "B", NOON + 2 * HOUR)

    assert move(city, number, "C", NOON + 2 * HOUR).state == "handling"


def test_a_moved_case_is_found_near_its_new_spot_only(city):
    number = handled.dispatched(city)
    move(city, number, "B")

    there = handled.reported(city, NOON + HOUR, x=IN["B"]["lon"], y=IN["B"]["lat"])
    before = handled.reported(city, NOON + HOUR)

    assert [one.case for one in duplicates.alike(city, there, at=NOON + HOUR)] == [number]
    assert duplicates.alike(city, before, at=NOON + HOUR) == []


def test_land_goes_by_when_it_was_seen_and_a_dissolved_grid_gives_way(city):
    number = handled.filed(city, at=NOON - HOUR)
    whole_west = shapely.union_all([square(0, 0), square(0, 1)])
    small_cities.second_version(city, {"A": None, "C": whole_west} | CHANGED)

    assert move(city, number, "B").department_code == "UME"
    assert (page(city, number).report.grid_code, page(city, number).report.version_number) == ("B", 1)
    assert move(city, number, "A", NOON + 2 * HOUR).department_code == "SAN"
    assert (page(city, number).report.grid_code, page(city, number).report.version_number) == ("C", 2)


CHANGED = {"B": square(1, 1), "D": square(1, 0)}
"""B and D change places."""


def test_a_case_that_was_to_pass_on_for_its_old_spot_passes_on_by_its_new_one(city):
    number = handled.filed(city, at=NOON - HOUR, x=119.615, y=39.938)
    small_cities.second_version(city, CHANGED)
    homes.rehome(city, valid_from=NOON + DAY, reason="new borders", by="planner", at=NOON + HOUR)
    assert places.of_case(city, number, at=NOON + 2 * DAY)[0] == "D"

    move(city, number, "A", NOON + 2 * HOUR)

    days = (NOON + HOUR, NOON + 3 * HOUR, NOON + 2 * DAY)
    assert [places.of_case(city, number, at=one)[0] for one in days] == ["B", "A", "A"]


def test_another_condition_changes_the_limit_from_when_the_clock_began(city):
    number = handled.dispatched(city, "fallen")

    case = recategorise(city, number, category="06012", condition="dirty")

    assert (case.state, case.condition, case.time_limit, case.department_code) == (
        "dispatched", "dirty", "1WD", "SAN"
    )  # fmt: skip
    other = handled.dispatched(city, "dirty")
    assert case.due_at == page(city, other).case.due_at
    with pytest.raises(StepRefused, match="under that already"):
        recategorise(city, number, category="06012", condition="dirty")


def test_a_category_of_another_department_takes_the_case_from_the_one_that_has_it(city):
    with writing(city) as session:
        bulk.insert(session, [Responsibility("06010", "A", "UME", BEFORE)])
        revisions.raise_(session, "responsibility")
    number = handled.at_work(city)

    case = recategorise(city, number, category="06010", limit="4WH")

    told = page(city, number).history[-1].data
    assert (case.state, case.category_code, case.time_limit, case.handler) == ("returned", "06010", "4WH", "")
    assert page(city, number).standing.next_owner == "UME"
    assert told["was"] == {"category": "06012", "condition": "fallen", "limit": "2UH", "department": "SAN"}


def recategorise(engine, number, **filed):
    return rerouting.recategorise(engine, number, **filed, reason="wrong", by="leader", at=NOON + HOUR)


def test_a_preview_says_what_then_happens_and_writes_nothing(city):
    number = handled.at_work(city)

    found = rerouted.preview(city, number, **IN["B"], at=NOON + HOUR)

    assert page(city, number).case.history == 3
    sides = [(one.grid, one.person["name"], one.department["code"], one.state) for one in (found.before, found.after)]
    assert sides == [("A", "Chief of A", "SAN", "handling"), ("B", "Chief of B", "UME", "returned")]
    assert (found.before.due_at, found.after.due_at) == (NOON + 2 * HOUR, NOON + 3 * HOUR)
    assert move(city, number, "B").state == found.after.state
    given = dispatching.dispatch(city, number, department="UME", by="d", at=NOON + HOUR)
    assert given.due_at == found.after.due_at


def test_a_preview_of_a_category_tells_department_limit_and_deadline(city):
    number = handled.dispatched(city)

    found = rerouted.preview(city, number, category="06012", condition="dirty", at=NOON + HOUR)

    case = recategorise(city, number, category="06012", condition="dirty")
    assert (found.after.grid, found.after.department["code"]) == ("A", "SAN")
    assert found.after.due_at == case.due_at > found.before.due_at


def test_a_preview_refuses_what_the_step_would(city):
    number = handled.handled(city)

    with pytest.raises(StepRefused, match="handled"):
        rerouted.preview(city, number, **IN["B"], at=NOON + HOUR)
    with pytest.raises(finding.NoSuchCase):
        rerouted.preview(city, "77", **IN["B"], at=NOON)


def test_a_report_is_moved_before_it_is_filed(city):
    number = handled.reported(city)
    told = {"reason": "the caller meant the other road", "by": "acceptor", "at": NOON + HOUR}

    report = rerouting.move_report(city, number, **IN["B"], **told)

    assert (report.state, report.grid_code, report.department_code) == ("reported", "B", "UME")
    assert reading.report_page(city, number, at=NOON).history[-1].data["was"]["grid"] == "A"
    filing.accept(city, number, by="acceptor", at=NOON + HOUR)
    assert filing.file(city, number, condition="fallen", by="leader", at=NOON + HOUR).department_code == "UME"
    with pytest.raises(StepRefused, match="filed"):
        rerouting.move_report(city, number, **IN["C"], **told)


def test_of_two_who_move_a_case_at_once_one_is_told_of_the_other(city):
    number = handled.dispatched(city)
    together, outcomes = threading.Barrier(2), []

    def go(code):
        together.wait()
        try:
            move(city, number, code, seen=2)
            outcomes.append(code)
        except stepping.MovedOn as error:
            outcomes.append(error.more["since"][0]["action"])

    threads = [threading.Thread(target=go, args=(code,)) for code in ("B", "C")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "move" in outcomes
    assert page(city, number).report.grid_code in outcomes


def test_a_move_sent_twice_under_one_key_is_taken_once(city):
    number = handled.dispatched(city)
    told = {"by": "d", "at": NOON + HOUR, "role": "dispatcher", "reason": "misplaced"}
    once = repeating.once("k1", number, IN["C"])

    both = [actions.take(city, CASE, number, "move", IN["C"], once=once, **told) for _ in range(2)]
    with pytest.raises(repeating.Repeated):
        rerouting.move(city, number, **IN["C"], once=once, **told)

    assert [one.state for one in both] == ["dispatched", "dispatched"]
    assert [one.action for one in page(city, number).history].count("move") == 1


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(walk=st.lists(st.sampled_from("ABCD"), min_size=1, max_size=6))
def test_wherever_a_case_is_moved_it_belongs_there_and_its_history_leads_back(city, walk):
    number = handled.dispatched(city)

    for turn, code in enumerate(walk, 1):
        at = NOON + turn * HOUR
        try:
            move(city, number, code, at)
        except StepRefused:
            continue
        assert places.of_case(city, number, at=at)[0] == page(city, number).report.grid_code == code

    moves = [one.data for one in page(city, number).history if one.action == "move"]
    trail = [moves[0]["was"], *moves] if moves else []
    assert [one["was"]["grid"] for one in moves] == [one["grid"] for one in trail[:-1]]
    assert page(city, number).standing.next_owner == ("UME" if walk[-1] == "B" else "")
