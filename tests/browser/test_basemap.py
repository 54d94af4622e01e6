"""An operator's own tiles under the map, also where they are drawn in GCJ-02."""

import math
import re

import pytest
from browser import browsing
from playwright.sync_api import expect

from gridmgr.geometry import crs

TILES = "/static/img/mark.svg?z={z}&x={x}&y={y}"
SPOT_PX = 3
PLACED = """
() => [...document.querySelectorAll(".leaflet-basemap-pane img")].map((image) => {
  const query = new URL(image.src).searchParams, box = image.getBoundingClientRect(), map = document.getElementById("mapwrap").getBoundingClientRect();
  return { z: +query.get("z"), x: +query.get("x"), y: +query.get("y"), left: box.left - map.left, top: box.top - map.top };
})
"""


@pytest.fixture
def with_basemap(browser, demo_city, demo_now, tmp_path, monkeypatch, look):
    """A function that gives a page of the demo city served with a basemap in a reference system."""
    with_servers = []

    def opened(system):
        (tmp_path / "gridmgr.toml").write_text(
            f'[basemap]\nurl = "{TILES}"\ncrs = "{system}"\nattribution = "自有底图"'
        )
        monkeypatch.setenv("GRIDMGR_CONFIG", str(tmp_path / "gridmgr.toml"))
        server = browsing.served(demo_city, tmp_path, at=demo_now)
        context = browsing.reader(browser, server.__enter__(), look)
        with_servers.append((server, context))
        return context.new_page()

    yield opened
    for server, context in with_servers:
        context.close()
        server.__exit__(None, None, None)


def corner(tile):
    """Return lon, lat of the north-western corner of a web-Mercator tile, in the tile's own system."""
    count = 2 ** tile["z"]
    return tile["x"] / count * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * tile["y"] / count))))


@pytest.mark.parametrize("system", ["wgs84", "gcj02"])
def test_each_tile_lies_where_its_ground_truly_is(with_basemap, system):
    page = with_basemap(system)
    page.goto("/map#map=15/39.931/119.603")
    page.wait_for_selector("#mapwrap[aria-busy=false]")
    page.wait_for_selector(".leaflet-basemap-pane img")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(800)

    tiles = page.evaluate(PLACED)

    assert len(tiles) > 12
    for tile in tiles:
        lon, lat = crs.to_wgs84(*corner(tile), system)
        x, y = page.evaluate(
            "([lat, lon]) => { const at = L.gridmgr.map.latLngToContainerPoint([lat, lon]); return [at.x, at.y] }",
            [float(lat), float(lon)],
        )
        assert math.hypot(tile["left"] - x, tile["top"] - y) < SPOT_PX


def test_a_click_on_a_shifted_basemap_asks_for_the_true_position(with_basemap):
    page = with_basemap("gcj02")
    page.goto("/map#map=15/39.931/119.603")
    page.wait_for_selector("#mapwrap[aria-busy=false]")
    box = page.locator("#mapwrap").bounding_box()

    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector("#owner[aria-busy=false] .chain")

    expect(page).to_have_url(re.compile(r"spot=119\.603\d*,39\.93"))
    expect(page.locator("#credit")).to_have_text("自有底图")
