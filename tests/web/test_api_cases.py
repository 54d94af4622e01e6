"""Cases over HTTP: the queue, a case with its history, steps with their rights, and readable conflicts."""

import datetime as dt

import pictures
import pytest
from web import small_city
from web.small_city import NOW

from gridmgr.services import reporting
from gridmgr.services.handling import dispatching, filing
from gridmgr.services.photos import keeping
from gridmgr.store import database

SPOTS = {"A": (119.605, 39.905), "C": (119.605, 39.915), "D": (119.615, 39.915)}
HOUR = dt.timedelta(hours=1)


def filed(engine, grid="A", *, limit="2UH", at=NOW - HOUR, category="06010"):
    """Report rubbish in a grid, and file it; return the case's number."""
    lon, lat = SPOTS[grid]
    told, _ = reporting.report(
        engine, x=lon, y=lat, category=category, at=at, reporter="Zhou", description="a heap", source="inspection"
    )
    filing.accept(engine, told.number, by="acceptor", at=at)
    return filing.file(engine, told.number, limit=limit, by="shift_leader", at=at).number


def dispatched(engine, grid="A", **more):
    """File a case and dispatch it to its department; return its number."""
    number = filed(engine, grid, **more)
    department = "UME" if more.get("category") == "06012" else "SAN"
    dispatching.dispatch(engine, number, department=department, by="dispatcher", at=more.get("at", NOW - HOUR))
    return number


@pytest.fixture
def signed(app, small, sign_in):
    """A function that gives a browser signed in with a role, which sends JSON and says who it is."""

    def signed_in(role, **place):
        browser, token = sign_in(role, **place) if place else sign_in(role)

        def step(number, action, seen, *, subject="cases", **values):
            body = {"action": action, "seen": seen, **values}
            return browser.post(f"/api/v1/{subject}/{number}/steps?lang=en", json=body, headers={"X-CSRFToken": token})

        browser.step = step
        return browser

    return signed_in


def numbers(answer):
    assert answer.status_code == 200, answer.text
    return [one["number"] for one in answer.json["cases"]]


def test_a_case_is_shown_with_reports_history_and_what_may_be_done(small, signed):
    number = dispatched(small)

    shown = signed("handler").get(f"/api/v1/cases/{number}").json

    assert (shown["case"]["state"], shown["case"]["due_at"]) == ("dispatched", "2026-05-03T22:00:00+08:00")
    assert [one["action"] for one in shown["history"]] == ["accept", "file", "open", "dispatch"]
    assert [one["action"] for one in shown["possible"]] == ["claim", "assign", "return", "ask_extension", "reply"]
    assert "reporter" not in shown["reports"][0]


def test_who_reported_is_for_those_who_may_see_reports(small, signed):
    number = dispatched(small)

    assert signed("dispatcher").get(f"/api/v1/cases/{number}").json["reports"][0]["reporter"] == "Zhou"


def test_the_loop_is_played_by_those_who_have_the_rights(small, signed, tmp_path):
    number = dispatched(small)
    handler, collector, leader = (signed(role) for role in ("handler", "collector", "shift_leader"))
    photo = keeping.take(small, tmp_path / "data", pictures.picture(), at=NOW).token

    steps = [
        handler.step(number, "claim", 2),
        handler.step(number, "handle", 3, after=[photo]),
        collector.step(number, "check", 4, passed=True),
        leader.step(number, "close", 5),
    ]

    assert [one.status_code for one in steps] == [200] * 4, [one.text for one in steps]
    assert steps[-1].json["state"] == "closed"
    assert [one["by"] for one in leader.get(f"/api/v1/cases/{number}").json["history"]][-4:] == (
        ["handler", "handler", "collector", "shift_leader"]
    )


def test_a_report_becomes_a_case(small, signed):
    told, _ = reporting.report(small, x=119.605, y=39.905, category="06010", at=NOW, source="inspection")
    acceptor, leader = signed("acceptor"), signed("shift_leader")

    accepted = acceptor.step(told.number, "accept", 0, subject="reports")
    refused = acceptor.step(told.number, "file", 1, subject="reports", limit="4WH")
    made = leader.step(told.number, "file", 1, subject="reports", limit="4WH")

    assert (accepted.json["report"]["state"], refused.status_code) == ("accepted", 403)
    assert (made.json["case"]["state"], made.json["case"]["event"]) == ("filed", 1)
    assert leader.get(f"/api/v1/reports/{told.number}").json["reports"][0]["state"] == "filed"


def test_another_category_is_tried_before_it_is_filed(small, signed):
    told, _ = reporting.report(small, x=119.605, y=39.905, category="06010", at=NOW, source="inspection")
    browser = signed("shift_leader")

    own, other = (
        browser.get(f"/api/v1/reports/{told.number}/proposal?limit=4WH{category}").json
        for category in ("", "&category=06012")
    )

    assert (own["department"], other["department"], own["limit"], own["grid"]) == ("SAN", "UME", "4WH", "A")
    assert browser.get(f"/api/v1/reports/{told.number}").json["reports"][0]["category"] == "06010"


def test_duplicates_are_proposed(small, signed):
    first, second = (
        reporting.report(small, x=119.605, y=39.905, category="06010", at=NOW, source="inspection")[0].number
        for _ in range(2)
    )

    [found] = signed("acceptor").get(f"/api/v1/reports/{second}/alike").json["alike"]

    assert (found["number"], found["distance_m"]) == (first, 0.0)


@pytest.mark.parametrize(
    ("role", "action"), [("dispatcher", "close"), ("collector", "handle"), ("acceptor", "dispatch")]
)
def test_a_step_needs_its_own_right(small, signed, role, action):
    number = dispatched(small)

    assert signed(role).step(number, action, 2).status_code == 403


