"""Cells of a column as numbers, codes and instants, many at once.

What Arrow reads, it reads; a cell that is written in a way of its own is read by
itself, each distinct one once.
"""

import datetime as dt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gridmgr.domain import times
from gridmgr.domain.times.clocks import DAY, as_microseconds
from gridmgr.errors import GridmgrError, Invalid

NUMBER = r"^-?\d+(\.\d+)?([eE][+-]?\d\d?)?$"
MONTH_AND_DAY = r"(02-(0[1-9]|1\d|2[0-8])|(0[469]|11)-(0[1-9]|[12]\d|30)|(0[13578]|1[02])-(0[1-9]|[12]\d|3[01]))"
HOUR = r"([01]\d|2[0-3])"
PLAIN = rf"^\d{{4}}-{MONTH_AND_DAY}([T ]{HOUR}:[0-5]\d(:[0-5]\d(\.\d{{1,6}})?)?)?"
WAYS = (PLAIN + "$", rf"{PLAIN}(Z|[+-]{HOUR}(:?[0-5]\d)?)$")
"""Texts that are times to Arrow: by the city's clocks, and with an offset. A leap day is looked at by itself."""
MICROSECONDS, UTC = pa.timestamp("us"), pa.timestamp("us", "UTC")
EARLIEST, LATEST = (as_microseconds(dt.datetime(year, 1, 1, tzinfo=dt.UTC)) for year in (times.FIRST, times.AFTER))
LAST_YEAR = 9999
"""Of the calendar: its last days are not days everywhere."""


def whole(column):
    """Return a column as one array of plain values."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def is_text(kind):
    """Return whether cells of this type are texts."""
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def numbers(column):
    """Return a column as floats; NaN for what is no number."""
    column = whole(column)
    if pa.types.is_floating(column.type) or pa.types.is_integer(column.type):
        return as_floats(column)
    if is_text(column.type):
        return numbers_of_texts(blank_as_null(column))
    return np.array([number(value) for value in column.to_pylist()], np.float64)


def as_floats(column):
    """Return a column as floats, NaN for null."""
    return column.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)


def numbers_of_texts(column):
    """Return a column of texts as floats; NaN for what is no number."""
    try:
        return as_floats(column)
    except pa.ArrowInvalid:
        is_plain = pc.match_substring_regex(column, NUMBER).fill_null(False)
        found = as_floats(pc.if_else(is_plain, column, None))
        for row in np.flatnonzero(~is_plain.to_numpy(zero_copy_only=False)).tolist():
            found[row] = number(column[row].as_py())
        return found


def blank_as_null(column):
    """Return a column of texts in which an empty one is null."""
    is_blank = pc.equal(pc.binary_length(column), 0)
    return pc.if_else(is_blank, None, column) if pc.any(is_blank).as_py() else column


def number(value):
    """Return a cell as a float; NaN for what is no number."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def codes(column):
    """Return for each cell a position in a list of categories' codes, -1 for none, and the list."""
    column = whole(column)
    if pa.types.is_nested(column.type):
        column = pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    encoded = column.dictionary_encode()
    found = [code(value) for value in encoded.dictionary.to_pylist()]
    places = np.array([*(place if one else -1 for place, one in enumerate(found)), -1], np.int32)
    return places[encoded.indices.fill_null(len(found)).to_numpy(zero_copy_only=False)], found


def code(value):
    """Return a cell as a category's code: five digits, also where a spreadsheet dropped the leading zero."""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None if value != value else value
    if value is None or value == "":
        return None
    return f"{value:05d}" if isinstance(value, int) else str(value).strip()


def moments(column, timezone, clocks):
    """Return a column as instants, in microseconds, and row → the error for those that cannot be read.

    Parameters
    ----------
    timezone : str
        Of the city: a time without offset is by its clocks.
    clocks : Clocks
        Of that time zone.
    """
    column = whole(column)
    found, is_read = np.zeros(len(column), np.int64), np.zeros(len(column), bool)
    for rows, stamps in stamped(column):
        found[rows], is_read[rows] = instants_of(stamps, clocks)
    rest = np.flatnonzero(~is_read).tolist()
    read = {cell: attempt(cell, timezone) for cell in {cell_of(column, row) for row in rest}}
    errors = {}
    for row in rest:
        one = read[cell_of(column, row)]
        if isinstance(one, GridmgrError):
            errors[row] = one
        else:
            found[row] = as_microseconds(one)
    return found, errors


def stamped(column):
    """Yield (rows, timestamps) of the cells that Arrow reads; rows are all, as a slice, or positions."""
    texts = blank_as_null(column) if is_text(column.type) else None
    stamps = as_stamps(column if texts is None else texts)
    if stamps is not None:
        yield slice(None), stamps
    elif texts is not None:
        for way in WAYS:
            rows = np.flatnonzero(pc.match_substring_regex(texts, way).fill_null(False).to_numpy(zero_copy_only=False))
            stamps = as_stamps(texts.take(pa.array(rows)))
            if stamps is not None:
                yield rows, stamps


def as_stamps(column):
    """Return a column as timestamps, None where some of its cells are none or too far away for any."""
    for way in ways_to_read(column.type):
        # That all cells fail takes far longer than to see that the first one does.
        for part in (column.drop_null()[:1], column):
            try:
                stamps = part.cast(way, safe=not pa.types.is_timestamp(part.type) or part.type.unit != "ns")
            except pa.ArrowInvalid:
                break
        else:
            return stamps
    return None


def ways_to_read(kind):
    """Return the types of timestamps that cells of a type may be read as."""
    if pa.types.is_timestamp(kind):
        return (pa.timestamp("us", kind.tz),)
    return (MICROSECONDS,) if pa.types.is_date(kind) else (MICROSECONDS, UTC) if is_text(kind) else ()


def instants_of(stamps, clocks):
    """Return timestamps as instants, and which of them are sure: there, not skipped by the clocks, and near enough."""
    values = stamps.cast(pa.int64()).fill_null(EARLIEST - 2 * DAY).to_numpy(zero_copy_only=False)
    is_sure = True
    if stamps.type.tz is None and len(values):
        values, is_skipped = clocks.instants(np.clip(values, EARLIEST - 2 * DAY, LATEST + 2 * DAY))
        is_sure = ~is_skipped
    return values, is_sure & (values >= EARLIEST) & (values < LATEST)


def cell_of(column, row):
    """Return the cell of a row as a value that can be looked up."""
    try:
        value = column[row].as_py()
    except (OverflowError, ValueError):
        return str(column[row].cast(pa.int64()))
    return value if isinstance(value, dt.datetime) else "" if value is None else str(value)


def attempt(cell, timezone):
    """Return the instant that a cell means, or the error that says why it means none."""
    try:
        return moment(cell, timezone)
    except GridmgrError as error:
        return error


def moment(cell, timezone):
    """Return a cell as an instant: a datetime as it is, a text as people write it."""
    if not isinstance(cell, dt.datetime):
        return times.read_instant(cell, timezone)
    if not 1 < cell.year < LAST_YEAR:
        raise Invalid(
            "{text} is too far away: times run from {first} to {last}.",
            text=cell.isoformat(),
            first=times.FIRST,
            last=times.AFTER - 1,
        )
    return cell if cell.tzinfo else times.in_city(cell, timezone)
