"""Rows of CSV files; every column stays text, so that leading zeros survive.

A first pass finds the encoding, and places between rows to cut the file at. Parts
are then parsed by Arrow. What Arrow refuses is left to Python's csv module, which
takes what people make: a part with ragged rows, and a whole file whose quotation
marks do not tell where a row ends.
"""

import codecs
import csv
import dataclasses
import io
import itertools

import numpy as np
import pyarrow as pa
import pyarrow.csv

from gridmgr.errors import Invalid
from gridmgr.services.streams import sources
from gridmgr.services.streams.sources import Source, distinct

PART_BYTES = 1 << 24
LONGEST_CELL = 1 << 24
BLOCK = 1 << 20
MARK = codecs.BOM_UTF8
WHOLE = (0, None)
QUOTE, NEWLINE, RETURN, COMMA = b'"\n\r,'
OPENERS = np.array([COMMA, NEWLINE, QUOTE], dtype=np.uint8)
CLOSERS = np.array([COMMA, NEWLINE, RETURN, QUOTE], dtype=np.uint8)


@dataclasses.dataclass
class Survey:
    """What the first pass over a file found.

    ``cuts`` are offsets in bytes at which a row begins, ``PART_BYTES`` apart or a little
    more; ``is_regular`` tells whether they can be trusted.
    """

    size: int = 0
    lines: int = 0
    encoding: str = "utf-8"
    is_regular: bool = True
    cuts: list[int] = dataclasses.field(default_factory=list)


def opened(path):
    """Return the Source of a CSV file."""
    found = survey(path)
    header, behind = header_of(path, found)
    if not any(name.strip() for name in header):
        raise Invalid("{file} is empty: the first line must name the columns.", file=path)
    schema = pa.schema([(name, pa.string()) for name in distinct(header)])
    edges = [behind, *(cut for cut in found.cuts if cut > behind), found.size]
    widest = max(b - a for a, b in itertools.pairwise(edges))
    is_whole = not found.is_regular or widest > PART_BYTES + LONGEST_CELL
    parts = [WHOLE] if is_whole else [(a, b) for a, b in itertools.pairwise(edges) if b > a]
    return Source(path, schema, tuple(parts), max(found.lines - 1, 0), encoding=found.encoding)


# --- the first pass ------------------------------------------------------------------


def survey(path):
    """Return the Survey of a file, read once a block at a time."""
    found, decoder = Survey(), codecs.getincrementaldecoder("utf-8")()
    marks, tail, block = 0, b"\n", b"\n"
    with path.open("rb") as file:
        found.size = len(MARK) if file.read(len(MARK)) == MARK else 0
        file.seek(found.size)
        while more := file.read(BLOCK):
            block = more
            found.lines += block.count(b"\n")
            if found.encoding == "utf-8" and not decodes(decoder, block):
                found.encoding = "gb18030"
            marks = look_through(found, tail + block, found.size - len(tail) + 1, marks)
            tail = (tail + block)[-2:]
            found.size += len(block)
    look_through(found, tail + b"\n", found.size - len(tail) + 1, marks)
    if found.encoding == "utf-8" and not decodes(decoder, b"", final=True):
        found.encoding = "gb18030"
    found.lines += not block.endswith(b"\n")
    return found


def decodes(decoder, block, final=False):
    """Return whether ``block`` goes on as UTF-8."""
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def look_through(found, data, offset, marks):
    """Look for irregular marks and, where one is due, for a cut; return the quotation marks so far.

    Parameters
    ----------
    data : bytes
        Its first and last byte are there to be looked at from their neighbours only.
    offset : int
        Where in the file the second byte of ``data`` stands.
    marks : int
        Quotation marks before it.
    """
    inner = len(data) - 1
    returns = data.count(b"\r", 1, inner) - data.count(b"\r\n", 1)
    here = data.count(b'"', 1, inner)
    places = np.array([], dtype=np.int64)
    if here and found.is_regular:
        places = 1 + np.flatnonzero(np.frombuffer(data, np.uint8)[1:inner] == QUOTE)
        returns += not are_regular(data, places, marks)
    found.is_regular = found.is_regular and not returns
    if found.is_regular:
        cut_where_due(found, data, offset, places, marks)
    return marks + here


