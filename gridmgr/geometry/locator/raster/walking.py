r"""The walk along the reference positions of each row of cells, which tells who owns them.

A row of cells is walked from west to east along the line of its reference
positions. Each edge that is crossed changes the mark, so one pass tells where
every reference lies, without a look at the grids::

    mark  0     |     4     \      6       6     |   0
    ------------|------------\-------------------|-----  the line of references
              0 | 3          3\5               5 | 0
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gridmgr.geometry.locator.raster.crossing import Crossings, cell_of
from gridmgr.geometry.locator.raster.frame import Window
from gridmgr.geometry.locator.raster.outlines import Edges, Indices, Marks, order_of


class Start(NamedTuple):
    """What holds at the cell west of each row of a window: the mark, and how many grids lie there."""

    mark: Marks
    depth: Marks


class Walk(NamedTuple):
    """The mark at each reference, row by row; how many grids lie there, None for never more than one."""

    mark: Marks
    depth: Marks | None


def walk_of(edges: Edges, crossed: Crossings, window: Window, start: Start | None) -> Walk:
    """Return the Walk over a window, in whose rows ``crossed`` are the edges on the way."""
    cell = cell_of(crossed, window)
    mark = edges.mark[crossed.edge]
    rises = edges.ends[crossed.edge, 3] > edges.ends[crossed.edge, 1]
    more = np.where(rises, -edges.left[crossed.edge], edges.left[crossed.edge]).astype(np.int32)
    if start is not None:
        cell, mark, more = _with_starts(cell, mark, more, window, start)
    order = order_of(cell)
    marks = np.bitwise_xor.accumulate(mark[order])
    depths = np.cumsum(more[order], dtype=np.int32)
    last = np.append(np.diff(cell[order]) != 0, True)[: len(order)]
    marks, depths, cell = marks[last], depths[last], cell[order][last]
    runs = np.diff(np.concatenate([[0], cell, [window.width * window.height]]))
    is_plain = not len(depths) or (depths.min() >= 0 and depths.max() <= 1)
    return Walk(_repeated(marks, runs), None if is_plain else _repeated(depths, runs))


def _repeated(states: Marks, runs: Indices) -> Marks:
    return np.repeat(np.concatenate([np.zeros(1, np.int32), states]), runs)


def _with_starts(cell: Indices, mark: Marks, more: Marks, window: Window, start: Start) -> tuple[Indices, Marks, Marks]:
    """Return the crossings with one more before each row, which makes of the end of the last row the start of this."""
    row = cell // window.width
    ends_mark, ends_depth = start.mark.copy(), start.depth.copy()
    np.bitwise_xor.at(ends_mark, row, mark)
    np.add.at(ends_depth, row, more)
    step_mark = start.mark ^ np.concatenate([[0], ends_mark[:-1]])
    step_depth = start.depth - np.concatenate([[0], ends_depth[:-1]])
    first = np.arange(window.height) * window.width
    return (
        np.concatenate([first, cell]),
        np.concatenate([step_mark.astype(np.int32), mark]),
        np.concatenate([step_depth.astype(np.int32), more]),
    )
