"""A served small city, on both databases."""

import pytest
from web import small_city

from gridmgr.config import Config


@pytest.fixture
def small(engine):
    """The engine of the small city."""
    small_city.found(engine)
    return engine


@pytest.fixture
def config(small, database_url, tmp_path):
    """The settings under which the small city is served."""
    return Config(database_url=database_url, data=tmp_path / "data")


@pytest.fixture
def app(config):
    """The application over the small city; its clock stands at ``small_city.NOW``."""
    from gridmgr.web.app import create_app

    made = create_app(config, clock=lambda: small_city.NOW)
    made.testing = False
    yield made
    made.extensions["gridmgr"].engine.dispose()


@pytest.fixture
def client(app):
    """A program or browser without a session."""
    return app.test_client()


@pytest.fixture
def sign_in(app, small, quick_hashes):
    """A function that gives a browser signed in with a role, and the token its writes carry."""

    def signed_in(role, login="", **place):
        small_city.add_account(small, role, login, **place)
        browser = app.test_client()
        token = browser.get("/api/v1/me").json["csrf_token"]
        words = {"login": login or role, "password": small_city.PASSWORD, "csrf_token": token}
        answer = browser.post("/signin", data=words)
        assert answer.status_code == 303, answer.text
        return browser, browser.get("/api/v1/me").json["csrf_token"]

    return signed_in
