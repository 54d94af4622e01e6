"""The ground that no grid covers, found by the faces that edges without a partner draw together.

Ground between two partners is covered on both sides, so the border of a gap is
made of other edges only. These are noded by snap rounding on the lattice on
which coordinates are kept, and polygonized; a face is uncovered as a whole or
not at all. What comes out at one place depends on the edges there alone: a
window shows the same gaps as the whole city, to the last bit, but for those
that its own edge cuts.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import defects
from gridmgr.geometry.crs import Geometries
from gridmgr.geometry.edges import Edges
from gridmgr.geometry.faces import faces_between
from gridmgr.geometry.framing import Frame
from gridmgr.geometry.unpaired import joined, left_edges, some, strung, unpaired


def loose_edges(edges: Edges, world: Edges | None) -> Edges:
    """Return those of ``edges`` and of the ``world`` around the frame that have no partner in the other."""
    every = edges if world is None else joined(edges, world._replace(owner=np.full(len(world.here), -1)))
    return some(every, unpaired(every))


def pieces(shapes: Geometries, loose: Edges, frame: Frame | None, window: Any = None) -> Geometries:
    """Return the connected pieces of ground in no grid; ndarray of Polygon.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        All valid grids that meet the window.
    loose : Edges
        The edges without a partner, those of the frame included.
    frame : Frame, optional
        Ground outside is no gap.
    window : (west, south, east, north), optional
        Its own edge bounds pieces too. Everything without one.
    """
    lines = strung(loose)
    if window is not None:
        lines = np.append(lines, shapely.box(*window).exterior)
    if not len(lines):
        return np.empty(0, dtype=object)
    faces = faces_between(lines)
    points = shapely.point_on_surface(faces)
    free = np.ones(len(faces), bool)
    free[shapely.STRtree(shapes).query(points, predicate="intersects")[0]] = False
    if frame is not None:
        free &= frame.contains(points)
    free_ground = shapely.coverage_union_all(faces[free])
    return np.asarray(shapely.normalize(defects.polygon_parts(free_ground)), dtype=object)


def gaps(pieces: Geometries, frame: Frame | None) -> Geometries:
    """Return the ``pieces`` that are gaps: all but the rounding along the edge of the frame."""
    return pieces if frame is None else defects.without_rounding(pieces, frame.boundary)


def gaps_of(shapes: Geometries, frame: Frame) -> Geometries:
    """Return the gaps that valid ``shapes`` leave in a frame, the very pieces that an audit names."""
    edges = left_edges(shapes)
    loose = loose_edges(some(edges, unpaired(edges)), frame.world)
    return gaps(pieces(shapes, loose, frame), frame)
