"""The dispatcher's desk, as those who sit at it use it."""

import contextlib
import datetime as dt
import re
import shutil
import sqlite3

import pytest
from browser import browsing, looking
from playwright.sync_api import expect
from web import small_city

from gridmgr.services import reporting
from gridmgr.services.handling import dispatching, filing
from gridmgr.store import database

DESK_LOOKS = [*browsing.LOOKS, browsing.Look(320, 640, "light", "en"), browsing.Look(1024, 768)]
NARROW = 760
"""Up to this width, pixels, queue and case are shown one after the other."""
MINUTE = dt.timedelta(minutes=1)
PEOPLE = {"ma": "dispatcher", "li": "dispatcher", "he": "shift_leader", "zhao": "supervisor", "zhou": "acceptor"}
SPOTS = [(119.604, 39.904), (119.606, 39.905), (119.6099, 39.905), (119.613, 39.906), (119.605, 39.914)]


@pytest.fixture(scope="module")
def city(city_file, tmp_path_factory):
    """The file of a small city with five cases to dispatch and two reports of one thing to file."""
    path = shutil.copyfile(city_file, tmp_path_factory.mktemp("city") / "city.gpkg")
    engine = database.connect(f"gpkg:///{path}")
    small_city.found(engine)
    for login, role in PEOPLE.items():
        small_city.add_account(engine, role, login)
    small_city.add_account(engine, "department", "sun")
    for lon, lat in SPOTS:
        at = small_city.NOW - 30 * MINUTE
        filing.accept(engine, report(engine, lon, lat), by="zhou", at=at)
        filing.file(engine, newest(engine), limit="4UH", by="he", at=at + MINUTE)
    report(engine, 119.611, 39.912, reporter="Ms Li")
    report(engine, 119.6111, 39.912, reporter="Mr Wu")
    engine.dispose()
    return path


@pytest.fixture(scope="module")
def served(browser, city, tmp_path_factory):
    """The address at which that city is served, and its served file."""
    folder = tmp_path_factory.mktemp("desk")
    with browsing.served(city, folder, at=small_city.NOW) as where:
        yield where, folder / "served.gpkg"


@pytest.fixture
def address(served, city):
    """The address of the city, as it was before the other tests."""
    where, file = served
    with contextlib.closing(sqlite3.connect(city)) as first, contextlib.closing(sqlite3.connect(file)) as now:
        first.backup(now)
    return where


def report(engine, lon, lat, **more):
    """Report rubbish at a spot; return the report's number."""
    place = {"x": lon, "y": lat, "category": "06010", "description": "bags beside the bin", "accuracy_m": 8}
    return reporting.report(engine, **place, at=small_city.NOW - 30 * MINUTE, **more)[0].number


def newest(engine):
    """Return the number of the newest report."""
    from sqlalchemy import select

    from gridmgr.store.tables.reports import report as reports

    with database.session(engine) as session:
        return session.scalar(select(reports.c.number).order_by(reports.c.id.desc()).limit(1))


