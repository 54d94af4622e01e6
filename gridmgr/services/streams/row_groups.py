"""Parquet files joined without being read: the row groups of the pieces one behind the other.

::

    piece 0   PAR1 │ row groups │ footer          joined   PAR1 │ row groups of 0 │ of 1 │ … │ footer
    piece 1   PAR1 │ row groups │ footer                    the footers' row groups, each offset moved

Encoding is the dearest step on the way from file to file. So every worker encodes its own
piece, and joining copies bytes; Arrow can write and read footers, but not move them.

Source: Apache Parquet format 2.11, parquet.thrift, FileMetaData.
"""

import io
import os

import pyarrow as pa
import pyarrow.parquet

from gridmgr.services.streams import compact
from gridmgr.services.streams.copying import append

MAGIC = b"PAR1"
TAIL = 8
ROW_COUNT, ROW_GROUPS, SCHEMA = 3, 4, 2
"""Fields of FileMetaData."""
COLUMNS, GROUP_OFFSET, ORDINAL = 1, 5, 7
"""Fields of RowGroup."""
CHUNK_OFFSETS, COLUMN_META = (2, 4, 6), 3
"""Fields of ColumnChunk: file_offset, offset_index_offset, column_index_offset."""
META_OFFSETS = (9, 10, 11, 14)
"""Fields of ColumnMetaData: data_page_offset, index_page_offset, dictionary_page_offset, bloom_filter_offset."""


def writer(path, schema):
    """Return a ParquetWriter that spends no time where nothing is won.

    Sorted codes in a dictionary are found by few programs through statistics, which cost as much
    as all the rest; random coordinates and points become neither smaller in a dictionary nor when packed.
    """
    texts = [field.name for field in schema if is_text(field.type)]
    numbers = [f.name for f in schema if pa.types.is_primitive(f.type)]
    loose = {f.name: "none" for f in schema if pa.types.is_floating(f.type) or pa.types.is_binary(f.type)}
    return pa.parquet.ParquetWriter(
        path,
        schema,
        use_dictionary=texts or False,
        compression={f.name: "snappy" for f in schema} | loose,
        write_statistics=numbers or False,
        dictionary_pagesize_limit=1 << 23,
    )


def is_text(kind):
    """Return whether a column holds texts, as they are or by a dictionary."""
    return pa.types.is_string(kind) or pa.types.is_dictionary(kind) or pa.types.is_large_string(kind)


def join(path, empty, pieces):
    """Make ``path`` of the schema and description of ``empty``, the bytes of a Parquet file, and the rows of ``pieces``.

    Raises
    ------
    ValueError
        A piece has other columns than ``empty``.
    """
    whole = footer(io.BytesIO(empty))
    groups = []
    rows = 0
    with path.open("wb") as file:
        file.write(MAGIC)
        for one in pieces:
            with one.open("rb") as source:
                found = footer(source)
            if found[SCHEMA] != whole[SCHEMA]:
                raise ValueError(f"{one} has other columns than the file that it is a piece of")
            groups += [moved(group, file.tell() - len(MAGIC)) for group in found[ROW_GROUPS][1][1]]
            rows += found[ROW_COUNT][1]
            copy_groups(file, one)
        described = whole | {ROW_COUNT: (compact.I64, rows), ROW_GROUPS: (compact.LIST, (compact.STRUCT, groups))}
        data = compact.written(described)
        file.write(data + len(data).to_bytes(4, "little") + MAGIC)


def footer(file):
    """Return the FileMetaData of an open Parquet file."""
    file.seek(-TAIL, os.SEEK_END)
    length = int.from_bytes(file.read(4), "little")
    file.seek(-TAIL - length, os.SEEK_END)
    return compact.read(file.read(length))


def copy_groups(file, path):
    """Copy the row groups of a piece to the end of an open file: all between its mark and its footer."""
    with path.open("rb") as source:
        source.seek(-TAIL, os.SEEK_END)
        length = int.from_bytes(source.read(4), "little")
    append(file, path, len(MAGIC), path.stat().st_size - TAIL - length)


def moved(group, by):
    """Return a row group whose bytes stand ``by`` further on; its number in the file, which may be left out, is."""
    chunks = [moved_fields(chunk, CHUNK_OFFSETS, by) for chunk in group[COLUMNS][1][1]]
    chunks = [chunk | {COLUMN_META: (compact.STRUCT, moved_fields(chunk[COLUMN_META][1], META_OFFSETS, by))}
              for chunk in chunks]  # fmt: skip
    rest = {number: field for number, field in moved_fields(group, (GROUP_OFFSET,), by).items() if number != ORDINAL}
    return rest | {COLUMNS: (compact.LIST, (compact.STRUCT, chunks))}


def moved_fields(struct, numbers, by):
    """Return a struct with ``by`` added to some of its fields; a zero means that there is nothing to point at."""
    return struct | {n: (struct[n][0], struct[n][1] + by) for n in numbers if n in struct and struct[n][1]}
