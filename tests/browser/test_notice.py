"""The notice of a version in a browser: it is whole on paper and in the hand, by day and by night."""

import pytest
from browser import browsing
from playwright.sync_api import expect


@pytest.mark.parametrize("look", browsing.LOOKS, ids=str)
def test_the_notice_is_readable_on_every_screen(page, look):
    page.goto("/api/v1/versions/3/notice")

    expect(page.locator("h1")).not_to_be_empty()
    maps = page.locator("figure svg")
    pairs = len(maps.all()) // 2
    assert pairs and len(maps.all()) == 2 * pairs
    assert len(page.locator("tbody tr").all()) >= 2
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    fills = maps.first.locator("path.grid.changed").first.evaluate("one => getComputedStyle(one).fill")
    assert fills == "rgb(207, 230, 230)"


def test_no_map_is_torn_between_two_sheets_of_paper(page):
    page.goto("/api/v1/versions/3/notice")
    page.emulate_media(media="print")

    kept = page.locator(".maps, tbody tr").evaluate_all("all => all.map((one) => getComputedStyle(one).breakInside)")
    assert set(kept) == {"avoid"}
    expect(page.locator("nav")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True, print_background=True).startswith(b"%PDF")
