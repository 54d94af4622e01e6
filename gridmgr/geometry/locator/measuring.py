"""How far borders are from points: of the grids around while few are asked about, of all sorted once for many."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gridmgr.geometry.crs import Geometries, Numbers, metres_per_degree
from gridmgr.geometry.locator import asking, bordering, distances, single_border
from gridmgr.geometry.locator.bordering import NOBODY, Bordering, Flags

if TYPE_CHECKING:
    from gridmgr.geometry.locator import saved
    from gridmgr.geometry.locator.raster.outlines import Indices, Marks
    from gridmgr.geometry.locator.touching import Touching

WORTH_SORTING = 2_000
Pairs = tuple["Indices", "Marks", Numbers]
NO_PAIRS: Pairs = (np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0))


class Borders:
    """The borders of shapes; grids are known by their positions there."""

    def __init__(self, touching: Touching, opened: saved.Opened | None = None) -> None:
        self._touching = touching
        self._opened = opened
        self._all: Bordering | None = None
        self._is_sorted = False
        self._asked = 0
        self._sorting = threading.Lock()
        self._unpacked: single_border.Unpacked | None = None

    @property
    def nbytes(self) -> int:
        """Return the size of what is kept, in memory."""
        return 0 if self._all is None else sum(array.nbytes for array in self._all[1:])

    def all(self) -> Bordering | None:
        """Return all edges, sorted once or mapped from a file; None where no shape has one."""
        if not self._is_sorted:
            with self._sorting:
                if not self._is_sorted:
                    found = self._opened.bordering() if self._opened else None
                    self._all = found or bordering.bordering_of(self._touching.shapes)
                    self._is_sorted = True
        return self._all

    def _are_many(self, points: int) -> bool:
        """Return whether to ask the sorted edges; one point is answered from the grids around while somebody sorts."""
        self._asked += points
        if self._is_sorted or (points == 1 and self._sorting.locked()):
            return self._is_sorted
        return self._opened is not None or self._asked >= WORTH_SORTING

    # --- many points -----------------------------------------------------------------------

    def within(self, lon: Numbers, lat: Numbers, radius_m: Numbers) -> Pairs:
        """Return every (point, grid) pair with an edge of the grid within the radius, and its least distance."""
        known, grids = self._near(lon, lat, radius_m)
        if known is None:
            return NO_PAIRS
        point, grid, metres = distances.edges_within(known, lon, lat, radius_m)
        return point, grid if grids is None else grids[grid], metres

    def are_near(self, lon: Numbers, lat: Numbers, radius_m: Numbers, owner: Marks, compiled: bool | None) -> Flags:
        """Return for each point whether the border of its owner, or of any where that is NOBODY, is within the radius."""
        known, grids = self._near(lon, lat, radius_m)
        if known is None:
            return np.zeros(len(lon), bool)
        if grids is not None:
            owner = np.where(owner == NOBODY, NOBODY, np.searchsorted(grids, owner)).astype(np.int32)
        is_compiled = asking.is_compiled(compiled, len(lon))
        return distances.is_near(known, lon, lat, radius_m, owner, compiled=is_compiled)

    def distances(self, lon: Numbers, lat: Numbers, grid: Marks) -> Numbers:
        """Return the metres from each point to the border of the grid beside it; infinite where that has none."""
        if self._are_many(len(lon)):
            known, place = self.all(), grid
        else:
            used, places = np.unique(grid, return_inverse=True)
            place = places.astype(np.int32)
            known = bordering.bordering_of(self._touching.shapes[used])
        return np.full(len(lon), np.inf) if known is None else distances.border_distances(known, lon, lat, place)

    def _near(self, lon: Numbers, lat: Numbers, radius_m: Numbers) -> tuple[Bordering | None, Marks | None]:
        """Return edges that hold all within the radii, and which grids theirs are, None where they are all."""
        if self._are_many(len(lon)):
            return self.all(), None
        grids = np.unique(self._touching.tree.query(boxes(lon, lat, radius_m * 1.001))[1]).astype(np.int32)
        return bordering.bordering_of(self._touching.shapes[grids]), grids

    # --- one point ---------------------------------------------------------------------------

    def distance(self, lon: float, lat: float, grid: int) -> float:
        """Return what ``distances`` does, for one point."""
        known = self._for_one_point()
        if known is None:
            return float(self.distances(np.array([lon]), np.array([lat]), np.array([grid], np.int32))[0])
        return known.distance(lon, lat, grid)

    def around(self, lon: float, lat: float, radius_m: float) -> dict[int, float] | None:
        """Return grid → metres of the edges within a radius; None where one point is no quicker than many."""
        known = self._for_one_point()
        return None if known is None else known.around(lon, lat, radius_m)

    def _for_one_point(self) -> single_border.Unpacked | None:
        if self._unpacked is None and self._are_many(1):
            known = self.all()
            self._unpacked = None if known is None else single_border.Unpacked(known)
        return self._unpacked


def boxes(lon: Numbers, lat: Numbers, radius_m: Numbers) -> Geometries:
    """Return a box around each point that holds its circle."""
    scale = metres_per_degree(lat)
    east, north = radius_m / np.maximum(scale.lon, 1e-9), radius_m / scale.lat
    return np.asarray(shapely.box(lon - east, lat - north, lon + east, lat + north))


def box_distances(lon: Numbers, lat: Numbers, bounds: Numbers) -> Numbers:
    """Return the metres from each point to the box (west, south, east, north) beside it."""
    scale = metres_per_degree(lat)
    east = np.maximum(np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2]), 0) * scale.lon
    north = np.maximum(np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3]), 0) * scale.lat
    return np.asarray(np.hypot(east, north))
