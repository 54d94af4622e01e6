"""Rows of a file as they are understood: position, kind of problem and instant, or the reason why not."""

import dataclasses
import datetime as dt

import numpy as np
import shapely

from gridmgr.domain import times
from gridmgr.errors import GridmgrError, Invalid
from gridmgr.geometry.crs import to_wgs84
from gridmgr.services import routing
from gridmgr.services.streams.sources import GEOMETRY

LON_NAMES = ("lon", "longitude", "lng", "long", "x", "经度")
LAT_NAMES = ("lat", "latitude", "y", "纬度")
POINT_BYTES = 48


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
class Row:
    """One row as it was understood, or the error that says why not."""

    x: float
    y: float
    lon: float
    lat: float
    crs: str
    category: str | None = None
    at: dt.datetime | None = None
    received_at: dt.datetime | None = None
    error: GridmgrError | None = None


def read_rows(chunk, columns, crs, at, timezone):
    """Yield a Row for each row of ``chunk``.

    Parameters
    ----------
    columns : Columns
        As ``find_columns`` gives them.
    crs : str
        What the positions are in.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    """
    given = cells(chunk, columns)
    xs, ys = positions(chunk, columns)
    lons, lats = to_wgs84(xs, ys, crs)
    categories = chunk.column(columns.category).to_pylist() if columns.category else [None] * len(chunk)
    instants = chunk.column(columns.at).to_pylist() if columns.at else [None] * len(chunk)
    receipts = chunk.column(columns.received).to_pylist() if columns.received else instants
    read = zip(xs, ys, lons, lats, given, categories, instants, receipts, strict=True)
    for x, y, lon, lat, cell, category, instant, receipt in read:
        row = Row(float(x), float(y), float(lon), float(lat), crs)
        try:
            check_position(row, cell)
            moment = at if columns.at is None else read_moment(instant, timezone)
            received = moment if columns.received is None else read_moment(receipt, timezone)
            yield dataclasses.replace(row, category=as_code(category), at=moment, received_at=received)
        except GridmgrError as error:
            yield dataclasses.replace(row, error=error)


def cells(chunk, columns):
    """Return what stands in the position's two columns, row by row; None where the file has shapes instead."""
    if columns.lon is None:
        return [None] * len(chunk)
    return list(zip(chunk.column(columns.lon).to_pylist(), chunk.column(columns.lat).to_pylist(), strict=True))


def positions(chunk, columns):
    """Return the positions of a chunk as two arrays; NaN where there is none."""
    if columns.lon is not None:
        return as_numbers(chunk.column(columns.lon)), as_numbers(chunk.column(columns.lat))
    # A longer value is no point, and may be nested so deeply that reading it would end the process.
    values = [v if v is not None and len(v) <= POINT_BYTES else None for v in chunk.column(GEOMETRY).to_pylist()]
    shapes = shapely.from_wkb(np.array(values, dtype=object), on_invalid="ignore")
    return shapely.get_x(shapes), shapely.get_y(shapes)


def as_numbers(column):
    """Return a column as floats; NaN for what is no number."""
    return np.array([as_number(value) for value in column.to_pylist()], dtype=float)


def as_number(value):
    """Return a cell as a float; NaN for what is no number."""
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def check_position(row, cell):
    """Raise BadPosition where a row's position is not one on earth; ``cell`` is what the file has there."""
    if not (np.isfinite(row.x) and np.isfinite(row.y)):
        raise no_position(cell)
    if not (-180 <= row.lon <= 180 and -90 <= row.lat <= 90):
        raise routing.BadPosition(
            "The position {x}, {y} is not on earth in {crs}: longitude comes first, and --crs (crs) names another system.",
            x=row.x,
            y=row.y,
            crs=row.crs,
        )


def no_position(cell):
    """Return the error that a row has no position, with what it has instead."""
    if cell is None:
        return routing.BadPosition("The row has no point. Draw one, or name the columns of the position.")
    x, y = ("" if one is None else str(one).strip()[:40] for one in cell)
    if not x and not y:
        return routing.BadPosition("The row has no position: both columns are empty. Fill them in.")
    return routing.BadPosition("The position “{x}”, “{y}” is not a pair of numbers. Correct it.", x=x, y=y)


def read_moment(value, timezone):
    """Return a cell as an instant: a datetime as it is, a text as people write it."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else times.in_city(value, timezone)
    return times.read_instant("" if value is None else str(value), timezone)


def as_code(value):
    """Return a cell as a category's code: five digits, also where a spreadsheet dropped the leading zero."""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None if value != value else value
    if value is None or value == "":
        return None
    return f"{value:05d}" if isinstance(value, int) else str(value).strip()
