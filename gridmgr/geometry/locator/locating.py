"""The grids of one level, ready to be asked about points."""

from __future__ import annotations

import logging
import pathlib
import threading
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries, Numbers, metres_per_degree
from gridmgr.geometry.locator import asking, bordering, drawing, saved, single
from gridmgr.geometry.locator.bordering import Bordering, Flags
from gridmgr.geometry.locator.building import HARD, NONE
from gridmgr.geometry.locator.outlines import Indices, Marks
from gridmgr.geometry.locator.raster import Raster
from gridmgr.geometry.locator.touching import Touching

if TYPE_CHECKING:
    from collections.abc import Mapping

WORTH_DRAWING = 2_000
"""So many points repay the time that the raster takes to draw."""
MILLIMETRES = 3
log = logging.getLogger(__name__)


class Locator:
    """The grids of one level, ready to be asked about points.

    Parameters
    ----------
    polygons : mapping of str to Polygon or MultiPolygon
        Lon/lat. Empty shapes own nothing.
    compiled : bool, optional
        Whether batches are looked up by compiled code, which numba is needed for;
        None takes it where it is installed and the batch is long.
    cell_m : float, optional
        Side of the raster's cells; m. By default as suits the edges.

    Attributes
    ----------
    codes : list of str
        Lowest first as bytes; positions refer to it.

    Raises
    ------
    Invalid
        When first asked in bulk: a grid is wider than half the earth.
    """

    def __init__(
        self,
        polygons: Mapping[str, shapely.Geometry],
        *,
        compiled: bool | None = None,
        cell_m: float | None = None,
    ) -> None:
        self.codes = sorted(polygons, key=str.encode)
        self.compiled = compiled
        shapes: Geometries = np.array([polygons[code] for code in self.codes], dtype=object)
        self._touching = Touching(shapes)
        self._numbers: Marks = np.arange(len(shapes), dtype=np.int32)
        self._positions: Marks | None = None
        self._cell_m = cell_m
        self._raster: Raster | None = None
        self._is_drawn = False
        self._ask = self._ask_exactly
        self._asked = 0
        self._bordering: Bordering | None = None
        self._is_measured = False
        self._making = threading.RLock()
        self._opened: saved.Opened | None = None

    # --- owners ------------------------------------------------------------------------

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the code of the grid that owns the point, None outside all grids or for no finite point."""
        owner = self._ask(lon, lat)
        return None if owner == NONE else self.codes[owner]

    def locate_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Marks:
        """Return the position in ``codes`` of each point's owner, -1 for none; int32, shape (n,)."""
        lon, lat = _floats(lons), _floats(lats)
        if len(lon) >= WORTH_DRAWING:
            self.prepare()
        if not self._is_drawn:
            return self._touching.lowest_many(lon, lat)
        return self._settled(self._looked_up(lon, lat), lon, lat)

    def prepare(self) -> Locator:
        """Draw the raster, once, and return the locator; until then points are asked one by one of all shapes."""
        with self._making:
            if not self._is_drawn:
                self._use(drawing.draw(self._touching, self._numbers, self._cell_m))
        return self

    @property
    def nbytes(self) -> int:
        """Return the size of the index in memory, without the shapes."""
        borders = 0 if self._bordering is None else sum(array.nbytes for array in self._bordering[1:])
        return borders + (0 if self._raster is None else self._raster.nbytes)

    def _use(self, raster: Raster | None) -> None:
        self._raster = raster
        ask = None if raster is None else single.asker(raster, self._touch if self._opened else None)

        def owner(lon: float, lat: float) -> int:
            try:
                number = NONE if ask is None else ask(lon, lat)
            except saved.Damaged:
                self._draw_anew()
                return self._ask(lon, lat)
            if number == HARD:
                return self._touching.lowest(lon, lat)
            return number if self._positions is None else int(self._positions[number])

        self._ask = owner
        self._is_drawn = True

    def _touch(self, tile: int) -> None:
        if self._opened is not None and not self._opened.seal.is_right[tile]:
            self._opened.seal.check(np.array([tile]))

    def _draw_anew(self) -> None:
        log.warning("A saved index is damaged; it is drawn anew.")
        with self._making:
            self._opened = None
            self._use(drawing.draw(self._touching, self._numbers, self._cell_m))

    def _ask_exactly(self, lon: float, lat: float) -> int:
        self._asked += 1
        if self._asked >= WORTH_DRAWING:
            self.prepare()
        return self._touching.lowest(lon, lat)

    def _looked_up(self, lon: Numbers, lat: Numbers) -> Marks:
        if self._raster is None:
            return np.full(len(lon), NONE, np.int32)
        if self._opened is not None and not self._opened.seal.is_right.all():
            try:
                self._opened.seal.check(asking.tiles(self._raster, lon, lat))
            except saved.Damaged:
                self._draw_anew()
        if asking.is_compiled(self.compiled, len(lon)):
            from gridmgr.geometry.locator import compiled

            return compiled.owners(self._raster, lon, lat)
        return asking.owners(self._raster, lon, lat)

    def _settled(self, found: Marks, lon: Numbers, lat: Numbers) -> Marks:
        """Return positions for numbers, the points in doubt asked exactly."""
        hard = np.flatnonzero(found == HARD)
        if self._positions is not None:
            found = self._positions[found]
        if len(hard):
            found[hard] = self._touching.lowest_many(lon[hard], lat[hard])
        return found

    # --- borders -----------------------------------------------------------------------

    def within(self, lon: float, lat: float, radius_m: float) -> list[tuple[str, float]]:
        """Return code and distance of each grid within ``radius_m`` metres, nearest first; the owner has 0."""
        _, positions, distance = self.within_many([lon], [lat], radius_m)
        return [(self.codes[grid], float(metres)) for grid, metres in zip(positions, distance, strict=True)]

    def within_many(
        self, lons: npt.ArrayLike, lats: npt.ArrayLike, radius_m: npt.ArrayLike
    ) -> tuple[Indices, Marks, Numbers]:
        """Return every (point, grid) pair not farther apart than ``radius_m`` metres.

        Returns
        -------
        tuple of ndarray
            Index of the point, position of the grid in ``codes``, distance in
            metres (0 inside); ordered by point, the nearest first. Of grids that are
            equally near to the millimetre the lower code comes first, so that the order
            does not hang on which points are asked for together.
        """
        lon, lat = _floats(lons), _floats(lats)
        radius = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), lon.shape)
        known = self._measured()
        asked = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        if known is None or not len(asked):
            return np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0)
        x, y = lon[asked], lat[asked]
        near = bordering.edges_within(known, x, y, radius[asked])
        inside = self._touching_pairs(x, y)
        point, grid, metres = (np.concatenate([inside[i], near[i]]) for i in range(3))
        return _nearest_first(asked, point, grid, metres)

    def near_border_many(
        self,
        lons: npt.ArrayLike,
        lats: npt.ArrayLike,
        radius_m: npt.ArrayLike,
        owners: Marks | None = None,
    ) -> Flags:
        """Return for each point whether the border of its owner, outside that of any grid, is within ``radius_m`` metres.

        ``owners`` are positions as ``locate_many`` gives them, where they are known already.
        """
        lon, lat = _floats(lons), _floats(lats)
        owner = self.locate_many(lon, lat) if owners is None else owners
        near = np.zeros(len(lon), bool)
        known = self._measured()
        if known is not None:
            radius = np.broadcast_to(np.asarray(radius_m, dtype=np.float64), lon.shape)
            is_compiled = asking.is_compiled(self.compiled, len(lon))
            near = bordering.is_near(known, lon, lat, radius, owner, compiled=is_compiled)
        return near

    def border_distance(self, lon: float, lat: float) -> float | None:
        """Return the metres to the owner's border, or to the nearest grid from outside; None without either."""
        owner = self._ask(lon, lat)
        if owner == NONE:
            nearest = self.nearest(lon, lat)
            return nearest[1] if nearest else None
        [distance] = self.border_distances([lon], [lat], [owner])
        return float(distance)

    def border_distances(self, lons: npt.ArrayLike, lats: npt.ArrayLike, positions: npt.ArrayLike) -> Numbers:
        """Return the metres from each point to the border of the grid at its position; NaN at position -1."""
        lon, lat, position = _floats(lons), _floats(lats), np.asarray(positions, dtype=np.int32)
        asked = np.flatnonzero(position != NONE)
        result = np.full(len(lon), np.nan)
        known = self._measured()
        if known is not None:
            result[asked] = bordering.border_distances(known, lon[asked], lat[asked], position[asked])
        return result

    def nearest(self, lon: float, lat: float) -> tuple[str, float] | None:
        """Return code and distance in metres of the grid nearest to the point, the lower code of equals."""
        [position], [distance] = self.nearest_many([lon], [lat])
        return None if position == NONE else (self.codes[position], float(distance))

    def nearest_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> tuple[Marks, Numbers]:
        """Return position and distance in metres of the grid nearest to each point; -1 and NaN for none."""
        lon, lat = _floats(lons), _floats(lats)
        position, distance = np.full(len(lon), NONE, np.int32), np.full(len(lon), np.nan)
        asked = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        if len(asked) and self._measured() is not None:
            point, grid, metres = self._nearest(lon[asked], lat[asked])
            position[asked[point]], distance[asked[point]] = grid, metres
        return position, distance

    def _nearest(self, lon: Numbers, lat: Numbers) -> tuple[Indices, Marks, Numbers]:
        """Return the nearest grid of each finite point: of those whose box is no farther than some grid is."""
        tree = self._touching.tree
        point, first = tree.query_nearest(shapely.points(lon, lat), all_matches=False)
        reach = np.zeros(len(lon))
        reach[point] = self._distances(lon[point], lat[point], first) * (1 + 1e-9)
        point, grid = tree.query(_boxes(lon, lat, reach * 1.001))
        may = _box_distances(lon[point], lat[point], self._touching.bounds[grid]) <= reach[point]
        point, grid = point[may], grid[may].astype(np.int32)
        metres = self._distances(lon[point], lat[point], grid)
        point, grid, metres = _nearest_first(np.arange(len(lon)), point, grid, metres)
        is_first = np.diff(point, prepend=-1) > 0
        return point[is_first], grid[is_first], metres[is_first]

    def _distances(self, lon: Numbers, lat: Numbers, grid: Indices | Marks) -> Numbers:
        """Return the metres from each point to the grid at its position; 0 where it touches it."""
        touches = shapely.intersects_xy(self._touching.shapes[grid], lon, lat)
        known = self._measured()
        assert known is not None
        return np.where(touches, 0.0, bordering.border_distances(known, lon, lat, grid.astype(np.int32)))

    def _touching_pairs(self, lon: Numbers, lat: Numbers) -> tuple[Indices, Marks, Numbers]:
        """Return every pair of a finite point and a grid that holds it, with the distance 0.

        Where no two grids overlap, the owner is the only one that holds a point without having an edge there.
        """
        if not self._is_drawn or (self._raster is not None and self._raster.is_crowded):
            point, grid = self._touching.pairs(lon, lat)
            return point, grid.astype(np.int32), np.zeros(len(point))
        found = self._looked_up(lon, lat)
        hard = np.flatnonzero(found == HARD)
        owner = self._settled(found, lon, lat)
        held = np.flatnonzero(owner != NONE)
        more, grid = self._touching.pairs(lon[hard], lat[hard])
        return (
            np.concatenate([held, hard[more]]),
            np.concatenate([owner[held], grid.astype(np.int32)]),
            np.zeros(len(held) + len(more)),
        )

    def _measured(self) -> Bordering | None:
        """Return where the edges lie; sorted once, when first asked for."""
        if not self._is_measured:
            with self._making:
                if not self._is_measured:
                    found = self._opened.bordering() if self._opened else None
                    self._bordering = found or bordering.bordering_of(self._touching.shapes)
                    self._is_measured = True
        return self._bordering

    # --- other states --------------------------------------------------------------------

    def replaced(self, changed: Mapping[str, shapely.Geometry | None]) -> Locator:
        """Return the locator with some grids changed, added, or (None) taken away.

        Where the raster is drawn, only the tiles that they lie in, before or after, are drawn anew.
        """
        shapes = dict(zip(self.codes, self._touching.shapes, strict=True))
        were = [shapes[code] for code in changed if code in shapes]
        shapes.update({code: shape for code, shape in changed.items() if shape is not None})
        for code in [code for code, shape in changed.items() if shape is None]:
            shapes.pop(code, None)
        other = Locator(shapes, compiled=self.compiled, cell_m=self._cell_m)
        other._renumber(dict(zip(self.codes, self._numbers.tolist(), strict=True)))
        if self._raster is not None:
            self._check_all()
            touched = [*were, *(shape for shape in changed.values() if shape is not None)]
            bounds = shapely.bounds(np.array([shape for shape in touched if not shape.is_empty], dtype=object))
            raster = drawing.redraw(self._raster, other._touching, other._numbers, bounds.reshape(-1, 4))
            if raster is not None:
                other._use(raster)
        return other

    def _renumber(self, numbers: Mapping[str, int]) -> None:
        """Keep the numbers that grids had before, and give others to the new ones."""
        unused = max(numbers.values(), default=-1) + 1
        kept = [numbers.get(code, NONE) for code in self.codes]
        self._numbers = np.array(kept, dtype=np.int32)
        fresh = np.flatnonzero(self._numbers == NONE)
        self._numbers[fresh] = unused + np.arange(len(fresh))
        # One place more, so that NONE and HARD, which count from the end, are themselves.
        self._positions = np.full(unused + len(fresh) + 2, NONE, np.int32)
        self._positions[HARD] = HARD
        self._positions[self._numbers] = np.arange(len(self.codes))

    def save(self, path: str | pathlib.Path, key: str) -> None:
        """Write the index to ``path``, whole or not at all; ``key`` says of which boundaries it is.

        Nothing is written where no grid has an area.
        """
        self.prepare()
        self._check_all()
        borders = self._measured()
        if self._raster is not None and borders is not None:
            saved.write(pathlib.Path(path), key, saved.Content(self._numbers, self._raster, borders))

    def _check_all(self) -> None:
        if self._opened is not None and self._raster is not None:
            try:
                self._opened.seal.check(np.arange(len(self._raster.base)))
            except saved.Damaged:
                self._draw_anew()

    @classmethod
    def load(
        cls,
        path: str | pathlib.Path,
        key: str,
        polygons: Mapping[str, shapely.Geometry],
        *,
        compiled: bool | None = None,
    ) -> Locator | None:
        """Return the locator of ``polygons`` with its index mapped from a file.

        None where there is no file, or it is damaged, of another ``key`` or of another kind
        of machine. Each tile is checked when it is first looked into; if it is damaged, the
        index is drawn anew.
        """
        opened = saved.read(pathlib.Path(path), key)
        if opened is None or len(opened.numbers) != len(polygons):
            return None
        locator = cls(polygons, compiled=compiled)
        if (opened.numbers != locator._numbers).any():
            locator._renumber(dict(zip(locator.codes, opened.numbers.tolist(), strict=True)))
        locator._opened = opened
        locator._use(opened.seal.raster)
        return locator


