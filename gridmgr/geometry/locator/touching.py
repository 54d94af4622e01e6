"""The rule itself, by GEOS: which grids touch a point, on its edges and corners too."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridmgr.geometry.locator.raster.building import NONE
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

if TYPE_CHECKING:
    from gridmgr.geometry.crs import Geometries, Numbers

BATCH = 200_000
WORTH_PREPARING = 256
NO_POSITION = np.iinfo(np.int32).max


class Touching:
    """The shapes of grids, lowest code first, with a tree over them."""

    def __init__(self, shapes: Geometries) -> None:
        self.shapes = shapes
        self._preparing = threading.Lock()
        self._prepared = False

    @functools.cached_property
    def tree(self) -> shapely.STRtree:
        """Return the tree over the boxes of the shapes."""
        return shapely.STRtree(self.shapes)

    @functools.cached_property
    def bounds(self) -> Numbers:
        """Return west, south, east, north of each shape."""
        return np.asarray(shapely.bounds(self.shapes), dtype=np.float64)

    @functools.cached_property
    def is_coverage(self) -> bool:
        """Return whether the shapes are valid, meet edge to edge and nowhere overlap, as in every published version."""
        return bool(shapely.is_valid(self.shapes).all()) and bool(shapely.coverage_is_valid(self.shapes))

    def lowest(self, lon: float, lat: float) -> int:
        """Return the position of the lowest grid that touches a point, NONE for none."""
        if not (np.isfinite(lon) and np.isfinite(lat)):
            return NONE
        touching = self.tree.query(shapely.Point(lon, lat), predicate="intersects")
        return int(touching.min()) if len(touching) else NONE

    def lowest_many(self, lon: Numbers, lat: Numbers) -> Marks:
        """Return the position of the lowest grid that touches each point, NONE for none."""
        if len(lon) >= WORTH_PREPARING:
            self._prepare()
        lowest = np.full(len(lon), NO_POSITION, np.int32)
        for begin in range(0, len(lon), BATCH):
            point, position = self.pairs(lon[begin : begin + BATCH], lat[begin : begin + BATCH])
            np.minimum.at(lowest, point + begin, position.astype(np.int32))
        lowest[lowest == NO_POSITION] = NONE
        return lowest

    def pairs(self, lon: Numbers, lat: Numbers) -> tuple[Indices, Indices]:
        """Return every pair of a point and a grid that touches it."""
        finite = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        point, position = self.tree.query(shapely.points(lon[finite], lat[finite]))
        point = finite[point]
        touches = shapely.intersects_xy(self.shapes[position], lon[point], lat[point])
        return point[touches], position[touches]

    def _prepare(self) -> None:
        """Index each shape, once: GEOS does so at the first question, which two threads must not ask at a time.

        Shapes that are not valid stay as they are: where their parts overlap, an indexed one says
        otherwise than the shape itself.
        """
        with self._preparing:
            if not self._prepared:
                sound = self.shapes[shapely.is_valid(self.shapes)]
                shapely.prepare(sound)
                shapely.intersects(sound, shapely.centroid(shapely.envelope(sound)))
                self._prepared = True
