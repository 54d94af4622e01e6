"""Rows in and out of files: cut into parts anywhere, they are the rows that were there."""

import csv
import io
import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gridmgr.errors import Invalid
from gridmgr.services import streams
from gridmgr.services.streams import compact, delimited, row_groups, sources

SMALL = 20


@pytest.fixture
def small_parts(monkeypatch):
    """Cut files after a few bytes or rows."""
    monkeypatch.setattr(delimited, "PART_BYTES", SMALL)
    monkeypatch.setattr(delimited, "BLOCK", 7)
    monkeypatch.setattr(sources, "CHUNK", 3)
    monkeypatch.setattr(sources, "PART", 6)


def rows_of(path):
    """Return the rows of a file, read part by part from the last to the first, and the number of parts."""
    source = streams.opened(path)
    parts = {n: list(streams.chunks(source, n)) for n in reversed(range(len(source.parts)))}
    tables = [chunk for n in sorted(parts) for chunk in parts[n]]
    assert all(chunk.schema.equals(source.schema) for chunk in tables)
    return [row for chunk in tables for row in chunk.to_pylist()], len(source.parts)


def as_python_reads(data, encoding="utf-8"):
    """Return the rows of a CSV as Python's csv module reads them, to its header's width."""
    header, *rows = csv.reader(io.StringIO(data.decode(encoding), newline=""))
    return [
        {name: row[i] if i < len(row) else None for i, name in enumerate(sources.distinct(header))}
        for row in rows
        if row
    ]


# --- CSV in --------------------------------------------------------------------------

CSV = {
    "plain": b"a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n11,12\n13,14\n",
    "leading zeros and empty cells": b"a,b\n01,\n,007\n,\n0,0\n" * 3,
    "a mark, and quoted names": b'\xef\xbb\xbf"a","b ""c"""\r\n1,2\r\n3,4\r\n5,6\r\n7,8\r\n9,10\r\n',
    "newlines and commas in cells": b'a,b\n"1\n,\n2",3\n"""x""","\n"\n"\n\n","y"\n1,2\n"\r\n",","\n' * 2,
    "ragged rows": b"a,b\n1,2\n3\n4,5,6\n7,8\n9,10\n11\n13,14\n15,16\n",
    "blank lines": b"a,b\n\n1,2\n\n\n3,4\n  \n5,6\n\n\n\n\n\n7,8\n\n",
    "no newline at the end": b"a,b\n1,2\n3,4\n5,6\n7,8\n9,10\n11,12\n13,14",
    "a quotation mark inside a cell": b'a,b\n5" pipe,2\n3,4\n"6"" pipe",8\n9,7" pipe\n11,12\n13,"1\n4"\n',
    "a cell that is quoted in part": b'a,b\n"1"x,2\n3,4\n5,6\n7,8\n9,10\n',
    "a quotation mark that is never closed": b'a,b\n1,2\n3,4\n5,6\n7,"8\n9,10\n11,12\n',
    "old line ends": b"a,b\r1,2\r3,4\r5,6\r7,8\r9,10\r11,12\r",
    "both line ends": b"a,b\r\n1,2\n3,4\r\n5,6\n7,8\r\n9,10\n\r\n\n11,12\r\n",
    "only a header": b"a,b",
    "a long cell": b'a,b\n1,"' + b"x\n" * 50 + b'"\n2,3\n4,5\n6,7\n8,9\n',
}


@pytest.mark.parametrize("content", CSV.values(), ids=CSV)
def test_the_rows_of_a_csv_are_those_that_python_reads(tmp_path, small_parts, content):
    (tmp_path / "in.csv").write_bytes(content)

    rows, _ = rows_of(tmp_path / "in.csv")

    assert rows == as_python_reads(content.removeprefix(b"\xef\xbb\xbf"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet='ab,"\n\r é中0', max_size=120), encoding=st.sampled_from(["utf-8", "gb18030"]))
def test_any_text_is_cut_where_python_ends_a_row(tmp_path, small_parts, text, encoding):
    data = ("x,y,z\n" + text).encode(encoding)
    (tmp_path / "in.csv").write_bytes(data)
    encoding = "utf-8" if is_utf8(data) else "gb18030"

    try:
        expected = as_python_reads(data, encoding)
    except csv.Error:
        with pytest.raises(Invalid):
            rows_of(tmp_path / "in.csv")
    else:
        assert rows_of(tmp_path / "in.csv")[0] == expected


