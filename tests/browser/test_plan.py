"""The workbench, driven as a planner does: with the mouse on the map."""

import pytest
from browser import drawing
from playwright.sync_api import expect


@pytest.fixture(scope="module")
def address(planned):
    """The demo city in which these tests draw."""
    return planned


def test_a_moved_border_moves_for_both_grids(planner, draft):
    _land, found = drawing.borders(planner, draft)
    arc = found[0]

    drawing.pull(planner, arc)
    drawing.wait_for_edits(planner, draft, 1)

    edit = drawing.standing(planner, draft)[0]
    assert edit["op"] == "move_arc" and set(edit["grids"]) == set(arc["sides"])
    after = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 200))
    shared = [one["line"] for one in after["arcs"] if set(one["sides"]) == set(arc["sides"])]
    moved = next(point for point in edit["line"] if point not in arc["line"])
    assert sum(moved in line for line in shared) == 1
    shapes = [planner.request.get(f"/api/v1/grids/{code}?draft={draft}").json()["geometry"] for code in arc["sides"]]
    assert all(moved in [list(point) for ring in drawing.rings(shape) for point in ring] for shape in shapes)
    expect(planner.locator(".edits .on")).to_contain_text("移动")


def test_a_border_of_a_level_above_is_not_drawn_on(planner, draft):
    land = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 600))
    locked = max((arc for arc in land["arcs"] if arc["locked"]), key=lambda arc: drawing.length(arc["line"]))
    drawing.look_at(planner, draft, *drawing.middle(locked["line"]))

    drawing.click(planner, drawing.middle(locked["line"]))

    planner.wait_for_selector(".toast:has-text('上级')")
    expect(planner.locator(".handle")).to_have_count(0)


def test_an_edit_that_cannot_be_made_springs_back_and_says_why(planner, draft, watch):
    watch.expect("400")
    _, found = drawing.borders(planner, draft)
    before = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 200))["arcs"]

    drawing.pull(planner, found[0], by=(420, 300))
    planner.wait_for_selector(".toast")

    assert drawing.standing(planner, draft) == []
    expect(planner.locator(".handle")).not_to_have_count(0)
    assert drawing.land(planner, draft, drawing.around(drawing.CENTRE, 200))["arcs"] == before


def test_a_vertex_is_added_nudged_and_removed(planner, draft):
    _, found = drawing.borders(planner, draft)
    arc = found[0]
    half = drawing.middle(arc["line"])
    planner.keyboard.press("n")
    drawing.click(planner, half)
    planner.wait_for_selector(".handle")

    drawing.click(planner, half)
    drawing.wait_for_edits(planner, draft, 1)
    planner.locator(".handle.vertex").first.focus()
    planner.keyboard.press("Shift+ArrowRight")
    drawing.wait_for_edits(planner, draft, 2)
    planner.locator(".handle.vertex").first.focus()
    planner.keyboard.press("Delete")
    drawing.wait_for_edits(planner, draft, 3)

    assert [edit["op"] for edit in drawing.standing(planner, draft)] == ["add_node", "move_arc", "remove_node"]


def test_a_line_that_is_drawn_near_corners_takes_their_exact_places(planner, draft):
    _, found = drawing.borders(planner, draft, between_owners=False)
    unit = found[0]["sides"][0]
    corners = drawing.rings(planner.request.get(f"/api/v1/grids/{unit}?draft={draft}").json()["geometry"])[0][:-1]
    start = corners[0]
    end = max(corners, key=lambda one: drawing.length([start, one]))
    planner.keyboard.press("s")

    for spot in (start, end):
        x, y = drawing.pixel(planner, spot)
        planner.mouse.move(x + 1, y + 1)
        planner.mouse.click(x + 1, y + 1)
    planner.keyboard.press("Enter")
    planner.select_option("#split-grid", unit)
    planner.click("dialog button[type=submit]")
    drawing.wait_for_edits(planner, draft, 1)

    assert drawing.standing(planner, draft)[0]["line"] == [start, end]


def test_a_border_is_chosen_and_moved_without_a_mouse(planner, draft):
    _, found = drawing.borders(planner, draft)
    drawing.look_at(planner, draft, *drawing.middle(found[0]["line"]))

    planner.keyboard.press("Enter")
    planner.wait_for_selector(".handle.middle")
    planner.locator(".handle.middle").first.focus()
    planner.keyboard.press("Shift+ArrowUp")
    drawing.wait_for_edits(planner, draft, 1)

    assert drawing.standing(planner, draft)[0]["op"] == "move_arc"


