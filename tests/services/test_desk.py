"""The dispatcher's desk: groups, pages without gaps, candidates, many dispatches at once, presence and shifts."""

import datetime as dt

import pytest
from services import handled
from services.handled import DAY, HOUR
from small_cities import NOON

from gridmgr.domain.casework.guards import StepRefused
from gridmgr.domain.desk import GROUPS, usual_of
from gridmgr.errors import Invalid
from gridmgr.services import homes, standing
from gridmgr.services.desk import bulk, candidates, lasso, presence, queue, shifts
from gridmgr.services.handling import dispatching, reading, waiting, working
from gridmgr.services.transactions import reading as transaction
from gridmgr.store import cases as case_rows

LATER = NOON + 5 * DAY
"""A Saturday noon after the holidays."""


@pytest.fixture
def engine(engine):
    """A city of four squares with two departments."""
    handled.city(engine)
    return engine


def rows(engine, at, tab="dispatch", limit=50, areas=(), **narrowed):
    """Return every row of a tab, page after page, as [(number, group)]."""
    found, after = [], None
    while True:
        page = queue.page(engine, queue.Asked(tab, narrowed, areas, after=after, limit=limit), at=at)
        found += [((row.case or row.report).number, row.group) for row in page.rows]
        after = page.next
        if after is None:
            return found


def test_what_would_be_late_before_it_is_done_comes_first(engine):
    late = handled.filed(engine, "fallen", NOON - 3 * HOUR)
    soon = handled.filed(engine, "fallen", NOON)
    rest = handled.filed(engine, "dirty", NOON)

    assert rows(engine, NOON + HOUR / 2) == [(soon, "predicted"), (late, "overdue"), (rest, "rest")]


def test_pages_go_on_without_gap_or_double_through_all_groups(engine):
    wanted = [handled.filed(engine, c, NOON - h * HOUR) for h in range(4) for c in ("fallen", "dirty")]

    for limit in (1, 2, 3, 50):
        found = rows(engine, NOON + HOUR / 2, limit=limit)
        assert sorted(number for number, _ in found) == sorted(wanted)
        assert [group for _, group in found] == sorted((group for _, group in found), key=GROUPS.index)


def test_the_counts_of_groups_and_tabs_are_those_of_the_rows(engine):
    handled.filed(engine, "fallen", NOON - 3 * HOUR)
    handled.filed(engine, "dirty", NOON)
    handled.at_work(engine)
    waiting_report = handled.reported(engine)

    page = queue.page(engine, queue.Asked("dispatch", {}, ()), at=NOON)
    tabs = queue.overview(engine, (), {}, at=NOON)

    assert page.counts == {"predicted": 0, "overdue": 1, "today": 0, "rest": 1}
    assert (tabs["intake"], tabs["dispatch"], tabs["track"], tabs["disputes"]) == (1, 2, 1, 0)
    assert rows(engine, NOON, "intake") == [(waiting_report, "rest")]


def test_the_queue_is_narrowed_to_areas_and_departments(engine):
    here = handled.filed(engine)
    there = handled.filed(engine, x=119.615, y=39.935)

    assert rows(engine, NOON, areas=("A",)) == [(here, "predicted")]
    assert {number for number, _ in rows(engine, NOON, areas=("130302",))} == {here, there}
    assert rows(engine, NOON, department="UME") == []


def test_urges_of_any_state_are_one_tab(engine):
    urged, asked, _ = (handled.at_work(engine) for _ in range(3))
    waiting.urge(engine, urged, reason="why", by="chief", at=NOON)
    waiting.ask_extension(engine, asked, reason="rain", by="han", at=NOON)

    assert {number for number, _ in rows(engine, NOON, "urges")} == {urged, asked}
    assert [number for number, _ in rows(engine, NOON, "urges", waits_for="urge")] == [urged]


def test_there_is_no_such_tab(engine):
    with pytest.raises(Invalid, match="There is no tab nothing"):
        rows(engine, NOON, "nothing")


def test_the_usual_time_is_the_median_of_enough_cases():
    hours = [dt.timedelta(hours=one) for one in (1, 2, 3, 4, 50)]

    usual = usual_of([("a", one) for one in hours] + [("b", hours[0])], dt.timedelta(hours=9))

    assert (usual.of("a"), usual.of("b"), usual.of("c")) == (hours[2], dt.timedelta(hours=9), dt.timedelta(hours=9))


