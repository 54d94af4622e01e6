"""Where the cells lie: a raster of cells over the grids, cut into square tiles.

Positions are measured in cells from the south-west corner (``across``, ``up``).
Every grid keeps clear of the outermost cells, so a position outside can be
pressed into one of them and finds nobody there.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import shapely

from gridmgr.errors import Invalid
from gridmgr.geometry.crs import Geometries, Numbers, metres_per_degree

TILE = 32
TILE_BITS = 5
TILE_CELLS = TILE * TILE
MARGIN = 1.37
REFERENCE_ACROSS, REFERENCE_UP = 0.5030103, 0.4969131
"""Where in a cell its reference position lies: nowhere that surveyors put a corner."""
CELLS_PER_EDGE = 18
FEWEST_CELLS, MOST_CELLS = 1 << 12, 1 << 26


class Frame(NamedTuple):
    """South-west corner and size of the cells in degrees, and how many tiles there are each way."""

    west: float
    south: float
    cell_lon: float
    cell_lat: float
    columns: int
    rows: int

    @property
    def width(self) -> int:
        """Return the number of cells from west to east."""
        return self.columns * TILE

    @property
    def height(self) -> int:
        """Return the number of cells from south to north."""
        return self.rows * TILE

    def across(self, lon: Numbers) -> Numbers:
        """Return longitudes in cells from the west."""
        return (lon - self.west) * (1 / self.cell_lon)

    def up(self, lat: Numbers) -> Numbers:
        """Return latitudes in cells from the south."""
        return (lat - self.south) * (1 / self.cell_lat)

    def holds(self, bounds: tuple[float, float, float, float]) -> bool:
        """Return whether a box of lon/lat keeps clear of the outermost cells."""
        west, south, east, north = bounds
        return bool(
            west >= self.west + self.cell_lon
            and south >= self.south + self.cell_lat
            and east <= self.west + (self.width - 1) * self.cell_lon
            and north <= self.south + (self.height - 1) * self.cell_lat
        )


class Window(NamedTuple):
    """A rectangle of tiles: from ``left`` and ``bottom`` to before ``right`` and ``top``."""

    left: int
    bottom: int
    right: int
    top: int

    @property
    def width(self) -> int:
        """Return its width in cells."""
        return (self.right - self.left) * TILE

    @property
    def height(self) -> int:
        """Return its height in cells."""
        return (self.top - self.bottom) * TILE

    @property
    def tiles(self) -> int:
        """Return the number of its tiles."""
        return (self.right - self.left) * (self.top - self.bottom)

    def meets(self, other: Window) -> bool:
        """Return whether it has a tile in common with another."""
        return not (
            self.right <= other.left or other.right <= self.left or self.top <= other.bottom or other.top <= self.bottom
        )

    def with_(self, other: Window) -> Window:
        """Return the smallest window that holds both."""
        low, high = np.minimum(self[:2], other[:2]).tolist(), np.maximum(self[2:], other[2:]).tolist()
        return Window(*low, *high)


def frame_of(shapes: Geometries, edges: int, cell_m: float | None = None) -> Frame:
    """Return the frame for ``shapes``.

    Parameters
    ----------
    shapes : ndarray of Polygon or MultiPolygon
        Lon/lat; at least one that is not empty.
    edges : int
        How many edges they have; decides about the size of the cells.
    cell_m : float, optional
        Side of a cell; m.

    Raises
    ------
    Invalid
        A shape is wider than half the earth.
    """
    west, south, east, north = (float(side) for side in shapely.total_bounds(shapes))
    refuse_antimeridian(shapes)
    metres = metres_per_degree(np.array([(south + north) / 2]))
    lon_m, lat_m = max(float(metres.lon[0]), 1.0), float(metres.lat[0])
    wide, high = max((east - west) * lon_m, 1e-3), max((north - south) * lat_m, 1e-3)
    side = cell_m or math.sqrt(wide * high / min(max(edges * CELLS_PER_EDGE, FEWEST_CELLS), MOST_CELLS))
    side = max(side, wide / MOST_CELLS**0.75, high / MOST_CELLS**0.75)
    cell_lon, cell_lat = side / lon_m, side / lat_m
    columns = int((east - west) / cell_lon + 2 * MARGIN) // TILE + 1
    rows = int((north - south) / cell_lat + 2 * MARGIN) // TILE + 1
    return Frame(west - MARGIN * cell_lon, south - MARGIN * cell_lat, cell_lon, cell_lat, columns, rows)


def refuse_antimeridian(shapes: Geometries) -> None:
    """Raise Invalid where a shape is wider than half the earth, as one across the antimeridian looks."""
    west, _, east, _ = shapely.bounds(shapes).T
    if (east - west > 180).any():
        raise Invalid(
            "A grid is wider than 180 degrees of longitude, as if it crossed the antimeridian: "
            "cut it there into two parts, or move the city to one side."
        )
