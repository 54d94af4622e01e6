"""Accounts over the interface: what administrators change, what everybody changes of his own, and tokens instead of a session."""

import pytest
from web import small_city

from gridmgr.services import tokens

LONG = "four unrelated words here"


@pytest.fixture
def admin(sign_in):
    browser, token = sign_in("administrator")

    def ask(method, address, **body):
        return browser.open(f"/api/v1{address}", method=method, json=body or None, headers={"X-CSRFToken": token})

    return ask


@pytest.fixture
def program(app, small, quick_hashes):
    """A function that gives what asks with a token of a new account, and the token."""

    def made(role, *rights, **place):
        account = small_city.add_account(small, role, **place)
        _, secret = tokens.make(small, account, name="script", rights=rights, days=9, by=role, at=small_city.NOW)
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client, secret

    return made


def facts(login, role="dispatcher", **more):
    return {"login": login, "name": "李伟", "password": small_city.PASSWORD, "role": role, **more}


def test_an_administrator_adds_changes_closes_and_lists_accounts(admin):
    added = admin("POST", "/accounts", **facts("Li.Wei", area_code="K1"))
    changed = admin("PATCH", "/accounts/li.wei", role="handler", department_code="SAN")
    closed = admin("PATCH", "/accounts/li.wei", is_closed=True)
    listed = admin("GET", "/accounts?limit=1")
    rest = admin("GET", f"/accounts?after={listed.json['next']}")

    assert (added.status_code, added.json["account"]["login"]) == (201, "li.wei")
    assert changed.json["account"] == added.json["account"] | {"role": "handler", "department_code": "SAN"}
    assert closed.json["account"]["is_closed"] is True
    assert closed.json["account"]["closed_at"] == "2026-05-03T21:00:00+08:00"
    assert [one["login"] for one in listed.json["accounts"]] == ["administrator"]
    assert ([one["login"] for one in rest.json["accounts"]], rest.json["next"]) == (["li.wei"], None)
    assert "password" not in rest.text and "argon2" not in rest.text


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "kind"),
    [
        ("POST", "/accounts", facts("administrator"), 409, "login-taken"),
        ("POST", "/accounts", facts("two words"), 400, "invalid"),
        ("POST", "/accounts", facts("x", role="emperor"), 400, "bad-request"),
        ("POST", "/accounts", facts("x", role="handler"), 400, "invalid"),
        ("POST", "/accounts", facts("x", password="Password123!"), 400, "invalid"),
        ("PATCH", "/accounts/nobody", {"name": "x"}, 404, "no-such-account"),
        ("PATCH", "/accounts/administrator", {"is_closed": True}, 409, "last-administrator"),
        ("PATCH", "/accounts/administrator", {"login": "other"}, 400, "bad-request"),
        ("DELETE", "/me/tokens/7", {}, 404, "no-such-token"),
    ],
)
def test_what_cannot_be_is_refused_with_one_sentence(admin, method, address, body, status, kind):
    answer = admin(method, address, **body)

    assert (answer.status_code, answer.json["type"]) == (status, f"/problems/{kind}")
    assert len(answer.json["detail"]) > 10


def test_an_administrator_of_one_area_sees_and_changes_only_its_accounts(app, small, quick_hashes, sign_in):
    browser, token = sign_in("administrator", area_code="K1")
    small_city.add_account(small, "dispatcher", "inside", area_code="A")
    small_city.add_account(small, "dispatcher", "outside", area_code="C")

    def patch(login):
        body = {"name": "x"}
        return browser.patch(f"/api/v1/accounts/{login}", json=body, headers={"X-CSRFToken": token}).status_code

    listed = [one["login"] for one in browser.get("/api/v1/accounts").json["accounts"]]
    assert listed == ["administrator", "inside"]
    assert [patch(login) for login in ("inside", "outside", "nobody")] == [200, 403, 404]


def test_a_changed_password_signs_this_browser_out_too(sign_in):
    browser, token = sign_in("dispatcher")

    def change(old, new):
        words = {"old": old, "new": new}
        return browser.post("/api/v1/me/password", json=words, headers={"X-CSRFToken": token})

    answers = [change("wrong", LONG), change(small_city.PASSWORD, "short"), change(small_city.PASSWORD, LONG)]

    assert [one.status_code for one in answers] == [401, 400, 200]
    assert browser.get("/api/v1/me").json["account"] is None