def test_a_case_near_a_border_has_the_neighbour_as_a_candidate(engine):
    number = handled.filed(engine, x=119.60995, y=39.935, accuracy_m=12)

    found = candidates.of_case(engine, number, at=NOON)

    assert [(one.kind, one.grid["code"]) for one in found.candidates] == [("proposed", "A"), ("neighbour", "B")]
    assert [one.person["name"] for one in found.candidates] == ["Chief of A", "Chief of B"]
    assert [one.load.open for one in found.candidates] == [1, 0]
    assert found.border is not None and found.border.length > 0.009
    assert found.candidates[0].department["code"] == "SAN"


def test_a_case_far_from_borders_has_one_candidate(engine):
    found = candidates.of_case(engine, handled.filed(engine), at=NOON)

    assert [one.kind for one in found.candidates] == ["proposed"]
    assert found.border is None


def test_a_case_is_proposed_to_the_department_that_its_last_return_names(engine):
    number = handled.dispatched(engine)
    told = {"by": "sun", "role": "department", "at": NOON, "reason": "a wall, not a road"}

    dispatching.return_(engine, number, kind="not_my_duty", next_owner="UME", **told)

    assert candidates.proposed(engine, number) == "UME"
    assert candidates.of_case(engine, number, at=NOON).candidates[0].department["code"] == "UME"
    [row] = queue.page(engine, queue.Asked("dispatch", {}, ()), at=NOON).rows
    assert (row.case.department_code, row.next_owner) == ("SAN", "UME")


def test_a_case_dispatched_to_the_neighbour_belongs_to_it(engine):
    number = handled.filed(engine, x=119.60995, y=39.935)

    dispatching.dispatch(engine, number, department="SAN", grid="B", by="ma", at=NOON)

    with transaction(engine) as session:
        pairs = case_rows.open_places(session, NOON)
        known = standing.in_force(engine, NOON)
        assert [told.grid_code for _, told in homes.at_home(session, known.ground, pairs, NOON)] == ["B"]
    with pytest.raises(Invalid, match="There is no grid Z now"):
        dispatching.dispatch(engine, handled.filed(engine), department="SAN", grid="Z", by="ma", at=NOON)


def test_a_dispatch_is_taken_back_within_minutes_and_leaves_the_case_as_it_was(engine):
    number = handled.filed(engine)
    before = reading.case_page(engine, number, at=NOON)
    dispatching.dispatch(engine, number, department="UME", by="ma", at=NOON + HOUR / 2)

    dispatching.recall(engine, number, by="ma", at=NOON + HOUR / 2 + dt.timedelta(minutes=5))

    after = reading.case_page(engine, number, at=NOON + HOUR)
    names = ("state", "department", "clock_from", "waits_from", "limit")
    assert [getattr(after.standing, n) for n in names] == [getattr(before.standing, n) for n in names]
    assert after.due_at == before.due_at and after.case.department_code == "SAN"


@pytest.mark.parametrize("meanwhile", ["claimed", "late"])
def test_a_dispatch_is_not_taken_back_once_somebody_has_taken_it_up_or_later(engine, meanwhile):
    number = handled.dispatched(engine)
    if meanwhile == "claimed":
        dispatching.claim(engine, number, department="SAN", by="han", at=NOON)

    with pytest.raises(StepRefused):
        dispatching.recall(engine, number, by="ma", at=NOON + (HOUR if meanwhile == "late" else 0 * HOUR))


def test_of_many_dispatches_those_that_cannot_be_taken_say_why_and_the_others_are_done(engine):
    one, gone = handled.filed(engine), handled.dispatched(engine)

    found = bulk.dispatch(engine, [(one, 1, None), (gone, 1, None), ("19", 1, None)], by="ma", role="x", at=NOON)

    assert [(each.case and each.case.state, each.error and each.error.slug) for each in found] == [
        ("dispatched", None),
        (None, "moved-on"),
        (None, "no-such-case"),
    ]
    assert found[0].case.department_code == "SAN"


def test_whoever_would_have_most_is_named_first(engine):
    numbers = [handled.filed(engine) for _ in range(3)] + [handled.filed(engine, x=119.615, y=39.935)]

    found = bulk.burdens(engine, numbers, at=NOON)

    assert [(one.grid, one.more, one.before.open, one.after.open) for one in found] == [("A", 3, 0, 3), ("B", 1, 0, 1)]
    assert found[0].after.ratio == 1.5


