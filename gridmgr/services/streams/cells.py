"""Cells of a CSV file as text that no spreadsheet takes for a formula."""

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MAY_BE_FORMULA = "^[=+\\-@\t\r]"
IS_NUMBER = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$"
SLICE = 1 << 14
PLAIN, QUOTED = (
    pyarrow.csv.WriteOptions(include_header=False, eol="\r\n", quoting_style=style) for style in ("none", "needed")
)


def lines(table):
    """Yield the lines of a table as bytes, without a header, a few thousand rows at a time."""
    table = pa.table([text(column) for column in table.columns], names=table.column_names)
    for first in range(0, len(table), SLICE):
        rows = table.slice(first, SLICE)
        try:
            yield encoded(rows, PLAIN)
        except pa.ArrowInvalid:
            yield encoded(rows, QUOTED)


def encoded(table, options):
    """Return the lines of a table.

    Raises
    ------
    pyarrow.ArrowInvalid
        A cell holds a comma, a quotation mark or a newline, and the options allow no quotation marks.
    """
    sink = pa.BufferOutputStream()
    pyarrow.csv.write_csv(table, sink, options)
    return sink.getvalue()


def text(column):
    """Return a column as Arrow writes it: numbers as they are, all else as safe text."""
    kind, column = column.type, column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if pa.types.is_dictionary(kind):
        return text(column.dictionary).take(column.indices)
    if pa.types.is_boolean(kind):
        return pc.if_else(column, "True", "False")
    if pa.types.is_string(kind):
        return safe_text(column)
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind):
        return column
    said = [None if value is None else str(value) for value in column.to_pylist()]
    return safe_text(pa.array(said, pa.string()))


def safe_text(column):
    """Return texts of which none begins as a formula does; what is a number stays."""
    suspect = pc.match_substring_regex(column, MAY_BE_FORMULA)
    if not pc.any(suspect).as_py():
        return column
    suspect = pc.and_(suspect, pc.invert(pc.match_substring_regex(column, IS_NUMBER)))
    found = pc.filter(column, suspect)
    safe = pa.array([safe_cell(cell) for cell in found.to_pylist()], pa.string())
    return pc.replace_with_mask(column, pc.fill_null(suspect, False), safe)


def safe_cell(value):
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) and not is_number(value) else value


def is_number(text):
    """Return whether a text is a plain number, which may well begin with a sign."""
    try:
        float(text)
    except ValueError:
        return not text
    return True
