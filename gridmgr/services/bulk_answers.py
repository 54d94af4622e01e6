"""Answers to a chunk of rows: the columns that a routed file gains, and the rows that have no answer.

The one place where rows of a file meet the rules; who reads and writes the files is not known here.
"""

import bisect
import collections
import dataclasses

import numpy as np
import pyarrow as pa

from gridmgr.domain import layers
from gridmgr.errors import GridmgrError
from gridmgr.services import looking, routing
from gridmgr.services.bulk_rows import read_rows
from gridmgr.services.catalogue import catalogue
from gridmgr.services.transactions import reading
from gridmgr.store import versions as version_rows

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
PERSON_ID = "person_id"


@dataclasses.dataclass(frozen=True)
class Answers:
    """The answers to a chunk.

    Attributes
    ----------
    rows : ndarray of int64, shape (n,)
        Which rows of the chunk are answered, rising.
    columns : pyarrow.Table
        A column for each of ``ANSWER_TYPES``, and ``person_id``; n rows. A column
        of text may be a dictionary of texts.
    refused : list of (int, GridmgrError)
        The other rows of the chunk, rising, each with what is wrong with it.
    """

    rows: np.ndarray
    columns: pa.Table
    refused: list


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


def answer_chunk(timeline, chunk, columns, *, crs, at):
    """Return the Answers to ``chunk``, row for row what ``routing.where`` says.

    Parameters
    ----------
    timeline : Timeline
    chunk : pyarrow.Table
    columns : Columns
        As ``find_columns`` gives them.
    crs : str
        What the positions are in.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    """
    rows = list(read_rows(chunk, columns, crs, at, timeline.known.facts.city.timezone))
    found = decisions(timeline, rows)
    answered = [place for place, one in enumerate(found) if not isinstance(one, GridmgrError)]
    refused = [(place, one) for place, one in enumerate(found) if isinstance(one, GridmgrError)]
    return Answers(np.array(answered, dtype=np.int64), as_columns([flat(found[place]) for place in answered]), refused)


def as_columns(answers):
    """Return answers, each a mapping, as one Table."""
    types = ANSWER_TYPES | {PERSON_ID: pa.int64()}
    return pa.table({name: pa.array([one[name] for one in answers], kind) for name, kind in types.items()})


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
            yield routing.answer(known, spot, row.category, row.at, row.received_at)
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
        PERSON_ID: person.get("id"),
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
