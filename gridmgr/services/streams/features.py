"""Rows as features: of GeoJSON, and of a layer in SQLite."""

import json

import pyarrow as pa
import shapely

from gridmgr.services.streams.sources import GEOMETRY, free_name


def lines(table):
    """Yield each row as a GeoJSON feature with a comma behind it."""
    for row in table.to_pylist():
        yield json.dumps(feature(row), ensure_ascii=False, default=str) + ",\n"


def feature(row):
    """Return a row as a GeoJSON feature."""
    shape = row.pop(GEOMETRY, None)
    geometry = None if shape is None else shapely.geometry.mapping(shapely.from_wkb(shape))
    return {"type": "Feature", "properties": row, "geometry": geometry}


def for_sqlite(table):
    """Return a table in names and types that GeoPackage has."""
    return pa.table([simple(column) for column in table.columns], names=names_in_sqlite(table.column_names))


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
