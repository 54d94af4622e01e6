"""Rows of a file from outside, part by part."""

import contextlib
import csv
import dataclasses
import importlib
import itertools
import pathlib
from typing import Any

import pyarrow as pa

from gridmgr.errors import Invalid

CHUNK = 1 << 17
"""Rows that are looked at together."""
PART = 4 * CHUNK
"""Rows that are answered for, kept and, after an interruption, not asked again together."""
GEOMETRY = "geometry"
READERS = {
    ".csv": "gridmgr.services.streams.delimited",
    ".parquet": "gridmgr.services.streams.columnar",
    ".geojson": "gridmgr.services.streams.layered",
    ".json": "gridmgr.services.streams.layered",
    ".gpkg": "gridmgr.services.streams.layered",
}
"""Ending of a file → the module whose ``opened(path)`` and ``chunks(source, part, coded)`` read it."""


@dataclasses.dataclass(frozen=True)
class Source:
    """A file of rows, and how it is cut into parts that are read each by itself.

    Attributes
    ----------
    schema : pyarrow.Schema
        Of every chunk.
    parts : tuple
        Where in the file each part lies, as its reader understands it.
    total : int, optional
        About how many rows there are (of a CSV the lines); None if unknown.
    crs : str, optional
        The system of its shapes, as the file declares it.
    encoding : str
        Of a text.
    """

    path: pathlib.Path
    schema: pa.Schema
    parts: tuple[Any, ...]
    total: int | None = None
    crs: str | None = None
    encoding: str = "utf-8"


def kind_of(path):
    """Return the suffix of ``path`` that tells its format.

    Raises
    ------
    Invalid
        The format is not one of csv, parquet, geojson, gpkg.
    """
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in READERS:
        raise Invalid("{file}: rows are read and written as .csv, .parquet, .geojson or .gpkg.", file=path)
    return suffix


def reader_of(path):
    """Return the module that reads files of this format."""
    return importlib.import_module(READERS[kind_of(path)])


def opened(path):
    """Return the Source of the file ``path``.

    Raises
    ------
    Invalid
        The file is not what its ending says.
    """
    path = pathlib.Path(path)
    with complaints(path):
        return reader_of(path).opened(path)


def chunks(source, part, coded=()):
    """Yield the rows of part number ``part`` as tables of at most ``CHUNK`` rows, the same each time.

    Parameters
    ----------
    coded : sequence of str
        Columns of texts of which few are distinct; they may come as dictionaries, which costs
        less than the texts where the file holds them so.

    Raises
    ------
    Invalid
        The file breaks off, or is damaged in the middle.
    """
    reader = reader_of(source.path)
    with complaints(source.path):
        yield from reader.chunks(source, source.parts[part], coded)


@contextlib.contextmanager
def complaints(path):
    """Turn what a library says of a file that is no such file into a sentence."""
    try:
        yield
    except (pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("{file} cannot be read: {reason}", file=path, reason=str(error).splitlines()[0]) from error


def distinct(header):
    """Return the names of columns, each once: a repeated one is numbered, a missing one called by its place."""
    names = []
    for place, name in enumerate(header, 1):
        wanted = f"{GEOMETRY}_given" if name == GEOMETRY else name or f"column_{place}"
        names.append(free_name(wanted, names))
    return names


def free_name(wanted, names):
    """Return ``wanted``, with a number behind it where one of ``names`` is called so already."""
    numbered = (f"{wanted}_{n}" for n in itertools.count(2))
    return next(name for name in itertools.chain([wanted], numbered) if name not in names)


def with_geometry(chunk, name):
    """Return ``chunk`` with the shapes of column ``name`` (None for none) in a last column called ``geometry``."""
    shapes = None if name is None else chunk.column(name).cast(pa.binary())
    kept = chunk.drop_columns([name]) if name else chunk
    kept = kept.rename_columns(distinct(kept.column_names))
    return kept if shapes is None else kept.append_column(GEOMETRY, shapes)
