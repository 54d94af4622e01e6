"""Routing of whole files: every row gets its owner, a row that cannot be routed its reason."""

import bisect
import dataclasses
import datetime as dt
import pathlib
import time

import numpy as np
import pyarrow as pa
import shapely

from gridmgr.domain import layers, times
from gridmgr.errors import GridmgrError, Invalid
from gridmgr.geometry.crs import to_wgs84
from gridmgr.services import routing, streams
from gridmgr.services.catalogue import catalogue
from gridmgr.services.transactions import reading
from gridmgr.store import versions as version_rows

LEVELS = layers.levels(catalogue())
LON_NAMES = ("lon", "longitude", "lng", "long", "x", "经度")
LAT_NAMES = ("lat", "latitude", "y", "纬度")
ANSWER_TYPES = {
    "routed_lon": pa.float64(),
    "routed_lat": pa.float64(),
    "version": pa.string(),
    "outside": pa.bool_(),
    **dict.fromkeys(LEVELS, pa.string()),
    "person": pa.string(),
    "on_duty": pa.bool_(),
    "department": pa.string(),
    "department_name": pa.string(),
    "unit": pa.string(),
    "fallback": pa.bool_(),
    "coverage_gap": pa.bool_(),
    "near_border": pa.bool_(),
    "neighbours": pa.string(),
    "nearest": pa.string(),
    "nearest_m": pa.float64(),
}


@dataclasses.dataclass(frozen=True)
class Columns:
    """Names of the columns that hold position, category and instant; None is found out or absent."""

    lon: str | None = None
    lat: str | None = None
    category: str | None = None
    at: str | None = None


@dataclasses.dataclass
class Outcome:
    """How many rows went where, in how many seconds; ``side_file`` holds those that could not be read."""

    rows: int = 0
    routed: int = 0
    outside: int = 0
    refused: int = 0
    seconds: float = 0.0
    side_file: pathlib.Path | None = None

    @property
    def rate(self):
        """Return rows per second."""
        return self.rows / self.seconds if self.seconds else 0.0


class Timeline:
    """Which boundaries count at an instant, for many instants: each version is fetched once."""

    def __init__(self, engine, known, *, is_fixed):
        """Read the versions; ``is_fixed`` keeps to ``known`` whatever the instant (a draft)."""
        self.engine, self.known, self.is_fixed = engine, known, is_fixed
        with reading(engine) as session:
            versions = [v for v in version_rows.all_versions(session) if v.withdrawn_at is None]
        self.starts = [v.effective_from for v in versions]
        self.found = {}

    def at(self, instant):
        """Return the Knowledge for ``instant``."""
        if self.is_fixed or self.known.is_unpublished:
            return self.known
        place = bisect.bisect_right(self.starts, instant)
        if place not in self.found:
            self.found[place] = routing.knowledge(self.engine, at=instant)
        return self.found[place]


def route_file(
    engine, known, source, target, *, columns, crs="wgs84", at, is_draft=False, progress=lambda done, total: None
):
    """Route every row of ``source`` into ``target`` and return the Outcome.

    Rows with an unreadable position, time or category go, with the reason, to
    ``<target>.rejected.csv``; the run never stops for them. Both files appear
    whole or not at all.

    Parameters
    ----------
    columns : Columns
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    progress : callable
        Takes rows done and rows in all (None if unknown).

    Raises
    ------
    Invalid
        A file cannot be read, or a column is not there.
    """
    began = time.monotonic()
    target, outcome = pathlib.Path(target), Outcome()
    beside = target.with_name(f"{target.stem}.rejected.csv")
    timeline = Timeline(engine, known, is_fixed=is_draft)
    with (
        streams.reading(source) as (chunks, total, declared),
        streams.writing(target) as write,
        streams.writing(beside) as reject,
    ):
        for chunk in chunks:
            found = find_columns(chunk.column_names, columns, source)
            rows = read_rows(chunk, found, declared or crs, at, known.facts.city.timezone)
            write_answers(timeline, chunk, rows, outcome, write=write, reject=reject)
            progress(outcome.rows, total)
    if outcome.refused:
        outcome.side_file = beside
    else:
        beside.unlink(missing_ok=True)
    outcome.seconds = time.monotonic() - began
    return outcome


def find_columns(names, columns, source):
    """Return ``columns`` with position columns found by their usual names where none were said.

    Raises
    ------
    Invalid
        A column that was named is not there, or no usual name is.
    """
    for wanted in (columns.lon, columns.lat, columns.category, columns.at):
        if wanted is not None and wanted not in names:
            raise Invalid(
                "{file} has no column {column}; it has {columns}.", file=source, column=wanted, columns=", ".join(names)
            )
    if "geometry" in names:
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
    category: str | None
    at: dt.datetime | None
    error: GridmgrError | None = None


