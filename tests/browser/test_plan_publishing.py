"""A draft from its first edit to the day on which it changes who answers."""

import datetime as dt

import pytest
from browser import browsing, drawing
from browser.drawing import borders, middle_of, owner, pull
from playwright.sync_api import expect

FAR_AHEAD = dt.timedelta(days=90)


@pytest.fixture(scope="module")
def address(planned):
    """The demo city in which these tests draw."""
    return planned


def test_a_planner_draws_another_approves_and_the_person_changes_at_the_instant(planner, draft, demo_now, context):
    page = planner
    page.fill("#reason", "学校整体归一")
    land, found = borders(page, draft)
    pull(page, found[0])
    drawing.wait_for_edits(page, draft, 1)
    divided = owner(land, found[0]["sides"][0])
    shape = page.request.get(f"/api/v1/grids/{divided}?draft={draft}").json()

    made = divide(page, draft, divided, shape["bounds"])
    post_somebody(page, draft, made)
    land = drawing.land(page, draft, shape["bounds"])
    unit, target = neighbour(land, divided, made)
    place = middle_of(page, unit, draft)
    hand_over(page, draft, place, target)
    assert drawing.standing(page, draft)[3] == {"op": "hand_over", "grids": [unit], "to": target}
    merge_undo_and_redo(page, draft, land, target)
    assert_its_effects_are_told(page)
    hand_in(page)
    assert drawing.told(page, draft)["draft"]["status"] == "submitted"
    begins = demo_now + FAR_AHEAD
    approved_by_another(context.browser, page, draft)
    publish(page, begins.strftime("%Y-%m-%dT00:00"))

    last = answers(page, place, (begins - dt.timedelta(days=1)).strftime("%Y-%m-%dT23:59"))
    first = answers(page, place, begins.strftime("%Y-%m-%dT00:00"))
    assert last["grid"]["code"] == divided and first["grid"]["code"] == target
    assert last["person"]["id"] != first["person"]["id"]
    assert last["version"] < first["version"]


def divide(page, draft, grid, bounds):
    """Divide a grid from south to north; return the code of the new one."""
    west, south, east, north = bounds
    drawing.look_at(page, draft, (west + east) / 2, (south + north) / 2, 16)
    page.keyboard.press("s")
    drawing.click(page, ((west + east) / 2, south - 0.0003))
    drawing.click(page, ((west + east) / 2, north + 0.0003))
    page.keyboard.press("Enter")
    page.wait_for_selector("#split-grid")
    expect(page.locator("#split-grid")).to_have_value(grid)
    page.click("dialog button[type=submit]")
    drawing.wait_for_edits(page, draft, 2)
    return drawing.standing(page, draft)[1]["codes"][1]


def post_somebody(page, draft, grid):
    """Settle the finding that a grid has nobody."""
    page.wait_for_selector(f".found[data-kind=no_person]:has-text('{grid}')")
    page.click(f".found:has-text('{grid}') .btn")
    page.fill("#assign-words", "王")
    page.wait_for_selector("dialog input[type=radio]")
    page.click("dialog button[type=submit]")
    drawing.wait_for_edits(page, draft, 3)
    page.wait_for_selector(f".found[data-kind=no_person]:has-text('{grid}')", state="detached")


def neighbour(land, divided, made):
    """Return a unit grid of the divided grid, and a grid beside it that is neither that one nor the new one."""
    return next(
        (one, owner(land, other))
        for arc in land["arcs"]
        if not arc["locked"] and None not in arc["sides"]
        for one, other in (arc["sides"], arc["sides"][::-1])
        if owner(land, one) == divided and owner(land, other) not in (divided, made)
    )


def hand_over(page, draft, place, target):
    """Throw a lasso round a place, and give what it catches to a grid."""
    x, y = drawing.pixel(page, place)
    page.keyboard.press("l")
    page.mouse.move(x - 14, y - 14)
    page.mouse.down()
    for dx, dy in ((14, -14), (14, 14), (-14, 14), (-14, -10)):
        page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()
    page.wait_for_selector("#pick:not([hidden])")
    drawing.click(page, middle_of(page, target, draft))
    drawing.wait_for_edits(page, draft, 4)


def merge_undo_and_redo(page, draft, land, grid):
    """Merge two unit grids of a grid, undo it, and do it again."""
    units = {code for code, one in land["grids"].items() if one["parent"] == grid}
    sides = next(arc["sides"] for arc in land["arcs"] if set(arc["sides"]) <= units)
    page.keyboard.press("m")
    page.keyboard.down("Shift")
    for code in sides:
        drawing.click(page, middle_of(page, code, draft))
    page.keyboard.up("Shift")
    drawing.wait_for_edits(page, draft, 5)
    page.keyboard.press("Control+z")
    drawing.wait_for_edits(page, draft, 4)
    page.keyboard.press("Control+Shift+Z")
    drawing.wait_for_edits(page, draft, 5)


def assert_its_effects_are_told(page):
    """Assert that households and loads are shown."""
    page.wait_for_selector("#facts .figures")
    expect(page.locator("#facts .figures")).to_contain_text("户")
    expect(page.locator("#facts .load").nth(1)).to_be_attached()


def hand_in(page):
    """Find that it cannot be published yet, and hand it in: what is red for other reasons is accepted with a reason."""
    page.click("#publish")
    page.wait_for_selector("#why-not:has-text('不能发布')")
    expect(page.locator("#publish-now")).to_be_disabled()
    page.keyboard.press("Escape")
    page.click("#submit")
    page.wait_for_selector("#accept-no_department, #accept-no_person, #submit-now:enabled")
    check_all(page)
    if page.is_visible("#accept-reason"):
        page.fill("#accept-reason", "已在办理")
    page.click("#submit-now:enabled")
    page.wait_for_selector("#steps [aria-current]:has-text('2')")


def check_all(page):
    """Check all boxes of the dialog."""
    for box in page.locator("dialog input[type=checkbox]").all():
        box.check()


def approved_by_another(browser, page, draft):
    """Let the administrator of the demo approve a draft, in a browser of his own."""
    context = browsing.reader(browser, page.url.split("/plan/")[0], browsing.Look())
    other = context.new_page()
    drawing.sign_in(other, drawing.REVIEWER)
    other.goto(f"/plan/{draft}")
    other.click("#approve")
    other.wait_for_selector("#steps [aria-current]:has-text('3')")
    context.close()


def publish(page, begins):
    """Publish the approved draft for a day to come."""
    page.reload()
    page.click("#publish.primary")
    page.wait_for_selector("dialog .pub .ok")
    page.fill("#effective", begins)
    page.dispatch_event("#effective", "change")
    page.wait_for_selector("#why-not:has-text('正在')", state="detached")
    check_all(page)
    page.fill("#publish-reason", "学校整体归一")
    page.click("#publish-now:enabled")
    page.wait_for_selector("dialog .btn:has-text('公告')")


def answers(page, place, at):
    """Return who answers for a place at a time of the city."""
    lon, lat = place
    return page.request.get(f"/api/v1/where?lon={lon}&lat={lat}&at={at}").json()
