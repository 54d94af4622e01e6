"""Edges without a partner: whatever is wrong with a coverage lies along them.

Where exactly two grids have an edge, running opposite ways, the ground on both
its sides is covered. So in a whole city only the outer edge is without partners,
and what costs time (overlaying, noding) is spent on the few edges that are.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries, Numbers
from gridmgr.geometry.edges import Complex, Edges, Indices

Mask = npt.NDArray[np.bool_]
Hashes = npt.NDArray[np.uint64]


def left_edges(shapes: Geometries) -> Edges:
    """Return every edge of valid polygons with the polygon's inside on its left; owners are positions in ``shapes``."""
    if not len(shapes):
        return Edges(np.empty(0, complex), np.empty(0, complex), np.empty(0, np.intp))
    kind, xy, offsets = shapely.to_ragged_array(shapes)
    rings, owner, is_hole = _rings(kind, offsets)
    place = (xy + 0.0).view(np.complex128).ravel()  # -0.0 + 0.0 is 0.0
    ring = np.repeat(np.arange(len(owner)), np.diff(rings))
    within = ring[1:] == ring[:-1]
    here, there, ring = place[:-1][within], place[1:][within], ring[1:][within]
    turned = (_twice_area(here, there, ring, place[np.minimum(rings[:-1], len(place) - 1)]) < 0) != is_hole
    backwards = turned[ring]
    real = here != there
    return Edges(np.where(backwards, there, here)[real], np.where(backwards, here, there)[real], owner[ring][real])


def _rings(kind: shapely.GeometryType, offsets: tuple[Indices, ...]) -> tuple[Indices, Indices, Mask]:
    """Return where each ring begins among the vertices (and the end), its shape, and whether it is a hole."""
    rings, parts = np.asarray(offsets[0]), np.asarray(offsets[1])
    shape_of_part = np.arange(len(parts) - 1)
    if kind == shapely.GeometryType.MULTIPOLYGON:
        shape_of_part = np.repeat(np.arange(len(offsets[2]) - 1), np.diff(offsets[2]))
    owner = np.repeat(shape_of_part, np.diff(parts))
    is_hole = np.ones(len(rings) - 1, bool)
    is_hole[parts[:-1][np.diff(parts) > 0]] = False
    return rings, owner, is_hole


def _twice_area(here: Complex, there: Complex, ring: Indices, origin: Complex) -> Numbers:
    """Return twice the signed area of each ring, reckoned from one of its own vertices."""
    from_here, from_there = here - origin[ring], there - origin[ring]
    cross = from_here.real * from_there.imag - from_here.imag * from_there.real
    return np.asarray(np.bincount(ring, weights=cross, minlength=len(origin)))


def unpaired(edges: Edges, group: Indices | None = None) -> Mask:
    """Return which edges are not there exactly twice, once each way; with ``group``, twice in their group."""
    keys = _hashes(edges.here) + _hashes(edges.there)
    if group is not None:
        keys += group.astype(np.uint64) * np.uint64(0x9FB21C651E98DF25)
    order = np.argsort(keys)
    again = keys[order][1:] == keys[order][:-1]
    starts = np.flatnonzero(np.concatenate([[True], ~again])) if len(order) else order
    twice = starts[np.diff(np.append(starts, len(order))) == 2]
    one, other = order[twice], order[twice + 1]
    opposite = (edges.here[one] == edges.there[other]) & (edges.there[one] == edges.here[other])
    if group is not None:
        opposite &= group[one] == group[other]
    result = np.ones(len(keys), bool)
    result[one[opposite]] = result[other[opposite]] = False
    return result


def _hashes(places: Complex) -> Hashes:
    """Return a number of 64 bits for each place, far apart for places that are near."""
    bits = np.ascontiguousarray(places).view(np.uint64).reshape(-1, 2)
    result = bits[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ (bits[:, 1] + np.uint64(0x165667B19E3779F9))
    result ^= result >> np.uint64(29)
    result *= np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(result ^ (result >> np.uint64(32)))


def some(edges: Edges, chosen: Mask) -> Edges:
    """Return the chosen edges."""
    return Edges(edges.here[chosen], edges.there[chosen], edges.owner[chosen])


def reversed_edges(edges: Edges) -> Edges:
    """Return the edges of what lies on the other side."""
    return Edges(edges.there, edges.here, edges.owner)


def joined(one: Edges, other: Edges) -> Edges:
    """Return the edges of both; owners keep their numbers."""
    return Edges(*(np.concatenate(pair) for pair in zip(one, other, strict=True)))


def segments(edges: Edges) -> Geometries:
    """Return each edge as a line."""
    ends = np.stack([edges.here, edges.there], axis=1)
    return np.asarray(shapely.linestrings(np.stack([ends.real, ends.imag], axis=-1)), dtype=object)


def strung(edges: Edges) -> Geometries:
    """Return edges as lines, those that follow each other in one: they are noded ten times as fast."""
    if not len(edges.here):
        return np.empty(0, dtype=object)
    against = edges.here[:-1] == edges.there[1:]
    turned = np.append(against, False) | np.append(False, against)
    here, there = np.where(turned, edges.there, edges.here), np.where(turned, edges.here, edges.there)
    ends = np.append(np.flatnonzero(there[:-1] != here[1:]) + 1, len(here))
    places = np.insert(here, ends, there[ends - 1])
    line = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0) + 1)
    return np.asarray(shapely.linestrings(np.column_stack([places.real, places.imag]), indices=line), dtype=object)
