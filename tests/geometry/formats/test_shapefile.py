"""Shapefiles: texts in any encoding, parts that are missing, no system."""

import struct

import pytest
import shapely
from geometry.formats.small_files import A, B, frame, notes, refusal

from gridmgr.geometry.formats import read


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
