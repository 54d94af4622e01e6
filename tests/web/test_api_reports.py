"""Filing reports over HTTP."""

import concurrent.futures
import datetime as dt

from sqlalchemy import func, select
from web import small_city

from gridmgr.domain.cases import Report
from gridmgr.store import database
from gridmgr.web import floods

TOLD = {"lon": 119.605, "lat": 39.905, "category": "06010", "description": "垃圾没人收"}

ANOTHER = (
    {"description": "something else"},
    {"category": "06012"},
    {"accuracy_m": 5},
    {"reporter": "somebody else"},
    {"observed_at": "2026-05-03T12:00"},
)


def count(engine):
    with database.session(engine) as session:
        return session.scalar(select(func.count()).select_from(Report))


def test_a_report_is_filed_and_routed(client, small):
    answer = client.post("/api/v1/reports", json=TOLD)

    assert answer.status_code == 201
    assert answer.json["report"]["id"] > 0
    assert answer.json["report"]["grid"] == "A"
    assert answer.json["decision"]["department"]["code"] == "SAN"
    assert "phone" not in answer.json["decision"]["person"]
    assert count(small) == 1


def test_the_same_key_gives_the_same_answer(client, small):
    key = {"Idempotency-Key": "k-1"}

    first, second = (client.post("/api/v1/reports", json=TOLD, headers=key) for _ in range(2))

    assert first.status_code == second.status_code == 201
    assert first.data == second.data
    assert list(first.json["decision"]["levels"]) == ["subdistrict", "community", "responsibility_grid"]
    assert count(small) == 1


