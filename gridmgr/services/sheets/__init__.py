"""Sheets: tables that people fill in, read from CSV or Excel with the place of each cell.

Column names may be English or Chinese. What is wrong with a sheet is collected
and refused in one go, so that it can be mended in one go.
"""

import contextlib
import csv
import dataclasses
import datetime as dt
import io
import pathlib
import zipfile

from gridmgr.domain.times import EVER, read_instant
from gridmgr.errors import Invalid
from gridmgr.geometry import archives
from gridmgr.geometry.archives import UnreadableFile
from gridmgr.geometry.archives import display_name as shown_name
from gridmgr.geometry.formats.encodings import decode
from gridmgr.i18n import N_, translate

SHOWN = 20
MOST_ROWS = 500_000
MOST_COLUMNS = 200
LIMITS = archives.Limits(file_bytes=200 << 20, total_bytes=1 << 30, ratio=250)


class SheetRefused(Invalid):
    """The sheet has rows that cannot be used; nothing was written."""

    slug = "sheet-refused"

    def __init__(self, problems):
        super().__init__("{count} rows cannot be used; nothing was written.", count=len(problems))
        self.problems = list(problems)

    def say(self, language):
        """Return the first problems, each a line, then how many there are."""
        lines = [problem.say(language) for problem in self.problems[:SHOWN]]
        return "\n".join([*lines, super().say(language)])


class CellProblem(Invalid):
    """A cell cannot be used."""

    slug = "cell-problem"

    def __init__(self, row, column, reason, fields):
        super().__init__("{file}: row {row}, {column}: {reason}", file=row.file, row=row.number, column=column)
        self.reason = reason
        self.about = fields

    def say(self, language):
        """Return place and reason in ``language``."""
        return translate(self.message, language, reason=translate(self.reason, language, **self.about), **self.fields)


@dataclasses.dataclass(frozen=True)
class Row:
    """One row of a sheet: its number as a spreadsheet counts, and its cells as text by column."""

    file: str
    number: int
    cells: dict[str, str]

    def get(self, column):
        """Return the text of a cell, "" where it is empty or the column is not there."""
        return self.cells.get(column, "")

    def problem(self, column, message, **fields):
        """Return the error about a cell; in ``message`` the cell's text is ``{value}``."""
        return CellProblem(self, column, message, {"value": self.get(column), **fields})


@dataclasses.dataclass(frozen=True)
class Sheet:
    """A table with its columns under their English names; ``name`` is "" for a CSV file."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheets(path, names):
    """Return the sheets of a CSV or XLSX file that have a header row.

    Parameters
    ----------
    path : path
        The file.
    names : dict of str to str
        Chinese column name → the English one.

    Raises
    ------
    UnreadableFile, UnsafeArchive
        The file is no table, or not safe to open.
    """
    path = pathlib.Path(path)
    shown = shown_name(path)
    if not path.is_file():
        raise UnreadableFile("There is no file {file}. Check the path.", file=shown)
    if path.stat().st_size > LIMITS.file_bytes:
        raise UnreadableFile("{file} is larger than {most} MB. Split it.", file=shown, most=LIMITS.file_bytes >> 20)
    tables = from_excel(path, shown) if zipfile.is_zipfile(path) else from_csv(path, shown)
    return [sheet for name, table in tables for sheet in [as_sheet(shown, name, table, names)] if sheet is not None]


def from_csv(path, shown):
    """Yield ("", rows of text) of a CSV file in UTF-8 or GB 18030, separated by commas, semicolons or tabs."""
    text, _ = decode(path.read_bytes(), shown)
    first = text.lstrip("\ufeff").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True)
        yield "", list(limited(lines, shown))
    except csv.Error as error:
        raise UnreadableFile("{file} is not a readable CSV table: {reason}.", file=shown, reason=error) from error


def from_excel(path, shown):
    """Yield (name, rows of text) of each visible sheet of a workbook; formulas count as the values saved with them."""
    import openpyxl

    with zipfile.ZipFile(path) as archive:
        archives.check_members(archive.infolist(), path.stat().st_size, shown, LIMITS)
    try:
        with contextlib.closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as book:
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    yield (
                        sheet.title,
                        [[as_text(cell) for cell in row] for row in limited(sheet.iter_rows(values_only=True), shown)],
                    )
    except (KeyError, ValueError, TypeError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise UnreadableFile("{file} is not a readable Excel workbook: save it anew as .xlsx.", file=shown) from error


def limited(rows, shown):
    """Yield rows without what is empty at their ends; a table with too many rows or columns is refused.

    A cell far to the right makes its row as long as the sheet is wide, so that a small file could fill the memory.
    """
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise UnreadableFile("{file} has more than {most} rows. Split it.", file=shown, most=MOST_ROWS)
        width = len(row)
        while width and row[width - 1] in (None, ""):
            width -= 1
        if width > MOST_COLUMNS:
            raise UnreadableFile(
                "{file} has more than {most} columns in row {row}. Leave out what is not needed.",
                file=shown,
                most=MOST_COLUMNS,
                row=number,
            )
        yield row[:width]


def as_text(value):
    """Return a cell as text: whole numbers without a point, instants in ISO form, nothing as ""."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return (value.date() if value.time() == dt.time() else value).isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value).strip()


def as_sheet(shown, name, table, names):
    """Return the sheet of a table whose first row that is not empty is the header, None for an empty table."""
    filled = [(number, row) for number, row in enumerate(table, start=1) if any(cell.strip() for cell in row)]
    if not filled:
        return None
    (_, header), *rest = filled
    columns = tuple(english(cell, names) for cell in header)
    check_columns(shown, name, columns)
    place = f"{shown} [{name}]" if name else shown
    return Sheet(name, columns, tuple(as_row(place, number, columns, row) for number, row in rest))


def english(title, names):
    """Return the English name of a column; a star that marks it as required does not count."""
    plain = title.strip().strip("*＊ ").lower()
    return names.get(plain, plain)


def check_columns(shown, name, columns):
    """Raise Invalid where two columns have one name."""
    doubled = sorted({column for column in columns if column and columns.count(column) > 1})
    if doubled:
        raise Invalid(
            "{file}: the column {columns} comes twice; keep one of them.", file=shown, columns=", ".join(doubled)
        )


def as_row(place, number, columns, row):
    """Return the row with its cells by column; cells beyond the header are left out."""
    cells = {column: cell.strip() for column, cell in zip(columns, row, strict=False) if column and cell.strip()}
    return Row(place, number, cells)


def read_each(read, rows, timezone):
    """Return (lines, problems): what ``read(row, timezone)`` makes of each row, and what cannot be used."""
    lines, problems = [], []
    for row in rows:
        try:
            lines.append(read(row, timezone))
        except Invalid as problem:
            problems.append(problem)
    return lines, problems


def required(row, column):
    """Return the text of a cell that must be filled."""
    if not row.get(column):
        raise row.problem(column, N_("is empty; fill it in."))
    return row.get(column)


def instant(row, column, timezone):
    """Return the instant of a cell in the city's time, None where it is empty."""
    try:
        return read_instant(row.get(column), timezone, until=EVER) if row.get(column) else None
    except Invalid as error:
        raise row.problem(column, N_("{value} is not a time; write it like 2026-05-03 or 2026-05-03T21:00.")) from error
