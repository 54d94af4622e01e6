"""The raster: all cells of a frame in tiles, as arrays that can be shared, saved and mapped from a file."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmgr.geometry.locator.raster.building import HARD, Entries, Patch
from gridmgr.geometry.locator.raster.frame import TILE_CELLS, Frame, Window
from gridmgr.geometry.locator.raster.outlines import Marks


class Raster(NamedTuple):
    """Cells in tiles.

    ``base`` tells for each tile of ``frame``, row by row, where in ``cells`` its
    1,024 cells begin; tiles that are owned by one grid throughout share theirs.
    ``is_crowded`` tells that grids overlap somewhere in it.
    The rest as in :class:`gridmgr.geometry.locator.raster.building.Patch`.
    """

    frame: Frame
    is_crowded: bool
    base: Marks
    cells: Marks
    entries: Entries

    @property
    def nbytes(self) -> int:
        """Return the size of its arrays in memory."""
        return sum(array.nbytes for array in self[2:])


def joined(frame: Frame, patches: list[Patch]) -> Raster:
    """Return the raster made of ``patches``, bands of all tile rows from the south to the north."""
    base, cells, used, entered = [], [], 0, 0
    for patch in patches:
        places, kept = packed(shifted(patch.tiles, entered))
        base.append(places + used)
        cells.append(kept)
        used, entered = used + len(kept), entered + len(patch.entries)
    entries = np.concatenate([patch.entries for patch in patches])
    is_crowded = any(patch.is_crowded for patch in patches)
    return Raster(frame, is_crowded, np.concatenate(base).astype(np.int32), np.concatenate(cells), entries)


def patched(raster: Raster, patches: list[tuple[Window, Patch]]) -> Raster:
    """Return the raster with the tiles of some windows in place of its own, which nothing leads to any more."""
    base, cells, entries = raster.base.copy(), [raster.cells], [raster.entries]
    used, entered = len(raster.cells), len(raster.entries)
    for window, patch in patches:
        places, kept = packed(shifted(patch.tiles, entered))
        in_frame = base.reshape(raster.frame.rows, raster.frame.columns)
        shape = (window.top - window.bottom, window.right - window.left)
        in_frame[window.bottom : window.top, window.left : window.right] = places.reshape(shape) + used
        cells.append(kept)
        entries.append(patch.entries)
        used, entered = used + len(kept), entered + len(patch.entries)
    is_crowded = raster.is_crowded or any(patch.is_crowded for _, patch in patches)
    return Raster(raster.frame, is_crowded, base, np.concatenate(cells), np.concatenate(entries))


def is_littered(raster: Raster) -> bool:
    """Return whether more of the cells than not belong to tiles that were drawn over."""
    return len(raster.cells) > 2 * TILE_CELLS * len(np.unique(raster.base))


def shifted(tiles: Marks, before: int) -> Marks:
    """Return tiles whose entries come after ``before`` others."""
    return np.where(tiles < HARD, tiles - np.int32(before), tiles) if before else tiles


def packed(tiles: Marks) -> tuple[Marks, Marks]:
    """Return where each tile's cells begin, and the cells, those of equal uniform tiles once."""
    first = tiles[:, 0]
    uniform = (tiles.min(axis=1) == tiles.max(axis=1)) & (first >= HARD)
    _, example, which = np.unique(first[uniform], return_index=True, return_inverse=True)
    mixed = np.flatnonzero(~uniform)
    base = np.empty(len(tiles), np.int32)
    base[mixed] = np.arange(len(mixed)) * TILE_CELLS
    base[uniform] = (len(mixed) + which) * TILE_CELLS
    shown = np.flatnonzero(uniform)[example]
    return base, np.concatenate([tiles[mixed].ravel(), tiles[shown].ravel()])
