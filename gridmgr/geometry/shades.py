"""Which of a few shades each grid has, so that neighbours are told apart on a map.

Grids are coloured in the order that takes away the one with the fewest
neighbours last: a map in the plane never needs more than six shades that way.
Source: Matula, Marble, Isaacson, "Graph coloring algorithms", 1972.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence

import numpy as np

from gridmgr.geometry.crs import Geometries
from gridmgr.geometry.edges import OUTSIDE, Indices, edges_of, shared

SHADES = 6
Neighbours = Sequence[set[int]]


def shades(shapes: Geometries, count: int = SHADES) -> Indices:
    """Return a shade from 0 to ``count`` - 1 for each of ``shapes``, other than those of its neighbours.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon, shape (n,)
        A coverage; two are neighbours where they share an edge, vertex for vertex.
    count : int
        Of six shades of grids that are each in one piece some is always free; elsewhere the
        rarest among the neighbours is taken.
    """
    beside = neighbours(shapes)
    chosen: dict[int, int] = {}
    used: Counter[int] = Counter()
    for grid in reversed(fewest_first(beside)):
        near = Counter(chosen[other] for other in beside[grid] if other in chosen)
        chosen[grid] = min(range(count), key=lambda shade: (near[shade], used[shade], shade))
        used[chosen[grid]] += 1
    return np.array([chosen[grid] for grid in range(len(shapes))], dtype=np.intp)


def neighbours(shapes: Geometries) -> Neighbours:
    """Return for each shape the positions of those that share an edge with it."""
    edges = shared(edges_of(shapes))
    inner = edges.second != OUTSIDE
    found: list[set[int]] = [set() for _ in shapes]
    for one, other in np.unique(np.column_stack([edges.first[inner], edges.second[inner]]), axis=0).tolist():
        if one != other:
            found[one].add(other)
            found[other].add(one)
    return found


def fewest_first(beside: Neighbours) -> list[int]:
    """Return all positions; each has, among itself and those after it, the fewest neighbours."""
    degree = [len(near) for near in beside]
    waiting = [(count, grid) for grid, count in enumerate(degree)]
    heapq.heapify(waiting)
    gone: dict[int, None] = {}
    while waiting:
        count, grid = heapq.heappop(waiting)
        if grid in gone or count != degree[grid]:
            continue
        gone[grid] = None
        for other in beside[grid]:
            if other not in gone:
                degree[other] -= 1
                heapq.heappush(waiting, (degree[other], other))
    return list(gone)
