"""The public page: a stranger reports with a photo, follows it, rates it, has it reopened, and sees who is responsible."""

import pictures
import pytest
from browser import browsing, looking
from playwright.sync_api import expect

from gridmgr.services.handling import dispatching, filing, working
from gridmgr.store import database, reports

PHONE = browsing.Look(390, 844, "light", "zh")
LOOKS = [browsing.Look(320, 640, "dark", "en"), browsing.Look(1440, 900, "light", "zh")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the city of these tests lies: they write, and play the offices' part."""
    return tmp_path_factory.mktemp("public")


@pytest.fixture(scope="module")
def public(browser, demo_city, demo_now, folder):
    """The address of the city of these tests."""
    with browsing.served(demo_city, folder, at=demo_now) as where:
        yield where


@pytest.fixture
def address(public):
    """The served city of these tests."""
    return public


@pytest.fixture
def city(public, folder):
    """The engine of the served city: the offices' side of what the public does."""
    engine = database.connect(f"gpkg:///{folder / 'served.gpkg'}")
    yield engine
    engine.dispose()


def open_form(page):
    """Open the page and wait for its map."""
    page.goto("/report")
    page.wait_for_selector(".leaflet-container canvas")


def choose(page, *, x=110, y=90, kind=1):
    """Put the pin and choose one of the kinds offered."""
    page.click(".leaflet-container", position={"x": x, "y": y})
    expect(page.locator("#spot-words")).to_contain_text(
        "网格" if page.locator("html").get_attribute("lang") == "zh-CN" else "Grid"
    )
    page.click(f".opts label:nth-child({kind})")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_the_public_page_reads_well_everywhere(page, look):
    open_form(page)
    choose(page, x=300 if look.width > 900 else 110, y=300 if look.width > 900 else 90)
    assert looking.blemishes(page, look.language) == []

    for way in ("follow", "who"):
        page.goto(f"/report#{way}")
        page.wait_for_load_state("networkidle")
        assert looking.blemishes(page, look.language) == [], way


@pytest.mark.parametrize("look", [PHONE], ids=str)
def test_a_stranger_reports_follows_rates_and_has_it_reopened(page, watch, tmp_path):
    watch.expect("status of 400")
    photo, other = tmp_path / "photo.jpg", tmp_path / "page.jpg"
    photo.write_bytes(pictures.from_a_phone())
    other.write_bytes(pictures.HTML)
    open_form(page)

    page.click("#send")
    expect(page.locator("#problem")).to_contain_text("还没有选地点")
    choose(page)
    page.set_input_files("#photo", [photo, other])
    expect(page.locator(".pics + .err")).to_contain_text("page.jpg")
    page.fill("#words", "堆了一天")
    page.fill("#contact", "1380335")
    page.click("#send")
    expect(page.locator("#contact-error")).to_contain_text("11 位")
    page.fill("#contact", "13803350000")
    page.route(
        "**/api/v1/reports", lambda route: route.fulfill(status=400, json={"detail": "等一下", "type": "x"}), times=1
    )
    page.click("#send")
    expect(page.locator("#problem")).to_contain_text("等一下")
    expect(page.locator("#words")).to_have_value("堆了一天")

    page.click("#send")
    number = page.inner_text("#number")
    page.click(".receipt a.primary")

    expect(page.locator(".steps li")).to_have_count(1)
    expect(page.locator("#follow-number")).to_have_value(number)
    expect(page.locator(".card .pics img")).to_have_count(1)
    page.fill("#follow-secret", "AAAAA-AAAAA")
    watch.expect("status of 404")
    page.click("form.cols button")
    expect(page.locator(".err[role=alert]:visible")).to_contain_text("没有这个编号和查询码")


@pytest.mark.parametrize("look", [PHONE], ids=str)
def test_who_sees_the_same_joins_it_and_rates_what_became_of_it(page, city):
    open_form(page)
    choose(page, kind=4)
    page.click("#send")
    first = page.inner_text("#number")
    page.click("text=再报一个问题")
    page.click(".opts label:nth-child(4)")
    page.click(".near3 button")
    expect(page.locator(".near3")).to_contain_text("将与附近那份报告合并")
    page.click("#send")
    expect(page.locator(".receipt")).to_contain_text("已与另一份同样的报告合并")
    second = page.inner_text("#number")
    close(city, first)

    page.click(".receipt a.primary")
    expect(page.locator(".card .badge")).to_contain_text("已结案")
    page.click(".stars label:nth-of-type(4)")
    page.click("text=发送评价")
    expect(page.locator("#main")).to_contain_text("你评了 4 分")
    page.fill("#reopen-words", "还在")
    page.get_by_role("button", name="重新打开").click()

    assert first != second
    expect(page.locator(".steps li").last).to_contain_text("已重新打开")


def close(engine, number):
    """Let the offices play their part, up to the closing."""
    with database.session(engine) as session:
        at = reports.by_number(session, number).received_at
    filing.accept(engine, number, by="zhouxiaowen", at=at)
    filing.ask_verify(engine, number, by="zhouxiaowen", at=at)
    filing.verify(engine, number, found=True, by="liuyang", at=at)
    case = filing.file(engine, number, limit="4WH", by="hejianhua", at=at)
    dispatching.claim(engine, case.number, department=case.department_code, by="zhengqiang", at=at)
    working.handle(engine, case.number, by="zhengqiang", at=at)
    working.check(engine, case.number, passed=True, by="liuyang", at=at)
    working.close(engine, case.number, by="hejianhua", at=at)


@pytest.mark.parametrize("look", [PHONE], ids=str)
def test_a_street_is_found_and_coordinates_set_the_pin(page):
    open_form(page)

    page.fill("#search", "河北大街")
    page.click("#results [role=option] >> nth=0")
    expect(page.locator("#results")).to_be_hidden()
    expect(page.locator("#spot-words")).to_contain_text("还没选")
    page.fill("#search", "119.603, 39.931")
    page.keyboard.press("Enter")

    expect(page.locator("#spot-words")).to_contain_text("网格")


@pytest.mark.parametrize("look", [browsing.Look(1024, 768, "dark", "en")], ids=str)
def test_the_spot_is_chosen_by_keyboard_alone(page):
    open_form(page)

    page.focus(".leaflet-container")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#spot-words")).to_contain_text("Grid")
    before = page.locator(".pinned").bounding_box()
    page.locator(".pinned").focus()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowUp")

    assert page.locator(".pinned").bounding_box()["y"] < before["y"] - 9
