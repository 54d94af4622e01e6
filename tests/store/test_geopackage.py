"""The city file as an outsider with GDAL or QGIS sees it."""

import datetime as dt
import sqlite3

import pyogrio
import pytest
import shapely

from gridmgr.domain.cases import Report
from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.domain.grids import Version
from gridmgr.domain.layers import Feature
from gridmgr.store import database, drafts, features, geopackage, grids, reports, versions

NOW = dt.datetime(2026, 5, 3, 13, 0, tzinfo=dt.UTC)


@pytest.fixture
def path(city_file, tmp_path):
    # +---+---+
    # | A | B |   one community P around both, one road, one report
    # +---+---+
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    engine = database.connect(f"gpkg:///{path}")
    with database.session(engine, write=True) as session:
        draft = drafts.add(session, Draft("first", NOW, "李伟"))
        squares = {"A": shapely.box(119, 39, 120, 40), "B": shapely.box(120, 39, 121, 40)}
        rows = [
            (DraftGrid(draft.id, "responsibility_grid", c, f"{c}网格", parent_code="P"), s) for c, s in squares.items()
        ]
        community = DraftGrid(draft.id, "community", "P", "社区", role="reference")
        drafts.put(session, draft, [*rows, (community, shapely.box(119, 39, 121, 40))])
        versions.add(session, Version(1, NOW, NOW, "李伟"))
        grids.publish(session, draft, 1)
        road = Feature("road", "R1", "河北大街", props={"lanes": 4})
        features.add_many(session, [(road, shapely.LineString([(119, 39.5), (121, 39.5)]))])
        reports.add(session, Report("2026-1", NOW, NOW, 119.5, 39.5, "wgs84", 119.5, 39.5, grid_code="A"))
    engine.dispose()
    return path


def test_an_outsider_finds_the_layers_with_their_kind_of_shape(path):
    layers = {name: kind for name, kind in pyogrio.list_layers(path) if kind is not None}

    assert layers == {
        "grids": "MultiPolygon",
        "features": "Unknown",
        "reports": "Point",
        "grid_shape": "MultiPolygon",
        "draft_shape": "MultiPolygon",
        "feature_shape": "Unknown",
        "report_place": "Point",
    }


def test_an_outsider_reads_the_grids_with_names_codes_and_the_citys_crs(path):
    table = pyogrio.read_dataframe(path, layer="grids").sort_values("code")

    assert table.crs.to_epsg() == 4490
    assert list(table["code"]) == ["A", "B", "P"]
    assert list(table["name"]) == ["A网格", "B网格", "社区"]
    assert list(table["parent_code"].fillna("")) == ["P", "P", ""]
    assert list(table["level"]) == ["responsibility_grid", "responsibility_grid", "community"]
    assert table.geometry.iloc[0].equals(shapely.box(119, 39, 120, 40))


def test_every_column_of_every_table_reaches_the_outsider(path):
    with sqlite3.connect(path) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        internal = ("gpkg_", "rtree_", "sqlite_", "alembic_")
        columns = {
            name: {row[1] for row in connection.execute(f"PRAGMA table_info({name})")}
            for name in names
            if not name.startswith(internal)
        }
    connection.close()

    for name, expected in columns.items():
        info = pyogrio.read_info(path, layer=name)
        seen = {*info["fields"], info["fid_column"], info["geometry_name"]} - {""}
        assert seen == expected, name


def test_instants_and_flags_are_typed_for_the_outsider(path):
    info = pyogrio.read_info(path, layer="report")
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))

    table = pyogrio.read_dataframe(path, layer="report", read_geometry=False)

    assert (types["received_at"], types["lon"], types["decision"]) == ("OFTDateTime", "OFTReal", "OFTString")
    assert table["received_at"].iloc[0].to_pydatetime() == NOW


@pytest.mark.parametrize("layer", ["grids", "grid_shape"])
def test_a_query_by_box_uses_the_index_and_finds_what_is_there(path, layer):
    info = pyogrio.read_info(path, layer=layer)

    found = pyogrio.read_dataframe(path, layer=layer, bbox=(120.5, 39.2, 120.6, 39.3))

    assert info["capabilities"]["fast_spatial_filter"]
    assert len(found) == 2


def test_the_extent_of_each_layer_is_written_down(path):
    bounds = {layer: tuple(pyogrio.read_info(path, layer=layer)["total_bounds"]) for layer in ("grids", "reports")}
    with sqlite3.connect(path) as connection:
        kept = connection.execute("SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name = 'features'")
        assert kept.fetchone() == (119, 39.5, 121, 39.5)
    connection.close()

    assert bounds == {"grids": (119, 39, 121, 40), "reports": (119.5, 39.5, 119.5, 39.5)}


def test_the_file_says_that_it_is_a_geopackage(path):
    with sqlite3.connect(path) as connection:
        signature = connection.execute("PRAGMA application_id").fetchone()[0].to_bytes(4, "big")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        systems = dict(connection.execute("SELECT srs_id, organization_coordsys_id FROM gpkg_spatial_ref_sys"))
    connection.close()

    assert (signature, version) == (b"GPKG", 10300)
    assert {-1, 0, 4326, 4490} <= systems.keys()


def test_every_blob_carries_the_citys_srid(path):
    with sqlite3.connect(path) as connection:
        blobs = [blob for (blob,) in connection.execute("SELECT shape FROM grid_shape")]
    connection.close()

    assert {int.from_bytes(blob[4:8], "little") for blob in blobs} == {4490}


def test_the_layer_of_grids_cannot_be_edited_from_outside(path):
    table = pyogrio.read_dataframe(path, layer="grids")

    with pytest.raises(Exception, match="grids"):
        pyogrio.write_dataframe(table, path, layer="grids", append=True)

    assert len(pyogrio.read_dataframe(path, layer="grids")) == 3


@pytest.mark.parametrize(
    "change", ["UPDATE grid_shape SET shape = x'00'", "DELETE FROM grid_shape", "DELETE FROM grid_state"]
)
def test_published_rows_cannot_be_changed_from_outside(path, change):
    with sqlite3.connect(path) as outsider, pytest.raises(sqlite3.IntegrityError, match="never changes"):
        geopackage.register_functions(outsider)
        outsider.execute(change)
    outsider.close()


@pytest.mark.parametrize(
    "shape",
    [
        shapely.Point(119, 39),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.Polygon([(0, 0), (3, 0), (3, 3)], [[(1, 0.5), (2, 0.5), (2, 1)]]),
        shapely.MultiPoint([(0, 0), (1, 1)]),
        shapely.Polygon(),
        shapely.Point(1, 2, 3),
    ],
)
def test_a_blob_holds_srid_bounds_and_the_shape_in_two_dimensions(shape):
    blob = geopackage.to_blob(shape, 4490)

    assert blob[:3] == b"GP\x00"
    assert shapely.from_wkb(geopackage.wkb_of(blob)) == shapely.force_2d(shape)
    assert bool(geopackage.is_empty(blob)) == shape.is_empty
    if not shape.is_empty:
        west, south, east, north = shape.bounds
        assert [geopackage.bound_at(position)(blob) for position in range(4)] == [west, east, south, north]
