"""A frame that is asked about a small part of itself many times: its edges are indexed once."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import defects
from gridmgr.geometry.crs import Geometries
from gridmgr.geometry.edges import Edges
from gridmgr.geometry.unpaired import Mask, left_edges, reversed_edges, some, strung

RUN = 32
MOST_KEPT = 32
_kept: dict[int, tuple[Any, Frame | None]] = {}
_keeping = threading.Lock()


class Frame:
    """What a coverage is to fill: a valid (multi)polygon, lon/lat, with an index of its edges.

    ``world`` are its edges as those of the world around it: a grid that fills
    it up to there has the same edges the other way.
    """

    def __init__(self, shape: Any) -> None:
        self.whole = defects.only_polygons(shapely.make_valid(shape))
        shapely.prepare(self.whole)
        self.boundary = shapely.boundary(self.whole)
        shapely.prepare(self.boundary)
        self.world = reversed_edges(left_edges(np.array([self.whole], dtype=object)))
        here, there = self.world.here, self.world.there
        first = np.arange(0, len(here), RUN)
        low, high = (np.stack([f(here.real, there.real), f(here.imag, there.imag)]) for f in (np.minimum, np.maximum))
        boxes = (
            (np.minimum.reduceat(low, first, axis=1), np.maximum.reduceat(high, first, axis=1)) if len(here) else None
        )
        self._runs = shapely.STRtree(shapely.box(*boxes[0], *boxes[1]) if boxes else [])

    def edges_at(self, bounds: Any) -> Edges:
        """Return the edges of ``world`` whose boxes meet ``bounds`` (west, south, east, north)."""
        runs = np.sort(self._runs.query(shapely.box(*bounds)))
        number = (runs[:, None] * RUN + np.arange(RUN)).ravel()
        number = number[number < len(self.world.here)]
        found = Edges(self.world.here[number], self.world.there[number], self.world.owner[number])
        return some(found, meets(found, bounds))

    def contains(self, points: Geometries) -> Mask:
        """Return which points lie in the frame or on its edge."""
        return np.asarray(shapely.intersects(self.whole, points))

    def part_at(self, bounds: Any) -> Any:
        """Return the frame within a little more than ``bounds``: the same as the frame there, and small."""
        west, south, east, north = bounds
        margin = max(east - west, north - south, 1e-6) / 8
        box = (west - margin, south - margin, east + margin, north + margin)
        edges = self.edges_at(box)
        if not len(edges.here):
            box = shapely.box(*box)
            return box if self.contains(shapely.centroid([box]))[0] else shapely.Polygon()
        return self._cut(edges, box)

    def _cut(self, edges: Edges, box: tuple[float, ...]) -> Any:
        noded = shapely.union_all([shapely.box(*box).exterior, *strung(edges)])
        faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
        return shapely.union_all(faces[self.contains(shapely.point_on_surface(faces))])


def framed(shape: Any) -> Frame | None:
    """Return the Frame of a shape, made once as long as the same object is asked for; None for None."""
    if shape is None:
        return None
    with _keeping:
        _, found = _kept.pop(id(shape), (shape, None))
        found = found or Frame(shape)
        _kept[id(shape)] = (shape, found)  # the shape is kept, so no other object gets its id
        for old in list(_kept)[:-MOST_KEPT]:
            del _kept[old]
    return found


def meets(edges: Edges, bounds: Any) -> Mask:
    """Return which edges have a box that meets ``bounds``."""
    west, south, east, north = bounds
    here, there = edges.here, edges.there
    result: Mask = (
        (np.minimum(here.real, there.real) <= east)
        & (np.maximum(here.real, there.real) >= west)
        & (np.minimum(here.imag, there.imag) <= north)
        & (np.maximum(here.imag, there.imag) >= south)
    )
    return result
