"""The patch of a phone: what each has to do, with its clock, its distance and its steps."""

import datetime as dt
import json

import pytest
from web import small_city
from web.small_city import NOW
from web.test_api_cases import dispatched, filed, signed  # noqa: F401  signed is a fixture

from gridmgr.services import reporting
from gridmgr.services.handling import dispatching, filing, waiting, working

HOUR = dt.timedelta(hours=1)


def at_work(engine, handler="handler", **more):
    """Dispatch a case and assign it; return its number."""
    number = dispatched(engine, **more)
    dispatching.assign(engine, number, handler=handler, by="boss", at=NOW - HOUR / 2)
    return number


def handled(engine, grid="A"):
    """Hand a case in; return its number."""
    number = at_work(engine, grid=grid)
    working.handle(engine, number, by="handler", at=NOW - HOUR / 4)
    return number


def verifying(engine):
    """Ask a collector to verify a report of the public; return its number."""
    told, _ = reporting.report(engine, x=119.605, y=39.905, category="06010", at=NOW - HOUR, source="public")
    filing.accept(engine, told.number, by="acceptor", at=NOW - HOUR)
    filing.ask_verify(engine, told.number, by="acceptor", at=NOW - HOUR)
    return told.number


def patch(browser, query=""):
    answer = browser.get(f"/api/v1/field/patch?lang=en{query}")
    assert answer.status_code == 200, answer.text
    return answer.json


def kinds(told):
    return [(one["kind"], one["number"]) for one in told["tasks"]]


def test_a_handler_sees_what_his_department_has_and_nobody_else_was_given(small, signed):  # noqa: F811
    own, free = at_work(small, limit="9UH"), dispatched(small, limit="2UH")
    at_work(small, "somebody")
    dispatched(small, category="06012")
    filed(small)

    told = patch(signed("handler"))

    assert kinds(told) == [("handle", free), ("handle", own)]
    assert [one["action"] for one in told["tasks"][1]["possible"]][:2] == ["assign", "revoke"]
    assert told["tasks"][0]["seen"] == 2
    assert told["tasks"][0]["checklist"]


def test_who_is_on_the_spot_checks_and_verifies_in_his_area(small, signed):  # noqa: F811
    inside, report = handled(small, "A"), verifying(small)
    handled(small, "C")

    told = patch(signed("collector", area_code="K1"))

    assert sorted(kinds(told)) == sorted([("check", inside), ("verify", report)])
    assert (told["area"]["code"], [one["code"] for one in told["grids"]]) == ("K1", ["A", "B"])
    assert told["area"]["geometry"]["type"] in ("Polygon", "MultiPolygon")


def test_a_grid_chief_replies_to_an_urge(small, signed):  # noqa: F811
    number = dispatched(small)
    waiting.urge(small, number, reason="now", by="su", at=NOW - HOUR / 2)

    assert kinds(patch(signed("grid_chief", area_code="K1"))) == [("reply", number)]


def test_the_fuse_burns_as_the_limit_counts_and_stands_once_the_work_is_handed_in(small, signed):  # noqa: F811
    dispatched(small, limit="2UH", at=NOW - HOUR)
    handled(small)

    [running] = patch(signed("handler"))["tasks"]
    [standing] = patch(signed("collector"))["tasks"]

    assert running["burnt"] == pytest.approx(0.5)
    assert standing["burnt"] == pytest.approx(0.375)


def test_distances_are_from_where_the_phone_is(small, signed):  # noqa: F811
    dispatched(small)

    browser = signed("handler")

    near, unknown = (patch(browser, query)["tasks"][0]["distance_m"] for query in ("&lon=119.605&lat=39.906", ""))

    assert near == pytest.approx(111, abs=2)
    assert unknown is None


def test_the_patch_brings_what_a_phone_without_a_net_needs(small, signed):  # noqa: F811
    dispatched(small)
    small_city.add_account(small, "handler", "han")

    told = patch(signed("department"))

    assert told["often"] == ["06010"]
    assert [one["login"] for one in told["colleagues"]] == ["han"]
    assert [one["code"] for one in told["departments"]] == ["SAN", "UME"]
    assert any("06042" in one["words"] for one in told["confused"])


def test_strangers_have_no_patch(client):
    assert client.get("/api/v1/field/patch").status_code == 401


PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari"}


def test_the_field_is_a_page_of_those_signed_in_and_lists_all_that_its_worker_keeps(client, small, signed):  # noqa: F811
    browser = signed("handler")

    page, worker = browser.get("/field?lang=en"), browser.get("/field/sw.js")
    shell = json.loads(worker.text.split("\n", 1)[0].removeprefix("const SHELL = ").removesuffix(";"))

    assert (client.get("/field").status_code, page.status_code) == (401, 200)
    assert '"login":"handler"' in page.text
    assert worker.headers["Service-Worker-Allowed"] == "/field"
    assert [address for address in shell if browser.get(address, buffered=True).status_code != 200] == []
    assert any(address.endswith("/js/field/createQueue.js") for address in shell)
    assert browser.get("/field/app.webmanifest").json["start_url"] == "/field"


@pytest.mark.parametrize(
    ("role", "headers", "asked", "goes_to"),
    [
        ("handler", PHONE, "/", "/field"),
        ("collector", {"Sec-CH-UA-Mobile": "?1"}, "", "/field"),
        ("handler", PHONE, "/map", "/map"),
        ("handler", {}, "/", "/"),
        ("dispatcher", PHONE, "/", "/"),
    ],
)
def test_who_works_outside_and_signs_in_on_a_phone_comes_to_the_field(
    app, small, quick_hashes, role, headers, asked, goes_to
):
    small_city.add_account(small, role)
    browser = app.test_client()
    token = browser.get("/api/v1/me").json["csrf_token"]
    words = {"login": role, "password": small_city.PASSWORD, "csrf_token": token, "next": asked}

    assert browser.post("/signin", data=words, headers=headers).headers["Location"] == goes_to
