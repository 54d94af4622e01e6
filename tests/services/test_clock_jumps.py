"""The machine's clock jumps an hour forth and back between requests: nothing is lost, doubled or waited for below zero."""

import datetime as dt

import pytest
import receivers
import sqlalchemy as sa
from services import handled
from services.test_courier import settings
from small_cities import NOON

from gridmgr.domain.cases import Event
from gridmgr.services import accounts, notifications, reporting, trail, working
from gridmgr.services.accounts import signing_in
from gridmgr.services.handling import dispatching, filing
from gridmgr.services.handling import reading as desk
from gridmgr.services.handling import working as work
from gridmgr.services.transactions import reading, writing

HOUR = dt.timedelta(hours=1)
JUMPS = [NOON, NOON + HOUR, NOON, NOON + HOUR, NOON - HOUR, NOON]


@pytest.fixture
def city(engine):
    handled.city(engine)
    return engine


def test_a_case_goes_its_way_and_its_history_keeps_the_order_in_which_it_was_written(city):
    clock = iter(JUMPS)
    told = handled.reported(city)
    filing.accept(city, told, by="a", at=next(clock))
    number = filing.file(city, told, condition="fallen", by="leader", at=next(clock)).number
    dispatching.claim(city, number, department="UME", by="han", at=next(clock))
    work.handle(city, number, by="han", at=next(clock))
    work.check(city, number, passed=True, by="collector", at=next(clock))
    work.close(city, number, by="leader", at=next(clock))

    with reading(city) as session:
        events = session.scalars(sa.select(Event).where(Event.case_id.is_not(None)).order_by(Event.id)).all()
    assert [event.action for event in events] == ["open", "claim", "handle", "check", "close"]
    assert [event.number for event in events] == [1, 2, 3, 4, 5]
    page = desk.case_page(city, number, at=NOON - HOUR)
    assert page.case.state == "closed"


def test_a_notice_put_by_a_clock_ahead_is_delivered_and_the_trail_verifies(city):
    clock = iter([NOON + HOUR, NOON, NOON + HOUR, *([NOON] * 1000)])
    with writing(city) as session:
        notifications.put(session, "case_closed", "channel:hook0", {}, at=NOON + HOUR)
        trail.record(session, "li", "close_case", "case:1", at=NOON + HOUR)

    with receivers.web() as heard:
        working.run(city, settings(heard.port), now=lambda: next(clock), stop=lambda: False, once=True)
        working.run(city, settings(heard.port), now=lambda: NOON + 2 * HOUR, stop=lambda: False, once=True)

    assert len(heard.requests) == 1
    assert trail.verify(city).breaks == []


def test_a_report_sent_again_by_an_earlier_clock_is_the_same_report(city):
    spot = {"x": 119.605, "y": 39.935, "category": "06010", "key": "k"}
    first = reporting.report(city, **spot, at=NOON + HOUR, observed_at=NOON + HOUR)[0]

    again, is_new = reporting.report(city, **spot, at=NOON, observed_at=NOON + HOUR)

    assert (again.number, is_new) == (first.number, False)


def test_a_session_that_a_clock_ahead_opened_holds_when_the_clock_is_right_again(city):
    with writing(city) as session:
        accounts.add_account(session, login="wu", password="a long password 9", name="Wu", role="dispatcher", at=NOON)

    _, token = signing_in.sign_in(city, "wu", "a long password 9", at=NOON + HOUR)

    assert accounts.account_of(city, token, at=NOON).login == "wu"
    assert accounts.account_of(city, token, at=NOON + 2 * HOUR).login == "wu"
