"""The pages in front of the workplaces: landing, sign-in, errors."""

import re

import pytest
from browser import browsing, looking
from playwright.sync_api import expect

SMALLEST, WALL = browsing.Look(320, 640, "light", "en"), browsing.Look(2560, 1440, "dark", "zh")
SIZES = [*browsing.LOOKS, SMALLEST, WALL]
LOGIN = "mawenbo"
MAP = re.compile(r"//[^/]+/map\b")


def open_landing(page):
    """Open the landing page and wait for its figures."""
    page.goto("/")
    page.wait_for_selector("#state > span")
    page.wait_for_selector(".picture .leaflet-marker-icon")
    page.wait_for_load_state("networkidle")


def sign_in(page, login, password):
    """Fill the form in and send it."""
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("button[type=submit]")


@pytest.mark.parametrize("look", SIZES, ids=str)
def test_the_landing_page_reads_well_everywhere(page, look):
    open_landing(page)

    assert looking.blemishes(page, look.language) == []


@pytest.mark.parametrize("look", SIZES, ids=str)
def test_the_form_to_sign_in_reads_well_everywhere_with_and_without_a_mistake(page, watch, look):
    watch.expect("status of 401")
    page.goto("/signin?next=/map")
    page.wait_for_load_state("networkidle")
    assert looking.blemishes(page, look.language) == []

    sign_in(page, f"nobody-{look}", "wrong")
    page.wait_for_selector("#problem")

    assert looking.blemishes(page, look.language) == []


@pytest.mark.parametrize("look", SIZES, ids=str)
def test_an_error_is_a_page_of_ours_that_reads_well(page, watch, look):
    watch.expect("status of 404")
    answer = page.goto("/a-page-that-is-not-there")

    assert answer.status == 404
    assert looking.blemishes(page, look.language) == []
    expect(page.locator("main a")).to_have_attribute("href", "/")


def test_the_landing_page_shows_the_city_its_counts_and_what_is_not_whole(page):
    open_landing(page)

    audit = page.request.get("/api/v1/audit").json()
    shown = dict(
        zip(page.locator(".nums dt").all_inner_texts(), page.locator(".nums dd").all_inner_texts(), strict=True)
    )

    assert shown["责任网格"] == f"{audit['grids']:,}"
    assert shown["缝隙与重叠"] == str(audit["whole"]["land"]["count"]) == "0"
    expect(page.locator("#state")).to_contain_text("地全")
    expect(page.locator(".picture canvas").nth(4)).to_be_attached()


def test_the_landing_page_offers_three_sign_ins_and_only_pages_that_are_there(page):
    open_landing(page)

    ours = {
        link.split("#")[0] for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    }
    answers = {link: page.request.get(link).status for link in ours}

    expect(page.locator(".door")).to_have_count(3)
    expect(page.locator(".door code")).to_have_text(["zhaofengying", "mawenbo", "linxiaoyu"])
    assert set(answers.values()) == {200}


def test_a_click_on_the_picture_asks_the_map_about_that_spot(page):
    open_landing(page)

    page.locator(".picture .folium-map").click(position={"x": 1000, "y": 40})
    page.wait_for_url(MAP)

    expect(page).to_have_url(re.compile(r"#map=15/39\.\d+/119\.\d+&spot=119\.\d+,39\.\d+"))


def test_a_door_of_the_landing_page_leads_by_way_of_the_form_to_the_map(page):
    open_landing(page)

    page.click(f".door:has-text('{LOGIN}') a.btn")
    expect(page.locator("#login")).to_have_value(LOGIN)
    page.fill("#password", LOGIN)
    page.keyboard.press("Enter")
    page.wait_for_url(MAP)

    expect(page.locator("form[action='/signout']")).to_have_count(1)


def test_a_wrong_password_says_how_many_tries_are_left_and_keeps_the_login(page, watch):
    watch.expect("status of 401")
    page.goto("/signin")

    left = []
    for _ in range(2):
        with page.expect_navigation(wait_until="networkidle"):
            sign_in(page, "linxiaoyu", "not the password")
        left.append(int(re.search(r"(\d+) 次", page.inner_text("#problem"))[1]))

    assert left[1] == left[0] - 1
    expect(page.locator("#login")).to_have_value("linxiaoyu")
    assert page.evaluate("document.activeElement.id") == "password"
    expect(page.locator("#password")).to_have_attribute("aria-describedby", "problem")


def test_who_is_signed_in_can_sign_out(page):
    page.goto("/signin?next=/map")
    sign_in(page, LOGIN, LOGIN)
    page.wait_for_url(MAP)

    page.click("form[action='/signout'] button")
    page.wait_for_url(re.compile(r"//[^/]+/$"))

    assert page.request.get("/api/v1/me").json().get("account") is None
    expect(page.locator(".hero a[href^='/signin']")).to_have_count(1)


@pytest.mark.parametrize("look", [browsing.Look(language="zh"), browsing.Look(language="en")], ids=str)
def test_the_pages_speak_the_language_of_the_browser_until_another_is_chosen(page, look):
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", {"zh": "zh-CN", "en": "en"}[look.language])

    page.click("a.lang")
    page.goto("/signin")

    expect(page.locator("html")).to_have_attribute("lang", {"zh": "en", "en": "zh-CN"}[look.language])


@pytest.mark.parametrize("look", [browsing.Look(theme="light"), browsing.Look(theme="dark")], ids=str)
def test_the_pages_are_light_or_dark_as_the_machine_until_the_other_is_chosen(page, look):
    open_landing(page)
    expect(page.locator("html")).to_have_attribute("data-theme", look.theme)

    page.click("#theme")
    page.goto("/signin")

    expect(page.locator("html")).to_have_attribute("data-theme", {"light": "dark", "dark": "light"}[look.theme])


def test_the_form_to_sign_in_works_without_scripts(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/signin?next=/")

    sign_in(page, LOGIN, LOGIN)

    expect(page).to_have_url(f"{address}/")
    expect(page.locator(".hero a[href^='/signin']")).to_have_count(0)
    context.close()
