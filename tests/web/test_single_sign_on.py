"""Signing in by the account of the city's provider, a real one over HTTP: only who is vouched for, and has an account."""

import dataclasses
import sys
import urllib.parse

import pytest
from web import city_provider, small_city

from gridmgr.providers import Provider
from gridmgr.services.accounts import second_factor

WRONG = {
    "issuer of the token": {"iss": "http://127.0.0.1:1"},
    "audience": {"aud": "another"},
    "two audiences without a party": {"aud": ["gridmgr", "another"]},
    "party": {"azp": "another"},
    "end": {"exp": 1},
    "no end": {"exp": None},
    "begin": {"iat": 9999999999},
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "no token": {"token": "x.y.z"},
    "unsigned": {"token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0."},
}


@pytest.fixture
def provider(monkeypatch):
    """The provider, which knows somebody as ``planner``."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with city_provider.running(small_city.NOW) as running:
        running.claims = {"preferred_username": "planner"}
        yield running


@pytest.fixture
def config(config, provider):
    """The settings of a city that has this provider."""
    told = Provider(provider.issuer, city_provider.CLIENT, city_provider.SECRET)
    return dataclasses.replace(config, provider=told)


@pytest.fixture
def planner(small, quick_hashes):
    """The account of a planner."""
    return small_city.add_account(small, "planner")


def go(browser, provider, where="/plan"):
    """Go to the provider, sign in there, and return the answer on coming back."""
    left = browser.get(f"/signin/city?next={where}")
    assert left.status_code == 303, left.text
    return browser.get(f"/signin/city/back?{provider.authorize(left.headers['Location'])}")


def who(browser):
    account = browser.get("/api/v1/me").json["account"]
    return account and account["login"]


def test_whom_the_provider_vouches_for_is_signed_in_and_goes_on(client, provider, planner):
    page = client.get("/signin").text

    answer = go(client, provider)

    assert "/signin/city" in page
    assert (answer.status_code, answer.headers["Location"]) == (303, "/plan")
    assert who(client) == "planner"


def test_the_way_back_is_ours_alone(client, provider, planner):
    assert go(client, provider, "//elsewhere.example").headers["Location"] == "/"


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(client, provider, planner, wrong):
    provider.wrong = wrong

    answer = go(client, provider)

    assert (answer.status_code, who(client)) == (401, None)


def test_a_token_by_another_key_opens_nothing(client, provider, planner):
    provider.published = city_provider.new_key(2)

    assert (go(client, provider).status_code, who(client)) == (401, None)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(app, client, provider, planner):
    left = client.get("/signin/city").headers["Location"]
    back = f"/signin/city/back?{provider.authorize(left)}"
    thief = app.test_client()

    stolen, taken, again = thief.get(back), client.get(back), client.get(back)

    assert [one.status_code for one in (stolen, taken, again)] == [401, 303, 401]
    assert who(thief) is None


def test_another_state_or_a_refusal_opens_nothing(client, provider, planner):
    client.get("/signin/city")
    other = client.get("/signin/city/back?code=code-0&state=guess")
    left = client.get("/signin/city").headers["Location"]
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(left).query))["state"]
    refused = client.get(f"/signin/city/back?error=access_denied&state={state}")

    assert (other.status_code, refused.status_code) == (401, 401)
    assert "access_denied" in refused.text


def test_nobody_gets_an_account_by_being_known_elsewhere(client, provider, small):
    answer = go(client, provider)

    assert (answer.status_code, who(client)) == (401, None)
    assert "planner" in answer.text


def test_a_closed_account_stays_closed(client, provider, planner, small):
    from gridmgr.store import accounts, database

    with database.session(small, write=True) as session:
        accounts.by_login(session, "planner").disabled_at = small_city.NOW

    assert (go(client, provider).status_code, who(client)) == (401, None)


@pytest.mark.parametrize(("claim", "is_enough"), [({"email_verified": True}, True), ({}, False)])
def test_an_address_of_mail_counts_where_the_provider_has_verified_it(
    app, provider, small, quick_hashes, claim, is_enough
):
    small_city.add_account(small, "planner", "li@example.org")
    provider.claims = {"email": "Li@example.org", **claim}
    house = app.extensions["gridmgr"]
    told = dataclasses.replace(house.config.provider, login_claim="email")
    app.extensions["gridmgr"] = dataclasses.replace(house, config=dataclasses.replace(house.config, provider=told))
    browser = app.test_client()

    go(browser, provider)

    assert (who(browser) == "li@example.org") is is_enough


def test_a_second_factor_is_asked_for_here_unless_it_is_theirs(app, client, provider, planner, small):
    second_factor.set_roles(small, ["planner"], by="root", at=small_city.NOW)
    ours = go(client, provider)
    house = app.extensions["gridmgr"]
    told = dataclasses.replace(house.config.provider, second_factor="theirs")
    app.extensions["gridmgr"] = dataclasses.replace(house, config=dataclasses.replace(house.config, provider=told))
    other = app.test_client()

    theirs = go(other, provider)

    assert (ours.headers["Location"], who(client)) == ("/signin/second?next=/plan", None)
    assert (theirs.headers["Location"], who(other)) == ("/plan", "planner")


def test_a_provider_that_says_another_name_or_no_sense_is_told(client, provider, planner):
    provider.wrong = {"issuer": "https://elsewhere.example"}
    other = client.get("/signin/city")
    provider.wrong = {"discovery": "no JSON"}
    broken = client.get("/signin/city")

    assert (other.status_code, broken.status_code) == (503, 503)


def test_without_the_extra_one_sentence_says_what_to_install(client, provider, monkeypatch):
    monkeypatch.setitem(sys.modules, "authlib.integrations.requests_client", None)

    answer = client.get("/signin/city")

    assert answer.status_code == 503
    assert "gridmgr[oidc]" in answer.text
