"""GeoJSON from strangers: every complaint names its feature and the place in it."""

import json

import numpy as np
import pytest
import shapely

from gridmgr.errors import Invalid
from gridmgr.geometry.formats import read

SQUARE = [[119.5, 39.9], [119.51, 39.9], [119.51, 39.91], [119.5, 39.91], [119.5, 39.9]]


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry, **properties):
    return {"type": "Feature", "properties": properties or {"code": "1"}, "geometry": geometry}


def collection(*features, **members):
    return {"type": "FeatureCollection", "features": list(features), **members}


@pytest.fixture
def reading(tmp_path):
    """A function that reads a document (values, text or bytes) as the file in.geojson."""
    path = tmp_path / "in.geojson"

    def reading(document, **options):
        if not isinstance(document, bytes):
            document = (document if isinstance(document, str) else json.dumps(document, ensure_ascii=False)).encode()
        path.write_bytes(document)
        return read(path, **options)

    return reading


def refusal(reading, document, **options):
    with pytest.raises(Invalid) as caught:
        reading(document, **options)
    return str(caught.value)


def notes(features):
    return [note.say() for note in features.notes]


def test_a_sound_file_is_read_with_its_columns(reading):
    found = reading(
        collection(feature(polygon(SQUARE), code="1", n=2), feature(polygon(SQUARE), code="2", name="海港区"))
    )

    assert found.columns == {"code": ["1", "2"], "n": [2, None], "name": [None, "海港区"]}
    assert all(shape.equals(shapely.Polygon(SQUARE)) for shape in found.shapes)
    assert (found.crs, found.kind, found.notes) == ("wgs84", "GeoJSON", ())


