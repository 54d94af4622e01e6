"""Files for others: what is written is read back the same."""

import csv

import pytest
import shapely
from geometry.formats.small_files import A, B, shapes

from gridmgr.errors import Invalid
from gridmgr.geometry import formats
from gridmgr.geometry.formats import Features, read, write

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
