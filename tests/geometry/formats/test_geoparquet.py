"""GeoParquet: binary shapes, damaged ones, systems, files that grow without end."""

import json
import struct

import pyarrow as pa
import pytest
import shapely
from geometry.formats.small_files import A, frame, notes, refusal
from pyarrow import parquet

from gridmgr.errors import Invalid
from gridmgr.geometry.formats import read
from gridmgr.geometry.formats.wkb import from_wkb


def nested(levels, kind):
    return struct.pack("<BII", 1, kind, 1) * levels


@pytest.mark.parametrize("kind", [4, 5, 6, 7])
def test_deeply_nested_binary_is_refused_before_it_ends_the_process(kind):
    with pytest.raises(Invalid, match="geometry of feature 1 is damaged"):
        from_wkb([nested(200_000, kind)], "in.parquet")


@pytest.mark.parametrize("shape", [
    A, shapely.MultiPolygon([A]), shapely.Point(1, 2), shapely.Polygon(), shapely.Point(), shapely.force_3d(A, 2),
    shapely.LineString([(0, 0), (1, 1)]), shapely.GeometryCollection([A, shapely.Point(1, 1)]),
    shapely.MultiLineString([[(0, 0), (1, 1)]]), shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2)),
])  # fmt: skip
@pytest.mark.parametrize("options", [{}, {"byte_order": 0}, {"flavor": "iso"}, {"include_srid": True}])
def test_sound_binary_passes_in_every_flavour(shape, options):
    given = shapely.to_wkb(shapely.set_srid(shape, 4326), **options)

    assert shapely.equals_exact(from_wkb([given, None], "f")[0], shape)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x01",
        shapely.to_wkb(A)[:-1],
        shapely.to_wkb(A) + b"\0",
        struct.pack("<BII", 1, 3, 2**31),
        struct.pack("<BI", 1, 9999),
    ],
)
def test_damaged_binary_is_refused(data):
    with pytest.raises(Invalid, match="feature 1 is damaged"):
        from_wkb([data], "f")


def test_geoparquet_without_a_system_is_lon_lat_and_null_means_unknown(tmp_path):
    for name, crs in (("default", "absent"), ("unknown", None)):
        frame().to_parquet(tmp_path / "in.parquet")
        table = parquet.read_table(tmp_path / "in.parquet")
        geo = json.loads(table.schema.metadata[b"geo"])
        column = geo["columns"]["geometry"]
        if crs == "absent":
            column.pop("crs")
        else:
            column["crs"] = None
        parquet.write_table(table.replace_schema_metadata({"geo": json.dumps(geo)}), tmp_path / f"{name}.parquet")

    assert read(tmp_path / "default.parquet").notes == ()
    assert "declares no coordinate system" in notes(read(tmp_path / "unknown.parquet"))[0]


def test_plain_parquet_with_lon_and_lat_gives_points(tmp_path):
    parquet.write_table(pa.table({"code": ["a"], "lon": [119.5], "lat": [39.9]}), tmp_path / "in.parquet")

    found = read(tmp_path / "in.parquet")

    assert (found.shapes[0].wkt, found.columns) == ("POINT (119.5 39.9)", {"code": ["a"]})


@pytest.mark.parametrize(
    "geo",
    ["{", "[]", '{"primary_column": "geometry"}', '{"primary_column": "x", "columns": {"x": {"encoding": "WKB"}}}'],
)
def test_a_broken_geoparquet_description_is_refused(tmp_path, geo):
    frame().to_parquet(tmp_path / "in.parquet")
    table = parquet.read_table(tmp_path / "in.parquet").replace_schema_metadata({"geo": geo})
    parquet.write_table(table, tmp_path / "in.parquet")

    assert refusal(tmp_path / "in.parquet").startswith("in.parquet")


def test_a_small_parquet_file_of_endless_rows_is_refused_unread(tmp_path):
    column = pa.nulls(6_000_000, pa.int8())
    parquet.write_table(pa.table({"lon": column, "lat": column}), tmp_path / "in.parquet")

    assert (tmp_path / "in.parquet").stat().st_size < 100_000
    assert "more than 5000000 features" in refusal(tmp_path / "in.parquet")
