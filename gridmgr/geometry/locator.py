"""Which grid owns a point.

The rule: of all grids whose closed shape (inside, edges and vertices) touches
the point, the one with the lowest code, codes compared as UTF-8 bytes. Inside a
grid that is the grid itself; on a shared edge or corner one of the neighbours,
always the same one, whatever the order of the input and the collation of a
database ("10" before "2", "B" before "a", "网" last). GEOS decides "touches"
exactly on the given doubles, so there is no tolerance and no point of a whole
coverage without an owner.

Distances are measured with the scale of lon and lat at the point, on which
borders that are straight in lon/lat stay straight: true to a millimetre up to
a kilometre, to a thousandth up to some ten kilometres.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import metres_per_degree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gridmgr.geometry.crs import Geometries, Numbers

Positions = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Pairs = tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]
NONE = -1
MILLIMETRES = 3
BATCH = 200_000
WORTH_PREPARING = 256


class Locator:
    """The grids of one level, ready to be asked about points.

    Parameters
    ----------
    polygons : mapping of str to Polygon or MultiPolygon
        Lon/lat. Empty shapes own nothing.

    Attributes
    ----------
    codes : list of str
        Lowest first as bytes; positions refer to it.
    """

    def __init__(self, polygons: Mapping[str, shapely.Geometry]) -> None:
        self.codes = sorted(polygons, key=str.encode)
        self._shapes: Geometries = np.array([polygons[code] for code in self.codes], dtype=object)
        self._tree = shapely.STRtree(self._shapes)
        self._preparing = threading.Lock()
        self._prepared = False

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the code of the grid that owns the point, None outside all grids or for no finite point."""
        owner = self._owner(lon, lat)
        return None if owner == NONE else self.codes[owner]

    def locate_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Positions:
        """Return the position in ``codes`` of each point's owner, -1 for none; int32, shape (n,)."""
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        if len(x) >= WORTH_PREPARING:
            self._prepare()
        batches = [self._owners(x[i : i + BATCH], y[i : i + BATCH]) for i in range(0, len(x), BATCH)]
        return np.concatenate(batches) if batches else np.empty(0, np.int32)

    def within(self, lon: float, lat: float, radius_m: float) -> list[tuple[str, float]]:
        """Return code and distance of each grid within ``radius_m`` metres, nearest first; the owner has 0."""
        _, positions, distance = self.within_many([lon], [lat], radius_m)
        return [(self.codes[grid], float(metres)) for grid, metres in zip(positions, distance, strict=True)]

    def within_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike, radius_m: npt.ArrayLike) -> tuple[Any, Any, Any]:
        """Return every (point, grid) pair not farther apart than ``radius_m`` metres.

        Returns
        -------
        tuple of ndarray
            Index of the point, position of the grid in ``codes``, distance in
            metres (0 inside); ordered by point, the nearest first. Of grids that are
            equally near to the millimetre the lower code comes first, so that the order
            does not hang on which points are asked for together.
        """
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        point, position = self._tree.query(_boxes(x, y, np.asarray(radius_m, dtype=np.float64)))
        distance = _distances(x[point], y[point], self._shapes, position)
        near = distance <= np.broadcast_to(radius_m, x.shape)[point]
        order = np.lexsort((position[near], np.round(distance[near], MILLIMETRES), point[near]))
        return point[near][order], position[near][order], distance[near][order]

    def border_distance(self, lon: float, lat: float) -> float | None:
        """Return the metres to the owner's border, or to the nearest grid from outside; None without either."""
        owner = self._owner(lon, lat)
        if owner == NONE:
            nearest = self.nearest(lon, lat)
            return nearest[1] if nearest else None
        [distance] = self.border_distances([lon], [lat], [owner])
        return float(distance)

    def border_distances(self, lons: npt.ArrayLike, lats: npt.ArrayLike, positions: npt.ArrayLike) -> Numbers:
        """Return the metres from each point to the border of the grid at its position; NaN at position -1."""
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        position = np.asarray(positions)
        known = position != NONE
        result = np.full(len(x), np.nan)
        used, which = np.unique(position[known], return_inverse=True)
        result[known] = _distances(x[known], y[known], shapely.boundary(self._shapes[used]), which)
        return result

    def near_border_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike, radius_m: npt.ArrayLike) -> Flags:
        """Return for each point whether the border of any grid is within ``radius_m`` metres."""
        owners = self.locate_many(lons, lats)
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        distance = np.where(owners == NONE, self.nearest_many(x, y)[1], self.border_distances(x, y, owners))
        return np.asarray(distance <= radius_m)

    def nearest_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> tuple[Positions, Numbers]:
        """Return position and distance in metres of the grid nearest to each point; -1 and NaN for none."""
        places = {code: position for position, code in enumerate(self.codes)}
        found = [self.nearest(x, y) for x, y in zip(np.asarray(lons), np.asarray(lats), strict=True)]
        positions = np.array([places[one[0]] if one else NONE for one in found], np.int32)
        return positions, np.array([one[1] if one else np.nan for one in found], np.float64)

    def nearest(self, lon: float, lat: float) -> tuple[str, float] | None:
        """Return code and distance in metres of the grid nearest to the point, the lower code of equals."""
        if not (np.isfinite(lon) and np.isfinite(lat)):
            return None
        near = self._tree.query_nearest(shapely.Point(lon, lat), all_matches=False)
        if not len(near):
            return None
        [reach] = _distances(np.array([lon]), np.array([lat]), self._shapes, near[:1])
        return min(self.within(lon, lat, float(reach) * (1 + 1e-9)), key=lambda found: found[1])

    def _owner(self, lon: float, lat: float) -> int:
        if not (np.isfinite(lon) and np.isfinite(lat)):
            return NONE
        touching = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return int(touching.min()) if len(touching) else NONE

    def _prepare(self) -> None:
        """Index each shape, once: GEOS does so at the first question, which two threads must not ask at a time."""
        with self._preparing:
            if not self._prepared:
                shapely.prepare(self._shapes)
                middle = shapely.centroid(shapely.envelope(self._shapes))
                shapely.intersects(self._shapes, middle)
                self._prepared = True

    def _owners(self, x: Numbers, y: Numbers) -> Positions:
        point, position = self._touching(x, y)
        lowest = np.full(len(x), len(self.codes), np.int32)
        np.minimum.at(lowest, point, position.astype(np.int32))
        lowest[lowest == len(self.codes)] = NONE
        return lowest

    def _touching(self, x: Numbers, y: Numbers) -> Pairs:
        finite = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        point, position = self._tree.query(shapely.points(x[finite], y[finite]))
        point = finite[point]
        touches = shapely.intersects_xy(self._shapes[position], x[point], y[point])
        return point[touches], position[touches]


