"""Borders as shared arcs: each once, between two nodes, with the grid on either side of it.

A node is a vertex at which other than two edges meet. A ring is told by the
numbers of its arcs in order; one that it runs against is ``~i``. A ring without
a node, like that of an island, is one closed arc that begins at its lowest vertex.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries, Numbers
from gridmgr.geometry.edges import OUTSIDE, Complex, Indices

Rings = list[list[list[int]]]


class Topology(NamedTuple):
    """Shared arcs, lon/lat.

    Attributes
    ----------
    arcs : list of ndarray, shape (n, 2)
        Each border once; as the ring of its first side runs.
    sides : list of pairs of codes
        The grids on both sides of each arc, the lower code first; None for the outside.
    rings : dict
        Code → parts → rings (the outer one first) → numbers of arcs, ``~i`` where the ring runs against arc ``i``.
    nodes : ndarray, shape (m, 2)
        Ends of arcs, west to east.
    degrees : ndarray of int, shape (m,)
        How many arcs meet in each node.
    """

    arcs: list[Numbers]
    sides: list[tuple[str, str | None]]
    rings: dict[str, Rings]
    nodes: Numbers
    degrees: Indices


class _Vertices(NamedTuple):
    """The vertices of all rings without the closing ones: where they are, and of which ring, part and grid."""

    place: Complex
    ring: Indices
    begin: Indices
    length: Indices
    part: Indices
    owner: Indices


class _Edges(NamedTuple):
    """The number of the edge behind each vertex; of each edge, which grids have it; of each vertex, its degree."""

    number: Indices
    sides: Indices
    degree: Indices
    vertex: Indices


class _Runs(NamedTuple):
    """Stretches of rings between nodes: ``begin`` and ``end`` (both included) in ``order``, positions of vertices."""

    order: Indices
    begin: Indices
    end: Indices
    ring: Indices


def topology(codes: Sequence[str], shapes: Geometries, only: int | None = None) -> Topology:
    """Return the arcs of valid ``shapes`` that share their borders; only those of the first ``only`` grids.

    The others tell what is on the other side of their arcs, so all that touch the first ones should be among them.
    """
    vertices = _vertices(shapes)
    edges = _edges(vertices)
    of_interest = vertices.owner < (len(codes) if only is None else only)
    runs = _runs(vertices, edges.degree[edges.vertex] != 2, of_interest)
    arc, number = _numbered(runs, edges)
    closed = np.column_stack([vertices.place.real, vertices.place.imag])[runs.order]
    lines = [closed[begin : end + 1] for begin, end in zip(runs.begin[arc], runs.end[arc], strict=True)]
    sides = edges.sides[edges.number[runs.order[runs.begin[arc]]]]
    names = [(codes[one], None if other == OUTSIDE else codes[other]) for one, other in sides.tolist()]
    nodes, degrees = _nodes(runs, vertices, edges)
    return Topology(lines, names, _rings(codes, vertices, runs, number), nodes, degrees)


def _vertices(shapes: Geometries) -> _Vertices:
    parts, part_owner = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    kept = np.append(ring[1:] == ring[:-1], False)
    ring = ring[kept]
    length = np.bincount(ring, minlength=len(rings))
    place = xy[kept, 0] + 1j * xy[kept, 1]
    return _Vertices(place, ring, np.cumsum(length) - length, length, ring_part, part_owner[ring_part])


def _edges(vertices: _Vertices) -> _Edges:
    places, vertex = np.unique(vertices.place, return_inverse=True)
    last = np.zeros(len(vertex), bool)
    last[vertices.begin + vertices.length - 1] = True
    follower = np.where(last, vertices.begin[vertices.ring], np.arange(len(vertex)) + 1)
    low, high = np.minimum(vertex, vertex[follower]), np.maximum(vertex, vertex[follower])
    keys, first, number = np.unique(low * len(places) + high, return_index=True, return_inverse=True)
    degree = np.bincount(np.concatenate([low[first], high[first]]), minlength=len(places))
    return _Edges(number, _sides(number, vertices.owner[vertices.ring], len(keys)), degree, vertex)


def _sides(number: Indices, owner: Indices, count: int) -> Indices:
    """Return for each edge the first and the last grid that has it, OUTSIDE for the second where there is but one."""
    once = np.bincount(number, minlength=count) == 1
    first, last = np.full(count, np.iinfo(np.intp).max), np.full(count, OUTSIDE)
    np.minimum.at(first, number, owner)
    np.maximum.at(last, number, owner)
    return np.column_stack([first, np.where(once, OUTSIDE, last)])


def _runs(vertices: _Vertices, is_node: npt.NDArray[np.bool_], of_interest: npt.NDArray[np.bool_]) -> _Runs:
    """Return the runs of the rings ``of_interest``, each ring turned so that it begins at a node, or its lowest vertex."""
    rank = np.lexsort((vertices.place, ~is_node, vertices.ring))
    start = rank[vertices.begin]
    rings = np.flatnonzero(of_interest)
    sizes = vertices.length[rings] + 1
    ring = np.repeat(rings, sizes)
    step = np.arange(len(ring)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    order = vertices.begin[ring] + (start[ring] - vertices.begin[ring] + step) % vertices.length[ring]
    begins = (step < vertices.length[ring]) & (is_node[order] | (step == 0))
    ends = (step > 0) & (is_node[order] | (step == vertices.length[ring]))
    begin = np.flatnonzero(begins)
    return _Runs(order, begin, np.flatnonzero(ends), ring[begin])


def _numbered(runs: _Runs, edges: _Edges) -> tuple[Indices, Indices]:
    """Return the run that each arc was first met as, and for each run its arc, ``~i`` where it runs against it."""
    first, last = edges.number[runs.order[runs.begin]], edges.number[runs.order[runs.end - 1]]
    key = np.minimum(first, last) * (int(edges.number.max(initial=0)) + 1) + np.maximum(first, last)
    _, met, which = np.unique(key, return_index=True, return_inverse=True)
    arc = np.sort(met)
    which = np.searchsorted(arc, met[which])
    start = edges.vertex[runs.order[runs.begin]]
    along = (start == start[arc[which]]) & (first == first[arc[which]])
    return arc, np.where(along, which, ~which)


def _nodes(runs: _Runs, vertices: _Vertices, edges: _Edges) -> tuple[Numbers, Indices]:
    ends = np.unique(runs.order[runs.begin])
    vertex, first = np.unique(edges.vertex[ends], return_index=True)
    is_node = edges.degree[vertex] != 2
    place = vertices.place[ends[first[is_node]]]
    return np.column_stack([place.real, place.imag]), edges.degree[vertex[is_node]]


def _rings(codes: Sequence[str], vertices: _Vertices, runs: _Runs, number: Indices) -> dict[str, Rings]:
    result: dict[str, Rings] = {}
    part = ring = -1
    for run_ring, arc in zip(runs.ring.tolist(), number.tolist(), strict=True):
        parts = result.setdefault(codes[vertices.owner[run_ring]], [])
        if vertices.part[run_ring] != part:
            part = int(vertices.part[run_ring])
            parts.append([])
        if run_ring != ring:
            ring = run_ring
            parts[-1].append([])
        parts[-1][-1].append(arc)
    return result


def polygon(arcs: Topology, code: str) -> Any:
    """Return the (multi)polygon of a grid, put together from its arcs."""
    parts = [
        shapely.Polygon(_ring(arcs, rings[0]), [_ring(arcs, ring) for ring in rings[1:]]) for rings in arcs.rings[code]
    ]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(arcs: Topology, numbers: list[int]) -> Numbers:
    return np.vstack([(arcs.arcs[i] if i >= 0 else arcs.arcs[~i][::-1])[:-1] for i in numbers])