def are_regular(data, places, marks):
    """Return whether each quotation mark stands at an end of a cell, or next to another one inside.

    Only then an even number of them means that a newline ends a row, for Arrow and for
    Python's csv module alike.
    """
    text = np.frombuffer(data, np.uint8)
    opening = (marks + np.arange(len(places))) % 2 == 0
    before, behind = text[places[opening] - 1], text[places[~opening] + 1]
    return bool(np.isin(before, OPENERS).all() and np.isin(behind, CLOSERS).all())


def cut_where_due(found, data, offset, places, marks):
    """Add a cut behind the first newline outside quotation marks that is far enough from the last cut."""
    inner = len(data) - 1
    while True:
        due = (found.cuts[-1] if found.cuts else 0) + PART_BYTES
        first = max(due - offset, 1)
        newline = data.find(b"\n", first, inner)
        while newline >= 0 and (marks + int(np.searchsorted(places, newline))) % 2:
            newline = data.find(b"\n", newline + 1, inner)
        if newline < 0:
            return
        found.cuts.append(offset + newline)


def header_of(path, found):
    """Return the cells of the first row, and the offset of the byte behind it."""
    if not found.is_regular:
        with opened_text(path, found.encoding) as file:
            return next(csv.reader(file), []), 0
    with path.open("rb") as file:
        start = len(MARK) if file.read(len(MARK)) == MARK else 0
        file.seek(start)
        first = file.readline()
        while first.count(b'"') % 2 and (more := file.readline()):
            first += more
        return next(csv.reader(io.StringIO(first.decode(found.encoding), newline="")), []), start + len(first)


# --- the second ----------------------------------------------------------------------


def chunks(source, part, coded=()):
    """Yield the rows of one part; blank lines and cells beyond the header are left out, missing cells are null."""
    if part == WHOLE:
        with opened_text(source.path, source.encoding) as file:
            rows = csv.reader(file)
            next(rows)
            yield from tables(source.schema, rows)
        return
    start, end = part
    with source.path.open("rb") as file:
        file.seek(start)
        data = file.read(end - start)
    yield from parsed(source, data)


def parsed(source, data):
    """Yield the rows that stand in ``data``, whole lines of the file."""
    try:
        found = by_arrow(source.schema.names, data, source.encoding)
    except pa.ArrowInvalid:
        yield from tables(source.schema, csv.reader(io.StringIO(data.decode(source.encoding), newline="")))
        return
    for first in range(0, len(found), sources.CHUNK):
        yield found.slice(first, sources.CHUNK)


def by_arrow(names, data, encoding):
    """Return lines as a Table.

    Raises
    ------
    pyarrow.ArrowInvalid
        A row has more or fewer cells than there are names.
    """
    if encoding != "utf-8":
        data = data.decode(encoding).encode()
    if not data.strip(b"\r\n"):
        return pa.table({name: pa.array([], pa.string()) for name in names})
    return pa.csv.read_csv(
        pa.BufferReader(data),
        pa.csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
        pa.csv.ParseOptions(newlines_in_values=True),
        pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )


def opened_text(path, encoding):
    """Open a file for Python's csv module, its cells as long as they may be."""
    csv.field_size_limit(LONGEST_CELL)
    return path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="")


def tables(schema, rows):
    """Yield rows of text as tables."""
    filled = (row for row in rows if row)
    while some := list(itertools.islice(filled, sources.CHUNK)):
        columns = [[row[i] if i < len(row) else None for row in some] for i in range(len(schema))]
        yield pa.table([pa.array(column, pa.string()) for column in columns], schema=schema)
