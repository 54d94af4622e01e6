"""The workbench and the list of drafts read well everywhere."""

import re

import pytest
from browser import browsing, drawing, looking
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def address(planned):
    """The demo city in which these tests draw."""
    return planned


def test_on_a_phone_the_draft_and_its_findings_are_read(browser, address):
    context = browsing.reader(browser, address, browsing.Look(*browsing.HAND))
    page = context.new_page()
    drawing.sign_in(page, drawing.DEMO_PLANNER)

    page.goto("/plan/1")
    page.wait_for_selector(".findinglist .found, .findinglist .whole")

    expect(page.locator("#narrow-note")).to_be_visible()
    expect(page.locator("#tools")).to_be_hidden()
    context.close()


@pytest.mark.parametrize(
    "look", [*browsing.LOOKS, browsing.Look(320, 640, "light", "en"), browsing.Look(1024, 768)], ids=str
)
def test_the_workbench_reads_well_everywhere(planner, look):
    planner.goto(f"/plan/1?lang={look.language}#map=16/39.931000/119.603000")
    planner.wait_for_selector("#mapwrap[aria-busy=false]")
    planner.wait_for_selector(".findinglist .found, .findinglist .whole:not(:has(.skel))")
    planner.wait_for_load_state("networkidle")

    assert looking.blemishes(planner, look.language) == []


@pytest.mark.parametrize("look", [browsing.Look(), browsing.Look(*browsing.HAND, "dark", "en")], ids=str)
def test_the_list_of_drafts_reads_well(planner, look):
    planner.goto(f"/plan?lang={look.language}")
    planner.wait_for_selector("#drafts table")
    planner.wait_for_selector("#versions table")
    assert looking.blemishes(planner, look.language) == []

    planner.click("#begin")
    planner.wait_for_selector("dialog[open]")
    assert looking.blemishes(planner, look.language) == []


def test_a_visitor_signs_in_first(page):
    page.goto("/plan")

    expect(page).to_have_url(re.compile("/signin"))
