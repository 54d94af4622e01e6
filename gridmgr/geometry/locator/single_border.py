"""How far borders are from one point: what many points are told, digit by digit, with few and small steps.

Numbers from large arrays one by one are slow, so the edges of each grid and each square are unpacked once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from gridmgr.geometry.crs import Numbers, metres_per_degree
from gridmgr.geometry.locator import bordering
from gridmgr.geometry.locator.bordering import MARGIN, NOBODY, Bordering
from gridmgr.geometry.locator.distances import NOTHING_M
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

MOST_UNPACKED = 20_000


class Edges(NamedTuple):
    """Some edges: where each begins and the way along it, lon and lat in degrees, shape (2, n)."""

    begin: Numbers
    along: Numbers


class Unpacked:
    """The edges of ``known`` as questions about single points need them."""

    def __init__(self, known: Bordering) -> None:
        self._known = known
        self._of_grid: dict[int, Edges] = {}
        self._around: dict[int, tuple[Edges, list[list[int]]]] = {}

    def distance(self, lon: float, lat: float, grid: int) -> float:
        """Return the metres to the border of a grid, infinite where it has none."""
        edges = self._of_grid.get(grid)
        if edges is None:
            if len(self._of_grid) >= MOST_UNPACKED:
                self._of_grid.clear()
            starts = self._known.grid_starts
            edges = self._of_grid[grid] = self._edges(self._known.of_grid[starts[grid] : starts[grid + 1]])
        return metres(float(squared(lon, lat, edges).min(initial=math.inf)))

    def around(self, lon: float, lat: float, radius_m: float) -> dict[int, float] | None:
        """Return grid → metres of the edges within a radius, None for one wider than a square."""
        squares = self._known.squares
        if radius_m > squares.square_m:
            return None
        column, row = int((lon - squares.west) // squares.square_lon), int((lat - squares.south) // squares.square_lat)
        if not (MARGIN <= column + 1 <= squares.columns - 1 and MARGIN <= row + 1 <= squares.rows - 1):
            return {}
        square = row * squares.columns + column
        if bordering.is_far(self._known, square):
            return {}
        edges, grids = self._of_square(square)
        found: dict[int, float] = {}
        for place, square_m2 in enumerate(squared(lon, lat, edges).tolist()):
            away = metres(square_m2)
            if away <= radius_m:
                for grid in grids[place]:
                    found[grid] = min(away, found.get(grid, math.inf))
        return found

    def _of_square(self, square: int) -> tuple[Edges, list[list[int]]]:
        """Return the edges of a square and the eight around it, and the grids of each."""
        unpacked = self._around.get(square)
        if unpacked is None:
            if len(self._around) >= MOST_UNPACKED:
                self._around.clear()
            known = self._known
            lines = square + np.array([-1, 0, 1]) * known.squares.columns
            ranges = zip(bordering.start_of(known, lines - 1), bordering.start_of(known, lines + 2), strict=True)
            edge = np.unique(np.concatenate([known.listed[begin:end] for begin, end in ranges]))
            grids = [[grid for grid in pair if grid != NOBODY] for pair in known.grids[edge].tolist()]
            unpacked = self._around[square] = (self._edges(edge), grids)
        return unpacked

    def _edges(self, edge: Indices | Marks) -> Edges:
        ends = self._known.ends[edge].T
        return Edges(np.ascontiguousarray(ends[:2]), np.ascontiguousarray(ends[2:] - ends[:2]))


def squared(lon: float, lat: float, edges: Edges) -> Numbers:
    """Return the squares of the metres from a point to edges; :func:`distances.to_segments` says why so."""
    scale = np.array(metres_per_degree(lat)).reshape(2, 1)
    place = edges.begin - ((lon,), (lat,))
    place *= scale
    along = edges.along * scale
    share = _sum(place * along)
    share /= _sum(along * along)
    np.negative(share, out=share)
    np.maximum(share, 0, out=share)
    np.minimum(share, 1, out=share)
    along *= share
    place += along
    place *= place
    return _sum(place)


def _sum(pair: Numbers) -> Numbers:
    first: Numbers = pair[0]
    first += pair[1]
    return first


def metres(squared_m2: float) -> float:
    """Return a distance from its square; what is all but nothing is nothing."""
    away = math.sqrt(squared_m2)
    return away if away >= NOTHING_M else 0.0
