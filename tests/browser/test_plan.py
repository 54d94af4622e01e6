"""The workbench, driven as a planner does: with the mouse on the map."""

import datetime as dt

import pytest
from browser import browsing, drawing, looking

FAR_AHEAD = dt.timedelta(days=90)


@pytest.fixture(scope="module")
def address(browser, demo_city, demo_now, tmp_path_factory):
    """A demo city of these tests' own: they publish in it."""
    with browsing.served(demo_city, tmp_path_factory.mktemp("planned"), at=demo_now) as where:
        yield where


@pytest.fixture
def planner(page):
    """A page on which the planner of the demo city is signed in."""
    drawing.sign_in(page, drawing.DEMO_PLANNER)
    return page


@pytest.fixture
def draft(planner, request):
    """The number of a new draft, opened on the middle of the town."""
    number = drawing.begin(planner, f"试画 {request.node.name}"[:80])
    drawing.look_at(planner, number, *drawing.CENTRE)
    return number


def borders(page, draft, *, between_owners=True):
    """Return the land in sight and its borders that may move, the longest first."""
    land = drawing.land(page, draft, drawing.around(drawing.CENTRE, 200))
    west, south, east, north = drawing.around(drawing.CENTRE, 170)
    found = [
        arc
        for arc in land["arcs"]
        if not arc["locked"]
        and None not in arc["sides"]
        and all(west < lon < east and south < lat < north for lon, lat in arc["line"])
        and (owner(land, arc["sides"][0]) != owner(land, arc["sides"][1])) is between_owners
    ]
    return land, sorted(found, key=lambda arc: -drawing.length(arc["line"]))


def owner(land, code):
    """Return the grid that people know: the one that a unit grid belongs to."""
    grid = land["grids"][code]
    return grid["parent"] if grid["level"] == "unit_grid" else code


def middle_of(page, code, draft):
    """Return a point inside a grid as it is in the draft."""
    return page.request.get(f"/api/v1/grids/{code}?draft={draft}").json()["place"]


def pull(page, arc, by=(14, 11)):
    """Choose a border by a click and drag its middle on the screen."""
    drawing.click(page, drawing.middle(arc["line"]))
    page.wait_for_selector(".handle")
    start = drawing.handle_near(page, drawing.middle(arc["line"]), "middle")
    drawing.drag(page, start, (start[0] + by[0], start[1] + by[1]))


def test_a_moved_border_moves_for_both_grids(planner, draft):
    _land, found = borders(planner, draft)
    arc = found[0]

    pull(planner, arc)
    drawing.wait_for_edits(planner, draft, 1)

    edit = drawing.standing(planner, draft)[0]
    assert edit["op"] == "move_arc" and set(edit["grids"]) == set(arc["sides"])
    after = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 200))
    shared = [one["line"] for one in after["arcs"] if set(one["sides"]) == set(arc["sides"])]
    moved = next(point for point in edit["line"] if point not in arc["line"])
    assert sum(moved in line for line in shared) == 1
    shapes = [planner.request.get(f"/api/v1/grids/{code}?draft={draft}").json()["geometry"] for code in arc["sides"]]
    assert all(moved in [list(point) for ring in rings(shape) for point in ring] for shape in shapes)
    assert "移动" in planner.inner_text(".edits .on")


def rings(shape):
    """Return the rings of a GeoJSON polygon."""
    return (
        shape["coordinates"] if shape["type"] == "Polygon" else [ring for part in shape["coordinates"] for ring in part]
    )


def test_a_border_of_a_level_above_is_not_drawn_on(planner, draft):
    land = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 600))
    locked = max((arc for arc in land["arcs"] if arc["locked"]), key=lambda arc: drawing.length(arc["line"]))
    drawing.look_at(planner, draft, *drawing.middle(locked["line"]))

    drawing.click(planner, drawing.middle(locked["line"]))

    planner.wait_for_selector(".toast:has-text('上级')")
    assert not planner.locator(".handle").count()


def test_an_edit_that_cannot_be_made_springs_back_and_says_why(planner, draft, watch):
    watch.expect("400")
    _, found = borders(planner, draft)
    before = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 200))["arcs"]

    pull(planner, found[0], by=(420, 300))
    planner.wait_for_selector(".toast")

    assert drawing.standing(planner, draft) == []
    assert planner.locator(".handle").count() > 0
    assert drawing.land(planner, draft, drawing.around(drawing.CENTRE, 200))["arcs"] == before


