"""The pages in front of the workplaces: landing, sign-in, errors."""

import re

import pytest
from browser import browsing, looking

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
    assert page.get_attribute("main a", "href") == "/"


def test_the_landing_page_shows_the_city_its_counts_and_what_is_not_whole(page):
    open_landing(page)

    audit = page.request.get("/api/v1/audit").json()
    shown = dict(
        zip(page.locator(".nums dt").all_inner_texts(), page.locator(".nums dd").all_inner_texts(), strict=True)
    )

    assert shown["责任网格"] == f"{audit['grids']:,}"
    assert shown["缝隙与重叠"] == str(audit["whole"]["land"]["count"]) == "0"
    assert "地全" in page.inner_text("#state")
    assert page.locator(".picture canvas").count() > 4


def test_the_landing_page_offers_three_sign_ins_and_only_pages_that_are_there(page):
    open_landing(page)

    ours = {
        link.split("#")[0] for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    }
    answers = {link: page.request.get(link).status for link in ours}

    assert page.locator(".door").count() == 3
    assert page.locator(".door code").all_inner_texts() == ["zhaofengying", "mawenbo", "linxiaoyu"]
    assert set(answers.values()) == {200}


def test_a_click_on_the_picture_asks_the_map_about_that_spot(page):
    open_landing(page)

    page.locator(".picture .folium-map").click(position={"x": 1000, "y": 40})
    page.wait_for_url(MAP)

    assert re.search(r"#map=15/39\.\d+/119\.\d+&spot=119\.\d+,39\.\d+", page.url)


def test_a_door_of_the_landing_page_leads_by_way_of_the_form_to_the_map(page):
    open_landing(page)

    page.click(f".door:has-text('{LOGIN}') a.btn")
    assert page.input_value("#login") == LOGIN
    page.fill("#password", LOGIN)
    page.keyboard.press("Enter")
    page.wait_for_url(MAP)

    assert page.locator("form[action='/signout']").count() == 1


def test_a_wrong_password_says_how_many_tries_are_left_and_keeps_the_login(page, watch):
    watch.expect("status of 401")
    page.goto("/signin")

    left = []
    for _ in range(2):
        sign_in(page, "linxiaoyu", "not the password")
        page.wait_for_load_state("networkidle")
        left.append(int(re.search(r"(\d+) 次", page.inner_text("#problem"))[1]))

    assert left[1] == left[0] - 1
    assert page.input_value("#login") == "linxiaoyu"
    assert page.evaluate("document.activeElement.id") == "password"
    assert page.get_attribute("#password", "aria-describedby") == "problem"


def test_who_is_signed_in_can_sign_out(page):
    page.goto("/signin?next=/map")
    sign_in(page, LOGIN, LOGIN)
    page.wait_for_url(MAP)

    page.click("form[action='/signout'] button")
    page.wait_for_url(re.compile(r"//[^/]+/$"))

    assert page.request.get("/api/v1/me").json().get("account") is None
    assert page.locator(".hero a[href^='/signin']").count() == 1


@pytest.mark.parametrize("look", [browsing.Look(language="zh"), browsing.Look(language="en")], ids=str)
def test_the_pages_speak_the_language_of_the_browser_until_another_is_chosen(page, look):
    page.goto("/")
    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[look.language]

    page.click("a.lang")
    page.goto("/signin")

    assert page.get_attribute("html", "lang") == {"zh": "en", "en": "zh-CN"}[look.language]


@pytest.mark.parametrize("look", [browsing.Look(theme="light"), browsing.Look(theme="dark")], ids=str)
def test_the_pages_are_light_or_dark_as_the_machine_until_the_other_is_chosen(page, look):
    open_landing(page)
    assert page.get_attribute("html", "data-theme") == look.theme

    page.click("#theme")
    page.goto("/signin")

    assert page.get_attribute("html", "data-theme") == {"light": "dark", "dark": "light"}[look.theme]


def test_the_form_to_sign_in_works_without_scripts(browser, address):
    context = browser.new_context(base_url=address, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/signin?next=/")

    sign_in(page, LOGIN, LOGIN)

    assert page.url == f"{address}/"
    assert page.locator(".hero a[href^='/signin']").count() == 0
    context.close()
