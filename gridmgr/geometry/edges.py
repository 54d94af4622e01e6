"""The edges of polygons, paired: in a whole coverage each is there once, or twice with two owners."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries

Complex = npt.NDArray[np.complex128]
Indices = npt.NDArray[np.intp]
OUTSIDE = -1


class Edges(NamedTuple):
    """Edges from ``here`` to ``there`` (x + iy) with the polygon left of or right of them, as its ring runs."""

    here: Complex
    there: Complex
    owner: Indices


class Shared(NamedTuple):
    """Distinct edges, in the direction of the ``first`` owner; ``second`` is -1 where there is no other."""

    here: Complex
    there: Complex
    first: Indices
    second: Indices


def edges_of(shapes: Geometries) -> Edges:
    """Return every edge of every ring of ``shapes``; owners are positions in ``shapes``."""
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    place = xy[:, 0] + 1j * xy[:, 1]
    same = ring[1:] == ring[:-1]
    return Edges(place[:-1][same], place[1:][same], part_owner[ring_part[ring[:-1][same]]])


def shared(edges: Edges) -> Shared:
    """Return the distinct edges; a second owner is the one whose ring has the same two ends, whichever way it runs."""
    low = np.where(edges.here < edges.there, edges.here, edges.there)
    high = np.where(edges.here < edges.there, edges.there, edges.here)
    order = np.lexsort((edges.owner, high, low))
    again = (low[order][1:] == low[order][:-1]) & (high[order][1:] == high[order][:-1])
    starts = np.flatnonzero(np.concatenate([[True], ~again])) if len(order) else order
    twice = np.append(again, False)[starts]
    follower = order[np.minimum(starts + 1, len(order) - 1)]
    first = order[starts]
    second = np.where(twice, edges.owner[follower], OUTSIDE)
    return Shared(edges.here[first], edges.there[first], edges.owner[first], second)
