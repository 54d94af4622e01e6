"""GeoPackage and FlatGeobuf: several layers, layers that are queries, heights, empty shapes."""

import sqlite3

import pandas
import pytest
import shapely
from geometry.formats.small_files import A, B, frame, notes, refusal

from gridmgr.geometry.formats import ogr, read


def test_a_geopackage_of_several_layers_asks_which(tmp_path):
    frame().to_file(tmp_path / "in.gpkg", layer="wards")
    frame(geometry=[A.centroid, B.centroid]).to_file(tmp_path / "in.gpkg", layer="posts")

    assert "holds the layers wards, posts. Say which with --dataset" in refusal(tmp_path / "in.gpkg")
    assert read(tmp_path / "in.gpkg", layer="posts").shapes[0].geom_type == "Point"
    assert "holds the layers" in refusal(tmp_path / "in.gpkg", layer="none")


@pytest.mark.parametrize("replaced", ["wards", "gpkg_contents"])
def test_a_layer_that_is_an_endless_query_is_refused_unread(tmp_path, replaced, monkeypatch):
    monkeypatch.setattr(ogr, "QUERY_S", 0.2)
    frame().to_file(tmp_path / "in.gpkg", layer="wards")
    with sqlite3.connect(tmp_path / "in.gpkg") as database:
        database.execute(f"ALTER TABLE {replaced} RENAME TO kept")
        database.execute(
            f"CREATE VIEW {replaced} AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
            "SELECT kept.* FROM kept, n"
        )
    database.close()

    assert f"its layer {replaced} is a query that does not come to an end" in refusal(tmp_path / "in.gpkg")


def test_a_layer_that_is_an_honest_query_is_read(tmp_path):
    frame().to_file(tmp_path / "in.gpkg", layer="wards")
    with sqlite3.connect(tmp_path / "in.gpkg") as database:
        database.execute("ALTER TABLE wards RENAME TO kept")
        database.execute("CREATE VIEW wards AS SELECT * FROM kept")
        database.execute("UPDATE gpkg_contents SET table_name = 'wards'")
        database.execute("UPDATE gpkg_geometry_columns SET table_name = 'wards'")
    database.close()

    assert len(read(tmp_path / "in.gpkg").shapes) == 2


def test_whole_numbers_beside_empty_cells_keep_all_their_digits(tmp_path):
    table = frame(code=["1", "2"])
    table["id"] = pandas.array([13030201001000123, None], dtype="Int64")
    table.to_file(tmp_path / "in.gpkg", use_arrow=True)

    assert read(tmp_path / "in.gpkg").columns["id"] == [13030201001000123, None]


def test_an_sqlite_file_without_layers_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "in.gpkg") as database:
        database.execute("CREATE TABLE t (a)")
    database.close()

    assert refusal(tmp_path / "in.gpkg").startswith("in.gpkg ")


def test_heights_are_left_out_and_said(tmp_path):
    frame(geometry=[shapely.force_3d(A, 7), B]).to_file(tmp_path / "in.gpkg")

    found = read(tmp_path / "in.gpkg")

    assert not shapely.has_z(found.shapes).any()
    assert notes(found) == ["in.gpkg: heights (third coordinates) of 1 features were left out."]


@pytest.mark.parametrize("bad", [None, shapely.Polygon()])
def test_missing_and_empty_shapes_are_named(tmp_path, bad):
    frame(geometry=[A, bad]).to_file(tmp_path / "in.gpkg")

    assert "no geometry: 2 (002)" in refusal(tmp_path / "in.gpkg")