def test_cases_inside_a_line_are_chosen(engine):
    inside, _ = handled.filed(engine), handled.filed(engine, x=119.615, y=39.935)
    triangle = [(119.60, 39.93), (119.609, 39.93), (119.605, 39.94)]

    found = lasso.inside(engine, triangle, "dispatch", (), {}, at=NOON)

    assert [case.number for case, _ in found] == [inside]
    with pytest.raises(Invalid, match="encloses nothing"):
        lasso.inside(engine, [(1, 1), (1, 1), (1, 1)], "dispatch", (), {}, at=NOON)


def test_the_desk_hears_who_looks_at_what_and_what_changed(engine):
    number = handled.filed(engine)
    first = presence.pulse(engine, "ma", "Ma", number, None, at=NOON)
    handled.filed(engine)

    other = presence.pulse(engine, "li", "Li", "", first.event, at=NOON + dt.timedelta(seconds=5))

    assert first.changed == [] and len(other.changed) == 2
    assert [(one.login, one.number) for one in other.present] == [("li", ""), ("ma", number)]
    later = presence.pulse(engine, "li", "Li", "", other.event, at=NOON + dt.timedelta(seconds=60))
    assert ([one.login for one in later.present], later.changed) == (["li"], [])
    presence.leave(engine, "li", at=NOON + dt.timedelta(seconds=61))
    assert presence.pulse(engine, "ma", "Ma", "", None, at=NOON + dt.timedelta(seconds=61)).present[0].login == "ma"


def test_a_shift_counts_what_was_dispatched_and_how_fast(engine):
    for seconds in (0, 10, 30):
        number = handled.filed(engine, at=NOON)
        dispatching.dispatch(
            engine, number, department="SAN", by="ma", at=NOON + dt.timedelta(seconds=seconds), role="dispatcher"
        )

    found = shifts.shift(engine, "ma", at=NOON + HOUR)

    assert (found.dispatched, found.seconds_each, found.since) == (3, 15.0, NOON - 4 * HOUR)


def test_the_next_shift_reads_the_note_and_what_happened(engine):
    shifts.hand_over(engine, "ma", "Ma", "  the north gate is closed ", at=NOON)
    came = handled.filed(engine, at=NOON + HOUR)
    returned = handled.dispatched(engine, at=NOON + HOUR)
    dispatching.return_(
        engine, returned, kind="not_my_duty", next_owner="UME", reason="no", by="boss", at=NOON + 2 * HOUR
    )

    found = shifts.news(engine, "ma", at=NOON + 3 * HOUR)

    assert [note.note for note in found.notes] == ["the north gate is closed"]
    assert ("came", came) in [(kind, case.number) for kind, case in found.news]
    assert found.news[0][0] == "returned" and found.since == NOON
    assert shifts.news(engine, "ma", at=NOON + 3 * HOUR, areas=("B",)).news == []
    assert shifts.news(engine, "ma", at=NOON + 3 * HOUR, department="UME").news == []


def test_filters_are_kept_by_name_and_by_person(engine):
    shifts.keep_filter(engine, "ma", "north", {"area": "A"})
    shifts.keep_filter(engine, "ma", "north", {"area": "C"})

    assert [(one.name, one.query) for one in shifts.filters(engine, "ma")] == [("north", {"area": "C"})]
    assert shifts.filters(engine, "li") == []
    assert shifts.drop_filter(engine, "ma", "north") and not shifts.drop_filter(engine, "ma", "north")
    with pytest.raises(Invalid, match="needs a name"):
        shifts.keep_filter(engine, "ma", " ", {})


def test_the_usual_time_follows_from_what_was_handed_in(engine):
    for _ in range(5):
        number = handled.at_work(engine, "dirty")
        working.handle(engine, number, by="han", at=NOON + 2 * HOUR)
    quick = handled.filed(engine, "fallen", NOON + 3 * HOUR)

    found = queue.page(engine, queue.Asked("dispatch", {}, ()), at=NOON + 3 * HOUR)

    assert found.usual.of("06012") == 2 * HOUR
    assert [(row.case.number, row.group) for row in found.rows] == [(quick, "today")]
