"""Tables as text: their delimiters, encodings, shapes and mistakes."""

import pytest
from geometry.formats.small_files import A, refusal

from gridmgr.geometry.formats import encodings, read


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


def test_text_that_is_chinese_by_chance_only_is_not_taken_for_it():
    assert encodings.is_chinese(["文化路街道".encode("gbk")])
    assert not encodings.is_chinese(
        ["Málaga".encode("latin-1"), "Jérôme".encode("latin-1"), "Zürich".encode("latin-1")]
    )
    assert not encodings.is_chinese([b"plain"])
