"""A step tells those whom it concerns, in the transaction in which it is taken."""

import pytest
import sqlalchemy as sa
from services import handled
from small_cities import NOON

from gridmgr.domain.notices import Notice
from gridmgr.domain.responsibility import Responsibility
from gridmgr.errors import GridmgrError
from gridmgr.services.handling import dispatching, filing, rerouting, waiting, working
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, cities, responsibility, revisions

RECEIVERS = {
    "case_dispatched": ["channel:desk"],
    "SAN": ["mail:san@offices.example"],
    "UME": ["mail:ume@offices.example"],
}


@pytest.fixture
def city(engine):
    handled.city(engine)
    with writing(engine) as session:
        found = cities.the_city(session)
        found.settings = {**found.settings, "notices": RECEIVERS}
    return engine


def told(engine):
    """Return (kind, address, payload) of every notice in the outbox."""
    with reading(engine) as session:
        return [(one.kind, one.address, one.payload) for one in session.scalars(sa.select(Notice).order_by(Notice.id))]


def test_a_dispatch_is_told_to_the_channel_and_the_department(city):
    number = handled.dispatched(city)

    assert [(kind, address) for kind, address, _ in told(city)] == [
        ("case_dispatched", ""),
        ("case_dispatched", "san@offices.example"),
    ]
    assert told(city)[0][2]["number"] == number
    assert told(city)[0][2]["due"] == "2026-05-04T14:00:00+08:00"


def test_every_reporter_with_an_address_hears_that_the_case_is_closed(city):
    first = handled.reported(city, reporter="li@home.example")
    for reporter in ("wu@home.example", "Sun", ""):
        filing.merge_duplicate(city, handled.reported(city, reporter=reporter), duplicate_of=first, by="a", at=NOON)
    filing.accept(city, first, by="a", at=NOON)
    number = filing.file(city, first, condition="fallen", by="leader", at=NOON).number
    dispatching.claim(city, number, department="UME", by="han", at=NOON)
    working.handle(city, number, by="han", at=NOON)
    working.check(city, number, passed=True, by="collector", at=NOON)

    working.close(city, number, by="leader", at=NOON)

    heard = [(kind, address) for kind, address, _ in told(city) if address.endswith("home.example")]
    assert heard == [
        ("report_received", "li@home.example"),
        ("report_received", "wu@home.example"),
        ("report_merged", "wu@home.example"),
        ("report_closed", "li@home.example"),
        ("report_closed", "wu@home.example"),
    ]


def test_rework_and_urging_are_told_to_the_department_that_has_the_case(city):
    number = handled.at_work(city)
    waiting.urge(city, number, reason="now", by="su", at=NOON)
    waiting.reply(city, number, reason="soon", by="boss", at=NOON)
    working.handle(city, number, by="han", at=NOON)
    working.check(city, number, passed=False, reason="half done", by="collector", at=NOON)

    assert [(kind, payload["reason"]) for kind, _, payload in told(city)[2:]] == [
        ("case_urged", "now"),
        ("case_rework", "half done"),
    ]


def test_a_refused_step_tells_nobody(city):
    number = handled.filed(city)

    with pytest.raises(GridmgrError):
        dispatching.dispatch(city, number, department="XYZ", by="d", at=NOON)

    assert told(city) == []


@pytest.mark.parametrize(("condition", "heard"), [("dirty", []), ("blocked", ["san@offices.example"])])
def test_a_department_hears_that_a_case_leaves_it_because_it_is_anothers(city, condition, heard):
    number = handled.dispatched(city)
    before = len(told(city))
    if heard:
        pass_roads_on(city)

    who = {"reason": "wrong", "by": "leader", "at": NOON + handled.HOUR}
    rerouting.recategorise(city, number, category="06012", condition=condition, **who)

    assert [(kind, address) for kind, address, _ in told(city)[before:]] == [("case_returned", one) for one in heard]


def pass_roads_on(engine):
    """Let city management clean the roads from now on."""
    with writing(engine) as session:
        responsibility.end_entries(session, "06012", "", NOON)
        bulk.insert(session, [Responsibility("06012", "", "UME", NOON)])
        revisions.raise_(session, "responsibility")
