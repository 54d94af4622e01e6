"""Fixtures for tests in a browser: ``page`` opens the served demo city and fails on whatever a page must not do.

A test that wants another reader overrides ``look``::

    @pytest.mark.parametrize("look", browsing.LOOKS, ids=str)
    def test_a_page_…(page): ...
"""

import os

import pytest
from browser import browsing, drawing
from playwright.sync_api import expect


@pytest.fixture(scope="session")
def browser():
    """The one Chromium of this process; what is expected of a page may take as long as a slow machine needs."""
    path = browsing.executable()
    if path is None:
        absent = f"no browser on this machine ({', '.join(browsing.NAMES)})"
        pytest.fail(absent) if os.environ.get("CI") else pytest.skip(absent)
    expect.set_options(timeout=browsing.SETTLED_WITHIN_MS)
    with browsing.chromium(path) as running:
        yield running


@pytest.fixture(scope="session")
def address(browser, demo_city, demo_now, tmp_path_factory):
    """The address at which the demo city is served for the whole run; its clock began at ``demo_now``."""
    with browsing.served(demo_city, tmp_path_factory.mktemp("served"), at=demo_now) as where:
        yield where


@pytest.fixture(scope="session")
def planned(browser, demo_city, demo_now, tmp_path_factory):
    """The address of a demo city of those tests that draw and publish: their ``address``."""
    with browsing.served(demo_city, tmp_path_factory.mktemp("planned"), at=demo_now) as where:
        yield where


@pytest.fixture
def look():
    """The reader of a test that names no other: at a desk, by day, in Chinese."""
    return browsing.Look()


@pytest.fixture
def context(browser, address, look):
    """A browser without cookies."""
    opened = browsing.reader(browser, address, look)
    yield opened
    opened.close()


@pytest.fixture
def watch(context, address):
    """What the pages of this test did that they must not; ``watch.expect("status of 401")`` lets pass what is meant."""
    return browsing.watched(context, address)


@pytest.fixture
def page(context, watch):
    """An empty page; at the end of the test it must have asked no other host and complained of nothing."""
    opened = context.new_page()
    yield opened
    opened.close()
    assert watch.problems() == []


@pytest.fixture
def planner(page):
    """A page on which the planner of the demo city is signed in."""
    drawing.enter(page, drawing.DEMO_PLANNER)
    return page


@pytest.fixture
def draft(planner, request):
    """The number of a new draft, opened on the middle of the town."""
    number = drawing.begun(planner, f"试画 {request.node.name}"[:80])
    drawing.look_at(planner, number, *drawing.CENTRE)
    return number