def _floats(values: npt.ArrayLike) -> Numbers:
    return np.ascontiguousarray(values, dtype=np.float64)


def _nearest_first(asked: Indices, point: Indices, grid: Marks, metres: Numbers) -> tuple[Indices, Marks, Numbers]:
    """Return pairs ordered by point, the nearest first, of equals the lower code; each pair once, with its least distance."""
    order = np.lexsort((grid, np.round(metres, MILLIMETRES), point))
    point, grid, metres = point[order], grid[order], metres[order]
    if len(point):
        pair = point * (int(grid.max()) + 1) + grid
        first = np.sort(np.unique(pair, return_index=True)[1])
        point, grid, metres = point[first], grid[first], metres[first]
    return asked[point], grid, metres


def _boxes(lon: Numbers, lat: Numbers, radius_m: Numbers) -> Geometries:
    """Return a box around each point that holds its circle."""
    scale = metres_per_degree(lat)
    east, north = radius_m / np.maximum(scale.lon, 1e-9), radius_m / scale.lat
    return np.asarray(shapely.box(lon - east, lat - north, lon + east, lat + north))


def _box_distances(lon: Numbers, lat: Numbers, bounds: Numbers) -> Numbers:
    """Return the metres from each point to the box (west, south, east, north) beside it."""
    scale = metres_per_degree(lat)
    east = np.maximum(np.maximum(bounds[:, 0] - lon, lon - bounds[:, 2]), 0) * scale.lon
    north = np.maximum(np.maximum(bounds[:, 1] - lat, lat - bounds[:, 3]), 0) * scale.lat
    return np.asarray(np.hypot(east, north))