def is_utf8(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("content", "parts"),
    [(CSV["plain"], 2), (CSV["newlines and commas in cells"], 4), (CSV["a quotation mark inside a cell"], 1)],
)
def test_a_csv_is_cut_where_its_quotation_marks_tell_the_end_of_a_row(tmp_path, small_parts, content, parts):
    (tmp_path / "in.csv").write_bytes(content)

    assert rows_of(tmp_path / "in.csv")[1] == parts


def test_chinese_of_two_bytes_is_cut_between_rows(tmp_path, small_parts):
    data = "名称,类别\n北戴河区,暴露垃圾\n海港区,井盖\n山海关区,路灯\n抚宁区,\n".encode("gb18030")
    (tmp_path / "in.csv").write_bytes(data)

    rows, parts = rows_of(tmp_path / "in.csv")

    assert (rows, parts) == (as_python_reads(data, "gb18030"), 3)


# --- Parquet and layers in -----------------------------------------------------------


@pytest.mark.parametrize(("group", "parts"), [(1, 3), (2, 3), (5, 3), (6, 3), (7, 3), (13, 3), (100, 3)])
def test_row_groups_of_any_size_are_cut_into_parts(tmp_path, small_parts, group, parts):
    table = pa.table({"n": range(13), "t": [f"row {i}" for i in range(13)]})
    pa.parquet.write_table(table, tmp_path / "in.parquet", row_group_size=group)

    assert rows_of(tmp_path / "in.parquet") == (table.to_pylist(), parts)


@pytest.mark.parametrize(("ending", "parts"), [("gpkg", 3), ("geojson", 1)])
def test_features_of_a_layer_come_each_once(tmp_path, small_parts, ending, parts):
    table = pa.table({"n": range(13), "geometry": shapely.to_wkb(shapely.points(np.arange(13), 0))})
    with streams.writing(tmp_path / f"in.{ending}") as write:
        write(table)

    rows, count = rows_of(tmp_path / f"in.{ending}")

    assert ([row["n"] for row in rows], count) == (list(range(13)), parts)


# --- out -----------------------------------------------------------------------------

OUT = pa.table(
    {
        "text": ["=1+1", "-5", "", None, "a,b", 'say "x"', "two\nlines", "+1e3", "-x", "1_0", "@me"],
        "number": [1, None, -3, 4, 5, 6, 7, 8, 9, 10, 11],
        "real": [0.1, None, -119.605, float("nan"), 1e300, 1.5, 2.25, 3.5, 4.5, 5.5, 6.5],
        "truth": [True, False, None, True, True, True, True, True, True, True, True],
        "code": pa.array(["=A", "B", None, "B", "B", "C,C", "B", "B", "B", "B", "B"]).dictionary_encode(),
        "day": pd.to_datetime(["2026-05-03T21:00"] * 10 + [None]).tz_localize("Asia/Shanghai"),
        "list": [[1], None, [], [2, 3], [4], [5], [6], [7], [8], [9], [10]],
    }
)


def written(path, tables):
    """Write a piece for each table, join them, and return the path."""
    pieces = [path.with_name(f"{i}.rows") for i in range(len(tables))]
    for piece, table in zip(pieces, tables, strict=True):
        with streams.piece(piece, path.suffix, tables[0].schema) as write:
            for first in range(0, len(table), 4):
                write(table.slice(first, 4))
    streams.joined(path, pieces, plain(tables[0].schema))
    return path


def plain(schema):
    """Return a schema whose texts are texts, however they are encoded."""
    return pa.schema([f.with_type(pa.string()) if pa.types.is_dictionary(f.type) else f for f in schema])


