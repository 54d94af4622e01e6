"""KML and KMZ: placemarks, and what is hostile in them."""

import zipfile

import pytest
from geometry.formats.small_files import notes, refusal

from gridmgr.geometry.formats import read

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
