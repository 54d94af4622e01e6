"""How soon the map is useful, and how fluid it is while panned: a city of 5,000 responsibility and 50,000 unit grids.

Chromium without a screen, drawing in software. Both are measured against a warm
server; the city is built once into a temporary folder. Budgets: the first useful
map within 2 s, the median frame while panning under 33 ms.
"""

import datetime as dt
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

from browser import browsing

from bench import table
from gridmgr.services.demo import tour

LOADS = 7
PANS = 3
STEPS = 60
FIRST_MAP_BUDGET_S, FRAME_BUDGET_MS = 2.0, 33.0
DRAWN = "#mapwrap[aria-busy=false]"
GEOJSON = """
async (level) => {
  const answer = await fetch(`/api/v1/layers/${level}/items?limit=50000`);
  window.other = L.geoJSON(await answer.json(), { renderer: L.canvas({ padding: 0.5 }), interactive: false, style: { weight: 1 } }).addTo(L.gridmgr.map);
}
"""
FRAMES = """
() => { window.frames_ms = []; let last = performance.now();
  const next = (now) => { window.frames_ms.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next); }
"""


def main():
    """Build the city, serve it, and print what was measured as one table; the medians go into the JSON too."""
    options = read_arguments()
    with tempfile.TemporaryDirectory() as folder, browsing.chromium(browsing.executable()) as browser:
        city, now = pathlib.Path(folder) / "city.gpkg", dt.datetime.now(dt.UTC)
        tour.build(
            f"gpkg:///{city}",
            at=now,
            step=lambda *_, **__: None,
            seed=1,
            grids=options.grids,
            unit_grids=options.unit_grids,
        )
        with browsing.served(city, pathlib.Path(folder), at=now) as address:
            page = browsing.reader(browser, address, browsing.Look()).new_page()
            rows = {"first map, s": first_maps(page)}
            for zoom in (12, 13, 15, 16):
                rows[f"frame while panning at zoom {zoom}, ms"] = frames(page, zoom)
            for level, zoom in (("responsibility_grid", 13), ("unit_grid", 15)):
                rows |= geojson_frames(page, level, zoom)
    show(options, rows)


def read_arguments():
    """Return the size of the city."""
    reader = table.parser(__doc__)
    reader.add_argument("--grids", type=int, default=5000)
    reader.add_argument("--unit-grids", type=int, default=50_000)
    return reader.parse_args()


def first_maps(page):
    """Return how long each opening took until the tiles in view were drawn; the first two only warm the server."""
    return [one_map(page) for _ in range(LOADS)][2:]


def one_map(page):
    """Open the map once and return the seconds from the request to the drawn tiles."""
    page.goto("about:blank")
    page.goto("/map", wait_until="commit")
    page.wait_for_selector(DRAWN)
    return page.evaluate("performance.now()") / 1000


def geojson_frames(page, level, zoom):
    """Return seconds until drawn, and frames, of the way not taken: a level as one GeoJSON layer on Leaflet's canvas."""
    began = time.monotonic()
    page.evaluate(GEOJSON, level)
    drawn = time.monotonic() - began
    found = frames(page, zoom)
    page.evaluate("void L.gridmgr.map.removeLayer(window.other)")
    return {f"{level} as GeoJSON until drawn, s": [drawn], f"{level} as GeoJSON, frame, ms": found}


def frames(page, zoom):
    """Return the milliseconds between frames while the map is dragged across the city at ``zoom``."""
    middle = page.evaluate("(() => { const { lat, lng } = L.gridmgr.map.getCenter(); return [lat, lng] })()")
    page.evaluate(
        "([lat, lng, zoom]) => { L.gridmgr.map.setView([lat, lng], zoom, { animate: false }) }", [*middle, zoom]
    )
    page.wait_for_selector(DRAWN)
    page.wait_for_timeout(1500)
    found = []
    for _ in range(PANS):
        page.evaluate(FRAMES)
        drag(page)
        found += page.evaluate("window.frames_ms")[2:]
        page.wait_for_timeout(300)
    return found


def drag(page):
    """Drag the map to the left and back, as a hand would."""
    page.mouse.move(900, 500)
    page.mouse.down()
    for step in range(STEPS):
        away = step if step < STEPS / 2 else STEPS - step
        page.mouse.move(900 - away * 16, 500 - away * 6)
        page.wait_for_timeout(12)
    page.mouse.up()


def show(options, rows):
    """Print the figures, and write their medians."""
    print(
        f"{options.grids:,} responsibility grids, {options.unit_grids:,} unit grids; budgets {FIRST_MAP_BUDGET_S} s, {FRAME_BUDGET_MS} ms"
    )
    for name, values in rows.items():
        middle, high = statistics.median(values), sorted(values)[int(len(values) * 0.95)]
        print(f"  {name:48} median {middle:8.2f}  95 % {high:8.2f}  longest {max(values):8.2f}  ({len(values)})")
    medians = {name: round(statistics.median(values), 3) for name, values in rows.items()}
    table.write(options.json, "map", grids=options.grids, unit_grids=options.unit_grids, medians=medians)


if __name__ == "__main__":
    main()
