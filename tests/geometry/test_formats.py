"""Shapefile, GeoPackage, FlatGeobuf, GeoParquet, KML and CSV from strangers; and files for others."""

import csv
import json
import sqlite3
import struct
import zipfile

import geopandas
import numpy as np
import pandas
import pyarrow as pa
import pytest
import shapely
from pyarrow import parquet

from gridmgr.errors import Invalid
from gridmgr.geometry import formats
from gridmgr.geometry.formats import Features, encodings, ogr, read, write
from gridmgr.geometry.formats.wkb import from_wkb

A, B = shapely.box(119.5, 39.9, 119.51, 39.91), shapely.box(119.51, 39.9, 119.52, 39.91)


def shapes(*found):
    return np.array(found, dtype=object)


def frame(crs="EPSG:4326", geometry=(A, B), **columns):
    return geopandas.GeoDataFrame(columns or {"code": ["001", "002"]}, geometry=list(geometry), crs=crs)


def refusal(path, error=Invalid, **options):
    with pytest.raises(error) as caught:
        read(path, **options)
    said = str(caught.value)
    assert "/tmp" not in said and "gridmgr-" not in said
    return said


def notes(features):
    return [note.say() for note in features.notes]


@pytest.fixture(params=["gpkg", "fgb", "shp", "zip", "parquet", "geojson"])
def any_format(request, tmp_path):
    """A file of two squares, in each format in turn."""
    path = tmp_path / f"in.{request.param}"
    if request.param == "parquet":
        frame().to_parquet(path)
    elif request.param == "zip":
        frame().to_file(tmp_path / "in.shp")
        with zipfile.ZipFile(path, "w") as archive:
            for part in sorted(tmp_path.glob("in.[spd]*")):
                archive.write(part, f"folder/{part.name}")
    else:
        frame().to_file(path, driver={"fgb": "FlatGeobuf"}.get(request.param))
    return path


def test_each_format_gives_the_same_shapes_codes_and_no_note(any_format):
    found = read(any_format)

    by_code = dict(zip(found.columns["code"], found.shapes, strict=True))
    assert sorted(by_code) == ["001", "002"]
    assert by_code["001"].equals(A) and by_code["002"].equals(B)
    assert found.notes == ()


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_half_a_file_is_refused_or_read_whole(any_format, cut):
    raw = any_format.read_bytes()
    any_format.write_bytes(raw[: int(len(raw) * cut)])

    try:
        found = read(any_format)
    except Invalid as error:
        assert str(error).startswith("in.")
    else:
        assert len(found) == 2


def test_a_format_is_told_by_its_content_not_its_name(tmp_path):
    frame().to_file(tmp_path / "in.gpkg")
    (tmp_path / "in.gpkg").rename(tmp_path / "in.csv")

    assert read(tmp_path / "in.csv").kind == "GeoPackage"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n", b"%PDF-1.7", b"hello", b"\x00" * 100])
def test_other_files_are_refused_with_what_can_be_read(tmp_path, content):
    (tmp_path / "in.dat").write_bytes(content)

    assert "is none of the formats that can be read" in refusal(tmp_path / "in.dat")


@pytest.mark.parametrize("ending", ["vrt", "gml", "kml", "gpkg", "shp"])
def test_a_virtual_file_that_points_elsewhere_never_reaches_gdal(tmp_path, ending):
    secret = tmp_path / "secret.geojson"
    frame().to_file(secret)
    virtual = f'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>'
    (tmp_path / f"in.{ending}").write_text(virtual, encoding="utf-8")

    assert "is XML, but not KML" in refusal(tmp_path / f"in.{ending}")


# --- Shapefile -----------------------------------------------------------------------


def dbf(path, fields, rows, mark=0):
    """Write a .dbf by hand: fields are (name, width) as bytes, rows lists of bytes."""
    width = 1 + sum(w for _, w in fields)
    head = struct.pack("<BBBBIHH17xB2x", 3, 126, 1, 1, len(rows), 33 + 32 * len(fields), width, mark)
    described = b"".join(name.ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([w]) + b"\0" * 15 for name, w in fields)
    body = b"".join(b" " + b"".join(c.ljust(w) for c, (_, w) in zip(row, fields, strict=True)) for row in rows)
    path.write_bytes(head + described + b"\r" + body + b"\x1a")