def test_whoever_acts_on_an_old_page_hears_who_did_what(small, signed):
    number = dispatched(small)
    dispatching.claim(small, number, department="SAN", by="su", at=NOW)

    answer = signed("handler").step(number, "claim", 2)

    assert answer.status_code == 409
    assert answer.json["type"] == "/problems/moved-on"
    assert "su took the step claim at 2026-05-03T21:00:00+08:00" in answer.json["detail"]
    assert [one["action"] for one in answer.json["since"]] == ["claim"]


@pytest.mark.parametrize(
    ("action", "values", "words"),
    [
        ("dispatch", {}, "needs department"),
        ("dispatch", {"department": "XYZ"}, "no department XYZ"),
        ("dispatch", {"department": "SAN", "passed": True}, "knows no passed"),
        ("vanish", {}, "no step vanish"),
    ],
)
def test_a_step_that_cannot_be_read_is_refused_in_one_sentence(small, signed, action, values, words):
    number = filed(small)

    answer = signed("dispatcher").step(number, action, 1, **values)

    assert answer.status_code == 400
    assert words in answer.json["detail"]


def test_a_step_that_a_rule_forbids_is_a_conflict(small, signed):
    number = dispatched(small)
    browser = signed("handler")
    told = {"kind": "not_my_duty", "reason": "theirs"}

    answer = browser.step(number, "return", 2, **told)

    assert answer.status_code == 409
    assert "next owner" in answer.json["detail"]


def test_what_a_phone_did_without_a_net_counts_from_when_it_was_done(small, signed):
    number = dispatched(small)
    handler = signed("handler")
    handler.step(number, "claim", 2, happened_at="2026-05-03T20:30:00+08:00")

    answer = handler.step(number, "handle", 3, happened_at="2026-05-03T20:45:00+08:00")

    assert answer.status_code == 200, answer.text
    last = handler.get(f"/api/v1/cases/{number}").json["history"][-1]
    assert (last["at"], last["recorded_at"]) == ("2026-05-03T20:45:00+08:00", "2026-05-03T21:00:00+08:00")


def test_a_case_of_another_department_or_area_is_not_shown(small, signed):
    number = dispatched(small, "A", category="06012")
    small_city.add_account(small, "supervisor", "far", area_code="K2")

    assert signed("handler").get(f"/api/v1/cases/{number}").status_code == 403
    assert signed("dispatcher").get(f"/api/v1/cases/{number}").status_code == 200


def test_the_queue_begins_with_what_is_due_first_and_goes_on_after_a_page(small, signed):
    late, early, middle = (dispatched(small, limit=limit) for limit in ("9UH", "2UH", "5UH"))
    browser = signed("dispatcher")

    first = browser.get("/api/v1/cases/queue?limit=2")
    second = browser.get("/api/v1/cases/queue", query_string={"limit": 2, "after": first.json["next"]})

    assert (numbers(first), numbers(second), second.json["next"]) == ([early, middle], [late], None)


def test_cases_due_at_one_instant_are_each_listed_once(small, signed):
    made = [dispatched(small) for _ in range(5)]
    browser, found, after = signed("dispatcher"), [], ""

    while after is not None:
        answer = browser.get("/api/v1/cases/queue", query_string={"limit": 2, "after": after})
        found, after = found + numbers(answer), answer.json["next"]

    assert found == made


def test_the_queue_is_narrowed_by_state_department_area_and_deadline(small, signed):
    a = dispatched(small, "A")
    c = dispatched(small, "C", limit="9UH")
    d = filed(small, "D", category="06012")
    browser = signed("dispatcher")

    asked = {
        "state=filed": [d],
        "state=filed,dispatched": [a, d, c],
        "department=UME": [d],
        "area=K2": [d, c],
        "area=C": [c],
        "area=S": [a, d, c],
        "due_before=2026-05-03T23:00": [a, d],
        "category=06012": [d],
        "waits_for=urge": [],
    }
    assert {query: numbers(browser.get(f"/api/v1/cases/queue?{query}")) for query in asked} == asked


def test_the_queue_shows_an_account_what_is_its_own(small, signed):
    own = dispatched(small, "A")
    dispatched(small, "A", category="06012")
    browser = signed("handler")

    assert numbers(browser.get("/api/v1/cases/queue")) == [own]
    assert browser.get("/api/v1/cases/queue?department=UME").status_code == 403


@pytest.mark.parametrize("query", ["area=NOWHERE", "after=x", "after=2026-05-03T21:00~x", "limit=0"])
def test_a_queue_that_cannot_be_is_refused(small, signed, query):
    assert signed("dispatcher").get(f"/api/v1/cases/queue?{query}").status_code in (400, 404)


def test_the_queue_knows_cases_that_passed_to_another_grid(small, signed):
    from gridmgr.domain.cases import Rehoming
    from gridmgr.store import bulk
    from gridmgr.store.cases import casework

    number = dispatched(small, "A")
    with database.session(small, write=True) as session:
        case, _ = casework.case_of_number(session, number)
        bulk.insert(session, [Rehoming(case.id, small_city.grid_ids(session)["C"], NOW - HOUR, NOW, "planner", "x")])
    browser = signed("dispatcher")

    assert numbers(browser.get("/api/v1/cases/queue?area=K2")) == [number]
    assert numbers(browser.get("/api/v1/cases/queue?area=K1")) == []
    assert browser.get(f"/api/v1/cases/{number}").json["case"]["grid"] == "C"


def test_strangers_see_no_case(small, client):
    number = dispatched(small)

    assert [client.get(f"/api/v1/cases/{path}").status_code for path in ("queue", number)] == [401, 401]
