"""Borders that came back as they were: vertices are taken for the old ones where they lie within some centimetres."""

import numpy as np
import shapely

from gridmgr.geometry.crs import metres_per_degree

TOLERANCE_M = 0.05
DECIMALS = 9


def recognised(coverage, given):
    """Return code → shape of those grids in a file that differ from the coverage, vertices snapped to its own.

    A grid counts as unchanged wherever its rings begin, however they run, and whether
    or not it is called a multi-part shape.

    Parameters
    ----------
    coverage : Coverage
    given : dict of str to Polygon or MultiPolygon
        Lon/lat; codes that the coverage does not have are not looked at.

    Returns
    -------
    dict, int
        The grids that differ, and how many were the same only once their vertices were snapped.
    """
    known = {code: shape for code, shape in given.items() if code in coverage}
    other = {code: shape for code, shape in known.items() if not same(shape, coverage.shape(code))}
    if not other:
        return {}, 0
    snapped = onto_vertices(list(other.values()), coverage)
    found = {code: shape for code, shape in zip(other, snapped, strict=True) if not same(shape, coverage.shape(code))}
    return found, len(other) - len(found)


def same(one, other):
    """Return whether two shapes have the same rings."""
    return bool(shapely.equals_exact(plain(one), plain(other), 0.0))


def plain(shape):
    """Return a shape in one order of parts, rings and vertices, as a multi-part shape."""
    parts = shapely.get_parts(shape)
    return shapely.normalize(shapely.multipolygons(parts))


def onto_vertices(shapes, coverage):
    """Return shapes whose vertices are those of the coverage's grids wherever one lies within ``TOLERANCE_M``."""
    near = {code for shape in shapes for code in coverage.near(shapely.buffer(shapely.box(*shape.bounds), 1e-6))}
    places = np.unique(shapely.get_coordinates(coverage.shapes(sorted(near))), axis=0)
    xy = shapely.get_coordinates(shapes)
    scale = metres_per_degree(float(xy[:, 1].mean()))
    metres = np.array([scale.lon, scale.lat])
    tree = shapely.STRtree(shapely.points(places * metres))
    here, there = tree.query_nearest(shapely.points(xy * metres), max_distance=TOLERANCE_M, all_matches=False)
    moved = np.round(xy, DECIMALS)
    moved[here] = places[there]
    return shapely.remove_repeated_points(shapely.set_coordinates(np.array(shapes, dtype=object), moved))
