"""Rows of any table, all alike: cells of text under the names of fields."""

import dataclasses
import pathlib
from typing import Any

import pyarrow as pa

from gridmgr.domain import adoption
from gridmgr.errors import Invalid
from gridmgr.geometry.formats.delimited import unescaped
from gridmgr.services import sheets, streams
from gridmgr.services.bulk import cells as bulk_cells
from gridmgr.services.bulk import rows as bulk_rows


@dataclasses.dataclass(frozen=True)
class Table:
    """Rows, one after the other, as ``sheets.Row`` whose cells are under the names of ``adoption.COLUMNS``."""

    columns: dict[str, str]
    rows: Any


def opened(path, words):
    """Return the Table of a file.

    Raises
    ------
    Invalid
        It cannot be read, or a column that is named or needed is not there.
    """
    path = pathlib.Path(path)
    return of_workbook(path, words) if path.suffix.lower() in (".xlsx", ".xlsm") else of_stream(path, words)


def of_workbook(path, words):
    """Return the Table that the first sheet of a workbook is."""
    found = sheets.read_sheets(path, {})
    if not found:
        raise sheets.UnreadableFile("{file} has no rows.", file=sheets.shown_name(path))
    columns = chosen(found[0].columns, words, path)
    named = {field: column.strip().lower() for field, column in columns.items()}
    return Table(columns, (as_row(row.file, row.number, row.get, named) for row in found[0].rows))


def of_stream(path, words):
    """Return the Table of a file that is read chunk by chunk."""
    source = streams.opened(path)
    return Table(columns := chosen(source.schema.names, words, path), rows_of(source, columns))


def rows_of(source, columns):
    """Yield the rows of a stream; they are numbered as a spreadsheet counts, the header first."""
    number = 1
    for part in range(len(source.parts)):
        for chunk in streams.chunks(source, part):
            for cells in as_texts(chunk, columns):
                number += 1
                yield as_row(source.path.name, number, cells.get, {field: field for field in columns})


def as_texts(chunk, columns):
    """Return field → text for each row of a chunk; a point gives its position."""
    told = {field: chunk.column(name) for field, name in columns.items() if name != streams.GEOMETRY}
    if columns["lon"] == streams.GEOMETRY:
        xs, ys = bulk_rows.read_shapes(bulk_cells.whole(chunk.column(streams.GEOMETRY)))
        told |= {"lon": pa.array(xs), "lat": pa.array(ys)}
    return [{field: sheets.as_text(value) for field, value in row.items()} for row in pa.table(told).to_pylist()]


def as_row(file, number, get, named):
    """Return a row with its cells by field."""
    cells = {field: unescaped((get(column) or "").strip()) for field, column in named.items()}
    return sheets.Row(file, number, {field: cell for field, cell in cells.items() if cell})


def chosen(names, words, path):
    """Return field → column: as the mapping says, else by a usual name.

    Raises
    ------
    Invalid
    """
    by_name = {name.strip().lower(): name for name in reversed(list(names))}
    found = {}
    for field, usual in adoption.COLUMNS.items():
        told = words.columns.get(field)
        if told is not None and told.strip().lower() not in by_name:
            raise Invalid("{file} has no column {column}; it has {columns}.", file=path.name, column=told,
                          columns=", ".join(names))  # fmt: skip
        candidates = (told.strip().lower(),) if told is not None else usual
        column = next((by_name[name] for name in candidates if name in by_name), None)
        if column is not None:
            found[field] = column
    if streams.GEOMETRY in names and not {"lon", "lat"} & words.columns.keys():
        found["lon"] = found["lat"] = streams.GEOMETRY
    for field in adoption.NEEDED:
        if field not in found:
            raise Invalid("{file}: say with --column {field}=… which column holds the {field}; it has {columns}.",
                          file=path.name, field=field, columns=", ".join(names))  # fmt: skip
    return found
