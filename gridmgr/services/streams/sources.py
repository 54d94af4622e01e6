"""Rows of a file from outside, a chunk at a time."""

import codecs
import contextlib
import csv
import dataclasses
import itertools
import pathlib
import tempfile
from collections.abc import Iterable
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from gridmgr.errors import Invalid
from gridmgr.geometry.archives import display_name
from gridmgr.geometry.formats import ogr, parquet

CHUNK = 10_000
SHAPES = (".geojson", ".json", ".gpkg")
KINDS = (".csv", ".parquet", *SHAPES)
GEOMETRY = "geometry"
LONGEST_CELL = 1 << 24
FIRST_BYTES = {".gpkg": b"SQLite format 3\0", ".geojson": b"{", ".json": b"{"}


@dataclasses.dataclass(frozen=True)
class Source:
    """An open file: its rows in chunks, at least one; about how many rows (None if unknown); the CRS of its shapes."""

    chunks: Iterable[Any]
    total: int | None = None
    crs: str | None = None


def kind_of(path):
    """Return the suffix of ``path`` that tells its format.

    Raises
    ------
    Invalid
        The format is not one of csv, parquet, geojson, gpkg.
    """
    suffix = pathlib.Path(path).suffix.lower()
    if suffix not in KINDS:
        raise Invalid("{file}: rows are read and written as .csv, .parquet, .geojson or .gpkg.", file=path)
    return suffix


@contextlib.contextmanager
def reading(path):
    """Open ``path``; the value is its Source.

    Raises
    ------
    Invalid
        The file is not what its ending says, or breaks off; also while its chunks are read.
    """
    path = pathlib.Path(path)
    try:
        with OPENERS.get(kind_of(path), open_shapes)(path) as source:
            yield source
    except (pa.ArrowException, UnicodeDecodeError, csv.Error) as error:
        raise Invalid("{file} cannot be read: {reason}", file=path, reason=str(error).splitlines()[0]) from error


# --- tables --------------------------------------------------------------------------


@contextlib.contextmanager
def open_csv(path):
    """Read a CSV; every column stays text, so that leading zeros survive."""
    encoding, lines = encoding_of(path)
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        if not any(name.strip() for name in header):
            raise Invalid("{file} is empty: the first line must name the columns.", file=path)
        yield Source(csv_chunks(distinct(header), rows), max(lines - 1, 0))


def encoding_of(path):
    """Return the encoding of a text file, UTF-8 (with or without a mark) or else GB18030, and its number of lines."""
    decoder, encoding, lines, block = codecs.getincrementaldecoder("utf-8")(), "utf-8-sig", 0, b"\n"
    with path.open("rb") as file:
        while more := file.read(1 << 20):
            block = more
            lines += block.count(b"\n")
            if encoding == "utf-8-sig" and not decodes(decoder, block):
                encoding = "gb18030"
    is_whole = decodes(decoder, b"", final=True) or encoding == "gb18030"
    return encoding if is_whole else "gb18030", lines + (not block.endswith(b"\n"))


def decodes(decoder, block, final=False):
    """Return whether ``block`` goes on as UTF-8."""
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


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


def csv_chunks(names, rows):
    """Yield tables of text columns; blank lines and cells beyond the header are left out, missing cells are null."""
    filled = (row for row in rows if row)
    yield text_table(names, list(itertools.islice(filled, CHUNK)))
    while some := list(itertools.islice(filled, CHUNK)):
        yield text_table(names, some)


def text_table(names, rows):
    """Return rows of text as a Table."""
    return pa.table({name: pa.array([row[i] if i < len(row) else None for row in rows], pa.string())
                     for i, name in enumerate(names)})  # fmt: skip


@contextlib.contextmanager
def open_parquet(path):
    """Read a Parquet file by batches; the shapes of a GeoParquet file by its own description."""
    with pa.parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
        described = parquet.geo_metadata(schema, display_name(path))
        primary, column = described or (plain_shapes(schema), None)
        batches = (pa.Table.from_batches([batch]) for batch in file.iter_batches(CHUNK))
        first = pa.table({f.name: pa.array([], f.type) for f in schema})
        crs = parquet.declared_crs(column, display_name(path)) if column else None
        chunks = (with_geometry(chunk, primary) for chunk in itertools.chain([first], batches))
        yield Source(chunks, file.metadata.num_rows, crs)


def plain_shapes(schema):
    """Return the column of shapes of a Parquet file that describes none: bytes called geometry."""
    is_there = GEOMETRY in schema.names and pa.types.is_binary(schema.field(GEOMETRY).type)
    return GEOMETRY if is_there else None


def with_geometry(chunk, name):
    """Return ``chunk`` with the shapes of column ``name`` (None for none) in a last column called ``geometry``."""
    shapes = None if name is None else chunk.column(name).cast(pa.binary())
    kept = chunk.drop_columns([name]) if name else chunk
    kept = kept.rename_columns(distinct(kept.column_names))
    return kept if shapes is None else kept.append_column(GEOMETRY, shapes)


# --- layers --------------------------------------------------------------------------


@contextlib.contextmanager
def open_shapes(path):
    """Read a GeoJSON or GeoPackage file by batches, under our own name: GDAL takes ``!`` and ``/vsi`` for orders."""
    import pyogrio
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    check_first_bytes(path)
    try:
        with tempfile.TemporaryDirectory(prefix="gridmgr-") as folder:
            own = pathlib.Path(folder) / f"rows{path.suffix.lower()}"
            own.symlink_to(path.absolute())
            ogr.refuse_endless(path, display_name(path))
            refuse_several_layers(own, path)
            with pyogrio.open_arrow(own, batch_size=CHUNK, use_pyarrow=True) as (meta, reader):
                name = meta["geometry_name"] or "wkb_geometry"
                count = pyogrio.read_info(own)["features"]
                first = reader.schema.empty_table()
                batches = (pa.Table.from_batches([batch]) for batch in reader)
                chunks = (with_geometry(chunk, name) for chunk in itertools.chain([first], batches))
                yield Source(chunks, count if count >= 0 else None, meta["crs"])
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise Invalid("{file} is damaged and cannot be read. Export it again.", file=path) from error


def refuse_several_layers(own, path):
    """Raise Invalid where the file, known as ``own``, holds more than one layer with shapes."""
    import pyogrio

    layers = [name for name, geometry in pyogrio.list_layers(own) if geometry is not None]
    if len(layers) > 1:
        raise Invalid(
            "{file} holds the layers {layers}. Export the one with the rows into a file of its own.",
            file=display_name(path),
            layers=", ".join(layers)[:300],
        )


def check_first_bytes(path):
    """Raise Invalid where a file does not begin as its ending says: GDAL goes by content, not by name."""
    with path.open("rb") as file:
        head = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(FIRST_BYTES[path.suffix.lower()]):
        raise Invalid("{file} is not what its ending says. Export it again.", file=path)


OPENERS = {".csv": open_csv, ".parquet": open_parquet}
