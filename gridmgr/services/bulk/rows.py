"""Rows of a file as they are understood: position, kind of problem and instant, or the reason why not."""

import dataclasses
import functools

import numpy as np
import pyarrow as pa
import shapely

from gridmgr.domain import times
from gridmgr.domain.times.clocks import Clocks, as_microseconds
from gridmgr.errors import Invalid
from gridmgr.geometry.crs import to_wgs84
from gridmgr.geometry.locator import NONE
from gridmgr.services import routing
from gridmgr.services.bulk import cells as bulk_cells
from gridmgr.services.streams.sources import GEOMETRY

LON_NAMES = ("lon", "longitude", "lng", "long", "x", "经度")
LAT_NAMES = ("lat", "latitude", "y", "纬度")
POINT_BYTES = 48
POINT = np.frombuffer(b"\x01\x01\x00\x00\x00", np.uint8)
"""How a point in WKB begins, before its two numbers."""


@dataclasses.dataclass(frozen=True)
class Columns:
    """Names of the columns that hold position, category and instant; None is found out or absent.

    ``received`` holds the instant at which somebody must answer, where it is another than
    ``at``, the instant of which the land is asked.
    """

    lon: str | None = None
    lat: str | None = None
    category: str | None = None
    at: str | None = None
    received: str | None = None


def find_columns(names, columns, source):
    """Return ``columns`` with position columns found by their usual names where none were said.

    A file with shapes needs none: its points are the positions.

    Raises
    ------
    Invalid
        A column that was named is not there, or no usual name is.
    """
    for wanted in (columns.lon, columns.lat, columns.category, columns.at, columns.received):
        if wanted is not None and wanted not in names:
            raise Invalid(
                "{file} has no column {column}; it has {columns}.", file=source, column=wanted, columns=", ".join(names)
            )
    if GEOMETRY in names and columns.lon is None and columns.lat is None:
        return columns
    lon, lat = columns.lon or usual(names, LON_NAMES), columns.lat or usual(names, LAT_NAMES)
    if lon is None or lat is None:
        raise Invalid(
            "{file}: say which columns hold the position, with --lon and --lat; it has {columns}.",
            file=source,
            columns=", ".join(names),
        )
    return dataclasses.replace(columns, lon=lon, lat=lat)


def usual(names, candidates):
    """Return the first of ``names`` that is one of ``candidates``, whatever its case; None without one."""
    return next((name for name in names if name.lower() in candidates), None)


@dataclasses.dataclass(frozen=True)
class Rows:
    """The rows of a chunk as they were understood.

    Attributes
    ----------
    lons, lats : ndarray of float64, shape (n,)
        WGS 84.
    categories : ndarray of int32, shape (n,)
        Positions in ``codes``, -1 for none.
    codes : list of str
        As they were written; None and "" are not referred to.
    observed, received : ndarray of int64, shape (n,) or ()
        Microseconds, UTC.
    errors : dict of int to GridmgrError
        What is wrong with a row; what else is said of such a row means nothing.
    """

    lons: np.ndarray
    lats: np.ndarray
    categories: np.ndarray
    codes: list
    observed: np.ndarray
    received: np.ndarray
    errors: dict

    def among(self, rows):
        """Return those of ``rows``, without errors."""
        times = (one[rows] if one.ndim else one for one in (self.observed, self.received))
        return Rows(self.lons[rows], self.lats[rows], self.categories[rows], self.codes, *times, {})


def read_rows(chunk, columns, crs, at, timezone):
    """Return the Rows of ``chunk``.

    Parameters
    ----------
    columns : Columns
        As ``find_columns`` gives them.
    crs : str
        What the positions are in.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    timezone : str
        Of the city.
    """
    lons, lats, misplaced = read_positions(chunk, columns, crs)
    categories, codes = np.full(len(chunk), NONE, np.int32), []
    if columns.category:
        categories, codes = bulk_cells.codes(chunk.column(columns.category))
    clocks = clocks_of(timezone)
    observed, received, errors = at, None, {}
    if columns.received:
        received, errors = bulk_cells.moments(chunk.column(columns.received), timezone, clocks)
    if columns.at:
        observed, untimed = bulk_cells.moments(chunk.column(columns.at), timezone, clocks)
        errors |= untimed
    else:
        observed = np.array(as_microseconds(at))
    received = observed if received is None else received
    return Rows(lons, lats, categories, codes, observed, received, errors | misplaced)


