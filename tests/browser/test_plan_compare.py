"""What versions and drafts change, looked at as a planner does: a map with a slider, a list, and the keys for both."""

import re

import pytest
from browser import browsing, drawing
from playwright.sync_api import expect

DEMO_DRAFT = 1
ROW = ".differences .place"


@pytest.fixture(scope="module")
def address(browser, demo_city, demo_now, tmp_path_factory):
    """A demo city of these tests' own: they begin drafts in it."""
    with browsing.served(demo_city, tmp_path_factory.mktemp("compared"), at=demo_now) as where:
        yield where


@pytest.fixture
def planner(page, context, address, look):
    """A page on which the planner of the demo city is signed in."""
    context.add_cookies([{"name": "lang", "value": look.language, "url": address}])
    drawing.sign_in(page, drawing.DEMO_PLANNER)
    return page


def settled(page):
    """Wait until both maps and the list are there."""
    page.wait_for_selector(f"{ROW}, .differences .none")
    page.wait_for_selector("#mapwrap[aria-busy=false]")


def compare(page, before, after):
    page.goto(f"/plan/compare?before={before}&after={after}")
    settled(page)


def chosen(page):
    return page.locator(f"{ROW}[aria-current]").all_inner_texts()


def view(page):
    return page.evaluate(
        "() => { const at = L.gridmgr.map.getCenter(); return [at.lng, at.lat, L.gridmgr.map.getZoom()]; }"
    )


def edited(page, draft, edit):
    """Make an edit in a draft as the page would."""
    token = page.request.get("/api/v1/me").json()["csrf_token"]
    revision = drawing.told(page, draft)["draft"]["revision"]
    sent = page.request.post(
        f"/api/v1/drafts/{draft}/edits", data={"revision": revision, "edit": edit}, headers={"X-CSRFToken": token}
    )
    assert sent.ok, sent.text()


def test_the_list_of_drafts_leads_to_what_a_draft_changes(planner):
    planner.click("#drafts a[href*=compare]")
    settled(planner)

    expect(planner).to_have_url(re.compile(rf"/plan/compare\?before=v3&after=d{DEMO_DRAFT}(#|$)"))
    told = planner.request.get(f"/api/v1/drafts/{DEMO_DRAFT}/diff").json()
    rows = planner.locator(ROW).all_inner_texts()
    assert len(rows) == len(told["changes"]) + len(told["moves"])
    assert all(any(one["code"] in row and one["name"] in row for row in rows) for one in told["changes"])
    west, south, east, north = told["moves"][0]["bounds"]
    lon, lat, _ = view(planner)
    assert west < lon < east and south < lat < north
    expect(planner.locator(".leaflet-findings-pane path")).to_have_count(len(rows))


def test_versions_are_compared_from_the_list_of_versions_by_keys_alone(planner):
    link = planner.locator("#versions a[href*='after=v3']")
    link.focus()
    planner.keyboard.press("Enter")
    settled(planner)
    wide = view(planner)

    planner.keyboard.press("f")
    first = chosen(planner)
    planner.keyboard.press("f")
    second = chosen(planner)
    planner.keyboard.press("Shift+F")

    assert len(first) == len(second) == 1 and first != second and chosen(planner) == first
    assert view(planner)[2] > wide[2]
    grip = planner.locator(".grip")
    grip.focus()
    planner.keyboard.press("ArrowRight")
    expect(grip).to_have_attribute("aria-valuenow", "55")
    planner.keyboard.press("x")
    settled(planner)
    expect(planner).to_have_url(re.compile("before=v3&after=v2"))
    planner.keyboard.press("Escape")
    planner.wait_for_url("**/plan")


def test_each_side_of_the_slider_shows_its_own_boundaries(planner):
    asked = []
    planner.on("request", lambda request: asked.append(request.url) if ".mvt" in request.url else None)

    compare(planner, "v2", "v3")

    assert {"version=2", "version=3"} == {url.split("?")[1] for url in asked}
    cuts = planner.evaluate(
        """() => [".leaflet-before-pane", ".leaflet-city-pane"].map((pane) =>
            document.querySelector(`${pane} .leaflet-layer`).style.clipPath !== "")"""
    )
    assert cuts == [True, True]
    labels = planner.locator(".lab").all_inner_texts()
    assert [one.split(" ")[0] for one in labels] == ["V2", "V3"]


def test_two_drafts_are_compared_from_the_workbench(planner):
    first, second = (drawing.begin(planner, name) for name in ("一稿", "二稿"))
    drawing.look_at(planner, first, *drawing.CENTRE)
    unit = next(iter(drawing.land(planner, first, drawing.around(drawing.CENTRE, 60))["arcs"]))["sides"][0]
    edited(planner, second, {"op": "rename", "grid": unit, "name": "改名的单元"})
    planner.reload()

    planner.click(f".facts a[href='/plan/compare?before=d{first}&after=d{second}']")
    settled(planner)

    [row] = planner.locator(ROW).all_inner_texts()
    assert "改名的单元" in row and unit in row and "名称" in row
    planner.click("#turn")
    settled(planner)
    expect(planner).to_have_url(re.compile(f"before=d{second}&after=d{first}"))
    expect(planner.locator(".differences")).not_to_contain_text("改名的单元")


