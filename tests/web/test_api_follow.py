"""What the public asks over HTTP: what became of a report, what was reported near by, and who is responsible."""

import pytest
from web import small_city
from web.small_city import NOW

from gridmgr.domain.staff import surname
from gridmgr.services.handling import dispatching, filing, working

TOLD = {"lon": 119.605, "lat": 39.905, "category": "06010", "description": "垃圾没人收"}


def sent(client, **more):
    """Send a report; return what its reporter was shown."""
    answer = client.post("/api/v1/reports", json={**TOLD, **more})
    assert answer.status_code == 201, answer.text
    return {"number": answer.json["report"]["number"], "secret": answer.json["secret"]}, answer.json


def ask(client, mine, path="", **more):
    return client.post(f"/api/v1/follow{path}?lang=en", json={**mine, **more})


def closed(engine, mine):
    """Let a report be confirmed, filed, worked on and closed; return the number of its case."""
    filing.accept(engine, mine["number"], by="acceptor", at=NOW)
    filing.ask_verify(engine, mine["number"], by="acceptor", at=NOW)
    filing.verify(engine, mine["number"], found=True, by="cai", at=NOW)
    case = filing.file(engine, mine["number"], limit="4WH", by="leader", at=NOW).number
    dispatching.claim(engine, case, department="SAN", by="han", at=NOW)
    working.handle(engine, case, by="han", at=NOW)
    working.check(engine, case, passed=True, by="cai", at=NOW)
    working.close(engine, case, by="leader", at=NOW)
    return case


def test_a_reporter_reads_what_became_of_it_without_a_name(client, small):
    mine, _ = sent(client)
    before = ask(client, mine).json
    closed(small, mine)

    after = ask(client, mine)

    assert (before["words"], before["is_over"], before["may"]) == (
        "Received, to be looked at", False, {"rate": False, "reopen": False},
    )  # fmt: skip
    assert (after.json["words"], after.json["department"]) == ("Closed", "Sanitation")
    assert after.json["may"] == {"rate": True, "reopen": True}
    assert [one["step"] for one in after.json["history"]] == (
        ["receive", "accept", "ask_verify", "verify", "open", "claim", "handle", "check", "close"]
    )
    assert not any(name in after.text for name in ("acceptor", "leader", '"han"', '"cai"', "张梦瑶"))


def test_a_reporter_rates_it_and_staff_read_that(client, small, sign_in):
    mine, _ = sent(client)
    case = closed(small, mine)

    rated = ask(client, mine, "/rate", stars=2, words="slow")
    again = ask(client, mine, "/rate", stars=5)

    assert (rated.json["rating"]["stars"], again.status_code) == (2, 409)
    dispatcher, handler = (sign_in(role)[0] for role in ("dispatcher", "handler"))
    shown = [one.get(f"/api/v1/cases/{case}").json["reports"][0].get("rating") for one in (dispatcher, handler)]
    assert (shown[0]["stars"], shown[0]["words"], shown[1]) == (2, "slow", None)


def test_a_reporter_has_it_reopened(client, small):
    mine, _ = sent(client)
    closed(small, mine)

    reopened = ask(client, mine, "/reopen", reason="still there")
    again = ask(client, mine, "/reopen", reason="still there")

    assert (reopened.json["state"], reopened.json["history"][-1]["step"]) == ("filed", "reopen")
    assert (again.status_code, again.json["type"]) == (409, "/problems/step-refused")


def test_nobody_follows_without_the_secret(client):
    mine, _ = sent(client)

    for wrong in ({**mine, "secret": "AAAAA-AAAAA"}, {**mine, "number": "R1"}):
        answers = [ask(client, wrong), ask(client, wrong, "/rate", stars=5), ask(client, wrong, "/reopen", reason="x")]
        assert [one.status_code for one in answers] == [404, 404, 404]
    assert ask(client, {"number": mine["number"]}).status_code == 400


def test_who_sees_it_too_joins_with_a_number_of_his_own(client, small):
    mine, _ = sent(client)
    near = client.get("/api/v1/reports/near?lon=119.60501&lat=39.905&category=06010&lang=en").json["near"]
    key = {"Idempotency-Key": "too"}
    body = {**TOLD, "also_seen": near[0]["handle"]}

    first, again = (client.post("/api/v1/reports", json=body, headers=key) for _ in range(2))

    assert [(one["category"], one["distance_m"], one["minutes_ago"]) for one in near] == [("Exposed rubbish", 1, 0)]
    assert mine["number"] not in str(near)
    assert first.json["merged"] is True
    assert first.data == again.data
    own = {"number": first.json["report"]["number"], "secret": first.json["secret"]}
    assert own["number"] != mine["number"]
    assert ask(client, own).json["merged"] is True
    closed(small, mine)
    assert ask(client, own).json["state"] == "closed"


def test_a_report_that_joins_nothing_stands_on_its_own(client):
    _, answer = sent(client, also_seen="x")

    assert answer["merged"] is False


def test_who_is_responsible_is_told_by_surname_and_without_a_phone(client):
    answer = client.get("/api/v1/who?lon=119.605&lat=39.905&category=06010&lang=zh")

    assert answer.json["person"]["surname"] == "张"
    assert answer.json["person"]["post"] == "网格长"
    assert answer.json["grid"] == {"code": "A", "level": "responsibility_grid", "name": "红旗里 01"}
    assert answer.json["hotline"] == "12345"
    assert answer.json["department"] == {"code": "SAN", "name": "环境卫生"}
    assert "张梦瑶" not in answer.text
    assert "0335-" not in answer.text


def test_staff_are_told_no_more_here(sign_in):
    browser, _ = sign_in("supervisor")

    assert "0335-" not in browser.get("/api/v1/who?lon=119.605&lat=39.905").text


def test_outside_the_city_the_nearest_grid_is_named(client):
    found = client.get("/api/v1/who?lon=119.59&lat=39.905").json

    assert found["outside"] is True
    assert (found["nearest"]["code"], round(found["nearest"]["distance_m"])) == ("A", 855)


def test_near_a_border_the_neighbours_are_named(client):
    found = client.get("/api/v1/who?lon=119.60995&lat=39.905").json

    assert [one["code"] for one in found["near_border"]["neighbours"]] == ["B"]


@pytest.mark.parametrize(
    ("name", "found"),
    [("张梦瑶", "张"), ("欧阳娜娜", "欧阳"), ("欧阳", "欧"), ("Zhang Mengyao", "Zhang"), ("Wu", "Wu"), ("", "")],
)
def test_a_surname_is_told_from_a_name(name, found):
    assert surname(name) == found


def test_bad_questions_get_a_sentence(client):
    for address in ("who", "who?lon=1", "who?lon=x&lat=1", "reports/near?lon=1&lat=1", "who?lon=119.6&lat=95"):
        answer = client.get(f"/api/v1/{address}")
        assert answer.status_code == 400, address
        assert answer.json["detail"]
    assert client.get("/api/v1/reports/near?lon=119.605&lat=39.905&category=none").json == {"near": []}
    assert small_city.NOW
