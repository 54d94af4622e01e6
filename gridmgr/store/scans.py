"""Scans: the columns of a million rows without an object for each cell.

On PostGIS the server packs each column of many rows into one value; on the city file one
cursor walks the table once. Either way the rows come in lists, so that any number of them takes
the same memory, and they are of the transaction of the session.
"""

import concurrent.futures

import numpy as np
import pyarrow as pa

from gridmgr.store.tables.reports import report

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
INDEXED = frozenset({"id", "received_at", "observed_at", "lon", "lat", "category_code"})
"""Columns that an index holds in the order of receipt."""
NOTHING = -(2**63)
"""What stands for NULL among whole numbers on their way."""


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
        Rows of a table, about.
    """
    schema = pa.schema([REPORTS.field(name) for name in names])
    on_server = session.connection().dialect.name == "postgresql"
    condition, values = received(begins, ends, "%s" if on_server else "?", session)
    yield from (sent if on_server else walked)(session, schema, condition, values, in_order, size)


def received(begins, ends, mark, session):
    """Return the condition of a time of receipt, and the values of its marks as the database keeps them."""
    process = report.c.received_at.type.bind_processor(session.connection().dialect) or (lambda value: value)
    bounds = [(sign, process(one)) for sign, one in ((">=", begins), ("<", ends)) if one is not None]
    clause = " AND ".join(f"received_at {sign} {mark}" for sign, _ in bounds)
    return clause or "true", [value for _, value in bounds]


def walked(session, schema, condition, values, in_order, size):
    """Yield the rows of a city file as Tables."""
    cursor = session.connection().connection.cursor()
    try:
        order = " ORDER BY received_at, id" if in_order else ""
        cursor.execute(f"SELECT {', '.join(schema.names)} FROM {report.name} WHERE {condition}{order}", values)
        while batches := fetched(cursor, plain(schema), size):
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


def plain(schema):
    """Return a schema with instants as the texts that a city file keeps."""
    return pa.schema([(f.name, pa.string() if f.type == INSTANT else f.type) for f in schema])


def sent(session, schema, condition, values, in_order, size):
    """Yield the rows of a server as Tables of ``size`` rows; the next is fetched while somebody works with one.

    A row that comes by itself, as of a cursor or a COPY, costs more than to answer it. So the server puts
    the numbers of many rows into one value, as bytes, and each list goes on behind the last row of the one before.
    """
    key = ("received_at", "id") if in_order or INDEXED.issuperset(schema.names) else ("id",)
    with (
        session.connection().connection.cursor(binary=True) as cursor,
        concurrent.futures.ThreadPoolExecutor(1) as fetching,
    ):
        coming = fetching.submit(list_after, cursor, schema, condition, values, key, None, size)
        while True:
            count, last, columns = coming.result()
            if not count:
                return
            coming = fetching.submit(list_after, cursor, schema, condition, values, key, last, size)
            yield pa.table([unpacked(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def list_after(cursor, schema, condition, values, key, last, size):
    """Return how many rows come behind the row with the key ``last``, at most ``size``; the last one's key; and the columns."""
    is_behind = f"({', '.join(key)}) > ({', '.join(['%s'] * len(key))})" if last else "true"
    names = ", ".join(dict.fromkeys((*key, *schema.names)))
    rows = f"SELECT {names} FROM {report.name} WHERE {condition} AND {is_behind} ORDER BY {', '.join(key)} LIMIT {size}"
    ends = [f"(array_agg({name}))[count(*)]" for name in key]
    wanted = ", ".join(["count(*)", *ends, *(packed(f.name, f.type) for f in schema)])
    cursor.execute(f"SELECT {wanted} FROM ({rows}) AS rows", [*values, *(last or ())])
    count, *found = cursor.fetchone()
    return count, found[: len(key)], found[len(key) :]


def packed(name, kind):
    """Return the expression of a column of many rows as one value: numbers as bytes, texts as an array."""
    if kind == pa.float64():
        return f"string_agg(float8send({name}), '')"
    if kind == pa.string():
        return f"array_agg({name})"
    # A float, which is sooner reckoned than extract's numeric; the server stores no finer.
    whole = f"date_part('epoch', {name}) * 1000" if kind == INSTANT else f"coalesce({name}, {NOTHING})"
    return f"string_agg(int8send(({whole})::bigint), '')"


def unpacked(value, kind):
    """Return such a value as a column."""
    if kind == pa.string():
        return pa.array(value, kind)
    if kind == pa.float64():
        return pa.array(np.frombuffer(value, ">f8").astype("f8"), kind)
    numbers = np.frombuffer(value, ">i8").astype("i8")
    return pa.array(numbers, pa.int64(), mask=numbers == NOTHING).cast(kind)