def test_drafts_that_are_alike_are_said_to_be_so(planner):
    first, second = (drawing.begin(planner, name) for name in ("甲", "乙"))

    compare(planner, f"d{first}", f"d{second}")

    expect(planner.locator(".differences")).to_have_text("没有差异。")


def test_what_cannot_be_compared_gives_way_to_what_can(planner):
    compare(planner, "v1", f"d{DEMO_DRAFT}")

    expect(planner).to_have_url(re.compile(f"before=v3&after=d{DEMO_DRAFT}"))
    offered = planner.locator("#before option").evaluate_all("(all) => all.map(({ value }) => value)")
    assert "v3" in offered and "v1" not in offered and f"d{DEMO_DRAFT}" not in offered
    expect(planner.locator("#turn")).to_be_disabled()


@pytest.mark.parametrize("look", browsing.LOOKS, ids=str)
def test_the_comparison_fits_every_reader(planner, look):
    compare(planner, "v3", f"d{DEMO_DRAFT}")

    words = planner.inner_text(".differences")
    assert ("Changes hands" in words) is (look.language == "en")
    assert ("1 place" in words and "1 places" not in words) is (look.language == "en")
    assert planner.evaluate("document.documentElement.scrollWidth") <= look.width
    expect(planner.locator(".grip")).to_be_visible()


@pytest.mark.parametrize("look", [browsing.Look(language="en")], ids=str)
def test_the_edits_name_grids_by_name_and_code_and_one_step_is_one(planner):
    draft = drawing.begin(planner, "Steps")
    drawing.look_at(planner, draft, *drawing.CENTRE)
    land = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 60))
    arc = next(one for one in land["arcs"] if not one["locked"] and None not in one["sides"])
    edited(planner, draft, {"op": "add_node", "at": drawing.middle(arc["line"])})
    edited(planner, draft, {"op": "rename", "grid": arc["sides"][0], "name": "Quay", "name_en": "Quay"})
    planner.reload()
    drawing.settle(planner)

    expect(planner.locator("#history h2")).to_contain_text("2 steps")
    planner.locator("#history button[aria-label=Undo]").click()
    planner.wait_for_selector("#history h2:has-text('1 step')")
    expect(planner.locator("#history h2")).not_to_contain_text("1 steps")


def test_what_is_found_is_mended_on_the_page_and_not_by_a_command(planner):
    draft = drawing.begin(planner, "无人")
    drawing.look_at(planner, draft, *drawing.CENTRE)
    planner.wait_for_selector("#facts .whole, #facts .found")
    land = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 60))
    unit = next(one for arc in land["arcs"] for one in arc["sides"] if one)
    owner = land["grids"][unit]["parent"]
    west, south, east, north = planner.request.get(f"/api/v1/grids/{owner}?draft={draft}").json()["bounds"]
    middle = (west + east) / 2
    edited(planner, draft, {"op": "split", "grid": owner, "line": [[middle, south - 0.001], [middle, north + 0.001]]})
    planner.reload()
    drawing.settle(planner)

    planner.wait_for_selector(".found[data-kind=no_person]")

    said = planner.inner_text("#facts")
    assert "在此指派" in said and "gridmgr" not in said
    expect(planner.locator(".found[data-kind=no_person]:not(:has(.btn))")).to_have_count(0)


def test_what_changes_hands_stands_on_the_border_while_it_is_dragged(planner):
    draft = drawing.begin(planner, "拖动")
    drawing.look_at(planner, draft, *drawing.CENTRE)
    land = drawing.land(planner, draft, drawing.around(drawing.CENTRE, 200))
    west, south, east, north = drawing.around(drawing.CENTRE, 170)
    parent = {code: grid["parent"] for code, grid in land["grids"].items()}
    between = [
        arc["line"]
        for arc in land["arcs"]
        if not arc["locked"] and None not in arc["sides"] and parent[arc["sides"][0]] != parent[arc["sides"][1]]
        and all(west < lon < east and south < lat < north for lon, lat in arc["line"])
    ]  # fmt: skip
    half = drawing.middle(max(between, key=drawing.length))
    drawing.click(planner, half)
    planner.wait_for_selector(".handle")
    x, y = drawing.handle_near(planner, half, "middle")

    planner.mouse.move(x, y)
    planner.mouse.down()
    planner.mouse.move(x + 30, y + 22, steps=6)
    planner.wait_for_selector(".pill:has-text('户')")
    pill = planner.inner_text(".pill")
    loaded = []
    planner.on("response", lambda answer: loaded.append(answer.url) if "/load" in answer.url else None)
    planner.mouse.up()
    drawing.wait_for_edits(planner, draft, 1)

    assert [part.split(" ")[-1] for part in pill.split(" · ")] == ["公顷", "户", "案"]
    browsing.until(planner, lambda: loaded)
    assert loaded
