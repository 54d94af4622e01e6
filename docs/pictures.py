"""Takes the pictures of the documents: the pages of a demo city, by day and night, in both languages, at a desk and in the hand.

``make pictures`` builds the city and takes them all; ``ARGS="--city FILE map"`` takes those of one
page from a city that is there.
"""

import argparse
import contextlib
import datetime as dt
import io
import pathlib
import tempfile

import admin_scenes
import desk_scenes
import field_scenes
import planner_scenes
import public_scenes
from browser import browsing
from PIL import Image

FOLDER = pathlib.Path(__file__).parent / "pictures"
NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
COLOURS = 256


def landing(page, look):
    """Open the landing page and wait for its map, its cases and its figures."""
    page.goto("/")
    page.wait_for_selector("#state > span")
    page.wait_for_selector(".picture .leaflet-marker-icon")


def map(page, look):
    """Open the map, click a spot in the middle of the city and wait for who answers there; in the hand it stands above the card."""
    lat, down = (39.931, 0.5) if look.width > 700 else (39.9254, 0.3)
    page.goto(f"/map#map=15/{lat}/119.603")
    page.wait_for_selector("#mapwrap[aria-busy=false]")
    page.wait_for_selector("#wholes .good, #wholes .bad", state="attached")
    page.wait_for_load_state("networkidle")
    box = page.locator("#mapwrap").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] * down)
    page.wait_for_selector("#owner[aria-busy=false] .chain")
    page.mouse.move(box["x"] + 5, 5)


def notice(page, look):
    """Open the notice of a version that changes grids all over the city."""
    page.goto("/api/v1/versions/3/notice")
    page.wait_for_selector("figure svg")


SCENES = {
    "landing": landing,
    "map": map,
    "plan": planner_scenes.workbench,
    "plan-drafts": planner_scenes.drafts,
    "plan-move": planner_scenes.move,
    "plan-lasso": planner_scenes.lasso,
    "plan-compare": planner_scenes.compare,
    "plan-publish": planner_scenes.publish,
    "notice": notice,
    "admin-calendar": admin_scenes.calendar,
    "admin-matrix": admin_scenes.matrix,
    "admin-second-factor": admin_scenes.second_factor,
    "dispatch": desk_scenes.queue,
    "dispatch-bulk": desk_scenes.bulk,
    "dispatch-dispute": desk_scenes.dispute,
    "dispatch-filing": desk_scenes.filing,
    "field": field_scenes.patch,
    "field-case": field_scenes.case,
    "field-report": field_scenes.report,
    "field-queue": field_scenes.queue,
    "report": public_scenes.report,
    "report-follow": public_scenes.follow,
    "report-who": public_scenes.who,
}
FEW_LOOKS = {
    "admin-calendar",
    "admin-matrix",
    "admin-second-factor",
    "plan-drafts",
    "plan-move",
    "plan-lasso",
    "plan-compare",
    "plan-publish",
    "notice",
}
"""Steps of the documents: taken at a desk by day only."""


AT_THE_DESK = {
    "dispatch": [browsing.Look(), browsing.Look(*browsing.DESK, "dark", "en")],
    "dispatch-bulk": [browsing.Look()],
    "dispatch-dispute": [browsing.Look()],
    "dispatch-filing": [browsing.Look(*browsing.DESK, "light", "en")],
}
"""Pages of the dispatchers' desk, each as its document shows it."""


IN_THE_HAND = {"field", "field-case", "field-report", "field-queue"}
"""Pages that only a phone shows."""


PUBLIC = {
    "report": [browsing.Look(*browsing.DESK, "light", "zh"), browsing.Look(*browsing.HAND, "light", "zh")],
    "report-follow": [browsing.Look(*browsing.HAND, "dark", "en")],
    "report-who": [browsing.Look(*browsing.HAND, "light", "zh")],
}
"""Pages that citizens see, each as its document shows it."""


def looks_of(name):
    """Return the looks in which a page is taken."""
    if name in PUBLIC:
        return PUBLIC[name]
    if name in AT_THE_DESK:
        return AT_THE_DESK[name]
    if name in IN_THE_HAND:
        return [browsing.Look(*browsing.HAND, theme) for theme in ("light", "dark")]
    return planner_scenes.STEPS if name in FEW_LOOKS else browsing.EVERY_LOOK


def main():
    """Take the pictures of the pages that are asked for."""
    options = arguments()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        city = options.city or build(folder / "demo" / "city.gpkg", folder / "data")
        address = stack.enter_context(browsing.served(city, folder, at=NOON))
        browser = stack.enter_context(browsing.chromium(browsing.executable()))
        for name in options.pages or SCENES:
            for look in looks_of(name):
                take(browser, address, name, look)


def arguments():
    """Return which city and which pages are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--city", type=pathlib.Path, help="A demo city made for noon of 4 May 2026; default: it is built."
    )
    parser.add_argument("pages", nargs="*", choices=[*SCENES, []], help="Default all.")
    return parser.parse_args()


def build(path, data):
    """Build the demo city with its photos in the data folder that it will be served with; return its file."""
    from gridmgr.services.demo import tour
    from gridmgr.store import database

    print("Building the demo city", flush=True)
    tour.build(f"gpkg:///{path}", at=NOON, step=lambda *_, **__: None, seed=1, grids=None, unit_grids=None)
    engine = database.connect(f"gpkg:///{path}")
    tour.photograph(engine, data, at=NOON, step=lambda *_, **__: None)
    engine.dispose()
    return path


def take(browser, address, name, look):
    """Take one picture; a page that complains is not shown to anybody."""
    context = browsing.reader(browser, address, look)
    watch = browsing.watched(context, address)
    page = context.new_page()
    SCENES[name](page, look)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)
    path = FOLDER / f"{name}-{look}.png"
    save(page.screenshot(), path)
    context.close()
    print(f"{path.stat().st_size / 1000:6.0f} kB  {path.name}", flush=True)
    if watch.problems():
        raise SystemExit(f"{name} complains: {watch.problems()}")


def save(png, path):
    """Write a picture with few colours, rare ones among them: a third of the size, and it looks the same."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