@pytest.fixture
def shapefile(tmp_path):
    """A function that writes a Shapefile of two squares with a hand-made .dbf."""

    def shapefile(fields, rows, *, cpg=None, mark=0):
        frame().to_file(tmp_path / "in.shp")
        (tmp_path / "in.cpg").unlink(missing_ok=True)
        dbf(tmp_path / "in.dbf", fields, rows, mark)
        if cpg:
            (tmp_path / "in.cpg").write_text(cpg, encoding="ascii")
        return tmp_path / "in.shp"

    return shapefile


NAMES = ("文化路街道", "海滨路街道")
FIELDS = [(b"DM", 9), (b"MC", 20)]


def rows(encoding, names=NAMES):
    return [[f"13030200{i}".encode(), name.encode(encoding)] for i, name in enumerate(names, 1)]


@pytest.mark.parametrize(
    ("encoding", "cpg", "mark"),
    [
        ("gbk", None, 0), ("gbk", None, 0x57), ("gbk", None, 0x4D), ("gbk", "GBK", 0), ("gbk", "936", 0),
        ("gb18030", "GB18030", 0), ("utf-8", None, 0), ("utf-8", "UTF-8", 0), ("utf-8", "65001", 0x4D), ("big5", "Big5", 0),
        ("big5", None, 0x4F),
    ],
)  # fmt: skip
def test_chinese_in_a_dbf_is_recognised(shapefile, encoding, cpg, mark):
    names = NAMES if encoding != "big5" else ("文化路街道", "海濱路街道")

    found = read(shapefile(FIELDS, rows(encoding, names), cpg=cpg, mark=mark))

    assert found.columns == {"DM": ["130302001", "130302002"], "MC": list(names)}


def test_chinese_field_names_are_decoded_too(shapefile):
    found = read(shapefile([("代码".encode("gbk"), 9), ("名称".encode("gbk"), 20)], rows("gbk")))

    assert list(found.columns) == ["代码", "名称"]


def test_a_wrong_cpg_is_set_right_and_said(shapefile):
    found = read(shapefile(FIELDS, rows("gbk"), cpg="UTF-8"))

    assert found.columns["MC"] == list(NAMES)
    assert notes(found) == ["in.shp declares its texts as utf-8, but they are gb18030."]


def test_a_western_cpg_over_chinese_is_asked_about(shapefile):
    path = shapefile(FIELDS, rows("gbk"), cpg="ISO-8859-1")

    assert "look like GB 18030. Say which with --encoding" in refusal(path)
    assert read(path, encoding="gbk").columns["MC"] == list(NAMES)


def test_unclear_texts_are_asked_about_never_guessed(shapefile):
    path = shapefile(FIELDS, rows("big5", ("餐廳", "許功蓋")))

    assert "neither UTF-8 nor recognisable as GB 18030" in refusal(path)
    assert read(path, encoding="big5").columns["MC"] == ["餐廳", "許功蓋"]
    assert "feature 1, field MC: its text is not utf-8" in refusal(path, encoding="utf-8")


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_text_cut_off_within_a_character_loses_only_that(shapefile, encoding):
    width = 5 if encoding == "gbk" else 7
    cut = [[code, name[:width]] for code, name in rows(encoding)]

    found = read(shapefile([(b"DM", 9), (b"MC", width)], cut))

    assert found.columns["MC"] == ["文化", "海滨"]
    assert "2 texts end in half a character" in notes(found)[0]


def test_a_shapefile_without_its_parts_is_refused_naming_them(tmp_path):
    frame().to_file(tmp_path / "in.shp")
    (tmp_path / "in.dbf").unlink()

    assert "comes without its .dbf" in refusal(tmp_path / "in.shp")


