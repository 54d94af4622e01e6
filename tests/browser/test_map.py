"""The supervisor's map, driven as its readers do."""

import collections
import re
import urllib.parse

import pytest
from browser import browsing, looking
from playwright.sync_api import expect

from gridmgr.geometry import crs

HOME = "/map#map=15/39.931/119.603"
SPOT = f"{HOME}&spot=119.603,39.931"
CODE = "13030200401404"
PAST = "2025-11-03T21:00"


@pytest.fixture
def map_page(page):
    """The page, opened on an address and waited for until the tiles are drawn."""

    def opened(address=HOME):
        page.goto(address)
        settle(page)
        return page

    return opened


def settle(page):
    """Wait until the tiles are drawn and the audit has come."""
    page.wait_for_selector("#mapwrap[aria-busy=false]")
    page.wait_for_selector("#wholes .good, #wholes .bad", state="attached")


def card(page):
    """Wait for the owner card and return its text."""
    page.wait_for_selector("#owner[aria-busy=false] .chain, #owner[aria-busy=false] .cardnote")
    return page.inner_text("#owner")


def click_at(page, x, y):
    """Click a point of the map, in parts of its width and height."""
    box = page.locator("#mapwrap").bounding_box()
    page.mouse.click(box["x"] + box["width"] * x, box["y"] + box["height"] * y)


def test_a_click_on_a_spot_says_who_answers_and_why(map_page):
    page = map_page()

    click_at(page, 0.5, 0.5)
    text = card(page)

    expect(page).to_have_url(re.compile(r"map=15/39\.93100/119\.60300&spot=119\.60"))
    assert "为什么是他" in text and "在岗" in text and "距边界" in text
    expect(page.locator("#owner .deps > div")).to_have_count(9)
    expect(page.locator("#owner .chain .won")).to_have_count(1)
    expect(page.locator("#owner .duty24 i.on")).to_have_count(1)


def test_the_card_says_what_the_interface_says(map_page):
    page = map_page(SPOT)
    text = card(page)

    answer = page.request.get(
        "/api/v1/where?lon=119.603&lat=39.931&category=06010", headers={"Accept-Language": "zh-CN"}
    )
    decision = answer.json()

    assert decision["grid"]["code"] == CODE and CODE in text
    assert decision["person"]["name"] in text
    assert all(entry["text"] in text for entry in decision["trace"])


def test_outside_the_city_the_card_names_the_nearest_grid(map_page):
    page = map_page(f"{HOME}&spot=120.0,39.7")

    text = card(page)

    assert "市域外" in text and "最近的网格是" in text and "34.3 km" in text
    expect(page.locator("#owner .who")).to_have_count(0)


def test_another_time_turns_the_frame_and_names_the_version_in_force_then(map_page):
    page = map_page(SPOT)
    now = card(page)

    page.keyboard.press("t")
    page.fill("#instant", PAST)
    page.keyboard.press("Enter")
    page.wait_for_selector(".past-frame #pastbar:not([hidden])")
    settle(page)

    expect(page.locator("#pastbar")).to_contain_text("V1")
    expect(page.locator("#pastbar")).to_contain_text("2025年11月3日 21:00")
    expect(page.locator("#asof")).to_contain_text("当时有效")
    assert "按 v1 的边界" in card(page) and "按 v2 的边界" in now
    expect(page).to_have_url(re.compile(f"at={PAST}"))

    page.keyboard.press("n")
    page.wait_for_selector("#mapwrap:not(.past-frame)")
    expect(page).not_to_have_url(re.compile("at="))


def test_the_rulers_handle_moves_by_a_day_with_the_arrows(map_page):
    page = map_page()

    page.focus("#ruler [role=slider]")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".past-frame")

    expect(page).to_have_url(re.compile("at="))
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"


