"""A file is told by its content, and each format gives the same."""

import zipfile

import pytest
from geometry.formats.small_files import A, B, frame, refusal

from gridmgr.errors import Invalid
from gridmgr.geometry.formats import read


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