def sit_down(page, login, tab=None):
    """Sign in, go to the desk, and wait until a case is open with its candidates."""
    page.goto("/signin?next=/dispatch")
    page.fill("#login", login)
    page.fill("#password", small_city.PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/dispatch")
    page.wait_for_selector("#rows[aria-busy=false]")
    if tab:
        page.click(f"#tab-{tab}")
        page.wait_for_selector("#rows[aria-busy=false]")
    if page.viewport_size["width"] > NARROW:
        settle(page)


def settle(page):
    """Wait until the open case is shown with who could have it."""
    page.wait_for_selector("#case .chain")
    page.wait_for_selector("#case .cand, #case .note", state="attached")


def open_number(page):
    """Return the number of the open case."""
    return page.get_attribute("#rows [aria-selected=true]", "data-number")


def test_a_dispatcher_clears_cases_with_keys_alone_and_takes_one_back(page):
    sit_down(page, "ma")
    first = open_number(page)

    page.keyboard.press("Enter")
    page.wait_for_selector(f"#rows .gone[data-number='{first}']")
    page.wait_for_selector(f"#rows [aria-selected=true]:not([data-number='{first}'])")
    settle(page)
    page.keyboard.press("Enter")
    expect(page.locator("#rows .gone")).to_have_count(2)
    expect(page.locator("#tab-dispatch b")).to_have_text("3")
    page.keyboard.press("k")
    page.wait_for_selector("#rows .gone[aria-selected=true]")
    settle(page)
    page.keyboard.press("Enter")
    page.wait_for_selector("#rows [aria-selected=true]:not(.gone)")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("z")
    expect(page.locator("#tab-dispatch b")).to_have_text("4")

    told = page.evaluate(f"fetch('/api/v1/cases/{first}').then((answer) => answer.json())")
    assert (told["case"]["state"], told["case"]["department"]) == ("dispatched", "SAN")
    assert [one["action"] for one in told["history"]][-1] == "dispatch"


def test_near_a_border_the_neighbour_is_a_candidate_under_its_number(page):
    sit_down(page, "ma")
    for _ in range(2):
        page.keyboard.press("j")
        settle(page)
    page.wait_for_selector("#case .cand:nth-of-type(2)")
    near = open_number(page)

    expect(page.locator("#case .cand:nth-of-type(2)")).to_contain_text("王海涛")
    expect(page.locator(".flag button")).to_have_count(2)
    page.keyboard.press("2")
    page.wait_for_selector(f"#rows .gone[data-number='{near}']")
    told = page.evaluate(f"fetch('/api/v1/cases/{near}').then((answer) => answer.json())")
    assert told["case"]["grid"] == "B" and told["history"][-1]["data"]["grid"] == "B"


def test_a_spot_is_corrected_with_what_that_changes_before_ones_eyes(page):
    sit_down(page, "ma")
    number = open_number(page)

    page.keyboard.press("m")
    page.wait_for_selector("#mapwrap.drawing")
    page.evaluate("L.gridmgr.map.setView([39.9085, 119.614], 17, { animate: false })")
    box = page.locator("#mapwrap").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    rows = page.locator("dialog tbody tr")
    expect(rows.nth(0).locator("td")).to_have_text(["网格", re.compile(". A$"), re.compile(". B$")])
    expect(rows.nth(0).locator("b")).to_have_count(1)
    expect(rows.nth(3).locator("b")).to_have_count(0)
    page.fill("#step-reason", "it is across the road")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog", state="detached")

    told = page.evaluate(f"fetch('/api/v1/cases/{number}').then((answer) => answer.json())")
    assert (told["case"]["grid"], told["history"][-1]["action"]) == ("B", "move")


def test_many_are_drawn_round_and_dispatched_at_once(page):
    sit_down(page, "ma")
    page.evaluate("L.gridmgr.map.setView([39.905, 119.605], 16, { animate: false })")
    box = page.locator("#mapwrap").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    page.keyboard.press("l")
    page.mouse.move(middle[0] - 150, middle[1] - 150)
    page.mouse.down()
    for dx, dy in ((150, -150), (150, 150), (-150, 150), (-150, -100)):
        page.mouse.move(middle[0] + dx, middle[1] + dy, steps=6)
    page.mouse.up()
    page.wait_for_selector("#bulk:not([hidden])")
    expect(page.locator("#bulk b")).to_contain_text("2")
    page.keyboard.press("Shift+Enter")

    expect(page.locator("#tab-dispatch b")).to_have_text("3")
    expect(page.locator("#bulk")).to_be_hidden()


def test_two_at_one_case_see_each_other_and_the_second_hears_who_was_quicker(browser, page, address, watch):
    watch.expect("status of 409")
    sit_down(page, "ma")
    context = browsing.reader(browser, address, browsing.Look())
    other = context.new_page()
    sit_down(other, "li")
    number = open_number(page)
    assert open_number(other) == number
    page.wait_for_selector("#present .amber")

    other.keyboard.press("Enter")
    other.wait_for_selector(f"#rows .gone[data-number='{number}']")
    page.keyboard.press("Enter")

    expect(page.locator("#conflict")).to_contain_text("li")
    expect(page.locator(f"#rows :is(.gone, [aria-selected=true])[data-number='{number}']")).to_have_count(1)
    context.close()


def test_a_report_is_merged_side_by_side_and_the_other_filed(page, browser, address):
    sit_down(page, "zhou", "intake")
    expect(page.locator("#keyline kbd")).to_have_text(["J", "K", "↵", "?"])  # He dispatches nothing.
    page.keyboard.press("j")
    page.wait_for_selector("#case .link kbd")
    page.keyboard.press("d")
    page.wait_for_selector("dialog .cmp")
    expect(page.locator("dialog .side.keep")).to_contain_text("Ms Li")
    expect(page.locator("dialog")).to_contain_text("Mr Wu")
    page.keyboard.press("Enter")
    expect(page.locator("#tab-intake b")).to_have_text("1")
    page.keyboard.press("r")
    settle(page)
    page.keyboard.press("Enter")
    expect(page.locator("#main-step")).to_contain_text("交核实")

    context = browsing.reader(browser, address, browsing.Look())
    leader = context.new_page()
    sit_down(leader, "he", "intake")
    leader.click("#main-step")
    leader.fill("#file-limit", "4UH")
    leader.keyboard.press("Tab")
    leader.wait_for_selector("dialog .preview dl")
    leader.click("dialog button[type=submit]")
    expect(leader.locator("#tab-intake b")).to_have_text("0")
    context.close()


def sent_back(file, number):
    """Let the department of a case send it back; it names another."""
    engine = database.connect(f"gpkg:///{file}")
    dispatching.dispatch(engine, number, department="SAN", by="ma", at=small_city.NOW)
    told = {"kind": "not_my_duty", "next_owner": "UME", "reason": "the bin is theirs"}
    dispatching.return_(engine, number, **told, by="sun", at=small_city.NOW)
    engine.dispose()


def test_a_dispute_is_settled_and_the_rule_is_written(page, browser, address, served):
    sit_down(page, "ma")
    number = open_number(page)
    sent_back(served[1], number)
    page.click(f"#rows [data-number='{number}']")
    expect(page.locator(".party")).to_have_text([re.compile("不属我职责.*the bin is theirs"), re.compile("尚未表态")])
    page.keyboard.press("x")
    page.fill("#step-reason", "both say it is not theirs")
    page.click("dialog button[type=submit]")
    expect(page.locator("#tab-disputes b")).to_have_text("1")

    context = browsing.reader(browser, address, browsing.Look())
    supervisor = context.new_page()
    sit_down(supervisor, "zhao", "disputes")
    supervisor.click("#main-step")
    supervisor.select_option("#step-department", "UME")
    supervisor.fill("#step-reason", "as agreed")
    supervisor.click("dialog button[type=submit]")
    expect(supervisor.locator("#tab-disputes b")).to_have_text("0")
    told = supervisor.evaluate(f"fetch('/api/v1/cases/{number}').then((answer) => answer.json())")
    assert (told["case"]["state"], told["case"]["department"]) == ("dispatched", "UME")
    context.close()


def test_a_shift_leaves_a_note_and_filters_are_kept(page, browser, address):
    sit_down(page, "ma")
    page.click("#handover")
    page.fill("#handover-note", "the north gate is closed")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog", state="detached")
    page.click("#handover")
    expect(page.locator("dialog .shiftnote")).to_contain_text("the north gate is closed")
    page.keyboard.press("Escape")
    with contextlib.closing(browsing.reader(browser, address, browsing.Look())) as context:
        leader = context.new_page()
        sit_down(leader, "he", "intake")
        leader.click("#handover")
        expect(leader.locator("dialog .shiftnote")).to_contain_text("the north gate is closed")

    page.click("#narrowed .chip >> nth=0")
    page.wait_for_selector("#rows[aria-busy=false]")
    page.click("#narrowed .chip >> nth=-1")
    page.fill("#filter-name", "near")
    page.click("dialog button[type=submit]")
    page.wait_for_selector("#narrowed .saved.on")
    expect(page.locator("#rows .q")).to_have_count(1)


@pytest.mark.parametrize("look", DESK_LOOKS, ids=str)
def test_the_desk_reads_well_everywhere(page, look):
    sit_down(page, "ma")
    page.goto(f"/dispatch?lang={look.language}")
    page.wait_for_selector("#rows .q")
    page.wait_for_load_state("networkidle")
    assert looking.blemishes(page, look.language) == []
    page.click("#rows .q >> nth=1")
    settle(page)
    assert looking.blemishes(page, look.language) == []


def test_the_dialogs_of_the_desk_read_well(page):
    sit_down(page, "ma")
    for key in ("?", "b", "x", "u"):
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        assert looking.blemishes(page, "zh") == []
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")
