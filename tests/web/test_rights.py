"""Every address has its row in the table of rights, and the tables are what happens: by role, by place, by token."""

import datetime as dt

import pytest
from web import small_city

from gridmgr.domain.access import ACCOUNT_ROLES, PLACED, RIGHTS, WHOLE_CITY, may, rights_of
from gridmgr.services import tokens
from gridmgr.store import database
from gridmgr.web.auth import PLACES, ROUTES

OWN_QUERY = {
    "where.get_where": "?lon=119.605&lat=39.905",
    "where.get_owners": "?lon=119.605&lat=39.905",
    "search.get_search": "?q=A",
    "who.get_who": "?lon=119.605&lat=39.905",
    "reports.get_near": "?lon=119.605&lat=39.905&category=06010",
}
VALUES = {
    "level": "responsibility_grid",
    "z": 12,
    "x": 3408,
    "y": 1550,
    "code": "A",
    "id": "area",
    "slug": "invalid",
    "filename": "img/mark.svg",
    "version": "x",
    "path": "img/mark.svg",
    "number": 7,
    "draft": 7,
    "checkpoint": 7,
    "comment": 7,
    "other": 8,
    "digest": "x",
    "login": "subject",
    "token": "x",
}
OWN_VALUES = {
    "layers.get_items": {"id": "road"},
    "cases.get_report": {"number": "R-7"},
    "cases.get_alike": {"number": "R-7"},
    "desk.get_report_candidates": {"number": "R-7"},
    "cases.get_proposal": {"number": "R-7"},
    "cases.post_report_step": {"number": "R-7"},
}
SIGNING = frozenset(
    {
        "auth.sign_out",
        "auth.sign_in",
        "auth.second_page",
        "auth.second",
        "single_sign_on.leave",
        "single_sign_on.arrive",
    }
)
"""They change who asks, or ask who he is."""
INSIDE, OUTSIDE = {"area_code": "K1"}, {"area_code": "K2"}
OTHERS_DEPARTMENT = {"department_code": "UME"}


def addresses(app):
    """Yield (endpoint, method, address, whether it names a thing) of everything the application answers."""
    for rule in app.url_map.iter_rules():
        values = {name: VALUES[name] for name in rule.arguments}
        values |= OWN_VALUES.get(rule.endpoint, {})
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            if rule.endpoint not in SIGNING:
                yield rule.endpoint, method, address + OWN_QUERY.get(rule.endpoint, ""), bool(values)


def surprises(app, browser, expected, token=""):
    """Ask for every address; return where one is refused and is not ``expected`` to be, or the other way round."""
    found = []
    for endpoint, method, address, names_thing in addresses(app):
        body = [] if method in ("POST", "PUT", "PATCH") else None
        answer = browser.open(address, method=method, json=body, headers={"X-CSRFToken": token}, buffered=True)
        if (answer.status_code in (401, 403)) is not expected(endpoint, names_thing) or answer.status_code >= 500:
            found.append((method, address, answer.status_code, answer.text[:200]))
    return found


def surprised(app, sign_in, roles, expected, **place):
    """Ask for every address as each of ``roles`` at a place; return role → surprises, without roles that had none."""
    found = {}
    for role in roles:
        browser, token = sign_in(role, f"{role}.asks", **place)
        found[role] = surprises(app, browser, expected(role), token)
    return {role: those for role, those in found.items() if those}


@pytest.fixture
def things(small):
    """The things of grid A and of the department of sanitation that the addresses name."""
    small_city.add_account(small, "collector", "subject", area_code="A", department_code="SAN")
    filed_at, due_at = small_city.NOW - dt.timedelta(hours=1), small_city.NOW + dt.timedelta(hours=1)
    with database.session(small, write=True) as session:
        small_city.file_case(session, "7", 119.605, 39.905, "A", filed_at=filed_at, due_at=due_at)


def test_every_address_has_a_right(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert endpoints - ROUTES.keys() == set()
    assert ROUTES.keys() - endpoints == set()
    assert set(ROUTES.values()) <= RIGHTS.keys()


def test_every_address_that_names_a_thing_with_a_place_can_tell_where_it_lies(app):
    placed = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments and ROUTES[rule.endpoint] in PLACED}

    assert placed == PLACES.keys()


