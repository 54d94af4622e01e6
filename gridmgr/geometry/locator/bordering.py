"""How far borders are: the edges of all grids, sorted into squares about as wide as positions are unsure.

Distances are measured with the scale of lon and lat at the point, on which
borders that are straight in lon/lat stay straight.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gridmgr.geometry.crs import Geometries, Numbers, metres_per_degree
from gridmgr.geometry.locator.raster import outlines
from gridmgr.geometry.locator.raster.crossing import numbered, passages
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

SQUARE_M = 16.0
MOST_SQUARES = 1 << 24
WORD = 64
MARGIN = 3
"""Squares around all edges; the outermost ones are far from each, whatever rounding does."""
NOBODY = -1
POINTS_AT_ONCE, PAIRS_AT_ONCE = 1 << 15, 1 << 16
NOTHING_M = 1e-9
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]


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

    Squares are counted row by row. ``occupied`` has a bit for each that edges run through, 64 in a
    word, and ``ranks`` how many such come before each word; the edges of the r-th occupied square are
    ``listed[starts[r]:starts[r + 1]]``. ``far`` tells, a bit for each, that no edge runs through it or one beside it.
    ``scales`` are metres per degree of lon and lat at the lower side of each row, shape (rows + 1, 2);
    between them the scale is all but straight.
    ``of_grid[grid_starts[g]:grid_starts[g + 1]]`` are the edges of grid g.
    """

    squares: Squares
    scales: Numbers
    ends: Numbers
    grids: Marks
    occupied: Words
    ranks: Marks
    starts: Marks
    listed: Marks
    far: npt.NDArray[np.uint8]
    grid_starts: Marks
    of_grid: Marks


def bordering_of(shapes: Geometries) -> Bordering | None:
    """Return where the edges of ``shapes`` lie; None where there are none."""
    ends, grids = outlines.borders(outlines.uses_of(shapes, np.arange(len(shapes), dtype=np.int32)))
    if not len(ends):
        return None
    squares = _squares(ends)
    ends, grids = _by_place(ends, grids, squares)
    corner = np.array([squares.west, squares.south] * 2)
    size = np.array([squares.square_lon, squares.square_lat] * 2)
    passed = passages((ends - corner) / size)
    square = passed.up * squares.columns + passed.across
    order = outlines.order_of(square)
    listed, square = passed.edge[order].astype(np.int32), square[order]
    begins = np.flatnonzero(np.diff(square, prepend=-1))
    is_occupied = np.zeros(-(-squares.columns * squares.rows // WORD) * WORD, bool)
    is_occupied[square[begins]] = True
    occupied = np.packbits(is_occupied, bitorder="little").view(np.uint64)
    counted = np.cumsum(np.bitwise_count(occupied), dtype=np.int32)
    owned = np.concatenate([grids[:, 0], grids[:, 1]])
    of_grid = outlines.order_of(owned + 1)[np.count_nonzero(owned == NOBODY) :] % len(ends)
    grid_starts = _starts(owned[owned != NOBODY], len(shapes))
    far = np.packbits(_is_far(is_occupied[: squares.columns * squares.rows], squares), bitorder="little")
    return Bordering(
        squares,
        _scales(squares),
        ends,
        grids,
        occupied,
        np.concatenate([[0], counted[:-1]]).astype(np.int32),
        np.append(begins, len(listed)).astype(np.int32),
        listed,
        far,
        grid_starts,
        of_grid.astype(np.int32),
    )


def _by_place(ends: Numbers, grids: Marks, squares: Squares) -> tuple[Numbers, Marks]:
    """Return the edges row by row, so that those of a square lie together in memory too."""
    across = ((ends[:, 0] + ends[:, 2]) / 2 - squares.west) / squares.square_lon
    up = ((ends[:, 1] + ends[:, 3]) / 2 - squares.south) / squares.square_lat
    order = outlines.order_of(up.astype(np.int64) * squares.columns + across.astype(np.int64))
    return ends[order], grids[order]


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


def _scales(squares: Squares) -> Numbers:
    scale = metres_per_degree(squares.south + np.arange(squares.rows + 1) * squares.square_lat)
    return np.column_stack([scale.lon, scale.lat])


def _is_far(occupied: Flags, squares: Squares) -> Flags:
    near = np.pad(occupied.reshape(squares.rows, squares.columns), 1)
    wide = near[:, :-2] | near[:, 1:-1] | near[:, 2:]
    return np.asarray(~(wide[:-2] | wide[1:-1] | wide[2:]).ravel())


# --- distances ---------------------------------------------------------------------------


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
        found.append(_least(np.repeat(point[hit], 2)[one], grids[one], np.repeat(metres[hit], 2)[one]))
    point, grid, metres = (np.concatenate(column) for column in zip(*found, strict=True))
    return point, grid, metres


def _least(point: Indices, grid: Marks, metres: Numbers) -> tuple[Indices, Marks, Numbers]:
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
        metres = _distances(known, lon[part], lat[part], scale_at(lat[part]), point, edge)
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
        yield asked[point], edge, _distances(known, lon, lat, scale, point, edge)


def start_of(known: Bordering, square: Any) -> Any:
    """Return where the edges of squares begin in ``listed``, of an empty one those of the next."""
    word = known.occupied[square >> 6] & ((np.uint64(1) << (square & 63).astype(np.uint64)) - np.uint64(1))
    return known.starts[known.ranks[square >> 6] + np.bitwise_count(word)]


def is_far(known: Bordering, square: Any) -> Any:
    """Return of squares whether no edge runs through them or one beside them."""
    return (known.far[square >> 3] >> (square & 7)) & 1 != 0


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


def _distances(known: Bordering, lon: Numbers, lat: Numbers, scale: Numbers, point: Indices, edge: Marks) -> Numbers:
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
