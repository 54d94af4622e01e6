"""Column types that mean the same on both databases: shapes, instants, codes, JSON."""

import datetime as dt

import numpy as np
import shapely
from geoalchemy2 import Geometry
from sqlalchemy import JSON, DateTime, String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.compiler import compiles

from gridmgr.store import geopackage

MULTI = {"Polygon": shapely.multipolygons, "LineString": shapely.multilinestrings, "Point": shapely.multipoints}

MULTI_TYPES = (shapely.GeometryType.MULTIPOINT, shapely.GeometryType.MULTILINESTRING, shapely.GeometryType.MULTIPOLYGON)


class Shape(Geometry):
    """A column of shapely geometries, lon/lat.

    A ``MULTI…`` column takes single shapes too and gives a lone part back as
    the single shape it is. The SRID is the city's: a migration states it when
    it makes the column, reading and writing need not know it.
    """

    cache_ok = True

    def __init__(self, geometry_type="GEOMETRY", srid=-1, **options):
        super().__init__(geometry_type, srid, **{**options, "spatial_index": False})

    def get_col_spec(self, **options):
        return super().get_col_spec() if self.srid > 0 else "geometry"

    def bind_expression(self, bindvalue):
        return bindvalue

    def column_expression(self, col):
        return col

    def bind_processor(self, dialect):
        is_file = dialect.name == "geopackage"

        def process(shape):
            if shape is None:
                return None
            whole = gathered(shape, self.geometry_type)
            if is_file:
                return geopackage.to_blob(whole, dialect.srid)
            return shapely.to_wkb(whole, hex=True, output_dimension=2)

        return process

    def result_processor(self, dialect, coltype):
        def process(value):
            return None if value is None else shapes_of([value])[0]

        return process


class RawShape(Shape):
    """The same column read as stored; :func:`shapes_of` then turns many values into shapes at once."""

    cache_ok = True

    def result_processor(self, dialect, coltype):
        return None


def gathered(shape, kind):
    """Return ``shape`` as the multi-part shape that a column of ``kind`` holds."""
    lone = kind.startswith("MULTI") and shape.geom_type in MULTI
    return MULTI[shape.geom_type]([shape]) if lone else shape


def shapes_of(values):
    """Return the shapes of stored values (blobs of the file, hexadecimal EWKB of PostGIS).

    Returns
    -------
    ndarray of geometry, shape (n,)
        Multi-part shapes of one part come back as that part.
    """
    shapes = np.empty(len(values), dtype=object)
    shapes[:] = shapely.from_wkb([geopackage.wkb_of(v) if isinstance(v, bytes) else v for v in values])
    is_multi = np.isin(shapely.get_type_id(shapes), MULTI_TYPES)
    lone = is_multi & (shapely.get_num_geometries(shapes) == 1)
    shapes[lone] = shapely.get_geometry(shapes[lone], 0)
    return shapely.set_srid(shapes, 0)


class FileInstant(String):
    """A DATETIME column of the city file: ISO 8601, UTC, milliseconds, as GeoPackage prescribes."""


@compiles(FileInstant, "geopackage")
def datetime_column(type_, compiler, **options):
    """Declare the column so that GDAL reads it as an instant."""
    return "DATETIME"


class Instant(TypeDecorator):
    """An aware datetime to the millisecond, kept in UTC and given back in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(FileInstant() if dialect.name == "geopackage" else DateTime(timezone=True))

    def process_bind_param(self, value, dialect):
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs an offset: {value!r}")
        instant = in_utc(value)
        on_file = dialect.name == "geopackage"
        return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z") if on_file else instant

    def process_result_value(self, value, dialect):
        if value is None:
            return None
        return (dt.datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(dt.UTC)


class Code(String):
    """A code: compared as bytes on both databases."""

    def __init__(self, length=64):
        super().__init__(length, collation="C")


class Document(TypeDecorator):
    """A JSON value; it is replaced, never changed in place."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())


def in_utc(value):
    """Return ``value`` as the database will give it back."""
    return None if value is None else value.astimezone(dt.UTC).replace(microsecond=value.microsecond // 1000 * 1000)
