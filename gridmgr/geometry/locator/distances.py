"""How far borders are from points.

Distances are measured with the scale of lon and lat at the point, on which
borders that are straight in lon/lat stay straight.
"""

from __future__ import annotations

import numpy as np

from gridmgr.geometry.crs import Numbers, metres_per_degree
from gridmgr.geometry.locator.bordering import MARGIN, NOBODY, Bordering, Flags, is_far, start_of
from gridmgr.geometry.locator.raster.crossing import numbered
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

POINTS_AT_ONCE, PAIRS_AT_ONCE = 1 << 15, 1 << 16
NOTHING_M = 1e-9


def is_near(known: Bordering, lon: Numbers, lat: Numbers, radius_m: Numbers, owner: Marks, *, compiled: bool) -> Flags:
    """Return for each point whether an edge of its owner, or of any grid where that is NOBODY, is within its radius."""
    if compiled and (radius_m <= known.squares.square_m).all():
        from gridmgr.geometry.locator import compiled as code

        near, in_doubt = code.is_near(known, lon, lat, radius_m, owner)
        doubts = np.flatnonzero(in_doubt)
        near[doubts] = is_near(known, lon[doubts], lat[doubts], radius_m[doubts], owner[doubts], compiled=False)
        return near
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
        grids = known.grids[edge[hit]].ravel()
        one = np.flatnonzero(grids != NOBODY)
        found.append(least(np.repeat(point[hit], 2)[one], grids[one], np.repeat(metres[hit], 2)[one]))
    point, grid, metres = (np.concatenate(column) for column in zip(*found, strict=True))
    return point, grid, metres


def least(point: Indices, grid: Marks, metres: Numbers) -> tuple[Indices, Marks, Numbers]:
    """Return each pair once, with its least distance."""
    order = np.argsort((point.astype(np.int64) << 32) | grid, kind="stable")
    point, grid = point[order], grid[order]
    starts = np.flatnonzero((np.diff(point, prepend=-1) != 0) | (np.diff(grid, prepend=-1) != 0))
    least = np.minimum.reduceat(metres[order], starts) if len(starts) else metres
    return point[starts], grid[starts], least


def border_distances(known: Bordering, lon: Numbers, lat: Numbers, grid: Marks) -> Numbers:
    """Return the metres from each point to the border of the grid beside it."""
    size = known.grid_starts[grid + 1] - known.grid_starts[grid]
    least = np.full(len(lon), np.inf)
    for part in _parts(size):
        point, number = numbered(size[part])
        edge = known.of_grid[known.grid_starts[grid[part]][point] + number]
        metres = to_edges(known, lon[part], lat[part], scale_at(lat[part]), point, edge)
        np.minimum.at(least, point + part.start, metres)
    return least


def _pairs(known: Bordering, lon: Numbers, lat: Numbers, radius_m: Numbers):  # type: ignore[no-untyped-def]
    """Yield points, edges in the squares around them, and their distances; as many at once as stay in the cache."""
    for begin in range(0, len(lon), POINTS_AT_ONCE):
        part = slice(begin, begin + POINTS_AT_ONCE)
        for point, edge, metres in _pairs_of_part(known, lon[part], lat[part], radius_m[part]):
            yield point + begin, edge, metres


def _pairs_of_part(known: Bordering, lon: Numbers, lat: Numbers, radius_m: Numbers):  # type: ignore[no-untyped-def]
    squares = known.squares
    column = _pressed((lon - squares.west) / squares.square_lon, squares.columns)
    row = _pressed((lat - squares.south) / squares.square_lat, squares.rows)
    reach = np.ceil(radius_m / squares.square_m).astype(np.int32)
    asked = np.flatnonzero(~is_far(known, row * squares.columns + column) | (reach > 1))
    lon, lat, row, column, reach = lon[asked], lat[asked], row[asked], column[asked], reach[asked]
    which, number = numbered(2 * reach + 1)
    line = row[which] + number - reach[which]
    if reach.max(initial=0) >= MARGIN:
        kept = np.flatnonzero((line >= 0) & (line < squares.rows))
        which, line = which[kept], line[kept]
    line *= squares.columns
    begin = start_of(known, line + np.maximum(column - reach, 0)[which])
    size = start_of(known, line + np.minimum(column + reach + 1, squares.columns - 1)[which]) - begin
    scale = scale_at(lat)
    for part in _parts(size):
        range_, number = numbered(size[part])
        edge, point = known.listed[begin[part][range_] + number], which[part][range_]
        yield asked[point], edge, to_edges(known, lon, lat, scale, point, edge)


def _pressed(place: Numbers, size: int) -> Marks:
    """Return places as squares that have ``MARGIN`` others beside them."""
    return np.clip(place, MARGIN - 1, size - MARGIN).astype(np.int32)


def _parts(size: Marks):  # type: ignore[no-untyped-def]
    """Yield slices of about as many pairs as stay in the cache, each of at least one thing."""
    ends = np.cumsum(size, dtype=np.int64)
    begin = 0
    while begin < len(size):
        before = int(ends[begin - 1]) if begin else 0
        end = max(int(np.searchsorted(ends, before + PAIRS_AT_ONCE, side="right")), begin + 1)
        yield slice(begin, end)
        begin = end


def scale_at(lat: Numbers) -> Numbers:
    """Return the metres per degree of lon and lat at each point, shape (n, 2)."""
    scale = metres_per_degree(lat)
    return np.column_stack([scale.lon, scale.lat])


def to_edges(known: Bordering, lon: Numbers, lat: Numbers, scale: Numbers, point: Indices, edge: Marks) -> Numbers:
    """Return the metres from points, by their places in ``lon`` and ``lat``, to the edges beside them."""
    scale = scale[point]
    ends = known.ends[edge]
    place = np.column_stack([lon, lat])[point]
    x, y = ((ends[:, :2] - place) * scale).T
    return to_segments(x, y, *((ends[:, 2:] - ends[:, :2]) * scale).T)


def to_segments(x: Numbers, y: Numbers, along_x: Numbers, along_y: Numbers) -> Numbers:
    """Return how far segments are from the origin: where each begins, and the way along it."""
    share = -(x * along_x + y * along_y) / (along_x * along_x + along_y * along_y)
    share = np.minimum(np.maximum(share, 0), 1)
    x, y = x + share * along_x, y + share * along_y
    metres: Numbers = np.sqrt(x * x + y * y)
    metres[metres < NOTHING_M] = 0
    return metres
