"""Scans: the columns of a million rows without an object for each cell.

On PostGIS the server writes the rows as text (COPY) and Arrow reads them; on the city file one
cursor walks the table once. Either way the rows come in lists, so that any number of them takes
the same memory, and they are of the transaction of the session.
"""

import io

import pyarrow as pa
from pyarrow import csv

from gridmgr.store.mapping import report

INSTANT = pa.timestamp("ms", "UTC")
REPORTS = pa.schema(
    {
        "id": pa.int64(),
        "number": pa.string(),
        "received_at": INSTANT,
        "observed_at": INSTANT,
        "lon": pa.float64(),
        "lat": pa.float64(),
        "category_code": pa.string(),
        "grid_code": pa.string(),
        "department_code": pa.string(),
        "person_id": pa.int64(),
        "version_number": pa.int64(),
    }
)
"""Columns of stored reports."""
ROWS, AT_ONCE = 1 << 14, 256
"""Rows of a table, and those that are Python's objects at a time: few enough that it does not search them all for garbage."""
BLOCK_BYTES = 1 << 23


def reports(session, names, *, begins=None, ends=None, in_order=False, size=ROWS):
    """Yield the reports received from ``begins`` until before ``ends`` as Tables of the columns ``names``.

    Parameters
    ----------
    names : sequence of str
        Of the columns ``REPORTS``.
    begins, ends : datetime, optional
        None leaves a side open.
    in_order : bool
        Whether they come in the order of receipt; as they lie in the table otherwise, which is sooner read.
    size : int
        Rows of a table on the city file, about; PostGIS cuts by bytes.
    """
    schema = pa.schema([REPORTS.field(name) for name in names])
    on_server = session.connection().dialect.name == "postgresql"
    where, values = received(begins, ends, "%s" if on_server else "?", session)
    order = " ORDER BY received_at, id" if in_order else ""
    yield from (copied if on_server else walked)(session, schema, f" FROM {report.name}{where}{order}", values, size)


def received(begins, ends, mark, session):
    """Return the WHERE clause of a time of receipt, and the values of its marks as the database keeps them."""
    process = report.c.received_at.type.bind_processor(session.connection().dialect) or (lambda value: value)
    bounds = [(sign, process(one)) for sign, one in ((">=", begins), ("<", ends)) if one is not None]
    clause = " AND ".join(f"received_at {sign} {mark}" for sign, _ in bounds)
    return f" WHERE {clause}" if clause else "", [value for _, value in bounds]


def walked(session, schema, source, values, size):
    """Yield the rows of a city file as Tables."""
    cursor = session.connection().connection.cursor()
    try:
        cursor.execute(f"SELECT {', '.join(schema.names)}{source}", values)
        while batches := fetched(cursor, plain(schema, pa.string()), size):
            columns = pa.Table.from_batches(batches).combine_chunks().columns
            yield pa.table([c.cast(f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
    finally:
        cursor.close()


def fetched(cursor, schema, size):
    """Return the next rows as batches, together about ``size`` rows; none after the last."""
    batches, left = [], size
    while left > 0 and (rows := cursor.fetchmany(min(AT_ONCE, left))):
        columns = zip(*rows, strict=True)
        batches.append(pa.record_batch([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema))
        left -= len(rows)
    return batches


def plain(schema, kind):
    """Return a schema with instants as the database gives them: texts of a city file, whole milliseconds of a server."""
    return pa.schema([(f.name, kind if f.type == INSTANT else f.type) for f in schema])


def copied(session, schema, source, values, size):
    """Yield the rows of a server as Tables, of ``BLOCK_BYTES`` of text each."""
    columns = ", ".join(in_milliseconds(f.name) if f.type == INSTANT else f.name for f in schema)
    convert = csv.ConvertOptions(
        column_types=plain(schema, pa.int64()),
        null_values=[""],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    reading = csv.ReadOptions(column_names=schema.names, block_size=min(BLOCK_BYTES, size * 128))
    with session.connection().connection.cursor() as cursor:
        statement = f"COPY (SELECT {columns}{source}) TO STDOUT (FORMAT csv)"
        with cursor.copy(statement, values) as blocks:
            first = first_of(blocks)
            if not first:
                return
            text = pa.PythonFile(Blocks(first, blocks), mode="r")
            for batch in csv.open_csv(text, reading, csv.ParseOptions(newlines_in_values=True), convert):
                yield pa.table([c.cast(f.type) for c, f in zip(batch.columns, schema, strict=True)], schema=schema)


def in_milliseconds(name):
    """Return the expression of an instant as whole milliseconds, which the server stores no finer."""
    return f"(date_part('epoch', {name}) * 1000)::bigint"  # A float, which is sooner reckoned than extract's numeric.


def first_of(blocks):
    """Return the first block of a copy as bytes, none of a copy without rows."""
    return bytes(next(iter(blocks), b""))


class Blocks(io.RawIOBase):
    """The blocks of a copy as a file that is read once."""

    def __init__(self, first, blocks):
        self._left, self._blocks = first, iter(blocks)

    def readable(self):
        """Return that it is read."""
        return True

    def readinto(self, buffer):
        """Fill ``buffer`` with what comes next, and return how much that is."""
        parts, have = [self._left], len(self._left)
        while have < len(buffer):
            block = next(self._blocks, None)
            if block is None:
                break
            parts.append(block)
            have += len(block)
        whole = b"".join(parts)
        count = min(len(whole), len(buffer))
        buffer[:count], self._left = whole[:count], whole[count:]
        return count