def test_a_shapefile_without_prj_is_lon_lat_only_if_its_numbers_are(tmp_path):
    feet = [shapely.transform(shape, lambda xy: xy * 10_000) for shape in (A, B)]
    frame().to_file(tmp_path / "in.shp")
    frame(geometry=feet).to_file(tmp_path / "feet.shp")
    for name in ("in.prj", "feet.prj"):
        (tmp_path / name).unlink()

    assert notes(read(tmp_path / "in.shp")) == [
        "in.shp declares no coordinate system; its numbers were read as lon/lat (WGS 84)."
    ]
    assert "declares no coordinate system and its numbers" in refusal(tmp_path / "feet.shp")


# --- GeoPackage, FlatGeobuf ----------------------------------------------------------


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


# --- GeoParquet ----------------------------------------------------------------------


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


# --- KML -----------------------------------------------------------------------------

PLACEMARK = """<Placemark><name>海港</name><ExtendedData><Data name="code"><value>1</value></Data>
<SchemaData><SimpleData name="kind">x</SimpleData></SchemaData></ExtendedData>{shape}</Placemark>"""
RING = "<LinearRing><coordinates>119.5,39.9,3 119.51,39.9,3 119.51,39.91,3 119.5,39.9,3</coordinates></LinearRing>"
POLYGON = f"<Polygon><outerBoundaryIs>{RING}</outerBoundaryIs></Polygon>"


def kml(path, shape, before="", inside=PLACEMARK):
    body = inside.replace("{shape}", shape)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?>{before}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>', encoding="utf-8")  # fmt: skip
    return path


def test_placemarks_are_read_with_their_extended_data(tmp_path):
    found = read(kml(tmp_path / "in.kml", f"<MultiGeometry>{POLYGON}{POLYGON}</MultiGeometry>"))

    assert found.columns == {"name": ["海港"], "code": ["1"], "kind": ["x"]}
    assert found.shapes[0].geom_type == "MultiPolygon"
    assert "heights" in notes(found)[0]


def test_kml_in_a_kmz_is_read(tmp_path):
    kml(tmp_path / "doc.kml", POLYGON)
    with zipfile.ZipFile(tmp_path / "in.kmz", "w") as archive:
        archive.write(tmp_path / "doc.kml", "doc.kml")

    assert read(tmp_path / "in.kmz").kind == "KML"


ENTITIES = (
    '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize(
    ("shape", "before", "said"),
    [
        (POLYGON, ENTITIES, "declares an XML document type"),
        ("<Point><coordinates>1,x</coordinates></Point>", "", "feature 1 (1): its coordinates are not what KML has"),
        ("<Point><coordinates></coordinates></Point>", "", "feature 1 (1): its coordinates"),
        ("<Polygon/>", "", "feature 1 (1): its coordinates"),
        ("<Point><coordinates>nan,1</coordinates></Point>", "", "feature"),
        ("<Point><coordinates>1e999,1</coordinates></Point>", "", "no finite number: 1 (1)"),
        ("", "", "no geometry: 1 (1)"),
        ("<MultiGeometry>" * 9 + POLYGON + "</MultiGeometry>" * 9, "", "feature 1 (1): its coordinates"),
        ("<a>" * 20_000 + "</a>" * 20_000, "", "no geometry"),
        ("<Point>", "", "is not valid XML"),
    ],
)
def test_hostile_and_broken_kml_is_refused(tmp_path, shape, before, said):
    assert said in refusal(kml(tmp_path / "in.kml", shape, before))


# --- CSV -----------------------------------------------------------------------------


