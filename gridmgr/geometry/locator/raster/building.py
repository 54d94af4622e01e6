"""The cells of a window from the edges: who owns each, and what is known of those that edges run through.

What cannot be read from marks is left to be asked exactly (``HARD``): cells in
which grids overlap, in which several grids have edges that no neighbour
shares, and those whose reference lies on an edge.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from gridmgr.geometry.locator.raster.crossing import Crossings, Passages, cell_of, cropped, crossings, passages
from gridmgr.geometry.locator.raster.frame import REFERENCE_ACROSS, REFERENCE_UP, TILE, TILE_BITS, TILE_CELLS, Window
from gridmgr.geometry.locator.raster.outlines import MANY, Edges, Indices, Marks, order_of
from gridmgr.geometry.locator.raster.walking import Start, Walk, walk_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridmgr.geometry.crs import Numbers

NONE = -1
HARD = -2
"""The value of a cell whose points are asked exactly; cells with edges have lower ones."""
FIELDS = 8
AREA, MARK, COUNT, REFERENCE_MARK = 4, 5, 6, 7
"""Fields of an entry after both ends of its edge; all but the area are whole numbers, kept as their bits."""
TOO_CLOSE = 1e-5
"""Cells: an edge whose line passes a reference nearer than this leaves its side in doubt."""
Flags = npt.NDArray[np.bool_]
Entries = npt.NDArray[np.float32]


class Patch(NamedTuple):
    """The cells of a window, in tiles.

    ``tiles`` are the cells of each tile, row by row, shape (t, 1024): an owner,
    NONE, HARD, or HARD - 1 - k for a cell whose edges are entries from the k-th on.

    ``entries``, shape (n, 8), each hold across and up of both ends of an edge, in
    cells from the reference of its cell; twice the area they span with it, never
    negative; the mark of the edge; of how many entries of the same cell it is the
    first; and the mark at the reference. ``is_crowded`` tells that grids were found to overlap.
    """

    tiles: Marks
    entries: Entries
    is_crowded: bool


class _Occupied(NamedTuple):
    """The cells with edges in the order of tiles, and what is in them from ``starts`` on: edge, and its ends from the reference."""

    cell: Indices
    starts: Indices
    edge: Indices
    ends: Numbers


def build(
    edges: Edges,
    window: Window,
    exactly: Callable[[Numbers, Numbers], Marks],
    *,
    start: Start | None = None,
    boxes: npt.NDArray[np.int64] | None = None,
) -> Patch:
    """Return the cells of ``window``.

    Parameters
    ----------
    edges : Edges
        Measured in cells of the frame.
    exactly : callable
        Takes positions in cells of the frame, returns the owner of each.
    start : Start, optional
        Not needed where rows begin outside all grids, as those of the whole frame do.
    boxes : ndarray of int, shape (n, 4), optional
        Left, bottom, right, top in cells of the window: what lies in them is asked exactly.
    """
    here = _of(edges, window)
    crossed = Crossings(*cropped(crossings(here.ends), window))
    passed = Passages(*cropped(passages(here.ends), window))
    walk = walk_of(here, crossed, window, start)
    values = walk.mark - 1
    is_crowded = walk.depth is not None or bool(boxes is not None and len(boxes))
    for left, bottom, right, top in boxes if boxes is not None else ():
        values.reshape(window.height, window.width)[bottom:top, left:right] = HARD
    if walk.depth is not None:
        _ask_where_grids_overlap(values, walk, passed, window, exactly)
    occupied = _occupied(passed, here, window)
    is_hard = _is_hard(occupied, here, walk) | (values[occupied.cell] == HARD)
    values[occupied.cell[is_hard]] = HARD
    kept = _only(occupied, np.flatnonzero(~is_hard))
    values[kept.cell] = HARD - 1 - kept.starts[:-1]
    return Patch(_tiles(values, window), _entries(kept, here.mark, walk.mark[kept.cell]), is_crowded)


def _of(edges: Edges, window: Window) -> Edges:
    """Return the edges that come near ``window``, measured from its corner."""
    corner = np.array([window.left, window.bottom]) * TILE
    low = np.minimum(edges.ends[:, :2], edges.ends[:, 2:])
    high = np.maximum(edges.ends[:, :2], edges.ends[:, 2:])
    size = (window.width, window.height)
    near = np.flatnonzero(((high >= corner - 1) & (low <= corner + size)).all(axis=1))
    return Edges(edges.ends[near] - np.tile(corner, 2), edges.mark[near], edges.left[near], edges.sole[near])


def _ask_where_grids_overlap(
    values: Marks, walk: Walk, passed: Passages, window: Window, exactly: Callable[[Numbers, Numbers], Marks]
) -> None:
    """Fill the cells without edges in which several grids lie: one question for each stretch of a row."""
    assert walk.depth is not None
    doubtful = (walk.depth < 0) | (walk.depth > 1)
    doubtful[values == HARD] = False
    doubtful[cell_of(passed, window)] = False
    cells = np.flatnonzero(doubtful)
    if not len(cells):
        return
    goes_on = (np.diff(cells) == 1) & (cells[1:] % window.width != 0)
    goes_on &= (walk.mark[cells[1:]] == walk.mark[cells[:-1]]) & (walk.depth[cells[1:]] == walk.depth[cells[:-1]])
    begins = np.concatenate([[True], ~goes_on])
    first = cells[begins]
    across, up = first % window.width + window.left * TILE, first // window.width + window.bottom * TILE
    values[cells] = exactly(across + REFERENCE_ACROSS, up + REFERENCE_UP)[np.cumsum(begins) - 1]


# --- the cells with edges ----------------------------------------------------------------


def _occupied(passed: Passages, edges: Edges, window: Window) -> _Occupied:
    order = order_of(_in_tiles(passed.across, passed.up, window))
    cell, edge = cell_of(passed, window)[order], passed.edge[order]
    starts = np.flatnonzero(np.concatenate([[True], cell[1:] != cell[:-1]])) if len(cell) else order
    ends = edges.ends[edge]
    ends[:, 0::2] -= (passed.across[order] + REFERENCE_ACROSS)[:, None]
    ends[:, 1::2] -= (passed.up[order] + REFERENCE_UP)[:, None]
    return _Occupied(cell[starts], np.append(starts, len(cell)), edge, ends)


def _in_tiles(across: Marks, up: Marks, window: Window) -> Indices:
    """Return the place of cells when all cells of a tile come together."""
    tile = (up.astype(np.int64) >> TILE_BITS) * (window.right - window.left) + (across >> TILE_BITS)
    return tile * TILE_CELLS + (up % TILE) * TILE + across % TILE


def _only(occupied: _Occupied, kept: Indices) -> _Occupied:
    size = np.diff(occupied.starts)
    is_kept = np.zeros(len(size), bool)
    is_kept[kept] = True
    starts, entry = np.concatenate([[0], np.cumsum(size[kept])]), np.repeat(is_kept, size)
    return _Occupied(occupied.cell[kept], starts, occupied.edge[entry], occupied.ends[entry])


def _is_hard(occupied: _Occupied, edges: Edges, walk: Walk) -> Flags:
    """Return which cells cannot be read from marks.

    Across an edge that two grids share the number of grids stays the same. Where all other
    edges are of one grid, it is one of 0 and 1 throughout if the reference lies in that
    grid or in none.
    """
    if not len(occupied.cell):
        return np.empty(0, bool)
    begins = occupied.starts[:-1]
    sole = edges.sole[occupied.edge]
    highest = np.maximum.reduceat(sole, begins)
    lowest = np.minimum.reduceat(sole, begins)
    lowest_sole = np.minimum.reduceat(np.where(sole < 0, np.iinfo(np.int32).max, sole), begins)
    mark = walk.mark[occupied.cell]
    elsewhere = (highest >= 0) & ((highest != lowest_sole) | ((mark != 0) & (mark != highest + 1)))
    crowded = False if walk.depth is None else ((walk.depth < 0) | (walk.depth > 1))[occupied.cell]
    too_close = np.abs(_area(occupied.ends)) <= TOO_CLOSE * np.hypot(*(occupied.ends[:, 2:] - occupied.ends[:, :2]).T)
    return np.asarray((lowest == MANY) | elsewhere | crowded | np.logical_or.reduceat(too_close, begins))


def _area(ends: Numbers) -> Numbers:
    """Return twice the area that edges span with the reference, negative where they run clockwise around it."""
    return np.asarray(ends[:, 0] * ends[:, 3] - ends[:, 1] * ends[:, 2])


def _tiles(values: Marks, window: Window) -> Marks:
    wide, high = window.right - window.left, window.top - window.bottom
    return values.reshape(high, TILE, wide, TILE).transpose(0, 2, 1, 3).reshape(high * wide, TILE_CELLS)


def _entries(occupied: _Occupied, edge_marks: Marks, marks: Marks) -> Entries:
    area = _area(occupied.ends)
    entries = np.zeros((len(area), FIELDS), np.float32)
    entries[:, :AREA] = np.where((area < 0)[:, None], occupied.ends[:, [2, 3, 0, 1]], occupied.ends)
    entries[:, AREA] = np.abs(area)
    bits, first = entries.view(np.int32), occupied.starts[:-1]
    bits[:, MARK] = edge_marks[occupied.edge]
    bits[first, COUNT], bits[first, REFERENCE_MARK] = np.diff(occupied.starts), marks
    return entries