@pytest.mark.parametrize(
    ("words_typed", "found"),
    [("文化路", "文化路街道"), (CODE, "04 网格"), ("河北大街", "河北大街"), ("119.61, 39.93", "119.610000")],
)
def test_search_finds_grids_roads_and_coordinates_and_goes_there(map_page, words_typed, found):
    page = map_page()
    before = page.url

    page.keyboard.press("/")
    page.keyboard.type(words_typed)
    page.wait_for_selector("#results [role=option]")
    expect(page.locator("#results")).to_contain_text(found)
    page.keyboard.press("Enter")
    page.wait_for_selector("#results", state="hidden")

    expect(page).not_to_have_url(before)


def test_a_finding_is_shown_on_the_map_and_in_words(map_page):
    page = map_page()

    page.click("#wholes button.bad")
    page.click(".findings .finding")
    page.wait_for_selector(".pulse")

    expect(page.locator(".findings")).to_contain_text("gridmgr staff import")
    settle(page)


def test_a_hidden_layer_is_gone_and_the_tree_says_so(map_page):
    page = map_page()
    cases = page.locator(".leaflet-marker-pane .caseicon")
    expect(cases).not_to_have_count(0)

    page.uncheck("#layer-cases")

    expect(cases).to_have_count(0)


def test_a_layer_that_cannot_be_had_is_not_asked_for_again_and_again(map_page, page, watch):
    watch.expect("503")
    asked = []

    def refuse(route):
        asked.append(route.request.url)
        route.fulfill(status=503, json={"title": "Away", "status": 503})

    page.route("**/api/v1/layers/road/items*", refuse)
    map_page()
    page.wait_for_timeout(1500)

    assert asked and len(asked) == len(set(asked))


def test_the_whole_city_is_had_in_a_few_squares_of_each_layer(map_page, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/items?" in request.url else None)

    map_page("/map")
    page.wait_for_load_state("networkidle")

    layers = collections.Counter(urllib.parse.urlsplit(url).path for url in asked)
    assert len(layers) >= 2
    assert max(layers.values()) <= 6


def test_components_are_dots_where_they_stand(map_page):
    page = map_page()
    found = page.request.get("/api/v1/layers/component/items?bbox=119.58,39.91,119.62,39.95&limit=1").json()
    lon, lat = found["features"][0]["geometry"]["coordinates"]
    page = map_page(f"/map?near#map=18/{lat}/{lon}")
    page.uncheck("#layer-cases")
    middle = page.locator("#mapwrap").bounding_box()
    clip = {
        "x": middle["x"] + middle["width"] / 2 - 3,
        "y": middle["y"] + middle["height"] / 2 - 3,
        "width": 6,
        "height": 6,
    }
    before = page.screenshot(clip=clip)

    page.check("#layer-component")
    browsing.until(page, lambda: page.screenshot(clip=clip) != before)

    assert page.screenshot(clip=clip) != before


def test_another_measure_has_another_ramp(map_page):
    page = map_page()
    page.wait_for_selector(".ramp i")
    before = page.inner_text(".rampl")

    page.select_option("#measure", "area")

    expect(page.locator(".rampl")).not_to_have_text(before)
    expect(page.locator(".ramp i")).to_have_count(7)


def test_a_report_is_answered_at_once(map_page):
    page = map_page(SPOT)
    card(page)

    page.keyboard.press("r")
    page.fill("#report-words", "小区北门垃圾箱满溢")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog dl")

    said = page.inner_text("dialog")
    assert "已上报" in said and "环境卫生" in said and "04 网格" in said


def test_a_phone_number_is_for_those_signed_in(map_page, page):
    assert "登录后可见" in card(map_page(SPOT))
    expect(page.locator("#owner a[href^='tel:']")).to_have_count(0)

    page.goto("/signin?next=/map")
    page.fill("#login", "zhaofengying")
    page.fill("#password", "zhaofengying")
    page.click("button[type=submit]")
    settle(page)

    expect(page.locator("#left")).to_contain_text("海港区此刻")
    map_page(SPOT)
    page.reload()
    card(page)
    expect(page.locator("#owner a[href^='tel:']")).to_have_count(1)


def test_a_planner_looks_at_the_draft_and_its_gap_and_overlap(page, map_page):
    held = []
    page.route("**/api/v1/versions", lambda route: held.append(route))
    page.goto("/signin?next=/map")
    page.fill("#login", "linxiaoyu")
    page.fill("#password", "linxiaoyu")
    page.click("button[type=submit]")
    settle(page)

    page.keyboard.press("t")
    page.wait_for_selector("dialog .times", state="attached")
    browsing.until(page, lambda: held)
    held.pop().continue_()
    page.click(".times .time:has-text('草案 1')")
    page.wait_for_selector(".past-frame")
    page.click("#wholes button:has-text('地不全')")

    expect(page.locator(".findings")).to_contain_text("缝隙")
    expect(page.locator(".findings")).to_contain_text("重叠")
    expect(page.locator("#asof")).to_contain_text("草案")


def test_everything_is_reached_by_keyboard(map_page):
    page = map_page()
    page.keyboard.press("Enter")
    card(page)
    expect(page).to_have_url(re.compile("spot="))
    spot = page.url.split("spot=")[1].split("&")[0]
    page.keyboard.press("Escape")
    page.wait_for_selector("#owner", state="hidden")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("map=16/"))
    page.keyboard.press("Enter")
    card(page)
    expect(page).to_have_url(re.compile(f"map=16/.*spot=(?!{spot})"))

    page.keyboard.press("?")
    page.wait_for_selector(".keylist")
    page.uncheck("#single-keys")
    page.keyboard.press("Escape")
    page.wait_for_selector(".keylist", state="detached")
    page.keyboard.press("t")
    expect(page.locator("dialog")).to_have_count(0)


