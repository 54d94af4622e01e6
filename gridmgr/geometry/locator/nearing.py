"""Which grid is nearest to points, and how far it is.

From outside, the nearest grid is first met at an outer edge: one that a single grid has.
::

    +-------+-------+
    |   A   |   B   |     the way from the point to any place of A or B
    +-------+-------+     crosses the thick edges, so only those, and the
    =================     ones that end there (the corner belongs to both),
            · point       are measured
"""

from __future__ import annotations

import threading

import numpy as np
import shapely

from gridmgr.geometry.crs import Geometries, Numbers, metres_per_degree
from gridmgr.geometry.locator import distances, measuring
from gridmgr.geometry.locator.bordering import NOBODY, Bordering
from gridmgr.geometry.locator.measuring import Borders, Pairs
from gridmgr.geometry.locator.owning import Owners
from gridmgr.geometry.locator.raster.building import NONE
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

MILLIMETRES, A_MILLIMETRE = 3, 0.001
PAIRS_AT_ONCE, POINTS_AT_ONCE = 1 << 20, 1 << 13
WORTH_LOOKING, EDGES_FOR_A_POINT = 2_000, 10
"""So many points are asked for before the outer edges are looked for; which costs as much for some edges as a point without them."""


class Nearing:
    """The nearest of some grids; known by their positions in ``owners``."""

    def __init__(self, owners: Owners, borders: Borders) -> None:
        self._owners, self._borders = owners, borders
        self._outer: Outer | None = None
        self._asked = 0
        self._sorting = threading.Lock()
        self._is_sorted = False

    def many(self, lon: Numbers, lat: Numbers) -> tuple[Marks, Numbers]:
        """Return position and metres of the grid nearest to each point, 0 for one that it touches; -1 and NaN for none."""
        grid, metres = np.full(len(lon), NONE, np.int32), np.full(len(lon), np.nan)
        asked = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        if not len(asked) or not len(self._owners.touching.tree.query(shapely.box(-1e9, -1e9, 1e9, 1e9))):
            return grid, metres
        grid[asked] = self._owners.many(lon[asked], lat[asked])
        metres[asked] = 0.0
        outside = asked[grid[asked] == NONE]
        if len(outside):
            grid[outside], metres[outside] = self._outside(lon[outside], lat[outside])
        return grid, metres

    def _outside(self, lon: Numbers, lat: Numbers) -> tuple[Marks, Numbers]:
        # A file may hold one senseless position a million times, and each far one looks at most of the grids.
        places, which = np.unique(np.column_stack([lon, lat]), axis=0, return_inverse=True)
        grid, metres = np.full(len(places), NONE, np.int32), np.full(len(places), np.nan)
        outer = self._outer_edges(len(places))
        is_near = np.zeros(len(places), bool) if outer is None else np.abs(places[:, 1]) <= outer.highest
        ways = [(~is_near, self._by_boxes, max(PAIRS_AT_ONCE // len(self._owners.touching.shapes), 1))]
        ways += [(is_near, outer.nearest, POINTS_AT_ONCE)] if outer else []
        for is_asked, ask, step in ways:
            rows = np.flatnonzero(is_asked)
            for some in np.split(rows, range(step, len(rows), step)):
                point, found, away = ask(*np.ascontiguousarray(places[some].T))
                grid[some[point]], metres[some[point]] = found, away
        return grid[which.ravel()], metres[which.ravel()]

    def _outer_edges(self, points: int) -> Outer | None:
        """Return the outer edges once so many were asked for that finding them pays; None before, and where grids overlap."""
        self._asked += points
        if not self._is_sorted and self._asked >= WORTH_LOOKING:
            with self._sorting:
                known = self._borders.all()
                if not self._is_sorted and known and self._asked * EDGES_FOR_A_POINT >= len(known.ends):
                    self._outer = Outer(known) if self._owners.touching.is_coverage else None
                    self._is_sorted = True
        return self._outer

    def _by_boxes(self, lon: Numbers, lat: Numbers) -> Pairs:
        """Return the nearest grid of each point: of those whose box is no farther than some grid is."""
        touching = self._owners.touching
        point, first = touching.tree.query_nearest(shapely.points(lon, lat), all_matches=False)
        reach = np.zeros(len(lon))
        reach[point] = self._borders.distances(lon[point], lat[point], first.astype(np.int32)) + A_MILLIMETRE
        point, grid = touching.tree.query(measuring.boxes(lon, lat, reach * 1.001))
        away = measuring.box_distances(lon[point], lat[point], touching.bounds[grid])
        point, grid = point[away <= reach[point]], grid[away <= reach[point]].astype(np.int32)
        return first_of(point, grid, self._borders.distances(lon[point], lat[point], grid))


class Outer:
    """The outer edges of a coverage, and those within a millimetre of one.

    Two grids count as equally near within a millimetre. The way to the farther one leads over an outer
    edge that is no nearer than the nearest grid, so it ends within a millimetre of that edge.

    Attributes
    ----------
    highest : float
        To this latitude, north and south, a millimetre is what it is here, at most twice as many degrees.
    """

    def __init__(self, known: Bordering) -> None:
        self._known = known
        furthest = np.cos(np.radians(np.abs(known.ends[:, 1::2]).max()))
        self.highest = float(np.degrees(np.arccos(furthest / 2)))
        is_outer = known.grids[:, 1] == NOBODY
        inner = np.flatnonzero(~is_outer)
        tree = shapely.STRtree(lines(known.ends[is_outer]))
        a_millimetre = A_MILLIMETRE / metres_per_degree(self.highest).lon
        beside = inner[np.unique(tree.query(lines(known.ends[inner]), predicate="dwithin", distance=a_millimetre)[0])]
        self._edges = np.concatenate([np.flatnonzero(is_outer), beside])
        self._tree = shapely.STRtree(lines(known.ends[self._edges]))

    def nearest(self, lon: Numbers, lat: Numbers) -> Pairs:
        """Return the nearest grid of each point outside of all."""
        scale = distances.scale_at(lat)
        point, first = self._tree.query_nearest(shapely.points(lon, lat), all_matches=False)
        reach = np.empty(len(lon))
        reach[point] = distances.to_edges(self._known, lon, lat, scale, point, self._edges[first]) + A_MILLIMETRE
        point, place = self._tree.query(measuring.boxes(lon, lat, reach * 1.001))
        metres = distances.to_edges(self._known, lon, lat, scale, point, self._edges[place])
        is_near = metres <= reach[point]
        grids = self._known.grids[self._edges[place[is_near]]].ravel()
        is_grid = grids != NOBODY
        point, metres = np.repeat(point[is_near], 2)[is_grid], np.repeat(metres[is_near], 2)[is_grid]
        return first_of(*distances.least(point, grids[is_grid], metres))


def lines(ends: Numbers) -> Geometries:
    """Return edges, (lon, lat, lon, lat) each, as lines."""
    return np.asarray(shapely.linestrings(ends.reshape(-1, 2, 2)), dtype=object)


def first_of(point: Indices, grid: Marks, metres: Numbers) -> Pairs:
    """Return of the pairs of each point the one with the nearest grid, of equally near ones the lowest."""
    order = np.lexsort((grid, np.round(metres, MILLIMETRES), point))
    point, grid, metres = point[order], grid[order], metres[order]
    is_first = np.diff(point, prepend=-1) > 0
    return point[is_first], grid[is_first], metres[is_first]
