"""Routing of whole files: every row gets its owner, a row that cannot be routed its reason."""

import bisect
import collections
import dataclasses
import pathlib
import time

import pyarrow as pa
import shapely

from gridmgr.domain import layers
from gridmgr.errors import GridmgrError, Invalid
from gridmgr.services import looking, routing, streams
from gridmgr.services.bulk_rows import Columns, find_columns, read_rows
from gridmgr.services.catalogue import catalogue
from gridmgr.services.streams.sources import GEOMETRY, free_name
from gridmgr.services.streams.targets import without_shapes
from gridmgr.services.transactions import reading
from gridmgr.store import backups
from gridmgr.store import versions as version_rows

__all__ = ["Columns", "Outcome", "Timeline", "route_file"]

LEVELS = layers.levels(catalogue())
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
    engine,
    known,
    source,
    target,
    *,
    columns,
    crs=None,
    at,
    is_draft=False,
    language="en",
    progress=lambda done, total: None,
):
    """Route every row of ``source`` into ``target`` and return the Outcome.

    Rows with an unreadable position, time or category go, with the reason, to
    ``<target>.rejected.csv``; the run never stops for them. Both files appear
    whole or not at all.

    Parameters
    ----------
    columns : Columns
    crs : str, optional
        What the positions are in; without it what the file declares, else WGS 84.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    is_draft : bool
        Keep to ``known`` whatever the instant of a row.
    language : str
        Of the reasons.
    progress : callable
        Takes rows done and rows in all (None if unknown; of a CSV the lines).

    Raises
    ------
    Invalid
        A file cannot be read or written, or a column is not there.
    NothingInForce
        There are no grids to route to.
    """
    began = time.monotonic()
    target, outcome = pathlib.Path(target), Outcome()
    beside = target.with_name(f"{target.stem}.rejected.csv")
    refuse_overwriting(source, target, beside)
    routing.refuse_without_grids(known)
    timeline = Timeline(engine, known, is_fixed=is_draft)
    with (
        streams.reading(source) as rows_in,
        streams.writing(target) as write,
        streams.writing(beside) as reject,
    ):
        for chunk in rows_in.chunks:
            found = find_columns(chunk.column_names, columns, source)
            declared = rows_in.crs if found.lon is None else None
            rows = read_rows(chunk, found, crs or declared or "wgs84", at, known.facts.city.timezone)
            write_answers(timeline, chunk, rows, outcome, write=write, reject=reject, language=language)
            progress(outcome.rows, rows_in.total)
    if outcome.refused:
        outcome.side_file = beside
    else:
        beside.unlink(missing_ok=True)
    outcome.seconds = time.monotonic() - began
    return outcome


def refuse_overwriting(source, target, beside):
    """Raise Invalid where a file that is to be written is the one that is read, or a city."""
    backups.refuse_city(target)
    here = pathlib.Path(source).resolve()
    if target.resolve() == here:
        raise Invalid("{file} is the file that is read: name another one for the answers.", file=target)
    if beside.resolve() == here:
        raise Invalid(
            "The rows that cannot be read would go into {file}, which is the file that is read: "
            "name another one for the answers.",
            file=beside,
        )


def write_answers(timeline, chunk, rows, outcome, *, write, reject, language):
    """Write the rows of a chunk with their answers, and those without one to the side."""
    answered, answers, refused, reasons = [], [], [], []
    for place, found in enumerate(decisions(timeline, list(rows))):
        if isinstance(found, GridmgrError):
            refused.append(place)
            reasons.append((outcome.rows + place + 1, found.say(language)))
        else:
            answered.append(place)
            answers.append(flat(found))
    outcome.rows += len(chunk)
    outcome.routed += sum(not answer["outside"] for answer in answers)
    outcome.outside += sum(answer["outside"] for answer in answers)
    outcome.refused += len(refused)
    write(with_answers(chunk.take(pa.array(answered, pa.int64())), answers))
    if refused:
        reject(with_reasons(chunk.take(pa.array(refused, pa.int64())), reasons))


def decisions(timeline, rows):
    """Return for each row its Decision, or the GridmgrError that says why there is none.

    The rows of one version are looked at together, whatever their order in the file.
    """
    known = [knowledge_for(timeline, row) for row in rows]
    found = list(known)
    places = collections.defaultdict(list)
    for place, one in enumerate(known):
        if not isinstance(one, GridmgrError):
            places[id(one)].append(place)
    for together in places.values():
        answers = decided(known[together[0]], [rows[place] for place in together])
        for place, answer in zip(together, answers, strict=True):
            found[place] = answer
    return found


def knowledge_for(timeline, row):
    """Return the Knowledge that a row is answered from, or the error that says why it cannot be."""
    if row.error is not None:
        return row.error
    try:
        known = timeline.at(row.at)
        routing.refuse_without_grids(known)
    except GridmgrError as error:
        return error
    return known


def decided(known, rows):
    """Yield the Decision about each of ``rows``, or what is wrong with its category."""
    positions = [looking.Position(row.lon, row.lat, row.at, crs=row.crs, x=row.x, y=row.y) for row in rows]
    for row, spot in zip(rows, looking.look_many(known, positions), strict=True):
        try:
            yield routing.answer(known, spot, row.category, row.at)
        except routing.UnknownCategory as error:
            yield error


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
        column = pa.array([a[name] for a in answers], kind)
        chunk = chunk.append_column(own_name(name, chunk.column_names), column)
    shapes = shapely.to_wkb(shapely.points([a["routed_lon"] for a in answers], [a["routed_lat"] for a in answers]))
    return without_shapes(chunk).append_column(GEOMETRY, pa.array(list(shapes), pa.binary()))


def with_reasons(chunk, reasons):
    """Return refused rows with their number in the file and the reason in front."""
    chunk = without_shapes(chunk)
    numbers, texts = zip(*reasons, strict=True)
    number, reason = (own_name(name, chunk.column_names) for name in ("row", "reason"))
    return chunk.add_column(0, reason, pa.array(texts)).add_column(0, number, pa.array(numbers))


def own_name(name, names):
    """Return the name of a column that the routing adds: marked, and numbered, where the file has it already."""
    return free_name(f"{name}_routed" if name in names else name, names)
