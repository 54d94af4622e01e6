"""How far borders are: the edges of all grids, sorted into squares about as wide as positions are unsure.

Distances are measured with the scale of lon and lat at the point, on which
borders that are straight in lon/lat stay straight.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridmgr.geometry.crs import Geometries, Numbers, metres_per_degree
from gridmgr.geometry.locator import outlines
from gridmgr.geometry.locator.crossing import numbered, passages
from gridmgr.geometry.locator.outlines import Indices, Marks

SQUARE_M = 16.0
MOST_SQUARES = 1 << 24
MARGIN = 2
NOBODY = -1
PAIRS_AT_ONCE = 1 << 20
NOTHING_M = 1e-9
Flags = npt.NDArray[np.bool_]


class Squares(NamedTuple):
    """South-west corner, size in degrees and in metres, and number of squares each way."""

    west: float
    south: float
    square_lon: float
    square_lat: float
    square_m: float
    columns: int
    rows: int


class Bordering(NamedTuple):
    """Edges (lon, lat, lon, lat) with the one or two grids that they bound, and where they lie.

    ``listed[starts[s]:starts[s + 1]]`` are the edges that run through square s, the
    squares row by row. ``is_far`` tells of each that no edge runs through it or one beside it.
    ``of_grid[grid_starts[g]:grid_starts[g + 1]]`` are the edges of grid g.
    """

    squares: Squares
    ends: Numbers
    grids: Marks
    starts: Marks
    listed: Marks
    is_far: Flags
    grid_starts: Marks
    of_grid: Marks


def bordering_of(shapes: Geometries) -> Bordering | None:
    """Return where the edges of ``shapes`` lie; None where there are none."""
    ends, grids = outlines.borders(outlines.uses_of(shapes, np.arange(len(shapes), dtype=np.int32)))
    if not len(ends):
        return None
    squares = _squares(ends)
    corner = np.array([squares.west, squares.south] * 2)
    size = np.array([squares.square_lon, squares.square_lat] * 2)
    passed = passages((ends - corner) / size)
    square = passed.up * squares.columns + passed.across
    starts = _starts(square, squares.columns * squares.rows)
    listed = passed.edge[outlines.order_of(square)].astype(np.int32)
    owned = np.concatenate([grids[:, 0], grids[:, 1]])
    of_grid = outlines.order_of(owned + 1)[np.count_nonzero(owned == NOBODY) :] % len(ends)
    grid_starts = _starts(owned[owned != NOBODY], len(shapes))
    is_far = _is_far(np.diff(starts) > 0, squares)
    return Bordering(squares, ends, grids, starts, listed, is_far, grid_starts, of_grid.astype(np.int32))


def _starts(bins: Indices | Marks, count: int) -> Marks:
    return np.concatenate([[0], np.cumsum(np.bincount(bins, minlength=count))]).astype(np.int32)


def _squares(ends: Numbers) -> Squares:
    west, south = ends.reshape(-1, 2).min(axis=0).tolist()
    east, north = ends.reshape(-1, 2).max(axis=0).tolist()
    scale = metres_per_degree((south + north) / 2)
    lon_m, lat_m = max(float(scale.lon), 1.0), float(scale.lat)
    wide, high = (east - west) * lon_m, (north - south) * lat_m
    side = max(SQUARE_M, math.sqrt(wide * high / MOST_SQUARES), wide / MOST_SQUARES**0.75, high / MOST_SQUARES**0.75)
    columns, rows = int(wide / side) + 2 * MARGIN + 1, int(high / side) + 2 * MARGIN + 1
    lon, lat = side / lon_m, side / lat_m
    # The narrowest square counts: degrees of longitude shrink towards the pole.
    narrowest = min(side, lon * float(min(metres_per_degree(south).lon, metres_per_degree(north).lon)))
    return Squares(west - MARGIN * lon, south - MARGIN * lat, lon, lat, narrowest * 0.99, columns, rows)


def _is_far(occupied: Flags, squares: Squares) -> Flags:
    near = np.pad(occupied.reshape(squares.rows, squares.columns), 1)
    wide = near[:, :-2] | near[:, 1:-1] | near[:, 2:]
    return np.asarray(~(wide[:-2] | wide[1:-1] | wide[2:]).ravel())


# --- distances ---------------------------------------------------------------------------


def is_near(known: Bordering, lon: Numbers, lat: Numbers, radius_m: Numbers, owner: Marks) -> Flags:
    """Return for each point whether an edge of its owner, or of any grid where that is NOBODY, is within its radius."""
    near = np.zeros(len(lon), bool)
    for point, edge, metres in _pairs(known, lon, lat, radius_m):
        hit = np.flatnonzero(metres <= radius_m[point])
        point, grids = point[hit], known.grids[edge[hit]]
        its_own = (owner[point] == NOBODY) | (grids[:, 0] == owner[point]) | (grids[:, 1] == owner[point])
        near[point[its_own]] = True
    return near


def edges_within(known: Bordering, lon: Numbers, lat: Numbers, radius_m: Numbers) -> tuple[Indices, Marks, Numbers]:
    """Return every (point, grid) pair with an edge of the grid within the radius, and its least distance in metres."""
    found = [(np.empty(0, np.intp), np.empty(0, np.int32), np.empty(0))]
    for point, edge, metres in _pairs(known, lon, lat, radius_m):
        hit = np.flatnonzero(metres <= radius_m[point])
        grids = known.grids[edge[hit]]
        point, grid, metres = np.repeat(point[hit], 2), grids.ravel(), np.repeat(metres[hit], 2)
        found.append(_least(point[grid != NOBODY], grid[grid != NOBODY], metres[grid != NOBODY]))
    point, grid, metres = (np.concatenate(column) for column in zip(*found, strict=True))
    return point, grid, metres


def _least(point: Indices, grid: Marks, metres: Numbers) -> tuple[Indices, Marks, Numbers]:
    order = np.lexsort((metres, grid, point))
    point, grid, metres = point[order], grid[order], metres[order]
    first = np.ones(len(point), bool)
    first[1:] = (point[1:] != point[:-1]) | (grid[1:] != grid[:-1])
    return point[first], grid[first], metres[first]


def border_distances(known: Bordering, lon: Numbers, lat: Numbers, grid: Marks) -> Numbers:
    """Return the metres from each point to the border of the grid beside it."""
    size = known.grid_starts[grid + 1] - known.grid_starts[grid]
    least = np.full(len(lon), np.inf)
    for part in _parts(size):
        point, number = numbered(size[part])
        edge = known.of_grid[known.grid_starts[grid[part]][point] + number]
        metres = _distances(lon[part], lat[part], point, known.ends[edge])
        np.minimum.at(least, point + part.start, metres)
    return least


def _pairs(known: Bordering, lon: Numbers, lat: Numbers, radius_m: Numbers):  # type: ignore[no-untyped-def]
    """Yield points, edges in the squares around them, and their distances; part by part."""
    squares = known.squares
    column = _pressed((lon - squares.west) / squares.square_lon, squares.columns)
    row = _pressed((lat - squares.south) / squares.square_lat, squares.rows)
    reach = np.ceil(radius_m / squares.square_m).astype(np.int32)
    asked = np.flatnonzero((reach > 1) | ~known.is_far[row * squares.columns + column])
    which, number = numbered(2 * reach[asked] + 1)
    line = row[asked][which] + number - reach[asked][which]
    kept = np.flatnonzero((line >= 0) & (line < squares.rows))
    which, line = asked[which[kept]], line[kept] * squares.columns
    begin = known.starts[line + np.maximum(column[which] - reach[which], 0)]
    size = known.starts[line + np.minimum(column[which] + reach[which] + 1, squares.columns)] - begin
    for part in _parts(size):
        range_, number = numbered(size[part])
        edge, point = known.listed[begin[part][range_] + number], which[part][range_]
        yield point, edge, _distances(lon, lat, point, known.ends[edge])


def _pressed(place: Numbers, size: int) -> Marks:
    return np.clip(place, 0, size - 1).astype(np.int32)


def _parts(size: Marks):  # type: ignore[no-untyped-def]
    """Yield slices of about as many pairs as fit into memory well, each of at least one thing."""
    ends = np.cumsum(size, dtype=np.int64)
    begin = 0
    while begin < len(size):
        before = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, before + PAIRS_AT_ONCE, side="right")), begin + 1)
        yield slice(begin, end)
        begin = end


def _distances(lon: Numbers, lat: Numbers, point: Indices, ends: Numbers) -> Numbers:
    """Return the metres from points, by their places in ``lon`` and ``lat``, to the edges beside them."""
    scale = metres_per_degree(lat)
    east, north = np.asarray(scale.lon)[point], np.asarray(scale.lat)[point]
    x, y = (ends[:, 0] - lon[point]) * east, (ends[:, 1] - lat[point]) * north
    along_x, along_y = (ends[:, 2] - ends[:, 0]) * east, (ends[:, 3] - ends[:, 1]) * north
    share = np.clip(-(x * along_x + y * along_y) / (along_x * along_x + along_y * along_y), 0, 1)
    metres: Numbers = np.hypot(x + share * along_x, y + share * along_y)
    metres[metres < NOTHING_M] = 0
    return metres
