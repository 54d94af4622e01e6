"""GeoParquet. Source: GeoParquet 1.1; plain Parquet with lon and lat columns is taken too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gridmgr.geometry.archives import LIMITS, Copy, UnreadableFile, UnsafeArchive
from gridmgr.geometry.formats import delimited, tables
from gridmgr.geometry.formats.features import Features, Shapes
from gridmgr.geometry.formats.wkb import from_wkb

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(copy: Copy) -> Features:
    """Return the features of a GeoParquet file (shapes as well-known binary)."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(copy.path)
        check_size(file.metadata, copy.name)
        tables.check_width(len(file.schema_arrow.names), copy.name)
        geo = geo_metadata(file.schema_arrow, copy.name)
        table = file.read()
        return plain_points(table, copy.name) if geo is None else shaped(table, *geo, copy.name)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise UnreadableFile("{file} is no readable Parquet file. Export it again.", file=copy.name) from error


def shaped(table: pa.Table, primary: str, column: dict[str, Any], file: str) -> Features:
    """Return the features of a GeoParquet table whose geometry column ``primary`` is described by ``column``."""
    shapes = from_wkb(table.column(primary).to_pylist(), file)
    others = [name for name in table.column_names if name not in geometry_like(table, primary)]
    columns = {name: table.column(name).to_pylist() for name in others}
    return Features(file, "GeoParquet", shapes, columns, declared_crs(column, file), "")


def check_size(metadata: Any, file: str) -> None:
    """Refuse what a small file claims to unpack to, before it is unpacked."""
    tables.check_length(metadata.num_rows, file)
    size = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups))
    cells = metadata.num_rows * metadata.num_columns
    if max(size, cells) > LIMITS.total_bytes:
        raise UnsafeArchive(
            "{file} would unpack to {megabytes} MB; at most {most} MB are allowed. Send a smaller data set.",
            file=file, megabytes=max(size, cells) >> 20, most=LIMITS.total_bytes >> 20,
        )  # fmt: skip


def geo_metadata(schema: pa.Schema, file: str) -> tuple[str, dict[str, Any]] | None:
    """Return the primary geometry column and its description; None for plain Parquet."""
    raw = (schema.metadata or {}).get(b"geo")
    if raw is None:
        return None
    try:
        geo = json.loads(raw)
        primary = geo["primary_column"]
        column = geo["columns"][primary]
        is_binary = column["encoding"].upper() == "WKB" and primary in schema.names
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFile("{file}: its GeoParquet description is damaged. Export it again.", file=file) from error
    if not is_binary:
        raise UnreadableFile("{file} does not hold its shapes as WKB. Export it with geometry encoding WKB.", file=file)
    return primary, column


def geometry_like(table: pa.Table, primary: str) -> set[str]:
    """Return the columns that are no attributes: shapes as bytes and their bounding boxes."""
    import pyarrow as pa

    def is_shape(field: pa.Field) -> bool:
        kind = field.type
        return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_struct(kind))

    return {primary, *(field.name for field in table.schema if is_shape(field))}


def declared_crs(column: dict[str, Any], file: str) -> str | None:
    """Return the column's system; absent means lon/lat, null means unknown (GeoParquet 1.1)."""
    import pyproj

    if "crs" not in column:
        return "OGC:CRS84"
    if column["crs"] is None:
        return None
    try:
        system = pyproj.CRS.from_user_input(column["crs"])
    except pyproj.exceptions.CRSError as error:
        raise UnreadableFile("{file}: its coordinate system cannot be read. Say which it is with --crs.",
                             file=file) from error  # fmt: skip
    authority = system.to_authority()
    return ":".join(authority) if authority else system.to_wkt()


def plain_points(table: pa.Table, file: str) -> Features:
    """Return points from the lon and lat columns of a Parquet file without shapes."""
    x, y = delimited.position_columns(table.column_names, file)
    shapes = points(table.column(x), table.column(y), table.column_names[x], file)
    names = [name for i, name in enumerate(table.column_names) if i not in (x, y)]
    return Features(file, "Parquet", shapes, {name: table.column(name).to_pylist() for name in names}, None, "")


def points(x: pa.ChunkedArray, y: pa.ChunkedArray, name: str, file: str) -> Shapes:
    try:
        pairs = np.array([x.to_pylist(), y.to_pylist()], dtype=float)
    except (TypeError, ValueError) as error:
        raise UnreadableFile("{file}: column {column} holds something that is no number. Correct it.",
                             file=file, column=name) from error  # fmt: skip
    return np.asarray(shapely.points(pairs[0], pairs[1]), dtype=object)