def test_an_address_without_a_row_is_refused(app):
    app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_thing_whose_place_nobody_can_tell_is_refused(app, sign_in, monkeypatch):
    monkeypatch.setitem(ROUTES, "forgotten", "manage_accounts")
    app.add_url_rule("/forgotten/<code>", endpoint="forgotten", view_func=lambda code: "secret")
    browser, _ = sign_in("administrator")

    answer = browser.get("/forgotten/A")

    assert (answer.status_code, "secret" in answer.text) == (403, False)


def test_every_address_is_asked(app):
    asked = {endpoint for endpoint, *_ in addresses(app)}

    assert asked | SIGNING == ROUTES.keys()


def test_nobody_is_refused_what_is_not_everybodys(app, things):
    assert surprises(app, app.test_client(), here(None)) == []


def test_each_role_may_what_its_row_says_inside_its_area_and_department(app, things, sign_in):
    assert surprised(app, sign_in, ACCOUNT_ROLES, bound, **INSIDE) == {}


def test_each_role_may_what_its_row_says_in_the_whole_city(app, things, sign_in):
    whole_city = [role for role in ACCOUNT_ROLES if WHOLE_CITY & set(rights_of(role))]

    assert surprised(app, sign_in, whole_city, here) == {}


def test_no_role_may_touch_anything_outside_its_area(app, things, sign_in):
    assert surprised(app, sign_in, ACCOUNT_ROLES, elsewhere, **OUTSIDE) == {}


def test_no_role_may_touch_anything_of_another_department(app, things, sign_in):
    assert surprised(app, sign_in, ACCOUNT_ROLES, elsewhere, **OTHERS_DEPARTMENT) == {}


def test_a_token_scoped_to_nothing_may_what_anybody_may_whoever_made_it(app, things, small, quick_hashes):
    found = {role: surprises(app, shows_token(app, small, role, ()), here(None)) for role in ACCOUNT_ROLES}

    assert {role: those for role, those in found.items() if those} == {}


def test_a_token_scoped_to_one_right_may_that_and_what_anybody_may(app, things, small, quick_hashes):
    browser = shows_token(app, small, "administrator", ("see_drafts",))

    found = surprises(app, browser, lambda endpoint, _: here(None)(endpoint, _) and ROUTES[endpoint] != "see_drafts")

    assert found == []


def here(role):
    """Return what is refused to a role that the things which addresses name are the business of; None is nobody."""
    return lambda endpoint, _: not may(role, ROUTES[endpoint])


def bound(role):
    """Return what is refused to a role whose account is for one area, in which everything lies."""
    return lambda endpoint, _: here(role)(endpoint, _) or ROUTES[endpoint] in WHOLE_CITY


def elsewhere(role):
    """Return what is refused to a role that has nothing to do with the things that addresses name."""
    return lambda endpoint, names_thing: (
        bound(role)(endpoint, names_thing) or (names_thing and ROUTES[endpoint] in PLACED)
    )


def shows_token(app, engine, role, rights):
    """Return a program that shows a new token of a new account of ``role``."""
    account = small_city.add_account(engine, role)
    _, secret = tokens.make(engine, account, name="script", rights=rights, days=9, by=role, at=small_city.NOW)
    browser = app.test_client()
    browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return browser


def test_drafts_are_for_those_signed_in(client, sign_in):
    browser, _ = sign_in("planner")
    asked = (
        "/api/v1/levels?draft=1",
        "/api/v1/audit?draft=1",
        "/api/v1/where?lon=1&lat=1&draft=1",
        "/tiles/community/1/0/0.mvt?draft=1",
    )

    assert [client.get(address).status_code for address in asked] == [401] * 4
    assert [browser.get(address).status_code for address in asked] == [404] * 4


def test_persons_are_found_by_those_signed_in(client, sign_in):
    browser, _ = sign_in("supervisor")

    public, staff = (one.get("/api/v1/search?q=张梦瑶").json["results"] for one in (client, browser))

    assert public == []
    assert [(one["kind"], one["title"], one["phone"]) for one in staff] == [("person", "张梦瑶", "0335-5550001")]
