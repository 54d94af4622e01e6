"""Where a coverage is not whole: the raw pieces that an audit names and a repair mends.

A coverage is whole when three things hold: each polygon is valid; neighbours
share their borders vertex for vertex (GEOS, ``coverage_invalid_edges``); and the
union of all fills the frame. The second alone is blind to a missing grid (both
sides of a hole are simply outer edges) and to a lone bowtie, hence all three.

Where two interiors meet, either an edge of one lies inside the other and is
mismatched, or both grids are covered twice wherever one looks. So only grids
with mismatched edges, those that lie in another with a point of their inside,
and what these meet, are intersected; the rest of a large city is never overlaid.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries, Metric, metres_per_degree

Mask = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
POLYGONAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
DUST_M2 = 0.01
DUST_WIDTH_M = 0.001
"""Less than these along a line drawn twice is rounding: vertices are kept to 0.1 mm."""
EDGE_DEG = 1e-8
NARROW_DEG = 1e-7
"""Borders nearer than this (1 cm) and not shared were meant to be."""
TOUCH_DEG = 2e-9
"""Two results of one computation this near (0.2 mm) are the same place."""
AS_LONG_AS_WIDE = 30
"""Pieces that are longer than this many times their width are measured as strips."""
MEASURED_UP_TO_M2 = 2_000.0
"""An audit calls no larger piece small, so it does not measure their width."""


def usable(shapes: Geometries) -> Mask:
    """Return which shapes are polygons of finite coordinates with an inside."""
    return _usable(shapes, shapely.is_valid(shapes))


def _usable(shapes: Geometries, valid: Mask) -> Mask:
    polygonal: Mask = np.isin(shapely.get_type_id(shapes), POLYGONAL) & ~shapely.is_empty(shapes)
    polygonal[~valid] &= _all_finite(shapes[~valid])  # no valid shape has a coordinate that is no number
    return polygonal


def _all_finite(shapes: Geometries) -> Mask:
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    result = np.ones(len(shapes), bool)
    result[owner[~np.isfinite(xy).all(axis=1)]] = False
    return result


def made_valid(shapes: Geometries) -> Geometries:
    """Return valid (multi)polygons over the same ground: rings by the even-odd rule, empty where there is no inside."""
    return sound(shapes)[0]


def sound(shapes: Geometries) -> tuple[Geometries, Mask]:
    """Return ``shapes`` made valid, as ``made_valid`` does, and which of them were not."""
    valid = shapely.is_valid(shapes)
    use = _usable(shapes, valid)
    result = shapes.copy()
    result[~use] = shapely.Polygon()
    for i in np.flatnonzero(use & ~valid):
        result[i] = only_polygons(shapely.make_valid(result[i]))
    return result, ~(use & valid)


def only_polygons(shape: Any) -> Any:
    """Return the polygons of a shape as one (multi)polygon, without the lines and points beside them."""
    if shapely.get_type_id(shape) in POLYGONAL:
        return shape
    parts = polygon_parts(shape)
    return shapely.union_all(parts) if len(parts) else shapely.Polygon()


def without_repeats(shapes: Geometries) -> Geometries:
    """Return polygons without a vertex twice in a row, and without rings that have shrunk to a line."""
    parts, whole = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    owner = whole[part]
    shrunk = np.zeros(len(shapes), bool)
    shrunk[owner[shapely.area(shapely.polygons(rings)) == 0]] = True
    result = shapes.copy()
    result[~shrunk] = shapely.remove_repeated_points(shapes[~shrunk])
    result[shrunk] = [only_polygons(shapely.make_valid(shape)) for shape in shapes[shrunk]]
    return result


def polygon_parts(shapes: Any) -> Geometries:
    """Return the single polygons with an inside in ``shapes`` (one or an array)."""
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return np.asarray(parts[(shapely.get_dimensions(parts) == 2) & (shapely.area(parts) > 0)], dtype=object)


def mismatched(shapes: Geometries, *, gap_width: float = NARROW_DEG) -> Geometries:
    """Return the lines of each valid polygon that no neighbour shares though one should; empty where all is well."""
    if not len(shapes):
        return shapes
    return np.asarray(shapely.coverage_invalid_edges(shapes, gap_width=gap_width), dtype=object)


def mismatched_among(shapes: Geometries, some: Indices, *, gap_width: float = NARROW_DEG) -> Geometries:
    """Return the mismatched lines of ``some`` of the shapes, empty for the others: only what is near is looked at."""
    result = np.full(len(shapes), shapely.LineString(), dtype=object)
    if len(some):
        reach = shapely.box(*(shapely.bounds(shapes[some]) + np.array([-2, -2, 2, 2]) * NARROW_DEG).T)
        around = np.union1d(some, shapely.STRtree(shapes).query(reach)[1])
        lines = mismatched(shapes[around], gap_width=gap_width)
        result[some] = lines[np.searchsorted(around, some)]
    return result


def covered_twice(shapes: Geometries, points: Geometries) -> Mask:
    """Return which of ``shapes`` have their ``points`` (one inside each) in another shape too."""
    which, other = shapely.STRtree(shapes).query(points, predicate="intersects")
    result = np.zeros(len(points), bool)
    result[which[which != other]] = True
    return result


def overlapping(shapes: Geometries, suspects: Mask) -> tuple[Indices, Indices, Geometries]:
    """Return first and second index and common ground of the pairs that overlap, each pair once, lower index first."""
    return with_common_ground(shapes, meeting(shapes, np.flatnonzero(suspects)))


def meeting(shapes: Geometries, some: Indices) -> Indices:
    """Return the pairs of one of ``some`` and another shape that meet, lower index first; shape (n, 2)."""
    i, j = shapely.STRtree(shapes).query(shapes[some], predicate="intersects")
    pairs = np.unique(np.sort(np.column_stack([some[i], j]), axis=1), axis=0)
    return np.asarray(pairs[pairs[:, 0] != pairs[:, 1]])


def with_common_ground(shapes: Geometries, pairs: Indices) -> tuple[Indices, Indices, Geometries]:
    """Return first and second index and common ground of those ``pairs`` that have some."""
    common = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    has_inside = shapely.area(common) > 0
    pairs, common = pairs[has_inside], [only_polygons(shape) for shape in common[has_inside]]
    return pairs[:, 0], pairs[:, 1], np.array(common, dtype=object)


def union(shapes: Geometries, suspects: Mask) -> Any:
    """Return the ground that ``shapes`` cover; quick where few are ``suspects`` (have mismatched edges)."""
    sound = shapely.coverage_union_all(shapes[~suspects])
    if not suspects.any():
        return sound
    return only_polygons(shapely.union_all([sound, *shapes[suspects]]))


def outline(covered: Any) -> Any:
    """Return all that the outer rings of ``covered`` enclose, each alone or together: the frame where there is none."""
    rings = shapely.get_exterior_ring(polygon_parts(covered))
    if len(rings) > 1:
        rings = shapely.get_parts(shapely.union_all(rings))
    return only_polygons(shapely.union_all(polygon_parts(shapely.polygonize(rings))))


def missing(whole: Any, covered: Any) -> Geometries:
    """Return the polygons of ``whole`` that ``covered`` leaves out."""
    return polygon_parts(shapely.difference(whole, covered))


def without_rounding(gaps: Geometries, edge: Any) -> Geometries:
    """Return ``gaps`` without those along the ``edge`` of the frame that are one line drawn, or rounded, twice."""
    if not len(gaps):
        return gaps
    shapely.prepare(edge)
    at_edge = shapely.dwithin(edge, gaps, EDGE_DEG)
    return np.asarray(gaps[~at_edge | substantial(gaps)], dtype=object)


def outside_pieces(shape: Any, frame: Any) -> Geometries:
    """Return the polygons of ``shape`` outside ``frame``, but for rounding."""
    pieces = missing(shape, frame)
    return np.asarray(pieces[substantial(pieces)], dtype=object)


def substantial(pieces: Geometries) -> Mask:
    """Return which pieces are more than one line drawn, or rounded, twice.

    Measured with one scale a piece, which keeps straight what is straight in lon/lat: in the
    plane of a survey a long edge with a vertex put on it would span a strip of metres.
    """
    scale = metres_per_degree(shapely.bounds(pieces).reshape(-1, 4)[:, [1, 3]].mean(axis=1))
    xy, piece = shapely.get_coordinates(pieces, return_index=True)
    flat = shapely.set_coordinates(pieces.copy(), xy * np.column_stack(scale)[piece])
    area, length = shapely.area(flat), shapely.length(flat)
    result: Mask = (area >= DUST_M2) & (2 * area >= DUST_WIDTH_M * length)
    return result


def frame_or_outline(frame: Any, covered: Any) -> Any:
    """Return a valid ``frame``, or the outline of what is covered where there is none."""
    return outline(covered) if frame is None else only_polygons(shapely.make_valid(frame))


def widths(pieces: Geometries, metric: Metric, *, up_to_m2: float = MEASURED_UP_TO_M2) -> npt.NDArray[np.float64]:
    """Return how wide each piece is, metres.

    The diameter of the largest circle inside, to a tenth; infinite for pieces over
    ``up_to_m2``, and the mean width for those under 1 m², of which there may be many.
    """
    if not len(pieces):
        return np.empty(0)
    flat = metric(pieces)
    area, length = shapely.area(flat), shapely.length(flat)
    result = 2 * area / length
    measured = (area >= 1) & (area <= up_to_m2)
    is_strip = length**2 > 4 * AS_LONG_AS_WIDE * area
    blobs, strips = measured & ~is_strip, measured & is_strip
    tolerance = np.maximum(result[blobs] / 20, 0.001)
    result[blobs] = 2 * shapely.length(shapely.maximum_inscribed_circle(flat[blobs], tolerance=tolerance))
    result[strips] = _strip_widths(flat[strips])
    result[area > up_to_m2] = np.inf
    return np.asarray(result)


def _strip_widths(strips: Geometries) -> npt.NDArray[np.float64]:
    """Return how wide long thin pieces are, in their units, by what is left when their edges move inwards.

    The search for the largest circle looks at every place along a strip, each as wide as the next.
    """
    area = shapely.area(strips)
    low, high = area / shapely.length(strips), np.sqrt(area / np.pi)
    while (open_ := np.flatnonzero(high > 1.1 * low)).size:
        inwards = np.minimum(np.sqrt(low * high), 1.5 * low)[open_]
        left = ~shapely.is_empty(shapely.buffer(strips[open_], -inwards, quad_segs=2))
        low[open_[left]], high[open_[~left]] = inwards[left], inwards[~left]
    return np.asarray(2 * np.sqrt(low * high))
