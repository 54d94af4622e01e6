"""Replay: what stored reports would have become with other boundaries, next to what they became.

A planner asks it before publishing: how many reports change hands, from whom to whom. The reports
stream from the database a chunk at a time, so any number of them takes the same memory.
"""

import contextlib
import dataclasses
import datetime as dt
import pathlib
from typing import Any

import numpy as np
import pyarrow as pa

from gridmgr.domain import times
from gridmgr.errors import Invalid
from gridmgr.services import routing, standing, streams
from gridmgr.services.bulk.parts import points
from gridmgr.services.impact.comparing import compare
from gridmgr.services.replaying import sides
from gridmgr.services.replaying.sides import Numbers, Side, ThenInForce, answered
from gridmgr.services.standing import Knowledge
from gridmgr.services.streams import GEOMETRY
from gridmgr.services.transactions import reading
from gridmgr.store import backups, scans
from gridmgr.store import reports as report_rows

ASKED = ("id", "received_at", "observed_at", "lon", "lat", "category_code")
STORED = ("grid_code", "department_code", "person_id")
WRITTEN = ("number", "version_number")
"""The columns that questions are made of, what was stored, and what else a file gets; no more are read than are needed."""
BESIDE = ("stored", "in_force")
"""What the replayed answers are compared with: what was stored, or what the version then in force says with the people of now."""


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
class Chunk:
    """Some reports, as stored, with the answers before and after; both Sides refer to the same Numbers."""

    stored: pa.Table
    before: Side
    after: Side
    numbers: Numbers

    def differs(self, name):
        """Return where ``grid``, ``department`` or ``person`` is another one; nobody and nobody are the same."""
        return getattr(self.before, name) != getattr(self.after, name)


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
    beside: str = "stored"

    def chunks(self, *, written=False):
        """Yield the reports as Chunks; in the order of receipt where they are ``written``, else as they lie in the table."""
        numbers = Numbers()
        sides_of = self._sides_of(numbers)
        with reading(self.engine) as session:
            names = (*ASKED, *(STORED if self.beside == "stored" else ()), *(WRITTEN if written else ()))
            for rows in scans.reports(session, names, begins=self.begins, ends=self.ends, in_order=written):
                asked = sides.questions(rows, self.known.facts)
                yield Chunk(rows, *sides_of(rows, asked), numbers)

    def _sides_of(self, numbers):
        """Return what takes rows and their questions and gives the Side they are compared with and the replayed one."""
        after = standing.Fixed(self.known)
        if self.beside == "stored":
            return lambda rows, asked: (sides.stored(rows, numbers), answered(after, asked, numbers))
        timeline = ThenInForce(self.engine)
        if not timeline.starts:
            return lambda rows, asked: (sides.nobody(len(rows)), answered(after, asked, numbers))
        both = sides.Beside(timeline, self.known, numbers)
        return lambda _, asked: both.sides(asked)


def replay(engine, *, draft=None, version=None, begins=None, ends=None, at, beside="stored"):
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
    if beside == "in_force":
        ThenInForce(engine).ready(begins, at if ends is None else ends)
    known = drafted(engine, draft) if version is None else routing.knowledge(engine, at=at, version=version)
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
    return Replay(engine, known, begins, ends, total, beside)


def drafted(engine, draft):
    """Return the Knowledge of a draft; only what it changes is read."""
    with reading(engine) as session:
        found = compare(session, draft)
    return Knowledge(found.ground, found.facts)


@contextlib.contextmanager
def into(target):
    """Open the file ``target`` for the chunks of a replay; without one they go nowhere. It appears whole or not at all."""
    if target is None:
        yield None
        return
    backups.refuse_city(pathlib.Path(target))
    with streams.writing(target) as write:
        yield write


def replayed(asked, *, write=None, look=lambda chunk: None, progress=lambda done, total: None):
    """Replay all, and return the Changes.

    Parameters
    ----------
    asked : Replay
    write : callable, optional
        Takes the rows of each chunk as a Table, stored and replayed side by side, in the order of receipt.
    look : callable
        Takes each Chunk.
    progress : callable
        Takes reports done and reports in all.
    """
    changes = Changes()
    for chunk in asked.chunks(written=write is not None):
        if write is not None:
            write(rows_of(chunk, asked.known.facts))
        look(chunk)
        changes += counted(chunk)
        progress(changes.reports, asked.total)
    return changes


def rows_of(chunk, facts):
    """Return a Chunk as a Table of points: what was stored, both answers side by side, and which of them differ."""
    stored = chunk.stored.rename_columns({"category_code": "category", "version_number": "version"})
    kept = stored.select(["number", "received_at", "observed_at", "lon", "lat", "category", "version"])
    columns = {name: kept[name] for name in kept.column_names}
    for name in ("grid", "department", "person"):
        both = (texts(getattr(side, name), name, chunk.numbers, facts) for side in (chunk.before, chunk.after))
        columns |= dict(zip((name, f"{name}_replayed"), both, strict=True))
        columns[f"{name}_changes"] = pa.array(chunk.differs(name))
    return pa.table(columns | {GEOMETRY: points(stored["lon"].to_numpy(), stored["lat"].to_numpy())})


def texts(positions, name, numbers, facts):
    """Return a column of codes, or of the names of persons, from their numbers."""
    values = getattr(numbers, name).values
    if name == "person":
        people = facts.staffing.persons
        values = [people[one].name if one in people else None for one in values]
    return pa.array(values, pa.string()).take(pa.array(positions))


def counted(chunk):
    """Return the Changes in one chunk."""
    flags = [chunk.differs(name) for name in ("grid", "department", "person")]
    return Changes(len(chunk.stored), *(int(flag.sum()) for flag in (*flags, np.logical_or.reduce(flags))))


def moved(chunk):
    """Return the reports of a chunk that go to another grid: ``id, received_at, lon, lat, category_code, from, to``."""
    rows = pa.array(chunk.differs("grid"))
    found = chunk.stored.select(["id", "received_at", "lon", "lat", "category_code"]).filter(rows)
    for name, side in (("from", chunk.before), ("to", chunk.after)):
        found = found.append_column(name, texts(side.grid, "grid", chunk.numbers, None).filter(rows))
    return found