def test_an_address_that_was_sent_opens_the_same_view(map_page, context):
    page = map_page(SPOT)
    card(page)
    other = context.new_page()

    other.goto(page.url)
    settle(other)

    assert CODE in card(other)
    other.close()


def test_the_map_keeps_what_it_has_while_the_server_is_away(map_page, context, watch):
    page = map_page(SPOT)
    card(page)
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("Failed to fetch")

    context.set_offline(True)
    click_at(page, 0.4, 0.6)
    page.wait_for_selector("#owner .note.s-overdue")

    expect(page.locator("#owner")).to_contain_text("连不上服务器")
    expect(page.locator(".leaflet-city-pane canvas")).not_to_have_count(0)
    context.set_offline(False)
    page.click("#owner .again")
    assert "为什么是他" in card(page)


@pytest.mark.parametrize(
    "look", [*browsing.LOOKS, browsing.Look(320, 640, "light", "en"), browsing.Look(1024, 768)], ids=str
)
def test_the_map_reads_well_everywhere(map_page, look):
    page = map_page(SPOT)
    text = card(page)
    page.wait_for_load_state("networkidle")

    assert CODE in text
    assert looking.blemishes(page, look.language) == []


@pytest.mark.parametrize("look", [browsing.Look(), browsing.Look(*browsing.HAND, "dark", "en")], ids=str)
def test_the_dialogs_read_well(map_page, look):
    page = map_page(SPOT)
    card(page)

    for key in ("t", "r", "?"):
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert looking.blemishes(page, look.language) == []
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")


def test_the_scripts_move_a_position_to_gcj02_as_the_program_does(map_page):
    page = map_page()
    places = [(119.6, 39.93), (116.397, 39.908), (87.6, 43.8), (110.2, 20.0)]

    found = page.evaluate(
        "async (places) => { const { gcj02 } = await import('/static/js/map/gcj02.js'); return places.map((one) => gcj02(...one)) }",
        places,
    )

    wanted = [crs.from_wgs84(lon, lat, "gcj02") for lon, lat in places]
    assert found == [pytest.approx(one, abs=1e-9) for one in wanted]
