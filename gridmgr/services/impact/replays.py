"""Replay for a draft: the last months' reports through it beside the version then in force, by grid and by person."""

import collections
import contextlib
import dataclasses
import datetime as dt
import weakref
from typing import Any

import numpy as np
import pyarrow as pa

from gridmgr.services import replaying
from gridmgr.services.impact import things
from gridmgr.services.replaying import Changes
from gridmgr.services.standing import facts
from gridmgr.services.standing.keeping import Keeper
from gridmgr.services.transactions import reading
from gridmgr.store import reports as report_rows

MOST_MOVED = 20_000
"""So many of the reports that go elsewhere are kept as points."""
MOST_KEPT = 8
_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


@dataclasses.dataclass(frozen=True)
class Share:
    """How many of the reports one grid or person has before and after, and how many leave and come."""

    key: Any
    before: int
    after: int
    leave: int
    come: int


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of the reports.

    ``grids`` and ``people`` are those that have other reports than before, most changed first; ``moved`` is
    a Table of at most ``MOST_MOVED`` reports that go to another grid, as ``replaying.moved`` gives them, and their ``number``.
    """

    label: str
    begins: dt.datetime
    ends: dt.datetime
    changes: Changes
    grids: list[Share]
    people: list[Share]
    persons: dict[int, Any]
    moved: pa.Table


class Tally:
    """Counts of pairs (before, after) over the chunks of a replay."""

    def __init__(self):
        self.pairs = {name: collections.Counter() for name in ("grid", "person")}
        self.moved, self.kept, self.values = [], 0, {}

    def look(self, chunk):
        """Count one Chunk."""
        for name, pairs in self.pairs.items():
            before, after = getattr(chunk.before, name), getattr(chunk.after, name)
            self.values[name] = getattr(chunk.numbers, name).values
            width = len(self.values[name])
            keys, sums = np.unique(before * width + after, return_counts=True)
            for key, count in zip(keys.tolist(), sums.tolist(), strict=True):
                pairs[divmod(key, width)] += count
        if self.kept < MOST_MOVED:
            found = replaying.moved(chunk)
            self.moved.append(found.slice(0, MOST_MOVED - self.kept))
            self.kept += len(self.moved[-1])

    def shares(self, name):
        """Return the Shares of the grids or persons whose reports differ, the most changed first."""
        sums = collections.defaultdict(lambda: [0, 0, 0, 0])
        for (before, after), count in self.pairs[name].items():
            sums[before][0] += count
            sums[after][1] += count
            if before != after:
                sums[before][2] += count
                sums[after][3] += count
        values = self.values.get(name, [None])
        found = [Share(values[key], *counts) for key, counts in sums.items() if key and (counts[2] or counts[3])]
        return sorted(found, key=lambda one: (-one.leave - one.come, str(one.key)))


def outcome(engine, draft_id, *, at, months, turn=contextlib.nullcontext):
    """Return the Outcome of the reports of the last ``months``; made once for all who ask while nothing changes.

    Parameters
    ----------
    turn : callable
        Gives the context in which the work is done.

    Raises
    ------
    NoSuchDraft, NothingInForce
    """
    with reading(engine) as session:
        revisions = tuple(sorted(facts.known(session).revisions.items()))
    kept = _kept.setdefault(engine.pool, Keeper(MOST_KEPT))
    key = (draft_id, months, at.timestamp() // things.FRESH_S, revisions)
    return kept.get(key, lambda: made(engine, draft_id, at, months, turn))


def made(engine, draft_id, at, months, turn):
    """Return a new Outcome, made when it is its ``turn``."""
    begins, tally = things.begins(at, months), Tally()
    with turn():
        asked = replaying.replay(engine, draft=draft_id, begins=begins, ends=at, at=at, beside="in_force")
        changes = replaying.replayed(asked, look=tally.look)
    moved = numbered(engine, pa.concat_tables(tally.moved)) if tally.moved else pa.table({})
    grids, people = (tally.shares(name) for name in ("grid", "person"))
    known = asked.known.facts.staffing.persons
    persons = {one.key: known[one.key] for one in people if one.key in known}
    return Outcome(asked.known.ground.boundaries.label, begins, at, changes, grids, people, persons, moved)


def numbered(engine, moved):
    """Return reports that go elsewhere with their public numbers."""
    with reading(engine) as session:
        numbers = report_rows.numbers(session, moved["id"].to_pylist())
    return moved.append_column("number", pa.array([numbers[one] for one in moved["id"].to_pylist()], pa.string()))
