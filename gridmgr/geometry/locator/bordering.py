"""Where borders are: the edges of all grids, sorted into squares about as wide as positions are unsure."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gridmgr.geometry.crs import Geometries, Numbers, metres_per_degree
from gridmgr.geometry.locator.raster import outlines
from gridmgr.geometry.locator.raster.crossing import passages
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

SQUARE_M = 16.0
MOST_SQUARES = 1 << 24
WORD = 64
MARGIN = 3
"""Squares around all edges; the outermost ones are far from each, whatever rounding does."""
NOBODY = -1
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


# --- asking ------------------------------------------------------------------------------


def start_of(known: Bordering, square: Any) -> Any:
    """Return where the edges of squares begin in ``listed``, of an empty one those of the next."""
    word = known.occupied[square >> 6] & ((np.uint64(1) << (square & 63).astype(np.uint64)) - np.uint64(1))
    return known.starts[known.ranks[square >> 6] + np.bitwise_count(word)]


def is_far(known: Bordering, square: Any) -> Any:
    """Return of squares whether no edge runs through them or one beside them."""
    return (known.far[square >> 3] >> (square & 7)) & 1 != 0