def test_the_language_of_ones_pages_is_kept(sign_in):
    browser, token = sign_in("dispatcher")

    browser.patch("/api/v1/me", json={"language": "en"}, headers={"X-CSRFToken": token})

    assert browser.get("/api/v1/me").json["account"]["language"] == "en"


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked(app, sign_in):
    browser, token = sign_in("dispatcher")
    words = {"name": "hotline", "rights": ["see_cases"], "days": 30}

    made = browser.post("/api/v1/me/tokens", json=words, headers={"X-CSRFToken": token})
    header = {"Authorization": f"bearer  {made.json['secret']}"}
    seen = app.test_client().get("/api/v1/me", headers=header)
    listed = browser.get("/api/v1/me/tokens")
    revoked = browser.delete(f"/api/v1/me/tokens/{made.json['token']['id']}", headers={"X-CSRFToken": token})
    after = app.test_client().get("/api/v1/me", headers=header)

    assert made.status_code == 201
    assert seen.json["account"]["login"] == "dispatcher"
    assert (seen.json["token"]["name"], "see_cases" in seen.json["rights"]) == ("hotline", True)
    assert listed.json["tokens"][0] | {"last_used_at": None} == made.json["token"]
    assert listed.json["tokens"][0]["last_used_at"] == "2026-05-03T21:00:00+08:00"
    assert made.json["secret"] not in listed.text
    assert (revoked.status_code, after.status_code) == (200, 401)
    assert after.headers["WWW-Authenticate"] == "Bearer"


def test_a_write_by_a_token_needs_no_token_of_a_page(program):
    client, _ = program("planner", "edit_drafts")

    assert client.post("/api/v1/drafts", json={"name": "by a program"}).status_code == 201
    assert client.post("/signout").status_code == 303


def test_a_session_beside_a_token_neither_helps_nor_is_used(program, sign_in, app):
    browser, _ = sign_in("administrator")
    _, secret = program("planner")

    def ask(secret):
        return browser.get("/api/v1/accounts", headers={"Authorization": f"Bearer {secret}"}).status_code

    assert [browser.get("/api/v1/accounts").status_code, ask(secret), ask("wrong")] == [200, 403, 401]


def test_another_kind_of_authorization_leaves_the_session_and_its_guard_as_they_are(sign_in):
    browser, _ = sign_in("planner")
    header = {"Authorization": "Basic cGxhbm5lcjp4"}

    assert browser.get("/api/v1/me", headers=header).json["account"]["role"] == "planner"
    assert browser.post("/api/v1/drafts", json={"name": "x"}, headers=header).status_code == 400


@pytest.mark.parametrize("secret", ["", " ", "x", "gridmgr_", "网", "a" * 10_000, "' OR 1=1 --"])
def test_a_wrong_token_is_refused_and_never_taken_for_nobody(client, secret):
    for address in ("/api/v1/where?lon=119.605&lat=39.905", "/map", "/api/v1/me"):
        answer = client.get(address, headers={"Authorization": f"Bearer {secret}"}, follow_redirects=False)

        assert answer.status_code == 401, address


def test_guesses_of_tokens_are_limited_for_each_address(client, monkeypatch):
    monkeypatch.setattr(tokens, "WRONG_PER_ADDRESS", 3)

    answers = [client.get("/api/v1/me", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(5)]

    assert answers == [401, 401, 401, 429, 429]


def test_a_token_follows_the_role_of_its_account(program, small):
    from gridmgr.services.accounts import changes

    client, _ = program("planner", "edit_drafts", "see_drafts")
    assert client.get("/api/v1/drafts").status_code == 200

    changes.change(small, "planner", by="root", at=small_city.NOW, role="collector")

    assert client.get("/api/v1/drafts").status_code == 403
    assert "edit_drafts" not in client.get("/api/v1/me").json["rights"]


def test_a_token_says_what_it_is_not_for(program):
    client, _ = program("administrator")

    drafts, own = (client.get(f"/api/v1/{noun}?lang=en").json["detail"] for noun in ("drafts", "me/tokens"))

    assert drafts == "The token script is not for this (right see_drafts): make one that is, or sign in."
    assert own == "This is done in person, not by a token: sign in."


def test_phones_are_shown_to_a_token_that_names_them_alone(program, app):
    named, _ = program("dispatcher", "see_phones")
    nothing, _ = program("supervisor")

    def shown(client):
        return "0335-" in client.get("/api/v1/where?lon=119.605&lat=39.905&category=06010").text

    assert (shown(named), shown(nothing), shown(app.test_client())) == (True, False, False)


def test_reports_by_a_token_that_is_not_for_them_count_as_a_strangers(program, monkeypatch):
    from gridmgr.web import floods

    monkeypatch.setattr(floods, "WITHOUT_TICKET", 1)
    named, _ = program("dispatcher", "post_report")
    nothing, _ = program("supervisor")

    def told(client):
        return client.post("/api/v1/reports", json={"lon": 119.605, "lat": 39.905}).status_code

    assert [told(nothing), told(nothing), told(named), told(named)] == [201, 429, 201, 201]


def test_the_description_of_the_interface_tells_of_tokens(client):
    spec = client.get("/api/openapi.json").json

    assert spec["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert {"token": []} in spec["paths"]["/api/v1/accounts/{login}"]["patch"]["security"]
    assert "403" in spec["paths"]["/api/v1/me/tokens"]["post"]["responses"]
