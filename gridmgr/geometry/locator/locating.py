"""The grids of one level, ready to be asked about points."""

from __future__ import annotations

import math
import pathlib
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries, Numbers
from gridmgr.geometry.locator import saved
from gridmgr.geometry.locator.bordering import Flags
from gridmgr.geometry.locator.measuring import Borders, Pairs
from gridmgr.geometry.locator.nearing import Nearing
from gridmgr.geometry.locator.owning import Owners
from gridmgr.geometry.locator.raster.building import NONE
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

if TYPE_CHECKING:
    from collections.abc import Mapping

MILLIMETRES = 3


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
        When the raster is drawn: a grid is wider than half the earth.
    """

    def __init__(
        self, polygons: Mapping[str, shapely.Geometry], *, compiled: bool | None = None, cell_m: float | None = None
    ) -> None:
        self.codes = sorted(polygons, key=str.encode)
        self._compiled, self._cell_m = compiled, cell_m
        self._shapes: Geometries = np.array([polygons[code] for code in self.codes], dtype=object)
        self._owners = Owners(self._shapes, compiled, cell_m)
        self._borders = Borders(self._owners.touching)
        self._nearing = Nearing(self._owners, self._borders)

    @property
    def is_coverage(self) -> bool:
        """Return whether the grids are valid, meet edge to edge and nowhere overlap, as in every published version."""
        return self._owners.touching.is_coverage

    @property
    def nbytes(self) -> int:
        """Return the size of the index in memory, without the shapes."""
        return self._borders.nbytes + (0 if self._owners.raster is None else self._owners.raster.nbytes)

    def polygons(self) -> dict[str, shapely.Geometry]:
        """Return code → shape, as they were given."""
        return dict(zip(self.codes, self._shapes, strict=True))

    def prepare(self, *, borders: bool = False) -> Locator:
        """Draw the raster, sort the borders too if told so, and return the locator: else many questions bring it about."""
        self._owners.draw()
        if borders:
            self._borders.all()
        return self

    # --- owners ------------------------------------------------------------------------

    def locate(self, lon: float, lat: float) -> str | None:
        """Return the code of the grid that owns the point, None outside all grids or for no finite point."""
        owner = self._owners.one(lon, lat)
        return None if owner == NONE else self.codes[owner]

    def position(self, lon: float, lat: float) -> int:
        """Return the position in ``codes`` of the grid that owns the point, -1 for none."""
        return self._owners.one(lon, lat)

    def locate_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> Marks:
        """Return the position in ``codes`` of each point's owner, -1 for none; int32, shape (n,)."""
        return self._owners.many(_floats(lons), _floats(lats))

    # --- borders -----------------------------------------------------------------------

    def within(self, lon: float, lat: float, radius_m: float) -> list[tuple[str, float]]:
        """Return code and distance of each grid within ``radius_m`` metres, nearest first; the owner has 0."""
        found = self._borders.around(lon, lat, radius_m) if math.isfinite(lon) and math.isfinite(lat) else {}
        if found is None:
            _, positions, distance = self.within_many([lon], [lat], radius_m)
            found = dict(zip(positions.tolist(), distance.tolist(), strict=True))
        elif math.isfinite(lon) and math.isfinite(lat):
            found |= dict.fromkeys(self._owners.holding(lon, lat), 0.0)
        order = sorted(found, key=lambda grid: (round(found[grid], MILLIMETRES), grid))
        return [(self.codes[grid], found[grid]) for grid in order]

    def within_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike, radius_m: npt.ArrayLike) -> Pairs:
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
        asked = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        lon, lat, radius = lon[asked], lat[asked], _radii(radius_m, lon)[asked]
        near = self._borders.within(lon, lat, radius)
        point, grid = self._owners.pairs(lon, lat)
        return _nearest_first(
            asked,
            np.concatenate([point, near[0]]),
            np.concatenate([grid, near[1]]),
            np.concatenate([np.zeros(len(point)), near[2]]),
        )

    def near_border_many(
        self, lons: npt.ArrayLike, lats: npt.ArrayLike, radius_m: npt.ArrayLike, owners: Marks | None = None
    ) -> Flags:
        """Return for each point whether the border of its owner, outside that of any grid, is within ``radius_m`` metres.

        ``owners`` are positions as ``locate_many`` gives them, where they are known already.
        """
        lon, lat = _floats(lons), _floats(lats)
        near = np.zeros(len(lon), bool)
        owner = self._owners.many(lon, lat) if owners is None else np.ascontiguousarray(owners, dtype=np.int32)
        asked: slice | Indices = slice(None)
        if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
            asked = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        radius = _radii(radius_m, lon)[asked]
        near[asked] = self._borders.are_near(lon[asked], lat[asked], radius, owner[asked], self._compiled)
        return near

    def border_distance(self, lon: float, lat: float) -> float | None:
        """Return the metres to the owner's border, or to the nearest grid from outside; None without either."""
        owner = self._owners.one(lon, lat)
        if owner == NONE:
            nearest = self.nearest(lon, lat)
            return nearest[1] if nearest else None
        return self._borders.distance(lon, lat, owner)

    def border_distances(self, lons: npt.ArrayLike, lats: npt.ArrayLike, positions: npt.ArrayLike) -> Numbers:
        """Return the metres from each point to the border of the grid at its position; NaN at position -1."""
        lon, lat, position = _floats(lons), _floats(lats), np.asarray(positions, dtype=np.int32)
        asked = np.flatnonzero(position != NONE)
        result = np.full(len(lon), np.nan)
        result[asked] = self._borders.distances(lon[asked], lat[asked], position[asked])
        return result

    def nearest(self, lon: float, lat: float) -> tuple[str, float] | None:
        """Return code and distance in metres of the grid nearest to the point, the lower code of equals."""
        [position], [distance] = self.nearest_many([lon], [lat])
        return None if position == NONE else (self.codes[position], float(distance))

    def nearest_many(self, lons: npt.ArrayLike, lats: npt.ArrayLike) -> tuple[Marks, Numbers]:
        """Return position and distance in metres of the grid nearest to each point; -1 and NaN for none."""
        return self._nearing.many(_floats(lons), _floats(lats))

    # --- other states --------------------------------------------------------------------

    def replaced(self, changed: Mapping[str, shapely.Geometry | None]) -> Locator:
        """Return the locator with some grids changed, added, or (None) taken away.

        Where the raster is drawn, only the tiles that they lie in, before or after, are drawn anew.
        """
        shapes = self.polygons()
        touched = [shapes[code] for code in changed if code in shapes]
        touched += [shape for shape in changed.values() if shape is not None]
        after = {code: shape for code, shape in (shapes | dict(changed)).items() if shape is not None}
        other = Locator(after, compiled=self._compiled, cell_m=self._cell_m)
        number = dict(zip(self.codes, self._owners.numbers.tolist(), strict=True))
        kept = np.array([number.get(code, NONE) for code in other.codes], dtype=np.int32)
        bounds = shapely.bounds(np.array([shape for shape in touched if not shape.is_empty], dtype=object))
        other._owners.follow(self._owners, kept, bounds.reshape(-1, 4))
        return other

    def save(self, path: str | pathlib.Path, key: str) -> None:
        """Write the index to ``path``, whole or not at all; ``key`` says of which boundaries it is.

        Nothing is written where no grid has an area.
        """
        raster, borders = self._owners.whole(), self._borders.all()
        if raster is not None and borders is not None:
            saved.write(pathlib.Path(path), key, saved.Content(self._owners.numbers, raster, borders))

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
        locator._owners.take(opened)
        locator._borders = Borders(locator._owners.touching, opened)
        locator._nearing = Nearing(locator._owners, locator._borders)
        return locator


def _floats(values: npt.ArrayLike) -> Numbers:
    return np.ascontiguousarray(values, dtype=np.float64)


def _radii(radius_m: npt.ArrayLike, points: Numbers) -> Numbers:
    return np.broadcast_to(np.asarray(radius_m, dtype=np.float64), points.shape)


def _nearest_first(asked: Indices, point: Indices, grid: Marks, metres: Numbers) -> Pairs:
    """Return pairs ordered by point, the nearest first, of equals the lower code; each pair once, with its least distance."""
    order = np.lexsort((grid, np.round(metres, MILLIMETRES), point))
    point, grid, metres = point[order], grid[order], metres[order]
    if len(point):
        pair = point.astype(np.int64) * (int(grid.max()) + 1) + grid
        first = np.sort(np.unique(pair, return_index=True)[1])
        point, grid, metres = point[first], grid[first], metres[first]
    return asked[point], grid, metres
