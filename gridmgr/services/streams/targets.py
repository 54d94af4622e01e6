"""Rows into files that other programs open, piece by piece.

A piece holds the rows of a part. The pieces of CSV, GeoJSON and Parquet are cut so
that joining them copies bytes and encodes nothing; those of a GeoPackage are Arrow
files that GDAL reads one behind the other. Pieces and joined files are written under
another name and take their own only when they are complete, so a broken run leaves
no half file.
"""

import contextlib
import csv
import io
import json
import pathlib
import tempfile
import uuid

import pyarrow as pa
import pyarrow.parquet

from gridmgr.errors import Invalid
from gridmgr.services.streams import cells, features, row_groups
from gridmgr.services.streams.copying import append
from gridmgr.services.streams.sources import GEOMETRY, PART, kind_of

GEO = {"version": "1.1.0", "primary_column": GEOMETRY,
       "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": ["Point"]}}}  # fmt: skip


@contextlib.contextmanager
def appearing(path, folder=None):
    """Give another name for ``path``, in ``folder`` or beside it; it becomes ``path`` at the end, or goes after an error."""
    other = (folder or path.parent) / f".{path.stem}.{uuid.uuid4().hex[:12]}.part{path.suffix}"
    try:
        yield other
        other.replace(path)
    finally:
        other.unlink(missing_ok=True)


@contextlib.contextmanager
def piece(path, suffix, schema):
    """Open a piece of a file with that suffix; the value is ``write(table)``. It appears whole or not at all."""
    with appearing(path) as other, PIECES[suffix](other, schema) as write:
        yield write


def joined(path, pieces, schema, folder=None):
    """Make the file ``path`` from its pieces; it appears whole or not at all.

    ``pieces`` may come one by one as they are ready; ``folder`` is where the file is made.
    """
    refuse_no_folder(path)
    with appearing(path, folder) as other:
        JOINERS[kind_of(path)](other, pieces, schema)


@contextlib.contextmanager
def writing(path):
    """Open ``path`` for chunks of rows of one schema; the value is ``write(table)``. It appears whole or not at all.

    Without a single chunk nothing appears.
    """
    path = pathlib.Path(path)
    suffix = kind_of(path)
    refuse_no_folder(path)
    with tempfile.TemporaryDirectory(prefix=f".{path.stem}.", dir=path.absolute().parent) as folder:
        one, schemas = pathlib.Path(folder) / "rows", []
        with contextlib.ExitStack() as open_piece:
            writers = []

            def write(table):
                if not writers:
                    schemas.append(table.schema)
                    writers.append(open_piece.enter_context(piece(one, suffix, table.schema)))
                writers[0](table)

            yield write
        if schemas:
            joined(path, [one], schemas[0], one.parent)


def refuse_no_folder(path):
    """Raise Invalid where the folder of ``path`` is not there."""
    if not path.absolute().parent.is_dir():
        raise Invalid("There is no folder {folder} for {file}. Make it first.", folder=path.parent, file=path.name)


# --- CSV -----------------------------------------------------------------------------


@contextlib.contextmanager
def csv_piece(path, schema):
    """Write lines without a header."""
    with path.open("wb") as file:
        yield lambda table: file.writelines(cells.lines(without_shapes(table)))


def join_csv(path, pieces, schema):
    """Put the header before the lines; the mark shows spreadsheets that it is UTF-8."""
    header = io.StringIO(newline="")
    csv.writer(header).writerow(cells.safe_cell(name) for name in schema.names if name != GEOMETRY)
    with path.open("wb") as file:
        file.write(header.getvalue().encode("utf-8-sig"))
        for one in pieces:
            append(file, one)


def without_shapes(table):
    """Return ``table`` without its column of shapes."""
    return table.drop_columns([name for name in table.column_names if name == GEOMETRY])


# --- Parquet -------------------------------------------------------------------------


@contextlib.contextmanager
def parquet_piece(path, schema):
    """Write a Parquet file, a row group for each part of rows; texts that come as a dictionary are written as one.

    The description of a row group's columns costs as much where it is written and joined as some ten thousand rows.
    """
    with contextlib.ExitStack() as files:
        waiting, writers = [], []

        def write(table):
            waiting.append(table.cast(waiting[0].schema) if waiting else table)
            if sum(map(len, waiting)) >= PART:
                write_out()

        def write_out():
            rows = pa.concat_tables(waiting).unify_dictionaries()
            waiting.clear()
            if not writers:
                writers.append(files.enter_context(row_groups.writer(path, rows.schema)))
            if len(rows):
                writers[0].write_table(rows.cast(writers[0].schema), row_group_size=len(rows))

        yield write
        if not (waiting or writers):
            waiting.append(schema.empty_table())
        if waiting:
            write_out()


def join_parquet(path, pieces, schema):
    """Put row groups one behind the other, as GeoParquet where there are shapes."""
    geo = {"geo": json.dumps(GEO)} if GEOMETRY in schema.names else {}
    empty = pa.BufferOutputStream()
    with row_groups.writer(empty, schema.with_metadata(geo)):
        pass
    row_groups.join(path, empty.getvalue(), pieces)


# --- layers --------------------------------------------------------------------------


@contextlib.contextmanager
def geojson_piece(path, schema):
    """Write features, a line each."""
    with path.open("w", encoding="utf-8") as file:
        yield lambda table: file.writelines(features.lines(table))


def join_geojson(path, pieces, schema):
    """Put the lines of the features, each with a comma behind it, into one collection."""
    with path.open("wb") as file:
        file.write(b'{"type": "FeatureCollection", "features": [\n')
        filled = [one for one in pieces if one.stat().st_size]
        for one in filled:
            append(file, one, end=one.stat().st_size - len(",\n") if one == filled[-1] else None)
        file.write(b"\n]}\n")


@contextlib.contextmanager
def arrow_piece(path, schema):
    """Write an Arrow file."""
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, schema) as out:
        yield lambda table: out.write_table(table.cast(schema))


def arrow_chunks(pieces):
    """Yield the tables of Arrow pieces, one batch each."""
    for one in pieces:
        with pa.OSFile(str(one), "rb") as file, pa.ipc.open_stream(file) as batches:
            for batch in batches:
                yield pa.Table.from_batches([batch])


def join_gpkg(path, pieces, schema):
    """Write a GeoPackage layer of points."""
    import pyogrio

    pieces = list(pieces)  # What is raised while GDAL asks for more rows would be lost in it.
    empty = features.for_sqlite(schema.empty_table())
    batches = (b for chunk in arrow_chunks(pieces) for b in features.for_sqlite(chunk).cast(empty.schema).to_batches())
    rows = pa.RecordBatchReader.from_batches(empty.schema, batches)
    options = {"geometry_name": GEOMETRY, "geometry_type": "Point", "crs": "EPSG:4326", "layer": "routed"}
    pyogrio.write_arrow(rows, path, driver="GPKG", **options)


PIECES = {
    ".csv": csv_piece,
    ".parquet": parquet_piece,
    ".geojson": geojson_piece,
    ".json": geojson_piece,
    ".gpkg": arrow_piece,
    ".arrow": arrow_piece,
}
JOINERS = {
    ".csv": join_csv,
    ".parquet": join_parquet,
    ".geojson": join_geojson,
    ".json": join_geojson,
    ".gpkg": join_gpkg,
}