def test_cells_of_a_csv_are_written_as_python_writes_them_and_no_formula(tmp_path):
    path = written(tmp_path / "out.csv", [OUT, OUT.slice(3), OUT.slice(0, 0)])

    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert rows[0] == OUT.column_names
    assert len(rows) == 1 + 11 + 8
    assert [row[0] for row in rows[1:12]] == [
        "'=1+1", "-5", "", "", "a,b", 'say "x"', "two\nlines", "+1e3", "'-x", "1_0", "'@me"
    ]  # fmt: skip
    assert rows[1][1:] == ["1", "0.1", "True", "'=A", "2026-05-03 21:00:00+08:00", "[1]"]
    assert rows[3][1:3] == ["-3", "-119.605"]
    assert [float(row[2]) for row in rows[5:7]] == [1e300, 1.5]


def test_pieces_of_parquet_are_joined_into_one_file_of_the_same_rows(tmp_path):
    path = written(tmp_path / "out.parquet", [OUT, OUT.slice(0, 0), OUT.slice(3), OUT.slice(1, 5)])

    joined = pa.parquet.read_table(path)
    expected = pa.concat_tables([OUT, OUT.slice(3), OUT.slice(1, 5)]).cast(plain(OUT.schema))
    assert joined.schema.equals(plain(OUT.schema))
    assert same(joined, expected)
    file = pa.parquet.ParquetFile(path)
    assert file.num_row_groups == 3  # One for each piece with rows.
    assert same(pa.concat_tables([file.read_row_group(i) for i in range(3)]), expected)


def same(one, other):
    """Tell whether two tables are equal, NaN as NaN."""
    return repr(one.to_pylist()) == repr(other.to_pylist())


def test_a_piece_of_other_columns_is_not_joined(tmp_path):
    first = written(tmp_path / "a.parquet", [pa.table({"n": [1]})])
    other = written(tmp_path / "b.parquet", [pa.table({"n": ["1"]})])

    with pytest.raises(ValueError, match="other columns"):
        row_groups.join(tmp_path / "c.parquet", first.read_bytes(), [other])


def test_a_footer_is_written_as_it_was_read(tmp_path):
    pa.parquet.write_table(
        pa.concat_tables([OUT] * 20), tmp_path / "in.parquet", row_group_size=11, write_page_index=True
    )
    data = (tmp_path / "in.parquet").read_bytes()
    footer = data[-8 - int.from_bytes(data[-8:-4], "little") : -8]

    assert compact.written(compact.read(footer)) == footer


@given(st.integers(-(2**63), 2**63 - 1))
def test_whole_numbers_of_any_size_survive_a_footer(number):
    struct = {1: (compact.I64, number), 40: (compact.TRUE, None), 41: (compact.LIST, (compact.I32, [0] * 20))}

    assert compact.read(compact.written(struct)) == struct


def test_a_collection_of_features_is_json_whatever_pieces_are_empty(tmp_path):
    table = pa.table({"n": [1, 2], "geometry": shapely.to_wkb(shapely.points([1, 2], 0))})
    empty = table.slice(0, 0)

    full = written(tmp_path / "out.geojson", [empty, table, empty, table, empty])
    none = written(tmp_path / "none.geojson", [empty])

    assert [f["properties"]["n"] for f in json.loads(full.read_text())["features"]] == [1, 2, 1, 2]
    assert json.loads(none.read_text())["features"] == []


def test_texts_that_come_as_a_dictionary_are_the_same_texts(tmp_path, small_parts):
    table = pa.table({"n": range(13), "kind": [None, "a", "b"] * 4 + ["c"], "geometry_given": ["x"] * 13})
    pa.parquet.write_table(table, tmp_path / "in.parquet")
    source = streams.opened(tmp_path / "in.parquet")

    chunks = [chunk for n in range(3) for chunk in streams.chunks(source, n, coded=["n", "kind"])]

    assert all(pa.types.is_dictionary(chunk.schema.field("kind").type) for chunk in chunks)
    assert [row for chunk in chunks for row in chunk.to_pylist()] == table.to_pylist()


def cannot(*_, **__):
    """Do as the kernel does between two file systems."""
    raise OSError(18, "Invalid cross-device link")


@pytest.mark.parametrize("copy", [cannot, lambda *_, **__: 0])
def test_bytes_are_copied_where_the_kernel_cannot(tmp_path, monkeypatch, copy):
    monkeypatch.setattr("os.copy_file_range", copy)

    path = written(tmp_path / "out.parquet", [OUT, OUT.slice(3)])

    assert len(pa.parquet.read_table(path)) == 19