def test_a_phone_whose_clock_is_a_little_ahead_may_send_its_report_twice(client, small):
    told = {**TOLD, "observed_at": "2026-05-03T21:01:30"}

    first, second = (client.post("/api/v1/reports", json=told, headers={"Idempotency-Key": "k-1"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["report"]["observed_at"] == first.json["report"]["received_at"]
    assert count(small) == 1


def test_the_same_key_at_the_same_moment_makes_one_report(app, small):
    def post(_):
        return app.test_client().post("/api/v1/reports", json=TOLD, headers={"Idempotency-Key": "k-1"})

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, range(16)))

    assert {one.status_code for one in answers} == {201}
    assert len({one.data for one in answers}) == 1
    assert count(small) == 1


def test_a_key_is_not_used_for_another_report(client, small):
    key = {"Idempotency-Key": "k-1"}
    client.post("/api/v1/reports", json=TOLD, headers=key)

    for other in ANOTHER:
        answer = client.post("/api/v1/reports", json={**TOLD, **other}, headers=key)

        assert (answer.status_code, answer.json["type"]) == (409, "/problems/idempotency-key-used"), other
    assert count(small) == 1


def test_a_report_outside_is_kept_and_says_so(client):
    answer = client.post("/api/v1/reports", json={**TOLD, "lon": 119.5})

    assert answer.status_code == 201
    assert answer.json["report"]["outside"] is True
    assert answer.json["decision"]["nearest"]["code"] == "A"


def test_a_report_of_an_unknown_kind_waits_for_the_dispatcher(client):
    answer = client.post("/api/v1/reports", json={**TOLD, "category": "00000"})

    assert answer.status_code == 201
    assert answer.json["decision"]["department"] is None


def test_what_was_seen_long_ago_is_refused(client, small):
    for observed_at in ("2026-04-01T00:00", "2026-05-03T21:30", "nonsense"):
        answer = client.post("/api/v1/reports", json={**TOLD, "observed_at": observed_at})

        assert answer.status_code == 400, observed_at
    assert count(small) == 0


def test_bad_reports_leave_nothing_behind(client, small):
    bad = (
        {},
        [],
        {**TOLD, "lat": "x"},
        {**TOLD, "lat": 91},
        {**TOLD, "description": "a\x00b"},
        {**TOLD, "description": "x" * 5000},
        {**TOLD, "crs": "epsg:x"},
        {**TOLD, "accuracy_m": -5},
        {**TOLD, "reporter": 7},
        {**TOLD, "colour": "red"},
    )
    for body in bad:
        answer = client.post("/api/v1/reports", json=body)

        assert answer.status_code == 400, body
        assert answer.json["detail"]
    assert client.post("/api/v1/reports", data="lon=1").status_code == 400
    assert client.post("/api/v1/reports", json=TOLD, headers={"Idempotency-Key": "k" * 300}).status_code == 400
    assert count(small) == 0


def test_strangers_are_limited_and_staff_are_not(app, client, sign_in, small, monkeypatch):
    monkeypatch.setattr(floods, "WITHOUT_TICKET", 2)
    browser, token = sign_in("dispatcher")

    codes = [client.post("/api/v1/reports", json=TOLD).status_code for _ in range(3)]
    by_staff = [
        browser.post("/api/v1/reports", json=TOLD, headers={"X-CSRFToken": token}).status_code for _ in range(3)
    ]

    assert codes == [201, 201, 429]
    assert by_staff == [201, 201, 201]
    assert count(small) == 5


def test_a_stranger_may_go_on_after_a_while(client, app, small, monkeypatch):
    monkeypatch.setattr(floods, "WITHOUT_TICKET", 1)
    client.post("/api/v1/reports", json=TOLD)
    object.__setattr__(app.extensions["gridmgr"], "clock", lambda: small_city.NOW + dt.timedelta(minutes=11))

    assert client.post("/api/v1/reports", json=TOLD).status_code == 201


def at_second(app, seconds):
    object.__setattr__(app.extensions["gridmgr"], "clock", lambda: small_city.NOW + dt.timedelta(seconds=seconds))


def test_who_filled_our_form_in_may_send_more(client, app, small, monkeypatch):
    monkeypatch.setattr(floods, "WITHOUT_TICKET", 1)
    monkeypatch.setattr(floods, "WITH_TICKET", 3)
    ticket = client.get("/api/v1/reports/form").json["ticket"]
    at_second(app, 10)

    with_ticket = [client.post("/api/v1/reports", json={**TOLD, "ticket": ticket}).status_code for _ in range(4)]
    forged = client.post("/api/v1/reports", json={**TOLD, "ticket": ticket[:-2] + "xx"}).status_code

    assert with_ticket == [201, 201, 201, 429]
    assert forged == 429


def test_a_form_is_not_filled_in_within_a_second(client, app, small):
    ticket = client.get("/api/v1/reports/form").json["ticket"]
    at_second(app, 1)

    answer = client.post("/api/v1/reports?lang=en", json={**TOLD, "ticket": ticket})

    assert (answer.status_code, "quicker than a person" in answer.json["detail"]) == (400, True)


def test_a_network_of_addresses_is_counted_as_one(client, monkeypatch):
    monkeypatch.setattr(floods, "WITHOUT_TICKET", 1)

    codes = [
        client.post("/api/v1/reports", json=TOLD, environ_base={"REMOTE_ADDR": address}).status_code
        for address in ("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")
    ]

    assert codes == [201, 429, 201]


def test_the_secret_is_told_again_to_who_sends_again_and_kept_as_a_hash(client, small):
    key = {"Idempotency-Key": "k-1"}

    first, again = (client.post("/api/v1/reports", json=TOLD, headers=key).json for _ in range(2))

    with database.session(small) as session:
        kept = session.scalars(select(Report)).one()
    assert first["secret"] == again["secret"]
    assert len(first["secret"].replace("-", "")) == 10
    assert first["secret"].replace("-", "") not in kept.secret_hash.upper()


def test_where_a_report_comes_from_follows_who_sends_it(client, sign_in):
    def source(browser, token="", **named):
        sent = browser.post("/api/v1/reports", json={**TOLD, **named}, headers={"X-CSRFToken": token})
        return sent.status_code if sent.status_code != 201 else sent.json["report"]["source"]

    collector, acceptor = sign_in("collector"), sign_in("acceptor")

    assert source(client) == "public"
    assert source(*collector) == "collector"
    assert source(*acceptor, source="hotline") == "hotline"
    assert source(client, source="leader") == source(*collector, source="hotline") == 400
    assert source(client, source="nonsense") == 400