@pytest.fixture
def table(tmp_path):
    """A function that writes text as the file in.csv and returns its path."""

    def table(text, encoding="utf-8"):
        (tmp_path / "in.csv").write_bytes(text.encode(encoding))
        return tmp_path / "in.csv"

    return table


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_with_lon_and_lat_gives_points_and_keeps_codes_as_text(table, encoding, delimiter):
    text = "编码,名称,LON,Lat\r\n001,海港区,119.5,39.9\r\n\r\n002,山海关,119.7,40.0\r\n".replace(",", delimiter)

    found = read(table(text, encoding))

    assert found.columns == {"编码": ["001", "002"], "名称": ["海港区", "山海关"]}
    assert [shape.wkt for shape in found.shapes] == ["POINT (119.5 39.9)", "POINT (119.7 40)"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "has no columns lon and lat; it has: a, b"),
        ("lon,lat\n1,2\nx,2\n", "line 3: “x” in column lon is no number"),
        ("lon,lat\n1,2\n1,\n", "line 3: “” in column lat is no number"),
        ("lon,lat\n1,2,3\n", "line 2 has 3 cells where the header has 2"),
        ("lon,lat,lat\n1,2,3\n", "two columns named “lat”"),
        ("lon,lat\nnan,2\n", "no finite number: 1"),
        ("lon,lat\ninf,2\n", "no finite number: 1"),
        ("lon,lat\n", "holds no features"),
        ("wkt\nPOLYGON((0 0\n", "line 2: the shape is no well-known text"),
        ("wkt\n" + "GEOMETRYCOLLECTION(" * 100_000 + "\n", "line 2: the shape is no well-known text"),
        ("lon,lat,n\n1,2,a\0b\n", "feature 1, field n: the text holds a character"),
        ("lat,lon\n119.5,39.9\n", "swapped axes"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_by_line_and_column(table, text, said):
    assert said in refusal(table(text))


def test_shapes_as_text_are_read(table):
    found = read(table(f'code,wkt\n1,"{A.wkt}"\n'))

    assert found.shapes[0].equals(A)
    assert found.columns == {"code": ["1"]}


# --- encodings -----------------------------------------------------------------------


def test_text_that_is_chinese_by_chance_only_is_not_taken_for_it():
    assert encodings.is_chinese(["文化路街道".encode("gbk")])
    assert not encodings.is_chinese(
        ["Málaga".encode("latin-1"), "Jérôme".encode("latin-1"), "Zürich".encode("latin-1")]
    )
    assert not encodings.is_chinese([b"plain"])


# --- out -----------------------------------------------------------------------------

EXPORTED = Features(
    "out", "wards", shapes(A, B), {"code": ["001", "=1+1"], "n": [1, -2], "name": ["海港", None]}, "EPSG:4326"
)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "fgb", "parquet", "csv"])
def test_what_is_written_is_read_back_the_same(tmp_path, ending):
    write(tmp_path / f"out.{ending}", EXPORTED)

    back = read(tmp_path / f"out.{ending}")

    by_code = dict(zip(back.columns["code"], back.shapes, strict=True))
    assert by_code.keys() == {"001", "=1+1"}
    assert by_code["001"].equals(A)
    assert sorted(p.name for p in tmp_path.iterdir()) == [f"out.{ending}"]


def test_points_are_written_into_csv_as_lon_and_lat(tmp_path):
    write(tmp_path / "out.csv", Features("out", "x", shapes(shapely.Point(119.5, 39.9)), {"code": ["1"]}))

    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines() == ["code,lon,lat", "1,119.5,39.9"]


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_a_cell_that_a_spreadsheet_would_run_is_escaped_numbers_are_not(tmp_path, text):
    given = Features("out", "x", shapes(shapely.Point(-71.5, -39.9)), {"code": ["1"], text: [text], "n": [-5]})

    write(tmp_path / "out.csv", given)

    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert header == ["code", "'" + text, "n", "lon", "lat"]
    assert row == ["1", "'" + text, "-5", "-71.5", "-39.9"]
    assert read(tmp_path / "out.csv").columns["n"] == ["-5"]


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    (tmp_path / "out.geojson").write_text("before", encoding="utf-8")
    broken = Features("out", "x", shapes(A), {"code": [object()]})

    with pytest.raises(TypeError):
        write(tmp_path / "out.geojson", broken)

    assert (tmp_path / "out.geojson").read_text(encoding="utf-8") == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["out.geojson"]


def test_an_unknown_ending_or_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(Invalid, match=r"choose one of the endings \.gpkg"):
        formats.write(tmp_path / "out.dxf", EXPORTED)
    with pytest.raises(Invalid, match="There is no folder"):
        formats.write(tmp_path / "none" / "out.csv", EXPORTED)