@pytest.mark.parametrize(
    ("kind", "coordinates", "expected"),
    [
        ("Point", [1, 2], "POINT (1 2)"),
        ("MultiPoint", [[1, 2], [3, 4]], "MULTIPOINT ((1 2), (3 4))"),
        ("LineString", [[1, 2], [3, 4]], "LINESTRING (1 2, 3 4)"),
        ("MultiLineString", [[[1, 2], [3, 4]]], "MULTILINESTRING ((1 2, 3 4))"),
        ("MultiPolygon", [[[[0, 0], [1, 0], [1, 1], [0, 0]]]], "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))"),
    ],
)
def test_each_type_is_read_as_feature_and_as_lone_geometry(reading, kind, coordinates, expected):
    geometry = {"type": kind, "coordinates": coordinates}

    for document in (geometry, feature(geometry), collection(feature(geometry))):
        assert reading(document).shapes[0].wkt == expected


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (polygon([[0, 0], [1, 0], ["1", 1], [0, 0]]), "coordinates[0][2] is not made of numbers"),
        (polygon([[0, 0], [1, 0], [True, 1], [0, 0]]), "coordinates[0][2] is not made of numbers"),
        (polygon([[0, 0], [1, None], [1, 1], [0, 0]]), "coordinates[0][1] is not made of numbers"),
        (polygon([[0, 0], [1], [1, 1], [0, 0]]), "coordinates[0][1] is not what GeoJSON has there"),
        (polygon([[0, 0], [1, 0, 0, 0, 0], [1, 1], [0, 0]]), "coordinates[0][1] is not what"),
        (polygon(SQUARE, [[0, 0], [1, 1]]), "coordinates[1] has fewer than four positions"),
        (polygon([0, 0]), "coordinates[0][0] is not what"),
        (polygon([[[[[0, 0]]]]]), "coordinates[0][0] is not what"),
        ({"type": "Polygon"}, "coordinates is not what"),
        ({"type": "Polygon", "coordinates": {"a": 1}}, "coordinates is not what"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], 7]}, "coordinates[1] is not what"),
        ({"type": "LineString", "coordinates": [[1, 2]]}, "coordinates is not what"),
        ({"type": "Circle", "coordinates": [1, 2]}, "the unknown type 'Circle'"),
        ({"type": ["Polygon"], "coordinates": []}, "the unknown type"),
        ({"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection"}]}, "geometries[0] is not what"),
        (polygon([[0, 0], [1, 0], [10**400, 1], [0, 0]]), "coordinates[0] is no finite number"),
    ],
)
def test_bad_coordinates_are_named_by_feature_and_path(reading, geometry, said):
    document = collection(feature(polygon(SQUARE), code="good"), feature(geometry, code="bad"))

    message = refusal(reading, document)

    assert message.startswith("in.geojson: feature 2 (bad)")
    assert said in message


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_a_coordinate_that_is_no_finite_number_is_refused(reading, number):
    text = json.dumps(collection(feature(polygon(SQUARE)))).replace("119.51", number, 1)

    assert "feature 1 (1): coordinates[0][1] is no finite number" in refusal(reading, text)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("", "0 bytes"),
        ("{", "line 1, column 2 is not valid JSON"),
        ('{"type": "FeatureCollection",\n "features": [}', "line 2, column 15 is not valid JSON"),
        ("[1, 2]", "no GeoJSON object"),
        ({"type": "FeatureCollection"}, "is JSON, not a GeoJSON FeatureCollection"),
        ({"type": "Topology", "objects": {}}, "is TopoJSON"),
        ({"geometryType": "esriGeometryPolygon", "features": []}, "is Esri JSON"),
        (collection(), "holds no features"),
        (collection(7), "feature 1 is no GeoJSON Feature"),
        (collection({"type": "Feature", "properties": {}}), "no geometry: 1"),
        (collection({"type": "Feature", "geometry": [1], "properties": {}}), "feature 1 is no GeoJSON Feature"),
        (collection({"type": "Feature", "geometry": polygon(SQUARE), "properties": [1]}), "properties of feature 1"),
        ('{"type": "FeatureCollection", "features": ' + "[" * 20_000, "nested too deeply"),
        ('{"a":' * 100_000, "nested too deeply"),
        ('{"n": ' + "9" * 5_000 + "}", "thousands of digits"),
        (collection(feature(polygon(SQUARE)), crs={"type": "name"}), "crs member names no system"),
        (collection(feature(polygon(SQUARE)), crs={"properties": {"name": "EPSG:99999"}}), "EPSG:99999"),
        (
            collection(feature(polygon(SQUARE)), crs={"properties": {"name": "/vsicurl/http://x"}}),
            "no coordinate system",
        ),
    ],
)
def test_a_broken_document_is_refused_in_one_sentence(reading, document, said):
    assert said in refusal(reading, document)


def test_features_without_a_shape_are_refused_together_by_number_and_code(reading):
    document = collection(
        feature(None, code="a"), feature(polygon(SQUARE), code="b"), feature(polygon(), code="c"),
        feature({"type": "GeometryCollection", "geometries": []}, code="d"),
    )  # fmt: skip

    assert "no geometry: 1 (a), 3 (c), 4 (d)." in refusal(reading, document)


def test_many_bad_features_are_counted_not_listed(reading):
    document = collection(*(feature(None, code=f"c{i}") for i in range(1, 31)))

    assert "1 (c1), 2 (c2), 3 (c3), 4 (c4), 5 (c5) … (30)" in refusal(reading, document)


def test_an_open_ring_is_closed_and_said(reading):
    found = reading(collection(feature(polygon(SQUARE), code="1"), feature(polygon(SQUARE[:-1]), code="2")))

    assert found.shapes[1].equals(found.shapes[0])
    assert notes(found) == ["in.geojson: 1 features had an open ring, closed with a straight edge: 2 (2)."]


def test_heights_are_left_out_and_said(reading):
    found = reading(collection(feature(polygon([[x, y, 12.5] for x, y in SQUARE]))))

    assert not found.shapes[0].has_z
    assert notes(found) == ["in.geojson: heights (third coordinates) of 1 features were left out."]


