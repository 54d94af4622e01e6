"""Replay: what stored reports would have become with other boundaries, next to what they became.

A planner asks it before publishing: how many reports change hands. The reports stream
from the database a chunk at a time, so any number of them takes the same memory.
"""

import contextlib
import dataclasses
import datetime as dt
import pathlib
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from gridmgr.domain import times
from gridmgr.errors import Invalid
from gridmgr.services import routing, streams
from gridmgr.services.bulk_answers import PERSON_ID, Timeline, answer_chunk
from gridmgr.services.bulk_parts import points
from gridmgr.services.bulk_rows import Columns
from gridmgr.services.catalogue import answering_level
from gridmgr.services.streams import GEOMETRY
from gridmgr.services.transactions import reading
from gridmgr.store import backups
from gridmgr.store import reports as report_rows

CHUNK = 1 << 15
INSTANT = pa.timestamp("ms", "UTC")
STORED = pa.schema(
    {
        "number": pa.string(),
        "received_at": INSTANT,
        "observed_at": INSTANT,
        "lon": pa.float64(),
        "lat": pa.float64(),
        "category": pa.string(),
        "grid": pa.string(),
        "department": pa.string(),
        "person_id": pa.int64(),
        "version": pa.int64(),
    }
)
"""The columns of a chunk of stored reports, in the order of ``reports.STORED``."""
COLUMNS = Columns("lon", "lat", "category", "observed_at", "received_at")


@dataclasses.dataclass(frozen=True)
class Changes:
    """How many reports were replayed, and how many would change hands."""

    reports: int = 0
    grid: int = 0
    department: int = 0
    person: int = 0
    any: int = 0

    def __add__(self, other):
        """Return both together."""
        return Changes(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)))


@dataclasses.dataclass(frozen=True)
class Replay:
    """Stored reports and the boundaries to replay them with.

    ``total`` is how many there are; ``begins`` and ``ends`` bound the time of receipt, None leaves a side open.
    """

    engine: Any
    known: routing.Knowledge
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None
    total: int = 0

    def chunks(self):
        """Yield the reports in the order of receipt, as tables: stored and replayed side by side."""
        timeline = Timeline(self.engine, self.known, is_fixed=True)
        with reading(self.engine) as session:
            for rows in report_rows.stored(session, CHUNK, begins=self.begins, ends=self.ends):
                yield compared(timeline, as_table(rows))


def replay(engine, *, draft=None, version=None, begins=None, ends=None, at):
    """Return the Replay of the reports received from ``begins`` until before ``ends`` with a draft or a version.

    Land is asked of the instant of observation, persons of that of receipt, as when they were filed.

    Raises
    ------
    Invalid
        Not exactly one of draft and version is named, or the time ends before it begins.
    NothingInForce
        There is no such draft or version, or it has no grids.
    """
    if (draft is None) == (version is None):
        raise Invalid("Say with which boundaries: either --draft N or --version N.")
    known = routing.knowledge(engine, at=at, draft=draft, version=version)
    routing.refuse_without_grids(known)
    if begins is not None and ends is not None and ends <= begins:
        zone = known.facts.city.timezone
        raise Invalid(
            "The time ends ({ends}) before it begins ({begins}).",
            begins=times.show(begins, zone),
            ends=times.show(ends, zone),
        )
    with reading(engine) as session:
        total = report_rows.count_received(session, begins=begins, ends=ends)
    return Replay(engine, known, begins, ends, total)


@contextlib.contextmanager
def into(target):
    """Open the file ``target`` for the chunks of a replay; without one they go nowhere. It appears whole or not at all."""
    if target is None:
        yield lambda chunk: None
        return
    backups.refuse_city(pathlib.Path(target))
    with streams.writing(target) as write:
        yield write


def replayed(asked, *, write=lambda chunk: None, progress=lambda done, total: None):
    """Replay all, and return the Changes.

    Parameters
    ----------
    asked : Replay
    write : callable
        Takes each chunk, stored and replayed side by side.
    progress : callable
        Takes reports done and reports in all.
    """
    changes = Changes()
    for chunk in asked.chunks():
        write(chunk)
        changes += counted(chunk)
        progress(changes.reports, asked.total)
    return changes


def as_table(rows):
    """Return stored reports as a Table."""
    columns = zip(*rows, strict=True)
    return pa.table([pa.array(column, f.type) for column, f in zip(columns, STORED, strict=True)], schema=STORED)


def compared(timeline, chunk):
    """Return stored reports with the answers of other boundaries, and which of them differ."""
    facts = timeline.known.facts
    answers = answer_chunk(timeline, with_known_categories(chunk, facts), COLUMNS, crs="wgs84", at=None)
    chunk, replayed = chunk.take(pa.array(answers.rows)), answers.columns
    level = answering_level(timeline.known.ground.boundaries)
    pairs = {
        "grid": (chunk["grid"], texts(replayed[level])),
        "department": (chunk["department"], texts(replayed["department"])),
        "person": (names(facts, chunk["person_id"]), texts(replayed["person"])),
    }
    differs = {
        "grid": differ(*pairs["grid"]),
        "department": differ(*pairs["department"]),
        "person": differ(chunk["person_id"], replayed[PERSON_ID]),
    }
    kept = chunk.select(["number", "received_at", "observed_at", "lon", "lat", "category", "version"])
    columns = {name: kept[name] for name in kept.column_names}
    for name, (stored, other) in pairs.items():
        columns |= {name: stored, f"{name}_replayed": other, f"{name}_changes": differs[name]}
    shapes = points(chunk["lon"].to_numpy(), chunk["lat"].to_numpy())
    return pa.table(columns | {GEOMETRY: shapes})


def with_known_categories(chunk, facts):
    """Return reports without the categories that are in no list any more: they wait for the dispatcher, as when new."""
    known = pc.is_in(chunk["category"], pa.array(list(facts.categories), pa.string()))
    place = chunk.column_names.index("category")
    return chunk.set_column(place, "category", pc.if_else(known, chunk["category"], None))


def texts(column):
    """Return a column of texts as plain texts, however they are encoded."""
    return column.cast(pa.string())


def names(facts, ids):
    """Return the names of persons by their ids; none for one that is not there."""
    people = facts.staffing.persons
    distinct = pc.unique(ids).drop_null().to_pylist()
    known = pa.array([people[one].name if one in people else None for one in distinct], pa.string())
    return known.take(pc.index_in(ids, pa.array(distinct, pa.int64())))


def differ(one, other):
    """Return where two columns differ; nobody and nobody are the same."""
    same = pc.fill_null(pc.equal(one, other), False)
    both_empty = pc.and_(pc.is_null(one), pc.is_null(other))
    return pc.invert(pc.or_(same, both_empty))


def counted(chunk):
    """Return the Changes in one chunk."""
    flags = [chunk[f"{name}_changes"] for name in ("grid", "department", "person")]
    any_of_them = pc.or_(pc.or_(*flags[:2]), flags[2])
    return Changes(len(chunk), *(pc.sum(flag).as_py() or 0 for flag in (*flags, any_of_them)))