def _boxes(x: Numbers, y: Numbers, radius_m: Numbers) -> Any:
    """Return a box around each point that holds its circle; None where the point is none."""
    finite = np.isfinite(x) & np.isfinite(y)
    lon, lat, radius = x[finite], y[finite], np.broadcast_to(radius_m, x.shape)[finite] * 1.001
    scale = metres_per_degree(lat)
    boxes = np.full(len(x), None, dtype=object)
    east, north = radius / np.maximum(scale.lon, 1e-9), radius / scale.lat
    boxes[finite] = shapely.box(lon - east, lat - north, lon + east, lat + north)
    return boxes


def _distances(x: Numbers, y: Numbers, shapes: Geometries, positions: npt.NDArray[Any]) -> Numbers:
    """Return the metres from each point to the shape at its position.

    The nearest place is looked for with one scale for all points of a shape, then measured
    with each point's own: a small error of the first is of second order in the last.
    """
    if not len(x):
        return np.empty(0)
    used, which = np.unique(positions, return_inverse=True)
    middle = metres_per_degree(np.bincount(which, y) / np.bincount(which))
    factors = np.stack([middle.lon, middle.lat], axis=1)
    corners = np.repeat(factors, shapely.get_num_coordinates(shapes[used]), axis=0)
    squeezed = shapely.transform(shapes[used], lambda xy: xy * corners)
    points = shapely.points(np.stack([x, y], axis=1) * factors[which])
    legs = shapely.get_coordinates(shapely.shortest_line(points, squeezed[which])).reshape(-1, 2, 2)
    scale = metres_per_degree(y)
    step = (legs[:, 1] - legs[:, 0]) / factors[which]
    return np.asarray(np.hypot(step[:, 0] * scale.lon, step[:, 1] * scale.lat))
