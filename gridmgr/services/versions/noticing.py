"""Notices (公告): what a version changes for people who live there, with maps before and after."""

import dataclasses
import datetime as dt
import math
from typing import Any

import numpy as np
import shapely

from gridmgr.domain import staff
from gridmgr.domain.grids import Boundaries, Version
from gridmgr.domain.versions.differences import Change, Move
from gridmgr.errors import NotFound
from gridmgr.services import publishing
from gridmgr.services.catalogue import answering_level
from gridmgr.services.maps import viewing
from gridmgr.services.standing import facts, ground
from gridmgr.services.transactions import reading
from gridmgr.services.versions import comparing
from gridmgr.store import features as feature_rows
from gridmgr.store import versions as version_rows

MARGIN, NARROWEST = 0.18, 0.002
"""Around what changes: its share of the width and height on each side, and the least width of a map; degrees."""
FLATTEST, TALLEST = 0.5, 0.8
"""Bounds of a map's height against its width."""
MOST_PLACES = 12


class NothingChanged(NotFound):
    """There is no notice: the version changes nothing."""

    slug = "nothing-changed"


@dataclasses.dataclass(frozen=True)
class Line:
    """One grid of the table: what changes, the ground it gains and loses, and who answers for it.

    ``people`` hold a post on it when the version begins (held one until then, where it is dissolved).
    """

    change: Change
    gains: list[Move]
    losses: list[Move]
    parent: str | None
    people: list[tuple[staff.Person, str]]
    area_before_m2: float | None
    area_after_m2: float | None


@dataclasses.dataclass(frozen=True)
class Place:
    """Grids that change beside each other, in one box (west, south, east, north), with what else lies there."""

    box: tuple[float, float, float, float]
    before: dict[str, Any]
    after: dict[str, Any]
    changed_before: frozenset[str]
    changed_after: frozenset[str]
    pieces: list[Move]
    roads: list[tuple[Any, Any]]


@dataclasses.dataclass(frozen=True)
class Notice:
    """What version ``version`` changes against the one before it. ``others`` counts changes by level beside the table."""

    version: Version
    state: str
    before: Version
    level: str
    lines: list[Line]
    others: dict[str, int]
    places: list[Place]
    names_before: Boundaries
    names_after: Boundaries


def notice(engine, number, *, at):
    """Return the Notice of version ``number``; people as they are known at ``at``.

    Raises
    ------
    NoSuchVersion, NothingChanged
    """
    with reading(engine) as session:
        version = viewing.numbered(session, number)
        earlier = before(session, number)
        state = publishing.state_of(version, version_rows.in_force(session, at))
        session.expunge_all()
    if earlier is None:
        raise NothingChanged("Version {number} is the first: it changes nothing.", number=number)
    difference = comparing.of_versions(engine, earlier.number, number)
    with reading(engine) as session:
        lands = [ground.of_version(session, one).boundaries for one in (earlier.number, number)]
        level = answering_level(lands[1])
        staffing = facts.known(session).staffing
        lines = lines_of(difference, level, lands, staffing, version.effective_from)
        places = places_of(session, difference, level, lands, version.effective_from)
    if not difference.changes:
        raise NothingChanged("Version {number} has the same boundaries as version {before}.",
                             number=number, before=earlier.number)  # fmt: skip
    return Notice(version, state, earlier, level, lines, others(difference, level), places, *lands)


def before(session, number):
    """Return the version that ``number`` follows: the highest below it that was not withdrawn, None for the first."""
    earlier = [one for one in version_rows.all_versions(session) if one.number < number and one.withdrawn_at is None]
    return earlier[-1] if earlier else None


def others(difference, level):
    """Return level → how many of its grids change, of the other levels."""
    levels = [one.grid.level for one in difference.changes if one.grid.level != level]
    return {name: levels.count(name) for name in dict.fromkeys(levels)}


def lines_of(difference, level, lands, staffing, at):
    """Return the Lines of the table, lowest code first."""
    found = []
    for one in difference.changes:
        if one.grid.level == level:
            land = lands[1] if one.after is not None else lands[0]
            found.append(line(difference, one, land, staffing, at))
    return found


