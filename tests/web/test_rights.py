"""Every address has its row in the table of rights, and the table is what happens."""

import pytest
from web import small_city

from gridmgr.domain.access import RIGHTS, may
from gridmgr.web.auth import ROUTES

OWN_QUERY = {
    "where.get_where": "?lon=119.605&lat=39.905",
    "where.get_owners": "?lon=119.605&lat=39.905",
    "search.get_search": "?q=A",
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
}


def addresses(app):
    """Yield (endpoint, method, address) of everything the application answers."""
    for rule in app.url_map.iter_rules():
        values = {name: VALUES[name] for name in rule.arguments}
        if rule.endpoint == "layers.get_items":
            values["id"] = "road"
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(rule.endpoint, values)
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address + OWN_QUERY.get(rule.endpoint, "")


def test_every_address_has_a_right(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}

    assert endpoints - ROUTES.keys() == set()
    assert set(ROUTES.values()) <= RIGHTS.keys()


def test_an_address_without_a_row_is_refused(app):
    app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")

    answer = app.test_client().get("/forgotten")

    assert answer.status_code == 403
    assert "secret" not in answer.text


@pytest.mark.parametrize("role", [None, *small_city.ROLES])
def test_the_table_is_what_happens(app, sign_in, role):
    browser, token = sign_in(role) if role else (app.test_client(), "")
    for endpoint, method, address in addresses(app):
        if endpoint in ("auth.sign_out", "auth.sign_in"):
            continue
        body = [] if method == "POST" else None
        answer = browser.open(address, method=method, json=body, headers={"X-CSRFToken": token}, buffered=True)

        is_refused = answer.status_code in (401, 403)
        assert is_refused is not may(role, ROUTES[endpoint]), (endpoint, answer.status_code)
        assert answer.status_code < 500, (endpoint, answer.text)


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
