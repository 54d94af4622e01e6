"""The hand of a planner: real mouse events at places of the map, and what the server says of a draft."""

import itertools
import math

from browser import browsing

DEMO_PLANNER = "linxiaoyu"
REVIEWER = "qinhaitao"
CENTRE = (119.6054, 39.9212)


def sign_in(page, login, next_path="/plan"):
    """Sign in with a login of the demo city; its password is the same."""
    page.goto(f"/signin?next={next_path}")
    page.fill("#login", login)
    page.fill("#password", login)
    page.click("button[type=submit]")
    page.wait_for_url(f"**{next_path}")


def enter(page, login):
    """Sign in as :func:`sign_in` does, without opening a page: for tests that are about something else."""
    given = {"login": login, "password": login, "csrf_token": csrf_token(page)}
    answer = page.request.post("/signin", form=given, max_redirects=0)
    assert answer.status == 303, answer.text()


def csrf_token(page):
    """Return the token that the writes of this browser carry."""
    return page.request.get("/api/v1/me").json()["csrf_token"]


def begun(page, name):
    """Begin a draft as :func:`begin` does, without opening a page; return its number."""
    made = page.request.post("/api/v1/drafts", data={"name": name}, headers={"X-CSRFToken": csrf_token(page)})
    assert made.status == 201, made.text()
    return made.json()["draft"]["id"]


def begin(page, name, level=""):
    """Begin a draft as a planner does; return its number."""
    page.goto("/plan")
    page.click("#begin")
    page.fill("#new-name", name)
    page.select_option("#new-level", level)
    page.click("dialog button[type=submit]")
    page.wait_for_url("**/plan/*")
    return int(page.url.split("/plan/")[1].split("#")[0])


def look_at(page, draft, lon, lat, zoom=17):
    """Open the workbench on a place, and wait until its borders are there."""
    page.goto("about:blank")
    page.goto(f"/plan/{draft}#map={zoom}/{lat:.6f}/{lon:.6f}")
    settle(page)


def settle(page):
    """Wait until the borders round the view are those of the draft as it is now."""
    page.wait_for_selector("#mapwrap[aria-busy=false]")
    revision = told(page, number_of(page))["draft"]["revision"]
    page.wait_for_selector(f"#mapwrap[data-land^='{revision} ']")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def number_of(page):
    """Return the number of the draft that is open."""
    return int(page.url.split("/plan/")[1].split("#")[0].split("?")[0])


def pixel(page, spot):
    """Return where a lon, lat lies on the screen."""
    lon, lat = spot
    x, y = page.evaluate(
        "([lon, lat]) => { const at = L.gridmgr.map.latLngToContainerPoint([lat, lon]); return [at.x, at.y]; }",
        [lon, lat],
    )
    box = page.locator("#mapwrap").bounding_box()
    return box["x"] + x, box["y"] + y


def click(page, spot, **options):
    """Click a place of the map."""
    page.mouse.move(*pixel(page, spot))
    page.mouse.click(*pixel(page, spot), **options)


def drag(page, start, end, steps=8):
    """Press the button at one point of the screen, move, and let go at another."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=steps)
    page.mouse.up()


def land(page, draft, box):
    """Return the borders in a box, as the server gives them."""
    bbox = ",".join(f"{value:.6f}" for value in box)
    return page.request.get(f"/api/v1/drafts/{draft}/arcs?bbox={bbox}").json()


def told(page, draft):
    """Return what the server says of a draft."""
    return page.request.get(f"/api/v1/drafts/{draft}", headers={"Accept-Language": "en"}).json()


def standing(page, draft):
    """Return the edits of a draft that are not undone, in order."""
    return [one["edit"] for one in told(page, draft)["edits"] if not one["undone"]]


def wait_for_edits(page, draft, count):
    """Wait until a draft has so many edits, and the page shows it."""
    browsing.until(page, lambda: len(standing(page, draft)) == count)
    assert len(standing(page, draft)) == count, page.inner_text("#toasts")
    settle(page)


def around(spot, metres=450):
    """Return west, south, east, north round a spot."""
    north = metres / 111_132
    east = metres / (111_320 * math.cos(math.radians(spot[1])))
    return spot[0] - east, spot[1] - north, spot[0] + east, spot[1] + north


def length(line):
    """Return the length of a line in degrees of latitude, roughly."""
    scale = math.cos(math.radians(line[0][1]))
    return sum(math.hypot((b[0] - a[0]) * scale, b[1] - a[1]) for a, b in itertools.pairwise(line))


def middle(line):
    """Return the point half way along a line."""
    left = length(line) / 2
    scale = math.cos(math.radians(line[0][1]))
    for a, b in itertools.pairwise(line):
        step = math.hypot((b[0] - a[0]) * scale, b[1] - a[1])
        if step >= left:
            return a[0] + (b[0] - a[0]) * left / step, a[1] + (b[1] - a[1]) * left / step
        left -= step
    return tuple(line[-1])


def handle_near(page, spot, kind="vertex"):
    """Return where on the screen the handle of a kind stands that is nearest to a spot."""
    x, y = pixel(page, spot)
    boxes = [one.bounding_box() for one in page.locator(f".handle.{kind}").all()]
    centres = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
    return min(centres, key=lambda at: math.hypot(at[0] - x, at[1] - y))


def borders(page, draft, *, between_owners=True):
    """Return the land in sight and its borders that may move, the longest first."""
    shown = land(page, draft, around(CENTRE, 200))
    west, south, east, north = around(CENTRE, 170)
    found = [
        arc
        for arc in shown["arcs"]
        if not arc["locked"]
        and None not in arc["sides"]
        and all(west < lon < east and south < lat < north for lon, lat in arc["line"])
        and (owner(shown, arc["sides"][0]) != owner(shown, arc["sides"][1])) is between_owners
    ]
    return shown, sorted(found, key=lambda arc: -length(arc["line"]))


def owner(land, code):
    """Return the grid that people know: the one that a unit grid belongs to."""
    grid = land["grids"][code]
    return grid["parent"] if grid["level"] == "unit_grid" else code


def middle_of(page, code, draft):
    """Return a point inside a grid as it is in the draft."""
    return page.request.get(f"/api/v1/grids/{code}?draft={draft}").json()["place"]


def pull(page, arc, by=(14, 11)):
    """Choose a border by a click and drag its middle on the screen."""
    click(page, middle(arc["line"]))
    page.wait_for_selector(".handle")
    start = handle_near(page, middle(arc["line"]), "middle")
    drag(page, start, (start[0] + by[0], start[1] + by[1]))


def rings(shape):
    """Return the rings of a GeoJSON polygon."""
    return (
        shape["coordinates"] if shape["type"] == "Polygon" else [ring for part in shape["coordinates"] for ring in part]
    )
