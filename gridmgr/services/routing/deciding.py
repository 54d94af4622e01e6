"""Deciding for many rows at once: who owns each, as arrays that refer to tables of the distinct answers.

A decision is put together from tables (grid and time → person; kind of matter, kind of
area and situation → department) that are filled by the rules of :mod:`gridmgr.domain` as rows
first ask for a cell, and kept as long as the facts and the ground they were made from. After that a row
costs a look at the index of the grids and a few array look-ups.
"""

import numpy as np

from gridmgr.domain.routing.spots import BORDER_M
from gridmgr.domain.times.clocks import as_instant, as_microseconds
from gridmgr.geometry.locator import NONE, asking
from gridmgr.services import routing
from gridmgr.services.routing.decided import Asked, Decided, Part
from gridmgr.services.routing.decision_tables import tables

BLOCK = 32_768
"""Rows that are decided together: few enough that what lies between two steps stays in the processor's cache."""
ROUGH_M, FEW = 100.0, 200
"""A position that is less sure is rough; of those outside so many are measured together, since each may be as near to many grids."""


def route_many(timeline, lons, lats, categories, codes, instants, *, received=None, accuracy_m=0.0, hands_only=False):
    """Return who answers for many positions: row for row what ``routing.where`` says of each.

    Parameters
    ----------
    timeline : Timeline
    lons, lats : ndarray of float64, shape (n,)
        WGS 84. A position that is none on earth is outside the city.
    categories : ndarray of int32, shape (n,)
        Positions in ``codes``; -1 for no category.
    codes : sequence of str
        Of categories.
    instants : datetime, or ndarray of int64, shape (n,)
        When it was observed; microseconds since 1970, UTC.
    received : datetime, or ndarray of int64, shape (n,), optional
        When it was received; when it was observed without it.
    accuracy_m : float, or ndarray of float64, shape (n,)
        Of the positions.
    hands_only : bool
        Whether only the numbers of grid, person and department are told: no levels, unit grids and flags.

    Returns
    -------
    Decided

    Raises
    ------
    NothingInForce
        No version is in force at one of the instants, or it has no grids.
    UnknownCategory
        There is no category of a code that a row refers to.
    """
    observed = moments(instants)
    asked = Asked(
        np.asarray(lons, np.float64),
        np.asarray(lats, np.float64),
        np.asarray(categories),
        observed,
        observed if received is None else moments(received),
        np.asarray(accuracy_m, np.float64),
    )
    found = spells(timeline, observed) if len(asked) else []
    parts = [decide_part(timeline.at(at), asked.among(rows), codes, rows, hands_only) for at, rows in found]
    return Decided(parts or [decide_part(timeline.known, asked, codes, slice(None), hands_only)], asked)


def moments(instants):
    """Return instants as int64 microseconds, without a dimension where there is one for all."""
    return np.asarray(instants, np.int64) if isinstance(instants, np.ndarray) else np.array(as_microseconds(instants))


def spells(timeline, observed):
    """Return (instant, rows) of the rows that one version answers each; rows are all, as a slice, or positions."""
    everything = slice(None)
    if not observed.size:
        return []
    if timeline.is_fixed or not observed.ndim:
        return [(as_instant(observed.min()), everything)]
    starts = np.array([as_microseconds(one) for one in timeline.starts], np.int64)
    low, high = starts.searchsorted((observed.min(), observed.max()), "right")
    if low == high:
        return [(as_instant(observed[0]), everything)]
    places = starts.searchsorted(observed, "right")
    groups = [np.flatnonzero(places == place) for place in np.flatnonzero(np.bincount(places)).tolist()]
    return [(as_instant(observed[rows[0]]), rows) for rows in groups]


def decide_part(known, asked, codes, rows, hands_only=False):
    """Return the Part of the rows that one version answers."""
    routing.refuse_without_grids(known)
    made = tables(known)
    matters = matters_of(known, made, asked.categories, codes)
    part = Part.empty(rows, asked, made, hands_only=hands_only)
    made.asked += 0 if hands_only else len(asked)
    if not hands_only and asking.is_compiled(None, made.asked):
        asking.load_compiled()  # Which the index then uses for each block, however short.
    for begin in range(0, len(asked), BLOCK):
        block = slice(begin, begin + BLOCK)
        into = {name: array[block] for name, array in part.arrays.items()}
        some, kinds = asked.among(block), matters.take(asked.categories[block])
        (decide_hands if hands_only else decide_block)(made, some, kinds, into)
    return part


def matters_of(known, made, categories, codes):
    """Return for each of ``codes``, and for no code at last, the position of its category in the tables."""
    nothing = len(made.categories)
    places = [made.categories.get(code, NONE if code else nothing) for code in codes]
    if NONE in places:
        is_used = np.zeros(len(codes) + 1, bool)
        is_used[categories] = True
        for number in [number for number, place in enumerate(places) if place == NONE and is_used[number]]:
            routing.the_category(known, codes[number])
    return np.array([*(nothing if place == NONE else place for place in places), nothing], np.int64)


def decide_block(made, asked, categories, into):
    """Fill the arrays ``into``, by name, with the answers to a few rows."""
    ground, lons, lats = made.ground, asked.lons, asked.lats
    grids = decide_hands(made, asked, categories, into)
    owners = into["grid"]
    np.equal(owners, NONE, out=into["outside"])
    for level, above in made.above.items():
        above.take(grids, out=into[level], mode="clip")
    if made.unit_level:
        into[made.unit_level][:] = ground.unit_grids(owners, lons, lats)
    made.on_duty.take(into["person"], into["on_duty"])
    made.fallback.take(into["department"], into["fallback"])
    made.coverage_gap.take(into["department"], into["coverage_gap"])
    radius_m = np.maximum(asked.accuracy_m, BORDER_M)
    into["near_border"][:] = near_border(ground.locator, lons, lats, radius_m, owners)


def decide_hands(made, asked, categories, into):
    """Fill the arrays of grid, person and department; return the grids as the tables number them, one after the last outside."""
    into["grid"][:] = owners = made.ground.locator.locate_many(asked.lons, asked.lats)
    grids = np.where(owners == NONE, len(made.ground.locator.codes), owners).astype(np.int64)
    into["person"][:] = made.persons.look_up(grids, asked.received)
    into["department"][:] = made.departments_of(grids, categories, asked)
    return grids


def near_border(locator, lons, lats, radius_m, owners):
    """Return for each row whether a border is within its radius: of its owner, or outside of any grid.

    Around a rough position lie all borders of the city: there the distance is measured to the one that counts.
    """
    near = locator.near_border_many(lons, lats, np.minimum(radius_m, ROUGH_M), owners)
    radius_m = np.broadcast_to(radius_m, near.shape)
    rough = np.flatnonzero((radius_m > ROUGH_M) & ~near)
    inside, outside = rough[owners[rough] != NONE], rough[owners[rough] == NONE]
    near[inside] = locator.border_distances(lons[inside], lats[inside], owners[inside]) <= radius_m[inside]
    for begin in range(0, len(outside), FEW):
        some = outside[begin : begin + FEW]
        near[some] = locator.nearest_many(lons[some], lats[some])[1] <= radius_m[some]
    return near
