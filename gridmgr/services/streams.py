"""Streams of rows: files read and written a chunk at a time, whatever their size.

A chunk is a pyarrow Table; a file with shapes has its points in the column
``geometry`` as WKB. The target is written under another name and takes its
own only when it is complete, so a broken run leaves no half file.
"""

import contextlib
import csv
import json
import pathlib

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import shapely

from gridmgr.errors import Invalid

CHUNK = 10_000
SHAPES = (".geojson", ".json", ".gpkg")
KINDS = (".csv", ".parquet", *SHAPES)


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
    """Open ``path``; the value is (chunks of rows, number of rows or None, CRS or None)."""
    try:
        with OPENERS.get(kind_of(path), open_shapes)(pathlib.Path(path)) as source:
            yield source
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise Invalid("{file} cannot be read: {reason}", file=path, reason=str(error).splitlines()[0]) from error


@contextlib.contextmanager
def open_csv(path):
    """Read a CSV; every column stays text, so that leading zeros survive."""
    with path.open(encoding=encoding_of(path), newline="") as file:
        rows = csv.DictReader(file)
        if not rows.fieldnames:
            raise Invalid("{file} is empty: the first line must name the columns.", file=path)
        yield csv_chunks(rows), None, None


def csv_chunks(rows):
    """Yield tables of text columns; cells beyond the header are left out, missing ones are empty."""
    chunk = []
    for row in rows:
        chunk.append([row[name] for name in rows.fieldnames])
        if len(chunk) == CHUNK:
            yield text_table(rows.fieldnames, chunk)
            chunk = []
    if chunk:
        yield text_table(rows.fieldnames, chunk)


def text_table(names, rows):
    """Return rows of text as a Table."""
    return pa.table([pa.array(column, pa.string()) for column in zip(*rows, strict=True)], names=list(names))


def encoding_of(path):
    """Return the encoding of a text file: UTF-8 (with or without a mark), else GB18030."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


@contextlib.contextmanager
def open_parquet(path):
    """Read a Parquet file by batches."""
    with pa.parquet.ParquetFile(path) as file:
        yield (pa.Table.from_batches([b]) for b in file.iter_batches(CHUNK)), file.metadata.num_rows, None


@contextlib.contextmanager
def open_shapes(path):
    """Read a GeoJSON or GeoPackage file by batches."""
    import pyogrio
    from pyogrio.errors import DataSourceError

    try:
        with pyogrio.open_arrow(path, batch_size=CHUNK, use_pyarrow=True) as (meta, reader):
            name = meta["geometry_name"] or "wkb_geometry"
            count = pyogrio.read_info(path)["features"]
            yield (
                (with_geometry(pa.Table.from_batches([b]), name) for b in reader),
                count if count >= 0 else None,
                meta["crs"],
            )
    except DataSourceError as error:
        raise Invalid("{file} cannot be read: {reason}", file=path, reason=str(error)) from error


def with_geometry(chunk, name):
    """Return ``chunk`` with its shapes in a last column called ``geometry``."""
    shapes = chunk.column(name)
    return chunk.drop_columns([name]).append_column("geometry", shapes.cast(pa.binary()))


OPENERS = {".csv": open_csv, ".parquet": open_parquet}


@contextlib.contextmanager
def writing(path):
    """Open ``path`` for chunks of rows; the value is ``write(table)``. It appears whole or not at all."""
    path = pathlib.Path(path)
    suffix = kind_of(path)
    part = path.with_name(f".{path.stem}.part{suffix}")
    part.unlink(missing_ok=True)
    try:
        with WRITERS[suffix](part) as write:
            yield write
        if part.exists():
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def write_csv(path):
    """Write CSV in UTF-8 with a mark, which spreadsheets need to see that it is UTF-8."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        is_first = True

        def write(table):
            nonlocal is_first
            table = table.drop_columns([c for c in table.column_names if c == "geometry"])
            if is_first:
                out.writerow(table.column_names)
                is_first = False
            out.writerows(zip(*(map(safe_cell, column.to_pylist()) for column in table.columns), strict=True))

        yield write


def safe_cell(value):
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and not is_number(value) else value


def is_number(text):
    """Return whether a text is a plain number, which may well begin with a sign."""
    try:
        float(text)
    except ValueError:
        return not text
    return True


@contextlib.contextmanager
def write_parquet(path):
    """Write Parquet, one row group a chunk."""
    writers = []

    def write(table):
        if not writers:
            writers.append(pa.parquet.ParquetWriter(path, table.schema))
        writers[0].write_table(table.cast(writers[0].schema))

    try:
        yield write
    finally:
        for writer in writers:
            writer.close()


@contextlib.contextmanager
def write_geojson(path):
    """Write a FeatureCollection, feature by feature."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        comma = ""

        def write(table):
            nonlocal comma
            for row in table.to_pylist():
                file.write(comma + "\n" + json.dumps(feature(row), ensure_ascii=False, default=str))
                comma = ","

        yield write
        file.write("\n]}\n")


def feature(row):
    """Return a row as a GeoJSON feature."""
    shape = row.pop("geometry", None)
    geometry = None if shape is None else shapely.geometry.mapping(shapely.from_wkb(shape))
    return {"type": "Feature", "properties": row, "geometry": geometry}


@contextlib.contextmanager
def write_gpkg(path):
    """Write a GeoPackage layer of points, chunk by chunk."""
    import geopandas
    import pyogrio

    def write(table):
        frame = table.drop_columns(["geometry"]).to_pandas()
        shapes = shapely.from_wkb(table.column("geometry").to_pylist())
        pyogrio.write_dataframe(
            geopandas.GeoDataFrame(frame, geometry=shapes, crs=4326), path, layer="routed", append=path.exists()
        )

    yield write


WRITERS = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".geojson": write_geojson,
    ".json": write_geojson,
    ".gpkg": write_gpkg,
}
