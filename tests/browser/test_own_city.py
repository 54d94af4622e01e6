"""The first pages of somebody's own city: nothing in it yet, then boundaries alone."""

import datetime as dt
import json

import pytest
from browser import browsing, looking
from playwright.sync_api import expect

from gridmgr.services import cities, layers

NOW = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
BBOX = "119.5,39.8,119.8,40.0"


def square(code, west):
    """Return a grid as a GeoJSON feature."""
    ring = [[west, 39.9], [west + 0.01, 39.9], [west + 0.01, 39.91], [west, 39.91], [west, 39.9]]
    return {
        "type": "Feature",
        "properties": {"code": code, "name": f"网格 <b>{code}</b>"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@pytest.fixture
def empty_city(tmp_path):
    """The file of a city that has just been founded."""
    path = tmp_path / "own.gpkg"
    cities.found(f"gpkg:///{path}", name="小城", bbox=BBOX, timezone="Asia/Shanghai", profile="any", at=NOW, by="test")
    return path


@pytest.fixture
def city_of_boundaries(empty_city, tmp_path):
    """The same city with two grids in a draft, nobody posted and nothing published."""
    file = tmp_path / "grids.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [square("A", 119.6), square("B", 119.61)]}))
    engine = cities.open_city(f"gpkg:///{empty_city}")
    layers.import_file(engine, file, "responsibility_grid", at=NOW, by="test")
    engine.dispose()
    return empty_city


@pytest.fixture
def opened(browser, tmp_path, look):
    """A function that serves a city and gives a watched page of it."""
    with_servers = []

    def open_city(city):
        folder = tmp_path / "served"
        folder.mkdir()
        server = browsing.served(city, folder, at=NOW)
        address = server.__enter__()
        context = browsing.reader(browser, address, look)
        watch = browsing.watched(context, address)
        with_servers.append((server, context))
        return context.new_page(), watch

    yield open_city
    for server, context in with_servers:
        context.close()
        server.__exit__(None, None, None)


@pytest.mark.parametrize("look", [browsing.Look(), browsing.Look(*browsing.HAND, "dark", "en")], ids=str)
@pytest.mark.parametrize("path", ["/", "/map"])
def test_an_empty_city_says_what_to_do_first(opened, empty_city, look, path):
    page, watch = opened(empty_city)

    page.goto(path)
    page.wait_for_selector(".empty.first")
    page.wait_for_load_state("networkidle")

    expect(page.locator(".empty.first")).to_contain_text("gridmgr layer import FILE --layer responsibility_grid")
    assert looking.blemishes(page, look.language) == []
    assert watch.problems() == []


def test_boundaries_alone_are_shown_and_answer_before_anything_is_published(opened, city_of_boundaries):
    page, watch = opened(city_of_boundaries)

    page.goto("/map#map=15/39.905/119.605&spot=119.605,39.905")
    page.wait_for_selector("#mapwrap[aria-busy=false]")
    page.wait_for_selector("#wholes .bad")
    page.wait_for_selector("#owner[aria-busy=false] .chain")
    page.wait_for_load_state("networkidle")

    expect(page.locator("#wholes .muted").first).to_contain_text("还没有列出问题类别")
    expect(page.locator("#asof")).to_contain_text("草案，尚未发布")
    expect(page.locator("#owner")).to_contain_text("网格 <b>A</b>")
    expect(page.locator("#owner h2 b")).to_have_count(0)
    assert looking.blemishes(page, "zh") == []
    assert watch.problems() == []