def read_rows(chunk, columns, crs, at, timezone):
    """Yield a Row for each row of ``chunk``."""
    xs, ys = read_positions(chunk, columns)
    lons, lats = to_wgs84(xs, ys, crs)
    categories = chunk.column(columns.category).to_pylist() if columns.category else [None] * len(chunk)
    instants = chunk.column(columns.at).to_pylist() if columns.at else [None] * len(chunk)
    for x, y, lon, lat, category, instant in zip(xs, ys, lons, lats, categories, instants, strict=True):
        try:
            on_earth(x, y, lon, lat, crs)
            moment = at if columns.at is None else read_moment(instant, timezone)
            yield Row(float(x), float(y), float(lon), float(lat), crs, as_code(category), moment)
        except GridmgrError as error:
            yield Row(float(x), float(y), float(lon), float(lat), crs, None, None, error)


def read_positions(chunk, columns):
    """Return the positions of a chunk as two arrays; NaN where there is none."""
    if "geometry" in chunk.column_names:
        shapes = shapely.from_wkb(np.array(chunk.column("geometry").to_pylist(), dtype=object))
        return shapely.get_x(shapes), shapely.get_y(shapes)
    return as_numbers(chunk.column(columns.lon)), as_numbers(chunk.column(columns.lat))


def as_numbers(column):
    """Return a column as floats; NaN for what is no number."""
    return np.array([as_number(value) for value in column.to_pylist()], dtype=float)


def as_number(value):
    """Return a cell as a float; NaN for what is no number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def on_earth(x, y, lon, lat, crs):
    """Raise BadPosition where a row's position is not one on earth."""
    if not (np.isfinite(lon) and np.isfinite(lat)):
        raise routing.BadPosition("The position {x}, {y} is not a pair of numbers.", x=x, y=y)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise routing.BadPosition(
            "The position {x}, {y} is not on earth in {crs}: longitude comes first, and --crs (crs) names another system.",
            x=x,
            y=y,
            crs=crs,
        )


def read_moment(value, timezone):
    """Return a cell as an instant: a datetime as it is, a text as people write it."""
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else times.in_city(value, timezone)
    return times.read_instant("" if value is None else str(value), timezone)


def as_code(value):
    """Return a cell as a category's code: five digits, also where a spreadsheet dropped the leading zero."""
    if value is None or value == "":
        return None
    return f"{value:05d}" if isinstance(value, int) else str(value).strip()


def write_answers(timeline, chunk, rows, outcome, *, write, reject):
    """Write the rows of a chunk with their answers, and those without one to the side."""
    answered, answers, refused, reasons = [], [], [], []
    for place, row in enumerate(rows):
        try:
            answers.append(answer_row(timeline, row))
            answered.append(place)
        except GridmgrError as error:
            refused.append(place)
            reasons.append((outcome.rows + place + 1, str(error)))
    outcome.rows += len(chunk)
    outcome.routed += sum(not answer["outside"] for answer in answers)
    outcome.outside += sum(answer["outside"] for answer in answers)
    outcome.refused += len(refused)
    if answered:
        write(with_answers(chunk.take(answered), answers))
    if refused:
        reject(with_reasons(chunk.take(refused), reasons))


def answer_row(timeline, row):
    """Return the answer to one row as flat columns."""
    if row.error is not None:
        raise row.error
    known = timeline.at(row.at)
    spot = routing.look(known, row.lon, row.lat, row.at, crs=row.crs, x=row.x, y=row.y)
    return flat(routing.answer(known, spot, row.category, row.at))


def flat(decision):
    """Return a decision as the columns that a routed file gains."""
    person, department, nearest = decision.person or {}, decision.department or {}, decision.nearest or {}
    return {
        "routed_lon": decision.lon,
        "routed_lat": decision.lat,
        "version": decision.version,
        "outside": decision.outside,
        **{level: decision.levels.get(level) for level in LEVELS},
        "person": person.get("name"),
        "on_duty": person.get("on_duty"),
        "department": department.get("code"),
        "department_name": department.get("name"),
        "unit": department.get("unit"),
        "fallback": decision.fallback,
        "coverage_gap": decision.coverage_gap,
        "near_border": decision.near_border,
        "neighbours": " ".join(n["code"] for n in decision.neighbours) or None,
        "nearest": nearest.get("code"),
        "nearest_m": nearest.get("distance_m"),
    }


def with_answers(chunk, answers):
    """Return ``chunk`` with the columns of the answers, and with the position as its shape."""
    for name, kind in ANSWER_TYPES.items():
        title = f"{name}_routed" if name in chunk.column_names else name
        chunk = chunk.append_column(title, pa.array([a[name] for a in answers], kind))
    shapes = shapely.to_wkb(shapely.points([a["routed_lon"] for a in answers], [a["routed_lat"] for a in answers]))
    if "geometry" in chunk.column_names:
        chunk = chunk.drop_columns(["geometry"])
    return chunk.append_column("geometry", pa.array(list(shapes), pa.binary()))


def with_reasons(chunk, reasons):
    """Return refused rows with their number in the file and the reason in front."""
    if "geometry" in chunk.column_names:
        chunk = chunk.drop_columns(["geometry"])
    numbers, texts = zip(*reasons, strict=True)
    return chunk.add_column(0, "reason", pa.array(texts)).add_column(0, "row", pa.array(numbers))
