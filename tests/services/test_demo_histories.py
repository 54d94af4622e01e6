"""Each case of the demo city has a history that its row follows from, on both databases."""

import collections
import functools

from gridmgr.domain.casework.numbers import highest_places
from gridmgr.domain.casework.policy import MUST_VERIFY, Policy
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.casework.steps import REPORT
from gridmgr.services import calendars
from gridmgr.services.demo import loading
from gridmgr.services.demo.city import generate
from gridmgr.services.handling import filing
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading, writing
from gridmgr.store.cases import casework as rows

GRIDS = 400


@functools.cache
def demo(now):
    """Return a small demo city; the real hierarchy would take a minute."""
    return generate(now=now, grids=GRIDS)


def test_rows_follow_from_histories_and_numbers_go_on(engine, demo_now):
    made = demo(demo_now)

    with writing(engine) as session:
        loading.load(session, made)

    with reading(engine) as session:
        calendar, found = calendars.calendar(session), [rows.case_of_number(session, one.number) for one in made.cases]
        histories = rows.histories(session, [case.id for case, _ in found])
        places = rows.counted(session)
    for case, _ in found:
        expected = row_of(state_of(histories[case.id]), calendar, Policy())
        assert {name: getattr(case, name) for name in expected} == expected
    assert places == highest_places(one.number for one in made.cases)
    assert file_next(engine, made, demo_now) not in {one.number for one in made.cases}


def file_next(engine, made, at):
    """File a report that waits; return the case's number."""
    told = next(one for one in made.reports if one.grid_code and one.state == "reported")
    filing.accept(engine, told.number, by="acceptor", at=at)
    if told.source in MUST_VERIFY:
        filing.ask_verify(engine, told.number, by="acceptor", at=at)
        filing.verify(engine, told.number, found=True, by="collector", at=at)
    with reading(engine) as session:
        conditions = facts.known(session).categories[told.category_code].limits_by_condition
    return filing.file(engine, told.number, condition=next(iter(conditions)), by="leader", at=at).number


def test_every_report_is_in_the_state_that_its_history_says(demo_now):
    made = demo(demo_now)
    histories = collections.defaultdict(list)
    for event in made.events:
        histories[event.report_id].append(event)

    wrong = [one for row, one in enumerate(made.reports, 1) if state_of(histories[row], REPORT).state != one.state]

    assert wrong == []
    assert {one.state for one in made.reports} == {"reported", "filed", "not_filed", "rejected"}
