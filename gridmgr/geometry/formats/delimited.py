"""CSV with lon and lat columns, or with shapes as well-known text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry.archives import Copy, UnreadableFile
from gridmgr.geometry.formats import tables
from gridmgr.geometry.formats.encodings import decode
from gridmgr.geometry.formats.features import Features, Shapes

X_NAMES = ("lon", "lng", "long", "longitude", "x", "point_x", "easting", "经度")
Y_NAMES = ("lat", "latitude", "y", "point_y", "northing", "纬度")
TEXT_NAMES = ("wkt", "geometry", "geom", "the_geom", "shape")
DELIMITERS = ",;\t|"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
DEEPEST_TEXT = 4

csv.field_size_limit(16 << 20)


class BadRow(UnreadableFile):
    """A row of the table cannot be read."""

    slug = "bad-row"


def read_csv(copy: Copy, encoding: str | None = None) -> Features:
    """Return the points (or well-known-text shapes) of a delimited file; all other cells are text."""
    text, codec = decode(tables.content(copy), copy.name, encoding)
    header, rows = split_rows(text, copy.name)
    tables.check_length(len(rows), copy.name)
    wkt = find(header, TEXT_NAMES)
    if wkt is not None and (find(header, X_NAMES) is None or find(header, Y_NAMES) is None):
        shapes, used = shapes_from_text(rows, wkt, copy.name), {wkt}
    else:
        x, y = position_columns(header, copy.name)
        shapes, used = points(rows, x, y, header, copy.name), {x, y}
    columns = {name: [unescaped(row[i]) for _, row in rows] for i, name in enumerate(header) if i not in used}
    return Features(copy.name, "CSV", shapes, columns, None, codec)


def split_rows(text: str, file: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header and the rows that are not blank, each with its line number."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = [name.strip() for name in next(reader, [])]
        rows = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise BadRow("{file}: line {line} is no row of a CSV file ({reason}). Export it again.",
                     file=file, line=reader.line_num, reason=error) from error  # fmt: skip
    tables.check_width(len(header), file)
    if len(set(header)) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise UnreadableFile("{file} has two columns named “{column}”. Rename one.", file=file, column=twice[:60])
    for line, row in rows:
        if len(row) != len(header):
            raise BadRow(
                "{file}: line {line} has {count} cells where the header has {columns}. Correct that line.",
                file=file, line=line, count=len(row), columns=len(header),
            )  # fmt: skip
    return header, rows


def find(header: Sequence[str], names: Sequence[str]) -> int | None:
    """Return the position of the first of ``names`` that is a column."""
    lowered = [name.lower() for name in header]
    return next((lowered.index(name) for name in names if name in lowered), None)


def position_columns(header: list[str], file: str) -> tuple[int, int]:
    x, y = find(header, X_NAMES), find(header, Y_NAMES)
    if x is None or y is None:
        raise UnreadableFile(
            "{file} has no columns lon and lat; it has: {columns}. Rename the two that hold the position.",
            file=file, columns=", ".join(header)[:300],
        )  # fmt: skip
    return x, y


def points(rows: list[tuple[int, list[str]]], x: int, y: int, header: list[str], file: str) -> Shapes:
    """Return the point of each row."""
    pairs = [[number(row[i], line, header[i], file) for i in (x, y)] for line, row in rows]
    return np.asarray(shapely.points(np.array(pairs, dtype=float).reshape(-1, 2)), dtype=object)


def number(cell: str, line: int, column: str, file: str) -> float:
    try:
        return float(cell.strip())
    except ValueError as error:
        raise BadRow(
            "{file}: line {line}: “{cell}” in column {column} is no number. Correct it or leave the line out.",
            file=file, line=line, cell=cell[:40], column=column,
        ) from error  # fmt: skip


def shapes_from_text(rows: list[tuple[int, list[str]]], column: int, file: str) -> Shapes:
    """Return the shapes written as well-known text; deep nesting, which GEOS does not survive, is refused."""
    shapes = np.full(len(rows), None, dtype=object)
    for i, (line, row) in enumerate(rows):
        try:
            shapes[i] = shapely.from_wkt(row[column]) if depth(row[column]) <= DEEPEST_TEXT else None
        except shapely.errors.GEOSException as error:
            raise not_a_shape(line, file) from error
        if shapes[i] is None:
            raise not_a_shape(line, file)
    return shapes


def not_a_shape(line: int, file: str) -> BadRow:
    return BadRow("{file}: line {line}: the shape is no well-known text. Correct it or leave the line out.",
                  file=file, line=line)  # fmt: skip


def depth(text: str) -> int:
    """Return how deep the parentheses of ``text`` nest."""
    deepest = level = 0
    for character in text:
        level += (character == "(") - (character == ")")
        deepest = max(deepest, level)
    return deepest


def escaped(value: Any) -> Any:
    """Return ``value`` for a spreadsheet: text that would start a formula gets an apostrophe before it."""
    return "'" + value if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def unescaped(cell: str) -> str:
    """Return the text of a cell, the apostrophe of ``escaped`` taken off."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
