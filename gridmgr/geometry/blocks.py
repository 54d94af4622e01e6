"""Blocks: the ground between streets, and how blocks lie beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries
from gridmgr.geometry.edges import OUTSIDE, edges_of, shared

DECIMALS = 9
"""Of a degree: what every stored coordinate is rounded to."""
ALONG_M = 15.0
"""A border within this distance of a street or river follows it."""
A_MILLIMETRE, A_HAIR_M = 0.001, 0.05
REACH_M = 25.0
"""The end of a street that is so near a border or another street is drawn on to it: the block is closed there."""


def between_streets(areas: Geometries, lines: Geometries, *, metric: Any) -> tuple[Geometries, npt.NDArray[np.intp]]:
    """Return the blocks that lines cut areas into, and the position of each block's area.

    Parameters
    ----------
    areas : ndarray of Polygon or MultiPolygon, shape (n,)
        They do not overlap; lon/lat.
    lines : ndarray of LineString or MultiLineString
        Streets, rivers; lon/lat. What runs outside of the areas, and dead ends, bound no block.
    metric : Metric
        To metres and ``back``.

    Returns
    -------
    ndarray of Polygon, shape (m,)
        They tile the areas; corners of the areas are the very corners they had.
    ndarray of intp, shape (m,)
    """
    outlines = shapely.boundary(areas)
    network = shapely.union_all(np.concatenate([outlines, *([longer(lines, outlines, metric)] if len(lines) else [])]))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    place, area = shapely.STRtree(areas).query(shapely.point_on_surface(faces), predicate="intersects")
    first = np.unique(place, return_index=True)[1]
    return faces[place[first]], area[first]


def longer(lines: Geometries, outlines: Geometries, metric: Any) -> Geometries:
    """Return lines with both ends drawn on: a dead end by ``REACH_M`` where it then meets something, others by a hair.

    An end that lies on a border does so only up to rounding, and a block that is open by so little is none.
    """
    parts = shapely.get_parts(shapely.line_merge(shapely.union_all(lines)))
    plane = metric(parts)
    tree = shapely.STRtree(np.concatenate([plane, metric(outlines)]))
    drawn = [parts]
    for last, before in ((0, 1), (-1, -2)):
        ends = shapely.get_point(plane, last)
        met = np.bincount(tree.query(ends, "dwithin", A_MILLIMETRE)[0], minlength=len(parts)) > 1
        tips = stretched(shapely.get_point(plane, before), ends, np.where(met, A_HAIR_M, REACH_M))
        meets = np.bincount(tree.query(tips, "intersects")[0], minlength=len(parts)) > 1
        far = shapely.get_coordinates(metric.back(shapely.get_point(tips, -1)))
        near = shapely.get_coordinates(shapely.get_point(parts, last))
        drawn.append(shapely.linestrings(np.stack([near, far], axis=1)[met | meets]))
    return np.concatenate(drawn)


def stretched(before: Geometries, ends: Geometries, reach_m: Any) -> Geometries:
    """Return the straight continuation of lines beyond their ends; metres."""
    one, other = (shapely.get_coordinates(points) for points in (before, ends))
    along = other - one
    length = np.maximum(np.hypot(*along.T), 1e-9)
    return np.asarray(shapely.linestrings(np.stack([other, other + along * (reach_m / length)[:, None]], axis=1)))


def cut_by_lattice(block: Any, parts: int, *, metric: Any) -> Geometries:
    """Return a block cut by straight lines into about so many parts of equal size."""
    plane = metric(block)
    side = max((shapely.area(plane) / parts) ** 0.5, 1.0)
    west, south, east, north = shapely.bounds(plane)
    xs, ys = np.arange(west + side, east, side), np.arange(south + side, north, side)
    lines = [((x, south - 1), (x, north + 1)) for x in xs] + [((west - 1, y), (east + 1, y)) for y in ys]
    if not lines:
        return np.array([block], dtype=object)
    cuts = metric.back(shapely.linestrings(np.array(lines)))
    network = shapely.union_all([shapely.boundary(block), *cuts])
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    return np.asarray(faces[shapely.intersects(block, shapely.point_on_surface(faces))])


def beside(blocks: Geometries, lines: Geometries, *, metric: Any) -> list[dict[int, float]]:
    """Return for each block its neighbours, with the metres of common border that follow no line.

    Blocks share their borders vertex for vertex; those that only touch in a point are no neighbours.
    """
    found: list[dict[int, float]] = [{} for _ in blocks]
    edges = shared(edges_of(blocks))
    inner = edges.second != OUTSIDE
    ends = np.stack([edges.here[inner], edges.there[inner]], axis=1)
    segments = metric(shapely.linestrings(np.stack([ends.real, ends.imag], axis=-1)))
    costs = shapely.length(segments)
    if len(lines) and len(segments):
        tree = shapely.STRtree(shapely.get_parts(metric(lines)))
        costs[
            np.unique(tree.query(shapely.line_interpolate_point(segments, 0.5, normalized=True), "dwithin", ALONG_M)[0])
        ] = 0.0
    for one, other, cost in zip(edges.first[inner].tolist(), edges.second[inner].tolist(), costs.tolist(), strict=True):
        found[one][other] = found[other][one] = found[one].get(other, 0.0) + cost
    return found


def piece_of(blocks: Sequence[Any]) -> Any:
    """Return the union of blocks, as it is stored: its coordinates rounded."""
    return shapely.transform(shapely.coverage_union_all(list(blocks)), lambda xy: np.round(xy, DECIMALS))
