"""The scenes of the planner's documents: a draft that is drawn, compared and published, step by step."""

from browser import browsing, drawing

NAME = "文化路年底均衡调整"
REASON = "新建二期入住，学校整体归一"
STEPS = [browsing.Look(language=language) for language in ("zh", "en")]
CENTRE = drawing.CENTRE


def drafts(page, look):
    """Show the list of drafts."""
    draft(page, look)
    page.goto("/plan")
    page.wait_for_selector("#drafts table")
    page.wait_for_selector("#versions table")


def workbench(page, look):
    """Show the workbench with a border chosen."""
    opened(page, look)
    if look.width < 900:
        return
    choose(page)


def move(page, look):
    """Show a border on the move."""
    opened(page, look)
    choose(page)
    x, y = drawing.handle_near(page, drawing.middle(border(page)["line"]), "middle")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 46, y - 22, steps=6)
    page.wait_for_timeout(900)


def lasso(page, look):
    """Show unit grids in a lasso."""
    opened(page, look)
    page.keyboard.press("l")
    x, y = drawing.pixel(page, CENTRE)
    page.mouse.move(x - 230, y - 10)
    page.mouse.down()
    for dx, dy in ((-100, -60), (-40, 30), (-130, 110), (-230, 60)):
        page.mouse.move(x + dx, y + dy, steps=5)
    page.mouse.up()
    page.wait_for_selector("#pick:not([hidden])")


def compare(page, look):
    """Show the draft beside its base."""
    opened(page, look)
    page.keyboard.press("b")
    page.wait_for_selector("#compare .lab.after:has-text('·')")
    page.wait_for_load_state("networkidle")


def publish(page, look):
    """Show the publish dialog that refuses."""
    opened(page, look)
    page.click("#publish")
    page.wait_for_selector("dialog .pub .ok")
    page.wait_for_selector("#publish-now:disabled")


def opened(page, look):
    """Open the draft with its edits, and wait for what is known of it; in the hand nothing is drawn."""
    number = draft(page, look)
    if look.width < 900:
        page.goto(f"/plan/{number}#map=15/{CENTRE[1]}/{CENTRE[0]}")
    else:
        drawing.look_at(page, number, *CENTRE, 16)
    page.wait_for_selector(".findinglist .whole:not(:has(.skel))")
    page.wait_for_selector("#facts .figures")


def draft(page, look):
    """Sign in, in the look's language; return the number of the draft that is shown, drawn the first time."""
    drawing.sign_in(page, drawing.DEMO_PLANNER)
    page.goto(f"/plan?lang={look.language}")
    found = page.request.get("/api/v1/drafts").json()["drafts"]
    known = next((one["id"] for one in found if one["name"] == NAME), None)
    return known if known is not None else drawn(page)


def drawn(page):
    """Begin the draft and make its first edits."""
    number = drawing.begin(page, NAME)
    drawing.look_at(page, number, *CENTRE, 16)
    page.fill("#reason", REASON)
    edge = border(page)
    drawing.click(page, drawing.middle(edge["line"]))
    page.wait_for_selector(".handle")
    x, y = drawing.handle_near(page, drawing.middle(edge["line"]), "middle")
    drawing.drag(page, (x, y), (x + 22, y - 14))
    drawing.wait_for_edits(page, number, 1)
    page.keyboard.press("Escape")
    lon, lat = CENTRE
    page.keyboard.press("s")
    for spot in ((lon - 0.0045, lat - 0.0034), (lon - 0.0045, lat + 0.0034)):
        drawing.click(page, spot)
    page.keyboard.press("Enter")
    page.click("dialog button[type=submit]")
    drawing.wait_for_edits(page, number, 2)
    return number


def choose(page):
    """Choose the border in the middle by a click."""
    drawing.click(page, drawing.middle(border(page)["line"]))
    page.wait_for_selector(".handle")
    page.wait_for_timeout(1500)


def border(page):
    """Return the longest border near the middle that may move and divides two grids."""
    land = drawing.land(page, drawing.number_of(page), drawing.around(CENTRE, 250))
    owner = {code: grid["parent"] if grid["level"] == "unit_grid" else code for code, grid in land["grids"].items()}
    west, south, east, north = drawing.around(CENTRE, 220)
    free = [
        arc
        for arc in land["arcs"]
        if not arc["locked"]
        and None not in arc["sides"]
        and owner[arc["sides"][0]] != owner[arc["sides"][1]]
        and all(west < lon < east and south < lat < north for lon, lat in arc["line"])
    ]
    return max(free, key=lambda arc: drawing.length(arc["line"]))
