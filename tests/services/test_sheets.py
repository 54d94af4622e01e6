"""Sheets that people send: small ones that would fill the memory are refused."""

import openpyxl
import pytest

from gridmgr.geometry.archives import UnreadableFile
from gridmgr.services import sheets


def book(path, *cells):
    """Write a workbook with a header and cells at (row, column)."""
    made = openpyxl.Workbook()
    made.active.append(["person", "name"])
    for row, column in cells:
        made.active.cell(row, column, "x")
    made.save(path)
    return path


def test_a_cell_far_to_the_right_is_refused_with_its_row(tmp_path):
    path = book(tmp_path / "wide.xlsx", *((row, 16_384) for row in range(2, 40)))

    with pytest.raises(UnreadableFile, match=r"wide.xlsx has more than 200 columns in row 2"):
        sheets.read_sheets(path, {})


def test_empty_cells_to_the_right_are_no_trouble(tmp_path):
    made = openpyxl.load_workbook(book(tmp_path / "styled.xlsx", (2, 1)))
    made.active.cell(2, 16_384).font = openpyxl.styles.Font(bold=True)
    made.save(tmp_path / "styled.xlsx")

    (sheet,) = sheets.read_sheets(tmp_path / "styled.xlsx", {})

    assert sheet.columns == ("person", "name")
    assert [row.get("person") for row in sheet.rows] == ["x"]


def test_a_csv_file_has_no_more_rows_or_columns_than_a_workbook(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    (tmp_path / "long.csv").write_text("person\n" + "a\n" * 3, encoding="utf-8")
    (tmp_path / "wide.csv").write_text("person\n" + "," * 300 + "a\n", encoding="utf-8")
    (tmp_path / "commas.csv").write_text("person\na" + "," * 300 + "\n", encoding="utf-8")

    for name, sentence in (("long.csv", "more than 3 rows"), ("wide.csv", "more than 200 columns in row 2")):
        with pytest.raises(UnreadableFile, match=sentence):
            sheets.read_sheets(tmp_path / name, {})
    (sheet,) = sheets.read_sheets(tmp_path / "commas.csv", {})
    assert [row.get("person") for row in sheet.rows] == ["a"]
