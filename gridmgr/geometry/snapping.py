"""Making one vertex of several that were meant to be one.

Only vertices on unshared borders are looked at, so a sound part of a city keeps
every vertex. Among those within reach of each other the one that most grids
have is the anchor, then that of the lowest code, then the westernmost; anchors
are chosen greedily in that order, so that no chain of vertices is pulled along
and none moves farther than the reach.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry import changes, defects
from gridmgr.geometry.changes import Change
from gridmgr.geometry.crs import Geometries, Metric, Numbers, metres_per_degree

REACH_M = 0.05
REACH_DEG = 6e-7
Complex = npt.NDArray[np.complex128]
Indices = npt.NDArray[np.intp]


def snap(codes: list[str], shapes: Geometries, metric: Metric) -> tuple[Geometries, list[Change]]:
    """Return ``shapes`` with the vertices of unshared borders joined, and a change for each grid that moved."""
    lines = defects.mismatched(shapes, gap_width=REACH_DEG)
    places, ranks = _ranked(lines)
    if not len(places):
        return shapes, []
    anchor = _anchors(_neighbours(places), ranks)
    moving = np.flatnonzero(anchor != np.arange(len(places)))
    moved = _moved(shapes, places[moving], places[anchor[moving]])
    made = [_reported(codes[i], shapes[i], moved[i], metric) for i in np.flatnonzero(moved != shapes)]
    return moved, [one for one in made if one.fields["count"]]


def _ranked(lines: Geometries) -> tuple[Complex, Indices]:
    """Return the distinct vertices as x + iy, ordered so, and their rank as anchors."""
    xy, grid = shapely.get_coordinates(lines, return_index=True)
    pairs = np.unique(np.column_stack([xy, grid]), axis=0)
    places, first, count = np.unique(pairs[:, 0] + 1j * pairs[:, 1], return_index=True, return_counts=True)
    order = np.lexsort((np.arange(len(places)), pairs[first, 2], -count))
    ranks = np.empty(len(places), np.intp)
    ranks[order] = np.arange(len(places))
    return places, ranks


def _neighbours(places: Complex) -> tuple[Indices, Indices]:
    """Return the pairs of vertices within reach of each other, in metres; each vertex is its own neighbour too."""
    scale = metres_per_degree(float(places.imag.mean()))
    points = shapely.points(places.real * scale.lon, places.imag * scale.lat)
    here, there = shapely.STRtree(points).query(points, "dwithin", REACH_M)
    return here, there


def _anchors(pairs: tuple[Indices, Indices], ranks: Indices) -> Indices:
    """Return the vertex that each vertex moves onto, itself where it stays."""
    here, there = pairs
    anchor = np.full(len(ranks), -1, np.intp)
    by_rank = np.argsort(ranks)
    while (anchor < 0).any():
        open_pairs = (anchor[here] < 0) & (anchor[there] < 0)
        best = _lowest(here[open_pairs], ranks[there[open_pairs]], len(ranks))
        is_anchor = best == ranks
        anchor[is_anchor] = np.flatnonzero(is_anchor)
        near = is_anchor[there] & (anchor[here] < 0)
        nearest = _lowest(here[near], ranks[there[near]], len(ranks))
        follows = nearest < len(ranks)
        anchor[follows] = by_rank[nearest[follows]]
    return anchor


def _lowest(groups: Indices, values: Indices, size: int) -> Indices:
    result = np.full(size, size, np.intp)
    np.minimum.at(result, groups, values)
    return result


def _moved(shapes: Geometries, old: Complex, new: Complex) -> Geometries:
    """Return valid ``shapes`` with each ``old`` vertex at its ``new`` place; who would vanish stays as it was."""
    result = shapes.copy()
    if not len(old):
        return result
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    touched = np.unique(owner[_places_of(xy[:, 0] + 1j * xy[:, 1], old) >= 0])

    def move(xy: Numbers) -> Numbers:
        place = xy[:, 0] + 1j * xy[:, 1]
        which = _places_of(place, old)
        place = np.where(which >= 0, new[which], place)
        return np.column_stack([place.real, place.imag])

    joined = defects.made_valid(defects.without_repeats(shapely.transform(shapes[touched], move)))
    result[touched] = np.where(shapely.is_empty(joined), shapes[touched], joined)
    return result


def _places_of(places: Complex, known: Complex) -> Indices:
    """Return the index in the ordered ``known`` of each place, -1 for none."""
    at = np.minimum(np.searchsorted(known, places), len(known) - 1)
    return np.where(known[at] == places, at, -1)


def _reported(code: str, before: Any, after: Any, metric: Metric) -> Change:
    """Return the change of one grid; the vertices it lost are the place, how far off the new ones are the distance."""
    old, new = shapely.points(shapely.get_coordinates(before)), shapely.points(shapely.get_coordinates(after))
    left = shapely.difference(shapely.multipoints(old), shapely.multipoints(new))
    gone = shapely.get_parts(left)
    moved_m = shapely.distance(metric(gone), metric(shapely.multipoints(new))).max(initial=0.0)
    area_m2 = float(shapely.area(metric(shapely.symmetric_difference(before, after))))
    text, count = changes.SNAPPED, len(gone)
    return changes.change("snap", [code], left, text, area_m2=area_m2, count=count, moved_m=float(moved_m))
