"""Layers in and out, on both databases: what is sound lands in a draft, what is not changes nothing."""

import pytest
import shapely
import small_cities
from services.nasty import dump
from small_cities import FOUR, NOON

from gridmgr.errors import Invalid
from gridmgr.geometry import formats
from gridmgr.services import layers
from gridmgr.services.transactions import reading
from gridmgr.store import drafts


def load(engine, path, layer="responsibility_grid", **options):
    return layers.import_file(engine, path, layer, at=NOON, by="planner", **options)


def write(path, shapes, **columns):
    """Write shapes by code as GeoJSON."""
    import numpy as np

    features = formats.Features(
        str(path), "GeoJSON", np.array(list(shapes.values()), dtype=object), {"code": list(shapes), **columns}
    )
    formats.write(path, features)
    return path


def test_a_dry_run_reports_the_same_and_writes_nothing(engine, tmp_path):
    small_cities.found(engine, {"A": FOUR["A"]})
    path = write(tmp_path / "grids.geojson", FOUR)
    before = dump(engine)

    report = load(engine, path, dry_run=True)

    assert (report.count, report.written) == (4, False)
    assert dump(engine) == before


def test_grids_land_in_the_open_draft_under_the_parent_they_lie_in(engine, tmp_path):
    draft = small_cities.found(engine, {"A": FOUR["A"]})

    report = load(engine, write(tmp_path / "grids.geojson", FOUR, name=["one", "two", "three", "four"]))

    assert (report.draft_id, report.added, report.changed, report.removed) == (draft, 3, 1, 0)
    with reading(engine) as session:
        boundaries = drafts.boundaries(session, draft)
    assert {c: boundaries.grids[c].name for c in FOUR} == {"A": "one", "B": "two", "C": "three", "D": "four"}
    assert {boundaries.grids[c].parent_code for c in FOUR} == {"130302"}
    assert boundaries.shapes["130302"].equals(shapely.union_all(list(FOUR.values())))


def test_an_imported_parent_above_drawn_grids_is_a_reference_that_is_compared(engine, tmp_path):
    draft = small_cities.found(engine)
    small_cities.staff(engine, draft)
    half = {"S1": small_cities.square(0, 0, 2, 1), "S2": small_cities.square(0, 1, 1, 1)}

    load(engine, write(tmp_path / "subdistricts.geojson", half), "subdistrict")

    with reading(engine) as session:
        boundaries = drafts.boundaries(session, draft)
    assert boundaries.grids["S1"].role == "reference"


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb", "parquet"])
def test_what_is_exported_comes_back_the_same(engine, tmp_path, ending):
    small_cities.whole_city(engine)

    count = layers.export(engine, "responsibility_grid", tmp_path / f"out.{ending}", at=NOON)
    back = formats.read(tmp_path / f"out.{ending}")

    assert count == 4
    shapes = dict(zip(back.columns["code"], back.shapes, strict=True))
    assert all(shapes[code].equals(FOUR[code]) for code in FOUR)


def test_an_export_never_replaces_a_city(engine, city_file, tmp_path):
    small_cities.whole_city(engine)
    other = tmp_path / "other.gpkg"
    other.write_bytes(city_file.read_bytes())

    with pytest.raises(Invalid, match=r"other\.gpkg holds a city"):
        layers.export(engine, "responsibility_grid", other, at=NOON)
    assert other.read_bytes() == city_file.read_bytes()


def test_features_of_other_layers_replace_what_was_there(engine, tmp_path):
    small_cities.whole_city(engine)
    roads = {"R1": shapely.LineString([(119.6, 39.93), (119.62, 39.95)])}

    load(engine, write(tmp_path / "roads.geojson", roads, name=["Sea Road"]), "road")
    report = load(engine, write(tmp_path / "roads.geojson", roads, name=["Sea Road"]), "road")

    assert (report.added, report.changed) == (0, 1)
    assert {one.layer.id: one.count for one in layers.listed(engine, at=NOON)}["road"] == 1


def test_a_file_without_a_code_column_is_refused_with_its_columns(engine, tmp_path):
    small_cities.found(engine, {"A": FOUR["A"]})
    path = tmp_path / "grids.geojson"
    write(path, FOUR)
    path.write_text(path.read_text(encoding="utf-8").replace('"code"', '"colour"'), encoding="utf-8")

    with pytest.raises(Invalid, match="say with --code which column holds the codes; it has colour"):
        load(engine, path)
