"""Rows into files that other programs open, a chunk at a time.

A file is written under another name and takes its own only when it is
complete, so a broken run leaves no half file.
"""

import contextlib
import csv
import json
import pathlib

import pyarrow as pa
import pyarrow.parquet
import shapely

from gridmgr.errors import Invalid
from gridmgr.services.streams.sources import GEOMETRY, free_name, kind_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")
GEO = {"version": "1.1.0", "primary_column": GEOMETRY,
       "columns": {GEOMETRY: {"encoding": "WKB", "geometry_types": ["Point"]}}}  # fmt: skip


@contextlib.contextmanager
def writing(path):
    """Open ``path`` for chunks of rows; the value is ``write(table)``. It appears whole or not at all."""
    path = pathlib.Path(path)
    suffix = kind_of(path)
    if not path.absolute().parent.is_dir():
        raise Invalid("There is no folder {folder} for {file}. Make it first.", folder=path.parent, file=path.name)
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
            table = without_shapes(table)
            if is_first:
                out.writerow(map(safe_cell, table.column_names))
                is_first = False
            out.writerows(zip(*(map(safe_cell, column.to_pylist()) for column in table.columns), strict=True))

        yield write


def without_shapes(table):
    """Return ``table`` without its column of shapes."""
    return table.drop_columns([name for name in table.column_names if name == GEOMETRY])


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


@contextlib.contextmanager
def write_parquet(path):
    """Write GeoParquet, one row group a chunk."""
    writers = []

    def write(table):
        if not writers:
            schema = table.schema.with_metadata({"geo": json.dumps(GEO)})
            writers.append(pa.parquet.ParquetWriter(path, schema))
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
    shape = row.pop(GEOMETRY, None)
    geometry = None if shape is None else shapely.geometry.mapping(shapely.from_wkb(shape))
    return {"type": "Feature", "properties": row, "geometry": geometry}


@contextlib.contextmanager
def write_gpkg(path):
    """Write a GeoPackage layer of points, chunk by chunk."""
    import pyogrio

    def write(table):
        plain = [simple(column) for column in table.columns]
        table = pa.table(plain, names=names_in_sqlite(table.column_names))
        options = {"geometry_name": GEOMETRY, "geometry_type": "Point", "crs": "EPSG:4326", "layer": "routed"}
        pyogrio.write_arrow(table, path, append=path.exists(), **options)

    yield write


def simple(column):
    """Return a column in a type that GeoPackage has: nested values as JSON text."""
    kind = column.type
    if pa.types.is_nested(kind):
        texts = (None if v is None else json.dumps(v, ensure_ascii=False, default=str) for v in column.to_pylist())
        return pa.array(texts, pa.string())
    if pa.types.is_dictionary(kind):
        return column.cast(kind.value_type)
    if pa.types.is_decimal(kind):
        return column.cast(pa.float64())
    return column.cast(pa.string()) if pa.types.is_null(kind) else column


def names_in_sqlite(names):
    """Return column names that SQLite tells apart, which takes no notice of case and keeps two for itself."""
    taken, found = ["fid", "geom"], []
    for name in names:
        free = free_name(name.lower(), taken)
        taken.append(free)
        found.append(name + free.removeprefix(name.lower()))
    return found


WRITERS = {
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".geojson": write_geojson,
    ".json": write_geojson,
    ".gpkg": write_gpkg,
}
