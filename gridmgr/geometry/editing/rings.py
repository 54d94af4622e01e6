"""Edges of the grids around a place, each with its ring; and rings with vertices put in, moved or taken out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import Geometries, Numbers
from gridmgr.geometry.edges import Complex, Edges, edges_of

ROUNDING_DEG = 1e-9
"""A vertex put on an edge lies on it within this: coordinates are kept to as much."""
Ends = tuple[complex, complex]
"""The two ends of an edge, the lower one (by x, then y) first."""


class Hood(NamedTuple):
    """The grids around a place by position, and all their edges."""

    codes: list[str]
    shapes: Any
    edges: Edges

    def owners(self, place: complex) -> list[str]:
        """Return the codes of grids with a vertex at ``place``."""
        return [self.codes[i] for i in np.unique(self.edges.owner[self.edges.here == place])]

    def beside(self, one: complex, other: complex) -> list[str]:
        """Return the codes of grids that have the edge between two places."""
        here, there = self.edges.here, self.edges.there
        same = ((here == one) & (there == other)) | ((here == other) & (there == one))
        return [self.codes[i] for i in np.unique(self.edges.owner[same])]


def hood(coverage: Coverage, bounds: Iterable[float], margin: float = 1e-7) -> Hood:
    """Return the grids whose box meets ``bounds`` (west, south, east, north), widened by ``margin`` degrees."""
    west, south, east, north = bounds
    codes = coverage.near((west - margin, south - margin, east + margin, north + margin))
    shapes = coverage.shapes(codes)
    return Hood(codes, shapes, edges_of(shapes))


def bounds_of(places: Complex) -> tuple[float, float, float, float]:
    """Return west, south, east, north of places."""
    x, y = places.real, places.imag
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def ends(one: complex, other: complex) -> Ends:
    """Return two places as the ends of an edge."""
    return (one, other) if (one.real, one.imag) < (other.real, other.imag) else (other, one)


def pairs_of(line: Complex) -> list[Ends]:
    """Return the segments of a line as the ends of edges."""
    return [ends(p, q) for p, q in zip(line[:-1].tolist(), line[1:].tolist(), strict=True)]


def edge_keys(edges: Edges) -> set[Ends]:
    """Return the ends of edges."""
    low = np.where(edges.here < edges.there, edges.here, edges.there)
    high = np.where(edges.here < edges.there, edges.there, edges.here)
    return set(zip(low.tolist(), high.tolist(), strict=True))


def with_inserted(shape: Any, inserted: Mapping[Ends, list[complex]]) -> Any:
    """Return ``shape`` with vertices on some of its edges, each list from the lower end to the higher."""

    def change(ring: Complex) -> Complex:
        at: list[int] = []
        new: list[complex] = []
        for (low, high), points in inserted.items():
            for k in _edge_positions(ring, low, high):
                at += [k + 1] * len(points)
                new += points if ring[k] == low else points[::-1]
        return np.insert(ring, at, new) if at else ring

    return changed(shape, change)


def _edge_positions(ring: Complex, low: complex, high: complex) -> list[int]:
    here, there = ring[:-1], ring[1:]
    same = ((here == low) & (there == high)) | ((here == high) & (there == low))
    return list(np.flatnonzero(same).tolist())


def lying_on(places: Complex, here: Complex, there: Complex) -> dict[Ends, list[complex]]:
    """Return for the edges on which some of ``places`` lie, within rounding, those from the lower end to the higher."""
    points, lines = shapely.points(places.real, places.imag), segments(here, there)
    edge, place = shapely.STRtree(points).query(lines, predicate="dwithin", distance=ROUNDING_DEG)
    result: dict[Ends, list[complex]] = {}
    for k, i in sorted(set(zip(edge.tolist(), place.tolist(), strict=True))):
        pair, new = ends(complex(here[k]), complex(there[k])), complex(places[i])
        if new not in pair and new not in result.get(pair, []):
            result.setdefault(pair, []).append(new)
    return {pair: _from(pair[0], some) for pair, some in result.items()}


def _from(start: complex, places: list[complex]) -> list[complex]:
    return sorted(places, key=lambda place: abs(place - start))


def segments(here: Complex, there: Complex) -> Geometries:
    """Return edges as lines."""
    both = np.stack([here, there], axis=1)
    return np.asarray(shapely.linestrings(np.stack([both.real, both.imag], axis=-1)), dtype=object)


def with_moved(shape: Any, old: complex, new: complex) -> Any:
    """Return ``shape`` with the vertex ``old`` at ``new``."""
    return changed(shape, lambda ring: np.where(ring == old, new, ring) if (ring == old).any() else ring)


def without(shape: Any, places: Iterable[complex]) -> Any:
    """Return ``shape`` without its vertices at ``places``; rings that would keep less than three stay as they are."""
    gone = np.array(list(places), dtype=complex)

    def change(ring: Complex) -> Complex:
        kept = ring[:-1][~np.isin(ring[:-1], gone)]
        return np.append(kept, kept[0]) if 3 <= len(kept) < len(ring) - 1 else ring

    return changed(shape, change)


def changed(shape: Any, change: Callable[[Complex], Complex]) -> Any:
    """Return ``shape`` with each ring (closed, x + iy) as ``change`` makes it; the same object where all stay."""
    given = _rings(shape)
    parts = [[change(ring) for ring in rings] for rings in given]
    if all(new is old for rings, olds in zip(parts, given, strict=True) for new, old in zip(rings, olds, strict=True)):
        return shape
    made = [shapely.Polygon(_xy(rings[0]), [_xy(ring) for ring in rings[1:]]) for rings in parts]
    return made[0] if shapely.get_type_id(shape) == shapely.GeometryType.POLYGON else shapely.MultiPolygon(made)


def _rings(shape: Any) -> list[list[Complex]]:
    return [[_places(ring) for ring in shapely.get_rings(part)] for part in shapely.get_parts(shape)]


def _places(ring: Any) -> Complex:
    xy = shapely.get_coordinates(ring)
    return np.asarray(xy[:, 0] + 1j * xy[:, 1])


def _xy(ring: Complex) -> Numbers:
    return np.column_stack([ring.real, ring.imag])
