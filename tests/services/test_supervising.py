"""The worker's look at deadlines: each rung once, told to those who answer, suspensions ended."""

import threading

import pytest
from services import handled
from services.handled import DAY, HOUR
from small_cities import BEFORE, NOON

from gridmgr import config
from gridmgr.domain.staff import Person, Post
from gridmgr.services import standing, working
from gridmgr.services.handling import dispatching, reading, supervising, waiting
from gridmgr.services.transactions import reading as transaction
from gridmgr.services.transactions import writing
from gridmgr.store import bulk, cities, revisions
from gridmgr.store.tables import outbox


@pytest.fixture
def engine(engine):
    """A city of four squares whose desk and district hear of late cases."""
    handled.city(engine)
    with writing(engine) as session:
        city = cities.the_city(session)
        city.settings = {
            **city.settings,
            "notices": {"case_overdue": ["channel:desk"], "SAN": ["mail:duty@san.example"]},
        }
    return engine


def escalations(engine, number, at):
    """Return the rungs that the history of a case tells of, escalation by escalation."""
    history = reading.case_page(engine, number, at=at).history
    return [event.data["rungs"] for event in history if event.action == "escalate"]


def put(engine):
    """Return kind and address of every notice that was put into the outbox."""
    with transaction(engine) as session:
        table = outbox.notice
        return sorted(
            (row.kind, row.channel) for row in session.execute(table.select()) if row.kind != "case_dispatched"
        )


def test_a_late_case_is_told_once_on_each_rung_to_those_who_answer(engine):
    number = handled.at_work(engine)

    for hours in (1, 1.6, 1.7, 2.1, 2.2):
        supervising.supervise(engine, at=NOON + hours * HOUR)

    assert escalations(engine, number, NOON + 3 * HOUR) == [["at_risk"], ["overdue"]]
    assert put(engine) == [("case_at_risk", "mail"), ("case_overdue", "desk"), ("case_overdue", "mail")]
    told = [e.data["told"] for e in reading.case_page(engine, number, at=NOON).history if e.action == "escalate"]
    assert [[one["area"] for one in each] for each in told] == [["A"], ["A"]]


def chief_of_the_district(engine):
    """Post somebody on the area above the squares."""
    with writing(engine) as session:
        area = standing.in_force(engine, NOON).ground.boundaries.grids["130302"]
        (person,) = bulk.insert(session, [Person("q", "Qin", "0335-5550009")])
        bulk.insert(session, [Post(person.id, area.grid_id, "chief", BEFORE)])
        revisions.raise_(session, "staff")


def test_rungs_that_were_missed_are_told_together_up_the_chain(engine):
    number = handled.at_work(engine)
    chief_of_the_district(engine)

    supervising.supervise(engine, at=NOON + DAY)

    assert escalations(engine, number, NOON + DAY) == [["at_risk", "overdue", "late", "very_late"]]
    history = reading.case_page(engine, number, at=NOON + DAY).history
    assert [(one["area"], one["name"]) for one in history[-1].data["told"]] == [("A", "Chief of A"), ("130302", "Qin")]
    assert supervising.supervise(engine, at=NOON + 2 * DAY) == 0


def test_two_workers_tell_once(engine):
    numbers = [handled.at_work(engine) for _ in range(6)]
    workers = [
        threading.Thread(target=supervising.supervise, args=[engine], kwargs={"at": NOON + 2.5 * HOUR})
        for _ in range(3)
    ]

    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert [escalations(engine, number, NOON + DAY) for number in numbers] == [[["at_risk", "overdue"]]] * 6


def test_a_suspension_ends_by_itself(engine):
    number = handled.at_work(engine, condition="blocked")
    until = (NOON + DAY).isoformat()
    waiting.suspend(engine, number, until=NOON + DAY, reason="winter", by="chief", at=NOON)

    supervising.supervise(engine, at=NOON + DAY - HOUR)
    before = reading.case_page(engine, number, at=NOON).case.state
    supervising.supervise(engine, at=NOON + DAY)

    page = reading.case_page(engine, number, at=NOON + DAY)
    assert (before, page.case.state, page.history[-1].action) == ("suspended", "handling", "resume")
    assert page.standing.pauses[0][1].isoformat() == until


def test_whoever_acts_is_not_stopped_by_what_the_clock_told_meanwhile(engine):
    number = handled.filed(engine)
    seen = reading.case_page(engine, number, at=NOON).case.history
    supervising.supervise(engine, at=NOON + 3 * HOUR)

    case = dispatching.dispatch(engine, number, department="SAN", by="ma", at=NOON + 3 * HOUR, seen=seen)

    assert case.state == "dispatched" and case.history == seen + 2


def test_the_worker_watches_deadlines(engine):
    number = handled.at_work(engine)

    counts = working.run(engine, config.load(), now=lambda: NOON + 2.5 * HOUR, stop=lambda: False, once=True)

    assert counts["watched"] == 1
    assert escalations(engine, number, NOON + DAY) == [["at_risk", "overdue"]]
