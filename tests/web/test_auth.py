"""Signing in and out, and requests that another site would send in somebody's name."""

import re

import pytest
from web import small_city

from gridmgr.web.auth import safe_path


def token_of(browser):
    return browser.get("/api/v1/me").json["csrf_token"]


def test_signing_in_opens_a_session_and_signing_out_ends_it(app, sign_in):
    browser, token = sign_in("planner")
    cookie = browser.get_cookie("gridmgr").value

    assert browser.get("/api/v1/me").json["account"]["role"] == "planner"
    assert browser.post("/signout", data={"csrf_token": token}).status_code == 303
    assert browser.get("/api/v1/me").json["account"] is None

    thief = app.test_client()
    thief.set_cookie("gridmgr", cookie)
    assert thief.get("/api/v1/me").json["account"] is None


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(app, small):
    small_city.add_account(small, "planner")
    browser = app.test_client()
    words = {"login": "planner", "password": small_city.PASSWORD, "csrf_token": token_of(browser)}

    plain = browser.post("/signin", data=words).headers["Set-Cookie"]
    browser.delete_cookie("gridmgr")
    over_tls = browser.get("/api/v1/me", base_url="https://localhost").headers["Set-Cookie"]

    assert "HttpOnly" in plain and "SameSite=Lax" in plain
    assert "Secure" in over_tls


def test_signing_in_goes_back_to_our_own_page_only(app, small):
    small_city.add_account(small, "planner")
    for wanted, reached in (
        ("/map?at=2026", "/map?at=2026"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
    ):
        browser = app.test_client()
        words = {"login": "planner", "password": small_city.PASSWORD, "next": wanted, "csrf_token": token_of(browser)}

        assert browser.post("/signin", data=words).headers["Location"] == reached


@pytest.mark.parametrize(
    "path", ["", None, "map", "//x", "/\\x", "/a\\b", "http://x", "javascript:alert(1)", "/a\nb", "/ x"]
)
def test_a_path_that_leaves_our_server_becomes_the_start_page(path):
    assert safe_path(path) == "/"


def test_a_form_without_our_token_is_refused(app, small):
    small_city.add_account(small, "planner")
    words = {"login": "planner", "password": small_city.PASSWORD}
    browser = app.test_client()

    for given in ({}, {"csrf_token": "guess"}, {"csrf_token": token_of(app.test_client())}):
        answer = browser.post("/signin", data={**words, **given})

        assert (answer.status_code, answer.json["type"]) == (400, "/problems/page-expired")


def test_a_write_with_a_session_needs_our_token(sign_in):
    browser, token = sign_in("planner")
    told = {"lon": 119.605, "lat": 39.905}

    without, wrong, right = (
        browser.post("/api/v1/reports", json=told, headers=headers).status_code
        for headers in ({}, {"X-CSRFToken": "x"}, {"X-CSRFToken": token})
    )

    assert (without, wrong, right) == (400, 400, 201)


def test_a_wrong_password_says_how_many_tries_are_left_and_then_waits(app, small):
    small_city.add_account(small, "planner")
    browser = app.test_client()
    words = {"login": "planner", "password": "wrong", "csrf_token": token_of(browser)}

    answers = [browser.post("/signin", data=words) for _ in range(6)]

    assert [one.status_code for one in answers] == [401] * 5 + [429]
    assert "pause of 15 minutes: 4." in answers[0].text
    assert re.search(r"wait \d+ minutes", answers[5].text)
    assert browser.get("/api/v1/me").json["account"] is None


def test_hostile_logins_are_refused_quietly(app):
    browser = app.test_client()
    token = token_of(browser)
    for login in ("", "\x00", "a" * 100_000, "' OR 1=1 --", "😀", "<script>"):
        answer = browser.post("/signin", data={"login": login, "password": login, "csrf_token": token})

        assert 400 <= answer.status_code < 500, login[:20]
        assert "<script>" not in answer.text


def test_an_account_that_was_closed_is_out_at_once(sign_in, small):
    from gridmgr.store import accounts, database

    browser, _ = sign_in("planner")
    with database.session(small, write=True) as session:
        accounts.by_login(session, "planner").disabled_at = small_city.NOW

    assert browser.get("/api/v1/me").json["account"] is None


def test_a_form_of_megabytes_is_not_read(client):
    answer = client.post("/signin", data={"login": "x" * 100_000, "csrf_token": token_of(client)})

    assert answer.status_code == 413
