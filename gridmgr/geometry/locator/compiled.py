"""Many points at once, compiled: the same answers as :mod:`gridmgr.geometry.locator.asking` in one pass, where numba is installed."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from gridmgr.geometry.crs import Numbers
from gridmgr.geometry.locator.asking import AREA_DOUBT, DOUBT
from gridmgr.geometry.locator.bordering import Bordering, Flags
from gridmgr.geometry.locator.raster.building import AREA, COUNT, HARD, MARK, REFERENCE_MARK
from gridmgr.geometry.locator.raster.cells import Raster
from gridmgr.geometry.locator.raster.frame import REFERENCE_ACROSS, REFERENCE_UP, TILE, TILE_BITS
from gridmgr.geometry.locator.raster.outlines import Marks

SINGLE = np.float32
_ACROSS, _UP = REFERENCE_ACROSS, REFERENCE_UP
_DOUBT, _AREA_DOUBT = SINGLE(DOUBT), SINGLE(AREA_DOUBT)


def owners(raster: Raster, lon: Numbers, lat: Numbers) -> Marks:
    """Return each point's grid, NONE for none, HARD where it must be asked exactly; int32, shape (n,)."""
    found = np.empty(len(lon), np.int32)
    frame = raster.frame
    scale = (frame.west, frame.south, 1 / frame.cell_lon, 1 / frame.cell_lat)
    limit = (frame.width - 0.5, frame.height - 0.5)
    _look(lon, lat, found, scale, limit, frame.columns, *raster[2:], raster.entries.view(np.int32))
    return found


BLOCK = 512
DOUBT_M = 1e-5
WHOLE = np.uint32
_BITS, _WITHIN = WHOLE(TILE_BITS), WHOLE(TILE - 1)


def _compiled(function: Any) -> Any:
    """Return ``function`` compiled, and kept on disk for the next process where there is a folder for it."""
    try:
        return numba.njit(cache=True, nogil=True, boundscheck=False)(function)
    except RuntimeError:
        return numba.njit(nogil=True, boundscheck=False)(function)


@_compiled
def _look(lon, lat, found, scale, limit, columns, base, cells, entries, bits):  # type: ignore[no-untyped-def]
    """Look block by block, one kind of step for the whole block at a time: so its reads from memory overlap."""
    place = np.empty(BLOCK, WHOLE)
    tile = np.empty(BLOCK, WHOLE)
    beside = np.empty(BLOCK, WHOLE)
    size = np.empty(BLOCK, np.int32)
    columns = WHOLE(columns)
    for begin in range(0, len(lon), BLOCK):
        length = min(BLOCK, len(lon) - begin)
        part = slice(begin, begin + length)
        _place(lon[part], lat[part], scale, limit, columns, tile, place)
        for i in range(length):
            place[i] += WHOLE(base[tile[i]])
        n = 0
        for i in range(length):
            value = cells[place[i]]
            found[begin + i] = value
            beside[n] = i
            n += value < HARD
        for j in range(n):
            size[j] = bits[HARD - 1 - found[begin + beside[j]], COUNT]
        for j in range(n):
            i = begin + beside[j]
            across, up = _cell_of(lon[i], lat[i], scale, limit)
            u, v = SINGLE(across - np.int32(across) - _ACROSS), SINGLE(up - np.int32(up) - _UP)
            found[i] = _walk(HARD - 1 - found[i], size[j], u, v, entries, bits)


@numba.njit(inline="always", boundscheck=False)
def _cell_of(lon, lat, scale, limit):  # type: ignore[no-untyped-def]
    across, up = (lon - scale[0]) * scale[2], (lat - scale[1]) * scale[3]
    across = across if across > 0.5 else 0.5
    across = across if across < limit[0] else limit[0]
    up = up if up > 0.5 else 0.5
    return across, up if up < limit[1] else limit[1]


@numba.njit(inline="always", boundscheck=False)
def _place(lon, lat, scale, limit, columns, tile, place):  # type: ignore[no-untyped-def]
    for i in range(len(lon)):
        across, up = _cell_of(lon[i], lat[i], scale, limit)
        column, row = WHOLE(np.int32(across)), WHOLE(np.int32(up))
        tile[i] = (row >> _BITS) * columns + (column >> _BITS)
        place[i] = ((row & _WITHIN) << _BITS) + (column & _WITHIN)


@numba.njit(inline="always", boundscheck=False)
def _walk(first, size, u, v, entries, bits):  # type: ignore[no-untyped-def]
    mark = bits[first, REFERENCE_MARK]
    doubt = False
    for k in range(first, first + size):
        to_1 = u * entries[k, 1] - v * entries[k, 0]
        to_2 = u * entries[k, 3] - v * entries[k, 2]
        beyond = entries[k, AREA] + to_1 - to_2
        may = (to_1 <= _DOUBT) & (to_2 >= -_DOUBT) & (beyond <= _AREA_DOUBT)
        surely = (to_1 < -_DOUBT) & (to_2 > _DOUBT) & (beyond < -_AREA_DOUBT)
        mark ^= bits[k, MARK] if surely else 0
        doubt |= may != surely
    return HARD if doubt else mark - 1