def test_a_grid_of_its_own_is_carved_out(planner, draft):
    land, found = drawing.borders(planner, draft, between_owners=False)
    lon, lat = drawing.middle(found[0]["line"])
    planner.keyboard.press("k")

    for spot in ((lon - 0.0003, lat - 0.0002), (lon + 0.0003, lat - 0.0002), (lon + 0.0002, lat + 0.0002)):
        drawing.click(planner, spot)
    drawing.click(planner, (lon - 0.0003, lat - 0.0002))
    planner.fill("#carve-code", f"{drawing.owner(land, found[0]['sides'][0])[:12]}88")
    planner.fill("#carve-name", "第一医院")
    planner.click("dialog button[type=submit]")
    drawing.wait_for_edits(planner, draft, 1)

    assert drawing.standing(planner, draft)[0]["op"] == "carve"


def test_a_locked_grid_is_left_alone(planner, draft):
    _land, found = drawing.borders(planner, draft)
    arc = found[0]
    planner.click("[data-tool=lock]")
    drawing.click(planner, drawing.middle_of(planner, arc["sides"][0], draft))
    planner.keyboard.press("v")

    drawing.click(planner, drawing.middle(arc["line"]))

    planner.wait_for_selector(".toast:has-text('已锁定')")
    expect(planner.locator(".handle")).to_have_count(0)


def test_a_gap_is_found_and_mended_with_one_click(planner):
    planner.goto("/plan/1")
    gap = planner.locator(".found[data-kind=gap]")
    gap.wait_for()

    gap.locator(".place").click()
    drawing.settle(planner)
    gap.locator(".btn").click()
    gap.wait_for(state="detached")

    assert drawing.standing(planner, 1)[-1]["op"] == "repair"
    found = planner.request.get("/api/v1/drafts/1/findings?kind=gap").json()
    assert found["findings"] == []


def test_what_somebody_else_did_is_named_and_ones_own_can_be_sent_again(planner, draft, watch):
    watch.expect("409")
    _, found = drawing.borders(planner, draft)
    far = found[-1]
    other = {"op": "add_node", "at": list(drawing.middle(far["line"]))}
    token = planner.request.get("/api/v1/me").json()["csrf_token"]
    answer = planner.request.post(
        f"/api/v1/drafts/{draft}/edits",
        data={"revision": 0, "edit": other, "reason": ""},
        headers={"X-CSRFToken": token, "Referer": planner.url},
    )
    assert answer.ok, answer.text()

    drawing.pull(planner, found[0])
    planner.wait_for_selector("dialog [role=alert]")
    assert [edit["op"] for edit in drawing.standing(planner, draft)] == ["add_node"]
    planner.click("dialog .btn.primary")
    drawing.wait_for_edits(planner, draft, 2)

    assert [edit["op"] for edit in drawing.standing(planner, draft)] == ["add_node", "move_arc"]


def test_a_grid_is_named(planner, draft):
    _, found = drawing.borders(planner, draft)
    drawing.click(planner, drawing.middle(found[0]["line"]))
    planner.locator("#facts .load .link").first.click()

    planner.fill("#grid-name", "码头网格")
    planner.click("dialog button[type=submit]")
    drawing.wait_for_edits(planner, draft, 1)

    assert drawing.standing(planner, draft)[0]["name"] == "码头网格"
    planner.wait_for_selector(".edits .on:has-text('码头网格')")


def test_before_and_after_are_compared_with_a_slider(planner, draft):
    _, found = drawing.borders(planner, draft)
    drawing.pull(planner, found[0])
    drawing.wait_for_edits(planner, draft, 1)

    planner.keyboard.press("b")
    planner.wait_for_selector("#compare .grip")
    planner.wait_for_selector("#mapwrap[aria-busy=false]")
    planner.focus(".grip")
    planner.keyboard.press("ArrowLeft")

    expect(planner.locator(".grip")).to_have_attribute("aria-valuenow", "45")
    expect(planner.locator(".leaflet-before-pane canvas")).not_to_have_count(0)
    planner.keyboard.press("Escape")
    planner.wait_for_selector("#compare", state="hidden")


def test_a_comment_is_pinned_to_a_place_and_settled(planner, draft):
    planner.click("#pin-comment")
    drawing.click(planner, drawing.CENTRE)
    planner.fill("#comment-text", "学校应整体归一")
    planner.click("dialog button[type=submit]")
    planner.wait_for_selector(".commentpin")

    planner.click(".comments button:has-text('办结')")
    planner.wait_for_selector(".settled")

    comment = drawing.told(planner, draft)["comments"][0]
    assert comment["settled"] and comment["lon"] == pytest.approx(drawing.CENTRE[0], abs=3e-5)