def test_coordinates_are_rounded_to_a_billionth_of_a_degree(reading):
    found = reading(collection(feature({"type": "Point", "coordinates": [119.12345678949, 39.98765432151]})))

    assert np.array_equal(shapely.get_coordinates(found.shapes), [[119.123456789, 39.987654322]])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_chinese_is_read_in_every_usual_encoding(reading, encoding):
    text = json.dumps(collection(feature(polygon(SQUARE), code="1", name="秦皇岛市海港区")), ensure_ascii=False)

    found = reading(text.encode(encoding))

    assert found.columns["name"] == ["秦皇岛市海港区"]


def test_western_letters_are_never_taken_for_chinese(reading):
    text = json.dumps(collection(feature(polygon(SQUARE), code="1", name="Málaga, Göteborg")), ensure_ascii=False)

    assert "--encoding" in refusal(reading, text.encode("latin-1"))
    assert reading(text.encode("latin-1"), encoding="latin-1").columns["name"] == ["Málaga, Göteborg"]
    assert "is not utf-8 text" in refusal(reading, text.encode("latin-1"), encoding="utf-8")


@pytest.mark.parametrize("encoding", ["klingon", "base64", "../x", ""])
def test_an_unknown_encoding_is_refused(reading, encoding):
    document = collection(feature(polygon(SQUARE)))

    if encoding:
        assert "is no text encoding" in refusal(reading, document, encoding=encoding)
    else:
        assert len(reading(document, encoding=encoding)) == 1


@pytest.mark.parametrize("text", ["a\\u0000b", "\\ud800", "x" * 20_001])
def test_a_text_that_no_database_stores_is_refused_by_feature_and_field(reading, text):
    document = json.dumps(collection(feature(polygon(SQUARE), code="1", name="@"))).replace("@", text)

    assert "feature 1, field name" in refusal(reading, document)


def test_control_characters_become_spaces_and_are_said(reading):
    found = reading(collection(feature(polygon(SQUARE), code="1", name="a\x1b[31mb\x07\nc")))

    assert found.columns["name"] == ["a [31mb \nc"]
    assert notes(found) == ["in.geojson: control characters in 1 texts were replaced by spaces."]


def test_html_and_formulas_stay_text(reading):
    name = '<img src=x onerror=alert(1)>=HYPERLINK("x") {braces} %s'

    assert reading(collection(feature(polygon(SQUARE), code="1", name=name))).columns["name"] == [name]


def test_values_that_json_has_and_tables_have_not_are_made_plain(reading):
    text = json.dumps(collection(feature(polygon(SQUARE), code="1", a=[1, {"b": 2}], c="@"))).replace('"@"', "NaN")

    found = reading(text)

    assert found.columns == {"code": ["1"], "a": ['[1, {"b": 2}]'], "c": [None]}


def test_an_attribute_nested_hundreds_deep_is_cut(reading):
    text = json.dumps(collection(feature(polygon(SQUARE), code="1", a="@"))).replace('"@"', "[" * 500 + "]" * 500)

    assert reading(text).columns["a"] == ['[[[[[[[["…"]]]]]]]]']


def test_a_file_of_a_thousand_columns_is_refused(reading):
    document = collection(*(feature(polygon(SQUARE), **{f"c{i}": 1}) for i in range(501)))

    assert "more than 500 columns" in refusal(reading, document)


def test_the_identity_of_a_feature_is_a_column(reading):
    assert reading(collection({**feature(polygon(SQUARE)), "id": "w1"})).columns["id"] == ["w1"]


@pytest.mark.parametrize(
    "name",
    [
        "urn:ogc:def:crs:EPSG::4549",
        "EPSG:4549",
        "http://www.opengis.net/def/crs/EPSG/0/4549",
        "urn:ogc:def:crs:EPSG:6.9:4549",
    ],
)
def test_the_old_crs_member_is_honoured(reading, name):
    square = [
        [457_000, 4_417_000],
        [458_000, 4_417_000],
        [458_000, 4_418_000],
        [457_000, 4_418_000],
        [457_000, 4_417_000],
    ]

    found = reading(collection(feature(polygon(square)), crs={"type": "name", "properties": {"name": name}}))

    assert found.crs == "EPSG:4549"
    assert found.bounds == pytest.approx((119.5, 39.88, 119.51, 39.9), abs=0.02)