def read_positions(chunk, columns, crs):
    """Return lons and lats of a chunk, and row → the error of each whose position is none on earth."""
    xs, ys = positions(chunk, columns)
    lons, lats = to_wgs84(xs, ys, crs)
    is_there = np.isfinite(xs) & np.isfinite(ys)
    is_on_earth = (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    errors = {}
    for row in np.flatnonzero(~(is_there & is_on_earth)).tolist():
        errors[row] = not_on_earth(xs[row], ys[row], crs) if is_there[row] else no_position(cells(chunk, columns, row))
    return lons, lats, errors


@functools.lru_cache(maxsize=8)
def clocks_of(timezone):
    """Return the clocks of a city, kept."""
    return Clocks(times.zone(timezone))


def cells(chunk, columns, row):
    """Return what stands in the position's two columns of a row; None where the file has shapes instead."""
    if columns.lon is None:
        return None
    return tuple(chunk.column(name)[row].as_py() for name in (columns.lon, columns.lat))


def positions(chunk, columns):
    """Return the positions of a chunk as two arrays; NaN where there is none."""
    if columns.lon is not None:
        return bulk_cells.numbers(chunk.column(columns.lon)), bulk_cells.numbers(chunk.column(columns.lat))
    shapes = bulk_cells.whole(chunk.column(GEOMETRY))
    return plain_points(shapes) if is_binary(shapes.type) else read_shapes(shapes)


def plain_points(shapes):
    """Return x and y of points in WKB; those that are written in another way than most are read one by one."""
    starts, ends, content = shapes_within(shapes)
    x, y = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    is_there = shapes.is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(is_there & (ends - starts == len(POINT) + 16))
    records = content[starts[rows, np.newaxis] + np.arange(len(POINT) + 16)]
    is_plain = (records[:, : len(POINT)] == POINT).all(axis=1)
    found = np.ascontiguousarray(records[is_plain, len(POINT) :]).view("<f8")
    x[rows[is_plain]], y[rows[is_plain]] = found[:, 0], found[:, 1]
    others = np.setdiff1d(np.arange(len(shapes)), rows[is_plain])
    x[others], y[others] = read_shapes(shapes.take(pa.array(others)))
    return x, y


def shapes_within(shapes):
    """Return where each value of a column of bytes starts and ends, and the bytes."""
    kind = np.int64 if pa.types.is_large_binary(shapes.type) else np.int32
    _, offsets, content = shapes.buffers()
    bounds = np.frombuffer(offsets, kind)[shapes.offset : shapes.offset + len(shapes) + 1].astype(np.int64)
    return bounds[:-1], bounds[1:], np.frombuffer(content or b"", np.uint8)


def read_shapes(shapes):
    """Return x and y of any values in WKB, NaN for what is no point.

    A longer value is none, and may be nested so deeply that reading it would end the process.
    """
    values = [v if v is not None and len(v) <= POINT_BYTES else None for v in shapes.to_pylist()]
    found = shapely.from_wkb(np.array(values, dtype=object), on_invalid="ignore")
    return shapely.get_x(found), shapely.get_y(found)


def is_binary(kind):
    """Return whether values of this type are bytes of any length."""
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def not_on_earth(x, y, crs):
    """Return the error that a position is outside the earth in its system."""
    return routing.BadPosition(
        "The position {x}, {y} is not on earth in {crs}: longitude comes first, and --crs (crs) names another system.",
        x=float(x),
        y=float(y),
        crs=crs,
    )


def no_position(cell):
    """Return the error that a row has no position, with what it has instead."""
    if cell is None:
        return routing.BadPosition("The row has no point. Draw one, or name the columns of the position.")
    x, y = ("" if one is None else str(one).strip()[:40] for one in cell)
    if not x and not y:
        return routing.BadPosition("The row has no position: both columns are empty. Fill them in.")
    return routing.BadPosition("The position “{x}”, “{y}” is not a pair of numbers. Correct it.", x=x, y=y)