def line(difference, one, land, staffing, at):
    """Return the Line of one grid; ``land`` are the boundaries that it is in."""
    # Posts on a dissolved grid end at the very instant: who answered is asked for just before it.
    instant = at if one.after is not None else at - dt.timedelta(microseconds=1)
    parent = land.grids.get(one.grid.parent_code)
    return Line(
        one,
        [move for move in difference.moves if one.after is not None and move.after is one.after],
        [move for move in difference.moves if one.before is not None and move.before is one.before],
        parent,
        people(staffing, one.grid.grid_id, instant),
        difference.area_m2(one.shape_before),
        difference.area_m2(one.shape_after),
    )


def people(staffing, grid_id, at):
    """Return [(Person, role)] of those posted on a grid, chiefs first."""
    return [
        (person, role)
        for role in staff.POST_ROLES
        for person in staff.by_code(staffing, staff.posted_ids(staffing, grid_id, role, at))
    ]


# --- maps ----------------------------------------------------------------------------


def places_of(session, difference, level, lands, at):
    """Return the Places where grids of ``level`` change their shape, the largest first; at most twelve."""
    drawn = [one for one in difference.changes if one.grid.level == level and is_drawn(one)]
    groups = neighbourhoods([shapely.union_all(shapes_of(one)) for one in drawn])
    boxes = [widened(shapely.total_bounds([s for i in group for s in shapes_of(drawn[i])])) for group in groups]
    largest = sorted(range(len(groups)), key=lambda i: -shapely.box(*boxes[i]).area)[:MOST_PLACES]
    return [place(session, [drawn[i] for i in groups[n]], boxes[n], difference, level, lands, at) for n in largest]


def is_drawn(one):
    """Return whether a change is to be seen on a map."""
    return bool(shapes_of(one)) and (one.kind != "changed" or "shape" in one.differs)


def shapes_of(one):
    """Return the shapes of a grid before and after that are there."""
    return [shape for shape in (one.shape_before, one.shape_after) if shape is not None]


def neighbourhoods(shapes):
    """Return the positions of shapes in groups of those that touch each other, directly or through others."""
    group = list(range(len(shapes)))

    def root(i):
        while group[i] != i:
            i = group[i]
        return i

    for i, j in zip(*shapely.STRtree(shapes).query(shapes, predicate="intersects"), strict=True):
        group[root(int(i))] = root(int(j))
    found = {}
    for i in range(len(shapes)):
        found.setdefault(root(i), []).append(i)
    return list(found.values())


def widened(bounds):
    """Return a box with a margin round it, as wide as a map at least and of a shape that fits on paper."""
    west, south, east, north = (float(edge) for edge in bounds)
    narrowing = math.cos(math.radians((south + north) / 2))
    width = max((east - west) * (1 + 2 * MARGIN), NARROWEST)
    height = max((north - south) * (1 + 2 * MARGIN), NARROWEST * FLATTEST)
    width = max(width, height / TALLEST / narrowing)
    height = max(height, width * FLATTEST * narrowing)
    across, along = (east + west) / 2, (north + south) / 2
    return across - width / 2, along - height / 2, across + width / 2, along + height / 2


def place(session, group, box, difference, level, lands, at):
    """Return the Place of a group of changes."""
    keys = {one.key for one in group}
    pieces = [m for m in difference.moves if m.after.level == level and {m.before.grid_id, m.after.grid_id} & keys]
    changed = [
        frozenset(s.code for one in group if (s := getattr(one, side)) is not None) for side in ("before", "after")
    ]
    here = [within(land, level, box) for land in lands]
    return Place(box, *here, *changed, pieces, feature_rows.at_layer(session, "road", bbox=box, at=at))


def within(land, level, box):
    """Return code → shape, cut at the box, of the grids of ``level`` that lie in it."""
    codes = [code for code in land.at_level(level) if code in land.shapes]
    shapes = np.array([land.shapes[code] for code in codes], dtype=object)
    near = np.flatnonzero(shapely.intersects(shapes, shapely.box(*box)))
    cut = shapely.clip_by_rect(shapely.make_valid(shapes[near]), *box)
    return {codes[i]: shape for i, shape in zip(near.tolist(), cut, strict=True) if not shape.is_empty}
