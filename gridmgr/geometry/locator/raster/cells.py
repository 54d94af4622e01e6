"""The raster: all cells of a frame in tiles, as arrays that can be shared, saved and mapped from a file."""

from __future__ import annotations

import threading
import weakref
from typing import Any, NamedTuple

import numpy as np

from gridmgr.geometry.locator.raster.building import HARD, Entries, Patch
from gridmgr.geometry.locator.raster.frame import TILE_CELLS, Frame, Window
from gridmgr.geometry.locator.raster.outlines import Marks

SPARE = 1 << 14
_used: dict[int, int] = {}
_claiming = threading.Lock()


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
    entries = roomy([patch.entries for patch in patches])
    is_crowded = any(patch.is_crowded for patch in patches)
    return Raster(frame, is_crowded, np.concatenate(base).astype(np.int32), roomy(cells), entries)


def patched(raster: Raster, patches: list[tuple[Window, Patch]]) -> Raster:
    """Return the raster with the tiles of some windows in place of its own, which nothing leads to any more."""
    drawn = [(window, *packed(patch.tiles), patch.entries) for window, patch in patches]
    cells, used = claimed(raster.cells, sum(len(kept) for _, _, kept, _ in drawn))
    entries, entered = claimed(raster.entries, sum(len(more) for *_, more in drawn))
    base = raster.base.copy()
    in_frame = base.reshape(raster.frame.rows, raster.frame.columns)
    for window, places, kept, more in drawn:
        shape = (window.top - window.bottom, window.right - window.left)
        in_frame[window.bottom : window.top, window.left : window.right] = places.reshape(shape) + used
        cells[used : used + len(kept)] = shifted(kept, entered)
        entries[entered : entered + len(more)] = more
        used, entered = used + len(kept), entered + len(more)
    is_crowded = raster.is_crowded or any(patch.is_crowded for _, patch in patches)
    return Raster(raster.frame, is_crowded, base, cells[:used], entries[:entered])


def roomy(parts: list[Any]) -> Any:
    """Return arrays one after the other, the front part of a longer one that has room for more behind them."""
    used = sum(len(part) for part in parts)
    whole = np.empty((used + used // 8 + SPARE, *parts[0].shape[1:]), parts[0].dtype)
    np.concatenate(parts, out=whole[:used])
    with _claiming:
        _used[id(whole)] = used
    weakref.finalize(whole, _used.pop, id(whole), None)
    return whole[:used]


def claimed(array: Any, more: int) -> tuple[Any, int]:
    """Return an array that begins as ``array`` does and has ``more`` places from some place on for the caller alone.

    They lie in the room behind ``array``, which others that came from the same one take from too, or in a copy
    with new room: to copy a city's cells takes longer than to draw the few that changed.
    """
    whole = array.base
    with _claiming:
        used = -1 if whole is None else _used.get(id(whole), -1)
        if used >= 0 and used + more <= len(whole):
            _used[id(whole)] = used + more
            return whole, used
    copy = roomy([array, np.empty((more, *array.shape[1:]), array.dtype)])
    return copy.base, len(array)


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