def test_a_vertex_is_added_nudged_and_removed(planner, draft):
    _, found = borders(planner, draft)
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
    _, found = borders(planner, draft, between_owners=False)
    unit = found[0]["sides"][0]
    corners = rings(planner.request.get(f"/api/v1/grids/{unit}?draft={draft}").json()["geometry"])[0][:-1]
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
    _, found = borders(planner, draft)
    drawing.look_at(planner, draft, *drawing.middle(found[0]["line"]))

    planner.keyboard.press("Enter")
    planner.wait_for_selector(".handle.middle")
    planner.locator(".handle.middle").first.focus()
    planner.keyboard.press("Shift+ArrowUp")
    drawing.wait_for_edits(planner, draft, 1)

    assert drawing.standing(planner, draft)[0]["op"] == "move_arc"


def test_a_grid_of_its_own_is_carved_out(planner, draft):
    land, found = borders(planner, draft, between_owners=False)
    lon, lat = drawing.middle(found[0]["line"])
    planner.keyboard.press("k")

    for spot in ((lon - 0.0003, lat - 0.0002), (lon + 0.0003, lat - 0.0002), (lon + 0.0002, lat + 0.0002)):
        drawing.click(planner, spot)
    drawing.click(planner, (lon - 0.0003, lat - 0.0002))
    planner.fill("#carve-code", f"{owner(land, found[0]['sides'][0])[:12]}88")
    planner.fill("#carve-name", "第一医院")
    planner.click("dialog button[type=submit]")
    drawing.wait_for_edits(planner, draft, 1)

    assert drawing.standing(planner, draft)[0]["op"] == "carve"


def test_a_locked_grid_is_left_alone(planner, draft):
    _land, found = borders(planner, draft)
    arc = found[0]
    planner.click("[data-tool=lock]")
    drawing.click(planner, middle_of(planner, arc["sides"][0], draft))
    planner.keyboard.press("v")

    drawing.click(planner, drawing.middle(arc["line"]))

    planner.wait_for_selector(".toast:has-text('已锁定')")
    assert not planner.locator(".handle").count()


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
    _, found = borders(planner, draft)
    far = found[-1]
    other = {"op": "add_node", "at": list(drawing.middle(far["line"]))}
    token = planner.request.get("/api/v1/me").json()["csrf_token"]
    answer = planner.request.post(
        f"/api/v1/drafts/{draft}/edits",
        data={"revision": 0, "edit": other, "reason": ""},
        headers={"X-CSRFToken": token, "Referer": planner.url},
    )
    assert answer.ok, answer.text()

    pull(planner, found[0])
    planner.wait_for_selector("dialog [role=alert]")
    assert [edit["op"] for edit in drawing.standing(planner, draft)] == ["add_node"]
    planner.click("dialog .btn.primary")
    drawing.wait_for_edits(planner, draft, 2)

    assert [edit["op"] for edit in drawing.standing(planner, draft)] == ["add_node", "move_arc"]


def test_a_grid_is_named(planner, draft):
    _, found = borders(planner, draft)
    drawing.click(planner, drawing.middle(found[0]["line"]))
    planner.locator("#facts .load .link").first.click()

    planner.fill("#grid-name", "码头网格")
    planner.click("dialog button[type=submit]")
    drawing.wait_for_edits(planner, draft, 1)

    assert drawing.standing(planner, draft)[0]["name"] == "码头网格"
    planner.wait_for_selector(".edits .on:has-text('码头网格')")


def test_before_and_after_are_compared_with_a_slider(planner, draft):
    _, found = borders(planner, draft)
    pull(planner, found[0])
    drawing.wait_for_edits(planner, draft, 1)

    planner.keyboard.press("b")
    planner.wait_for_selector("#compare .grip")
    planner.wait_for_selector("#mapwrap[aria-busy=false]")
    planner.focus(".grip")
    planner.keyboard.press("ArrowLeft")

    assert planner.get_attribute(".grip", "aria-valuenow") == "45"
    assert planner.locator(".leaflet-before-pane canvas").count() > 0
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


