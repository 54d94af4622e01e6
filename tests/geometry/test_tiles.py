"""Vector tiles show every grid, each border once, and fit together."""

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
from geometry.random_coverages import coverages, frame_of, lattice
from hypothesis import given
from hypothesis import strategies as st

from gridmgr.geometry.borders import Ranks, borders
from gridmgr.geometry.edges import edges_of
from gridmgr.geometry.tiles import EXTENT, TileSet, on_unit_square

LEVELS = ("city", "community", "grid")


def tile_at(lon, lat, z):
    [[x, y]] = on_unit_square(np.array([[lon, lat]])) * 2**z
    return z, int(x), int(y)


def decoded(tiles, z, x, y):
    return mapbox_vector_tile.decode(tiles.mvt(z, x, y), default_options={"y_coord_down": True, "geojson": False})


def features(tile, layer):
    return tile[layer]["features"] if layer in tile else []


def cells():
    # +---+---+
    # | A | B |   A and B in community 1, C in community 2
    # +---+---+
    # |   C   |
    # +-------+
    shapes = {
        "A": shapely.Polygon([(119.50, 39.91), (119.51, 39.91), (119.51, 39.92), (119.50, 39.92)]),
        "B": shapely.Polygon([(119.51, 39.91), (119.52, 39.91), (119.52, 39.92), (119.51, 39.92)]),
        "C": shapely.Polygon([(119.50, 39.90), (119.52, 39.90), (119.52, 39.91), (119.51, 39.91), (119.50, 39.91)]),
    }
    above = {code: {"city": "X", "community": "2" if code == "C" else "1"} for code in shapes}
    return shapes, above


def test_web_mercator_puts_null_island_in_the_middle_and_the_north_on_top():
    xy = on_unit_square(np.array([[0, 0], [-180, 85.05112877980659], [180, -90]]))

    assert xy == pytest.approx(np.array([[0.5, 0.5], [0, 0], [1, 1]]))


def test_a_tile_holds_each_grid_with_its_code_and_its_label():
    shapes, above = cells()
    tiles = TileSet(shapes, {"A": {"name": "甲", "name_en": None}}, level="grid", levels=LEVELS, ancestors=above)

    tile = decoded(tiles, *tile_at(119.51, 39.91, 10))

    assert [f["properties"]["code"] for f in features(tile, "fill")] == ["A", "B", "C"]
    assert [f["id"] for f in features(tile, "fill")] == [0, 1, 2]
    assert features(tile, "label")[0]["properties"] == {"code": "A", "name": "甲"}
    assert tile["fill"]["extent"] == EXTENT


def test_each_border_is_there_once_at_the_highest_level_it_divides():
    shapes, above = cells()
    tiles = TileSet(shapes, level="grid", levels=LEVELS, ancestors=above)

    tile = decoded(tiles, *tile_at(119.51, 39.91, 7))

    lengths = {f["properties"]["level"]: shapely.geometry.shape(f["geometry"]).length for f in features(tile, "border")}
    degree = EXTENT * 2**7 / 360
    assert lengths["community"] == pytest.approx(0.02 * degree, abs=2)
    assert lengths["grid"] == pytest.approx(0.01 * degree / np.cos(np.radians(39.9)), abs=2)
    assert lengths["city"] == pytest.approx((0.04 + 0.04 / np.cos(np.radians(39.9))) * degree, abs=2)


def test_the_rim_of_a_gap_is_not_drawn_as_the_city_s_border():
    grid = lattice(3, 3, seed=5)
    ring = np.delete(grid, 4)

    drawn = borders(shapely.orient_polygons(ring), Ranks([str(i) for i in range(8)], LEVELS, {}))

    rim = drawn.lines[shapely.is_closed(drawn.lines)]
    assert set(drawn.level[shapely.covers(shapely.boundary(grid[4]), drawn.lines)]) == {2}
    assert len(rim) == 2


def test_a_tile_without_grids_has_no_bytes():
    shapes, _ = cells()

    assert TileSet(shapes).mvt(10, 0, 0) == b""
    assert TileSet({}).mvt(0, 0, 0) == b""


def test_a_tile_wholly_inside_a_grid_is_filled_to_its_margins():
    shapes, _ = cells()

    tile = decoded(TileSet(shapes), *tile_at(119.505, 39.915, 18))

    [fill] = features(tile, "fill")
    assert fill["properties"]["code"] == "A"
    assert shapely.geometry.shape(fill["geometry"]).bounds == (-64, -64, EXTENT + 64, EXTENT + 64)
    assert features(tile, "border") == []


def test_a_label_stands_in_one_tile_only():
    shapes, _ = cells()
    tiles = TileSet(shapes)
    z, x, y = tile_at(119.50, 39.92, 13)

    found = [
        label["properties"]["code"]
        for across in range(-1, 4)
        for down in range(-1, 4)
        for label in features(decoded(tiles, z, x + across, y + down), "label")
    ]

    assert sorted(found) == ["A", "B", "C"]


def test_shells_run_clockwise_on_the_screen_and_holes_the_other_way():
    holed = shapely.box(119.50, 39.90, 119.53, 39.93).difference(shapely.box(119.51, 39.91, 119.52, 39.92))

    tile = decoded(TileSet({"A": holed}), *tile_at(119.51, 39.91, 10))

    shape = shapely.geometry.shape(features(tile, "fill")[0]["geometry"])
    assert shape.exterior.is_ccw  # y runs downwards
    assert [ring.is_ccw for ring in shape.interiors] == [False]


@pytest.mark.parametrize(
    "broken", [shapely.Polygon(), shapely.Polygon([(119.5, 39.9), (119.6, 40), (119.5, 40), (119.6, 39.9)])]
)
def test_a_draft_with_broken_shapes_is_still_drawn(broken):
    shapes, _ = cells()
    moved = shapely.transform(shapes["B"], lambda xy: xy + 0.0003)

    tile = decoded(TileSet({**shapes, "B": moved, "D": broken}), *tile_at(119.51, 39.91, 10))

    assert {"A", "B", "C"} <= {f["properties"]["code"] for f in features(tile, "fill")}


@given(coverages(), st.integers(0, 17))
def test_every_border_of_a_whole_coverage_is_drawn_once_at_any_zoom(polygons, zoom):
    tiles = TileSet(polygons)
    drawing = tiles._at_zoom(zoom)

    edges = edges_of(drawing.fills)
    lines = shapely.get_parts(drawing.borders.lines)
    drawn = (shapely.get_num_coordinates(lines) - 1).sum()

    assert drawn == len(np.unique(np.sort(np.column_stack([edges.here, edges.there]), axis=1), axis=0))
    assert shapely.coverage_is_valid(drawing.fills)


@given(coverages(), st.integers(15, 18))
def test_the_fills_of_a_tile_cover_what_the_city_covers_there(polygons, zoom):
    west, south, east, north = frame_of(polygons).bounds
    z, x, y = tile_at((west + east) / 2, (south + north) / 2, zoom)

    fills = [shapely.geometry.shape(f["geometry"]) for f in features(decoded(TileSet(polygons), z, x, y), "fill")]

    city = shapely.transform(frame_of(polygons), on_unit_square)
    on_tile = shapely.transform(city, lambda xy: xy * EXTENT * 2**z - np.array([x, y]) * EXTENT)
    here = shapely.clip_by_rect(on_tile, -64, -64, EXTENT + 64, EXTENT + 64)
    assert shapely.union_all(shapely.make_valid(fills)).area == pytest.approx(here.area, abs=4 * here.length + 4)
