"""Signing in in two steps over HTTP: nothing opens before the second, whoever must have a phone takes it on the way."""

import html
import re

import pyotp
import pytest
from web import small_city

from gridmgr.services.accounts import second_factor


def code_of(secret):
    return pyotp.TOTP(secret).at(int(small_city.NOW.timestamp()))


def first_step(app, login="planner", **more):
    """Return (browser, answer, token) after the password."""
    browser = app.test_client()
    token = browser.get("/api/v1/me").json["csrf_token"]
    words = {"login": login, "password": small_city.PASSWORD, "csrf_token": token, **more}
    answer = browser.post("/signin", data=words)
    return browser, answer, browser.get("/api/v1/me").json["csrf_token"]


@pytest.fixture
def required(small, quick_hashes):
    """A planner of a city that asks a second factor of planners."""
    small_city.add_account(small, "planner")
    second_factor.set_roles(small, ["planner"], by="root", at=small_city.NOW)


def secret_on(page):
    return html.unescape(re.search(r'qrsecret">([A-Z2-7]+)<', page)[1])


def test_the_password_alone_opens_nothing_and_the_phone_is_taken_on_the_way(app, required):
    browser, answer, token = first_step(app, next="/plan")
    page = browser.get(answer.headers["Location"])
    before = browser.get("/api/v1/me").json["account"]

    done = browser.post(
        "/signin/second", data={"code": code_of(secret_on(page.text)), "next": "/plan", "csrf_token": token}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, "/signin/second?next=/plan")
    assert (before, page.headers["Cache-Control"]) == (None, "no-store")
    assert "data:image/svg+xml" in page.text
    assert len(re.findall(r"<li><code>[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}</code>", done.text)) == 10
    assert browser.get("/api/v1/me").json["account"]["login"] == "planner"


def test_a_wrong_code_says_how_many_tries_are_left(app, required):
    browser, answer, token = first_step(app)
    browser.get(answer.headers["Location"])

    refused = browser.post("/signin/second", data={"code": "000000", "csrf_token": token})

    assert refused.status_code == 401
    assert "pause of 15 minutes: 4." in refused.text
    assert browser.get("/api/v1/me").json["account"] is None


def test_the_second_step_needs_the_first_and_our_token(app, required):
    stranger = app.test_client()
    token = stranger.get("/api/v1/me").json["csrf_token"]
    browser, *_ = first_step(app)

    assert stranger.get("/signin/second").status_code == 401
    assert stranger.post("/signin/second", data={"code": "1", "csrf_token": token}).status_code == 401
    assert browser.post("/signin/second", data={"code": "1"}).status_code == 400


def test_ones_own_phone_is_taken_into_use_asked_for_and_given_up(app, sign_in):
    browser, token = sign_in("planner")
    headers = {"X-CSRFToken": token}
    begun = browser.post("/api/v1/me/second-factor", json={"password": small_city.PASSWORD}, headers=headers).json
    confirmed = browser.post(
        "/api/v1/me/second-factor/confirm", json={"code": code_of(begun["secret"])}, headers=headers
    ).json
    state = browser.get("/api/v1/me/second-factor").json

    other, answer, token = first_step(app)
    signed = other.post("/signin/second", data={"code": confirmed["recovery"][0], "csrf_token": token})
    dropped = browser.post("/api/v1/me/second-factor/drop", json={"code": confirmed["recovery"][1]}, headers=headers)

    assert (state["is_on"], state["recovery_left"], state["since"]) == (True, 10, "2026-05-03T21:00:00+08:00")
    assert (answer.status_code, signed.status_code, dropped.json) == (303, 303, {"is_on": False})
    assert other.get("/api/v1/me").json["account"]["login"] == "planner"


def test_an_administrator_asks_it_of_roles_and_takes_it_from_who_lost_his_phone(app, sign_in, small):
    planner, planners = sign_in("planner")
    begun = planner.post(
        "/api/v1/me/second-factor", json={"password": small_city.PASSWORD}, headers={"X-CSRFToken": planners}
    ).json
    planner.post(
        "/api/v1/me/second-factor/confirm", json={"code": code_of(begun["secret"])}, headers={"X-CSRFToken": planners}
    )
    browser, token = sign_in("administrator")
    headers = {"X-CSRFToken": token}

    listed = {one["login"]: one["second_factor"] for one in browser.get("/api/v1/accounts").json["accounts"]}
    asked = browser.post("/api/v1/second-factor/roles", json={"roles": ["administrator"]}, headers=headers).json
    wrong = browser.post("/api/v1/second-factor/roles", json={"roles": ["emperor"]}, headers=headers)
    gone = browser.delete("/api/v1/accounts/planner/second-factor", headers=headers)
    again = browser.delete("/api/v1/accounts/planner/second-factor", headers=headers)

    assert listed == {"planner": True, "administrator": False}
    assert (asked, wrong.status_code) == ({"roles": ["administrator"]}, 400)
    assert (gone.status_code, again.status_code) == (200, 409)
    assert planner.get("/api/v1/me").json["account"] is None


def test_an_administrator_of_one_area_says_nothing_for_the_whole_city(sign_in):
    browser, token = sign_in("administrator", "local", area_code="K1")

    answer = browser.post("/api/v1/second-factor/roles", json={"roles": []}, headers={"X-CSRFToken": token})

    assert answer.status_code == 403
    assert "面向全市" in answer.json["detail"]