def test_a_planner_draws_another_approves_and_the_person_changes_at_the_instant(planner, draft, demo_now, context):
    page = planner
    page.fill("#reason", "学校整体归一")
    land, found = borders(page, draft)

    # Move a border, and split a grid.
    pull(page, found[0])
    drawing.wait_for_edits(page, draft, 1)
    divided = owner(land, found[0]["sides"][0])
    shape = page.request.get(f"/api/v1/grids/{divided}?draft={draft}").json()
    west, south, east, north = shape["bounds"]
    drawing.look_at(page, draft, (west + east) / 2, (south + north) / 2, 16)
    page.keyboard.press("s")
    drawing.click(page, ((west + east) / 2, south - 0.0003))
    drawing.click(page, ((west + east) / 2, north + 0.0003))
    page.keyboard.press("Enter")
    page.wait_for_selector("#split-grid")
    assert page.input_value("#split-grid") == divided
    page.click("dialog button[type=submit]")
    drawing.wait_for_edits(page, draft, 2)
    made = drawing.standing(page, draft)[1]["codes"][1]

    # The new grid has nobody: a finding appears; posting somebody settles it.
    page.wait_for_selector(f".found[data-kind=no_person]:has-text('{made}')")
    page.click(f".found:has-text('{made}') .btn")
    page.fill("#assign-words", "王")
    page.wait_for_selector("dialog input[type=radio]")
    page.click("dialog button[type=submit]")
    drawing.wait_for_edits(page, draft, 3)
    page.wait_for_selector(f".found[data-kind=no_person]:has-text('{made}')", state="detached")

    # Unit grids change hands by a lasso.
    land = drawing.land(page, draft, (west, south, east, north))
    unit, target = next(
        (one, owner(land, other))
        for arc in land["arcs"]
        if not arc["locked"] and None not in arc["sides"]
        for one, other in (arc["sides"], arc["sides"][::-1])
        if owner(land, one) == divided and owner(land, other) not in (divided, made)
    )
    place = middle_of(page, unit, draft)
    before = drawing.pixel(page, place)
    page.keyboard.press("l")
    page.mouse.move(before[0] - 14, before[1] - 14)
    page.mouse.down()
    for dx, dy in ((14, -14), (14, 14), (-14, 14), (-14, -10)):
        page.mouse.move(before[0] + dx, before[1] + dy, steps=4)
    page.mouse.up()
    page.wait_for_selector("#pick:not([hidden])")
    drawing.click(page, middle_of(page, target, draft))
    drawing.wait_for_edits(page, draft, 4)
    assert drawing.standing(page, draft)[3] == {"op": "hand_over", "grids": [unit], "to": target}

    # Merge two unit grids of one grid, undo it, do it again.
    units = sorted(code for code, grid in land["grids"].items() if grid["parent"] == target)
    sides = next(arc["sides"] for arc in land["arcs"] if set(arc["sides"]) <= set(units))
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

    # Look at what it does.
    page.wait_for_selector("#facts .figures")
    assert "户" in page.inner_text("#facts .figures")
    assert page.locator("#facts .load").count() >= 2

    # Hand it in: what is red for other reasons is accepted with a reason.
    page.click("#publish")
    page.wait_for_selector("#why-not:has-text('不能发布')")
    assert page.is_disabled("#publish-now")
    page.keyboard.press("Escape")
    page.click("#submit")
    page.wait_for_selector("#accept-no_department, #accept-no_person, #submit-now:enabled")
    for box in page.locator("dialog input[type=checkbox]").all():
        box.check()
    if page.is_visible("#accept-reason"):
        page.fill("#accept-reason", "已在办理")
    page.click("#submit-now:enabled")
    page.wait_for_selector("#steps [aria-current]:has-text('2')")
    assert drawing.told(page, draft)["draft"]["status"] == "submitted"

    # Another person approves; it is published for a day to come.
    begins = (demo_now + FAR_AHEAD).strftime("%Y-%m-%dT00:00")
    approved_by_another(context.browser, page, draft)
    page.reload()
    page.click("#publish.primary")
    page.wait_for_selector("dialog .pub .ok")
    page.fill("#effective", begins)
    page.dispatch_event("#effective", "change")
    page.wait_for_selector("#why-not:has-text('正在')", state="detached")
    for box in page.locator("dialog input[type=checkbox]").all():
        box.check()
    page.fill("#publish-reason", "学校整体归一")
    page.click("#publish-now:enabled")
    page.wait_for_selector("dialog .btn:has-text('公告')")

    # The old person answers until the instant, the new one from then on.
    def answers(at):
        lon, lat = place
        return page.request.get(f"/api/v1/where?lon={lon}&lat={lat}&at={at}").json()

    last = answers((demo_now + FAR_AHEAD - dt.timedelta(days=1)).strftime("%Y-%m-%dT23:59"))
    first = answers(begins)
    assert last["grid"]["code"] == divided and first["grid"]["code"] == target
    assert last["person"]["id"] != first["person"]["id"]
    assert last["version"] < first["version"]


def approved_by_another(browser, page, draft):
    """Let the administrator of the demo approve a draft, in a browser of his own."""
    context = browsing.reader(browser, page.url.split("/plan/")[0], browsing.Look())
    other = context.new_page()
    drawing.sign_in(other, drawing.REVIEWER)
    other.goto(f"/plan/{draft}")
    other.click("#approve")
    other.wait_for_selector("#steps [aria-current]:has-text('3')")
    context.close()


def test_on_a_phone_the_draft_and_its_findings_are_read(browser, address):
    context = browsing.reader(browser, address, browsing.Look(*browsing.HAND))
    page = context.new_page()
    drawing.sign_in(page, drawing.DEMO_PLANNER)

    page.goto("/plan/1")
    page.wait_for_selector(".findinglist .found, .findinglist .whole")

    assert page.is_visible("#narrow-note") and not page.is_visible("#tools")
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

    assert "/signin" in page.url
