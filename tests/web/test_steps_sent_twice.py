"""A step that a phone sends again, because it heard no answer, is taken once and answered alike."""

import concurrent.futures

import pytest
from web.small_city import NOW
from web.test_api_cases import dispatched, filed, signed  # noqa: F401  signed is a fixture

from gridmgr.services import reporting
from gridmgr.services.handling import reading


@pytest.fixture
def sent(signed):  # noqa: F811
    """A function that gives a browser signed in with a role, which sends steps under a key."""

    def signed_in(role):
        browser = signed(role)
        token = browser.get("/api/v1/me").json["csrf_token"]

        def send(number, key, *, subject="cases", **step):
            headers = {"X-CSRFToken": token, "Idempotency-Key": key}
            return browser.post(f"/api/v1/{subject}/{number}/steps?lang=en", json=step, headers=headers)

        browser.send = send
        return browser

    return signed_in


def steps(engine, number):
    """Return the steps in the history of a case."""
    return [one.action for one in reading.case_page(engine, number, at=NOW).history if one.case_id is not None]


def test_a_step_sent_twice_is_taken_once_and_answered_alike_whatever_came_after(small, sent):
    number = dispatched(small)
    handler = sent("handler")
    claim = {"action": "claim", "seen": 2}

    first = handler.send(number, "k1", **claim)
    handler.send(number, "k2", action="handle", seen=3)
    again = handler.send(number, "k1", **claim)

    assert (first.status_code, again.status_code) == (200, 200), again.text
    assert again.json == first.json
    assert again.json["state"] == "handling"
    assert steps(small, number) == ["open", "dispatch", "claim", "handle"]


def test_a_report_filed_twice_under_one_key_is_one_case(small, sent):
    told, _ = reporting.report(small, x=119.605, y=39.905, category="06010", at=NOW, source="inspection")
    acceptor, leader = sent("acceptor"), sent("shift_leader")
    accepted = [acceptor.send(told.number, "a", subject="reports", action="accept", seen=0).json for _ in range(2)]

    made = [leader.send(told.number, "f", subject="reports", action="file", seen=1, limit="4WH") for _ in range(2)]

    assert accepted[0] == accepted[1]
    assert made[0].status_code == made[1].status_code == 200, made[1].text
    assert made[0].json == made[1].json
    assert made[0].json["case"]["state"] == "filed"


def test_a_key_belongs_to_one_step_of_one_person(small, sent):
    first, second = dispatched(small), dispatched(small)
    handler, boss = sent("handler"), sent("department")
    handler.send(first, "k", action="claim", seen=2)

    other = handler.send(second, "k", action="claim", seen=2)
    his_own = boss.send(second, "k", action="claim", seen=2)

    assert (other.status_code, other.json["type"]) == (409, "/problems/step-key-used")
    assert his_own.status_code == 200, his_own.text


def test_a_step_that_was_refused_leaves_its_key_free(small, sent):
    number = filed(small)
    dispatcher = sent("dispatcher")

    refused = dispatcher.send(number, "k", action="dispatch", seen=1, department="XYZ")
    done = dispatcher.send(number, "k", action="dispatch", seen=1, department="SAN")

    assert (refused.status_code, done.status_code) == (400, 200), done.text


def test_twins_that_come_at_once_are_one_step(app, small, sent):
    number = dispatched(small)
    cookie = sent("handler").get_cookie("gridmgr").value

    def send(_):
        browser = app.test_client()
        browser.set_cookie("gridmgr", cookie)
        token = browser.get("/api/v1/me").json["csrf_token"]
        headers = {"X-CSRFToken": token, "Idempotency-Key": "twin"}
        return browser.post(f"/api/v1/cases/{number}/steps", json={"action": "claim", "seen": 2}, headers=headers)

    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))

    assert {one.status_code for one in answers} == {200}, [one.text for one in answers]
    assert len({one.text for one in answers}) == 1
    assert steps(small, number) == ["open", "dispatch", "claim"]
