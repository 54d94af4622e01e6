"""Many points at once with numpy: look the cell up, walk from the point to the cell's reference.

The edges between a point and the reference of its cell are those that the
straight way to it crosses. Each crossing changes the mark::

      +-----------------+
      |    5   |   3    |     the reference lies in 5 (mark 6), the
      |        |        |     edge bounds 3 and 5 (mark 4 ^ 6 = 2),
      |  ref o-+---* p  |     so the point has mark 6 ^ 2 = 4:
      |        |        |     it lies in 3
      +-----------------+

Positions within a cell are single floats. Whatever they cannot tell for
certain is left open and asked exactly.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys

import numpy as np

from gridmgr.geometry.crs import Numbers
from gridmgr.geometry.locator.raster.building import AREA, COUNT, HARD, MARK, Entries
from gridmgr.geometry.locator.raster.cells import Raster
from gridmgr.geometry.locator.raster.frame import REFERENCE_ACROSS, REFERENCE_UP, TILE, TILE_BITS
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

CHUNK = 1 << 15
WORTH_COMPILING = 500_000
DOUBT, AREA_DOUBT = 4e-6, 1.2e-5
"""Square cells: four times what single floats can be wrong by in the two products of a walk, and in their sum."""


def owners(raster: Raster, lon: Numbers, lat: Numbers) -> Marks:
    """Return each point's grid, NONE for none, HARD where it must be asked exactly; int32, shape (n,)."""
    found = np.empty(len(lon), np.int32)
    for begin in range(0, len(lon), CHUNK):
        part = slice(begin, begin + CHUNK)
        found[part] = _owners(raster, lon[part], lat[part])
    return found


def is_compiled(wanted: bool | None, points: int) -> bool:
    """Return whether compiled code is to look up so many points: it takes a second to load."""
    if wanted is not None:
        return wanted
    return (points >= WORTH_COMPILING or "numba" in sys.modules) and importlib.util.find_spec("numba") is not None


def load_compiled() -> None:
    """Load compiled code, where numba is installed: from then on short batches are looked up by it too."""
    if importlib.util.find_spec("numba") is not None:
        importlib.import_module("gridmgr.geometry.locator.compiled")


def tiles(raster: Raster, lon: Numbers, lat: Numbers) -> Indices:
    """Return the tiles that points lie in, each once."""
    frame = raster.frame
    across, up = pressed(frame.across(lon), frame.width), pressed(frame.up(lat), frame.height)
    return np.unique((up.astype(np.int32) >> TILE_BITS) * frame.columns + (across.astype(np.int32) >> TILE_BITS))


def _owners(raster: Raster, lon: Numbers, lat: Numbers) -> Marks:
    frame = raster.frame
    across, up = pressed(frame.across(lon), frame.width), pressed(frame.up(lat), frame.height)
    column, row = across.astype(np.int32), up.astype(np.int32)
    place = raster.base.take((row >> TILE_BITS) * frame.columns + (column >> TILE_BITS))
    place += ((row & (TILE - 1)) << TILE_BITS) + (column & (TILE - 1))
    found = raster.cells.take(place)
    beside = np.flatnonzero(found < HARD)
    if len(beside):
        cell = HARD - 1 - found[beside]
        u = (across[beside] - column[beside] - REFERENCE_ACROSS).astype(np.float32)
        v = (up[beside] - row[beside] - REFERENCE_UP).astype(np.float32)
        found[beside] = _walked(raster, cell, u, v)
    return found


def pressed(place: Numbers, size: int) -> Numbers:
    """Return places in cells with those outside, and what is no number, put into the outermost cells."""
    np.fmax(place, 0.5, out=place)
    return np.fmin(place, size - 0.5, out=place)


def _walked(raster: Raster, cell: Marks, u: Entries, v: Entries) -> Marks:
    """Return the owner of each position ``u, v`` from the reference of a cell; ``cell`` are their first entries."""
    bits = raster.entries.view(np.int32)
    head = bits[cell, COUNT:]
    size = head[:, 0]
    ends = np.cumsum(size)
    first = ends - size
    point = np.repeat(np.arange(len(cell)), size)
    entry = raster.entries.take(np.arange(ends[-1]) + np.repeat(cell - first, size), axis=0)
    pu, pv = u[point], v[point]
    to_1 = pu * entry[:, 1] - pv * entry[:, 0]
    to_2 = pu * entry[:, 3] - pv * entry[:, 2]
    beyond = entry[:, AREA] + to_1 - to_2
    may = (to_1 <= DOUBT) & (to_2 >= -DOUBT) & (beyond <= AREA_DOUBT)
    surely = (to_1 < -DOUBT) & (to_2 > DOUBT) & (beyond < -AREA_DOUBT)
    marks = entry.view(np.int32)[:, MARK] * surely
    found = (np.bitwise_xor.reduceat(marks, first) ^ head[:, 1]) - np.int32(1)
    found[point[may != surely]] = HARD
    return found