def is_near(known: Bordering, lon: Numbers, lat: Numbers, radius_m: Numbers, owner: Marks) -> tuple[Flags, Flags]:
    """Return what ``distances.is_near`` does, where no radius is longer than a square, and for which points that is in doubt."""
    near, in_doubt = np.zeros(len(lon), np.bool_), np.zeros(len(lon), np.bool_)
    squares = known.squares
    frame = (squares.west, squares.south, squares.square_lon, squares.square_lat, squares.columns, squares.rows)
    edges = (known.ends, known.grids, known.occupied, known.ranks, known.starts, known.listed, known.far)
    _measure(lon, lat, np.ascontiguousarray(radius_m), owner, near, in_doubt, frame, known.scales, *edges)
    return near, in_doubt


@_compiled
def _measure(lon, lat, radius, owner, near, in_doubt, frame, scales, ends, grids, occupied, ranks, starts, listed, far):  # type: ignore[no-untyped-def]
    west, south, square_lon, square_lat, columns, rows = frame
    square = np.empty(BLOCK, np.int64)
    asked = np.empty(BLOCK, np.int64)
    first = np.empty((BLOCK, 3), np.int32)
    last = np.empty((BLOCK, 3), np.int32)
    for begin in range(0, len(lon), BLOCK):
        length = min(BLOCK, len(lon) - begin)
        for i in range(length):
            across, up = (lon[begin + i] - west) / square_lon, (lat[begin + i] - south) / square_lat
            inside = (across >= 1) & (up >= 1) & (across < columns - 1) & (up < rows - 1)
            square[i] = np.int64(up) * columns + np.int64(across) if inside else 0
        n = 0
        for i in range(length):
            asked[n] = i
            n += 1 - ((far[square[i] >> 3] >> (square[i] & 7)) & 1)
        for j in range(n):
            for line in range(3):
                place = square[asked[j]] + (line - 1) * columns
                here = np.int64(0)
                for other in range(place - 1, place + 2):
                    here += np.int64((occupied[other >> 6] >> np.uint64(other & 63)) & np.uint64(1))
                first[j, line] = last[j, line] = 0
                if here:
                    rank = _rank(place - 1, occupied, ranks)
                    first[j, line], last[j, line] = starts[rank], starts[rank + here]
        touched = 0.0
        for j in range(n):
            for line in range(3):
                if first[j, line] < last[j, line]:
                    touched += ends[listed[first[j, line]], 0]
        for j in range(n):
            i = begin + asked[j]
            up = (lat[i] - south) / square_lat
            row = np.int64(up)
            east = scales[row, 0] + (scales[row + 1, 0] - scales[row, 0]) * (up - row)
            north = scales[row, 1] + (scales[row + 1, 1] - scales[row, 1]) * (up - row)
            found = _near(lon[i], lat[i], radius[i], owner[i], first[j], last[j], east, north, ends, grids, listed)
            near[i], in_doubt[i] = found
        if touched == np.inf:  # Never: but for this the touching, which overlaps the reads, would be left out.
            near[begin] = False


@numba.njit(inline="always", boundscheck=False)
def _rank(square, occupied, ranks):  # type: ignore[no-untyped-def]
    """Return how many squares before this one have edges: the bits are counted in pairs, in fours, in eights, together."""
    word = occupied[square >> 6] & ((np.uint64(1) << np.uint64(square & 63)) - np.uint64(1))
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return ranks[square >> 6] + np.int64((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@numba.njit(inline="always", boundscheck=False)
def _near(lon, lat, radius, owner, first, last, east, north, ends, grids, listed):  # type: ignore[no-untyped-def]
    doubt = False
    for line in range(3):
        for place in range(first[line], last[line]):
            edge = listed[place]
            metres = _distance(lon, lat, east, north, ends, edge)
            if metres <= radius + DOUBT_M and (owner < 0 or grids[edge, 0] == owner or grids[edge, 1] == owner):
                if metres < radius - DOUBT_M:
                    return True, False
                doubt = True
    return False, doubt


@numba.njit(inline="always", boundscheck=False)
def _distance(lon, lat, east, north, ends, edge):  # type: ignore[no-untyped-def]
    x, y = (ends[edge, 0] - lon) * east, (ends[edge, 1] - lat) * north
    along_x, along_y = (ends[edge, 2] - ends[edge, 0]) * east, (ends[edge, 3] - ends[edge, 1]) * north
    share = -(x * along_x + y * along_y) / (along_x * along_x + along_y * along_y)
    share = min(max(share, 0.0), 1.0)
    x += share * along_x
    y += share * along_y
    return np.sqrt(x * x + y * y)
