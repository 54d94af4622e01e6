"""Which cells an edge runs through, and where it crosses the lines on which the reference positions lie."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gridmgr.geometry.crs import Numbers
from gridmgr.geometry.locator.raster.frame import REFERENCE_ACROSS, REFERENCE_UP, Window
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

NEAR = 1e-6
"""Cells: far more than rounding makes of a position, far less than anybody draws."""


class Passages(NamedTuple):
    """Which edge runs through (or all but touches) which cell."""

    edge: Indices
    across: Marks
    up: Marks


class Crossings(NamedTuple):
    """Which edge crosses the reference line of which row, and the first cell whose reference lies east of it."""

    edge: Indices
    across: Marks
    up: Marks


def passages(ends: Numbers) -> Passages:
    """Return the cells of each edge; ``ends`` is across, up, across, up, shape (n, 4)."""
    low = np.floor(np.minimum(ends[:, :2], ends[:, 2:]) - NEAR).astype(np.int32)
    size = np.floor(np.maximum(ends[:, :2], ends[:, 2:]) + NEAR).astype(np.int32) - low + 1
    edge, number = numbered(size[:, 0] * size[:, 1])
    wide = size[edge, 0]
    across, up = low[edge, 0] + number % wide, low[edge, 1] + number // wide
    several = np.flatnonzero((size[:, 0] > 1)[edge] & (size[:, 1] > 1)[edge])
    is_there = np.ones(len(edge), bool)
    is_there[several] = _meets(ends[edge[several]], across[several], up[several])
    return Passages(edge[is_there], across[is_there], up[is_there])


def numbered(count: npt.NDArray[np.integer]) -> tuple[Indices, Marks]:
    """Return the place of each thing, as often as it counts, and beside that 0, 1, 2 …"""
    place = np.repeat(np.arange(len(count)), count)
    return place, (np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)).astype(np.int32)


def _meets(ends: Numbers, across: Marks, up: Marks) -> npt.NDArray[np.bool_]:
    """Return whether the line through an edge comes as near the middle of the cell as its corners are."""
    step_across, step_up = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    away = step_across * (up + 0.5 - ends[:, 1]) - step_up * (across + 0.5 - ends[:, 0])
    reach = 0.5 * (np.abs(step_across) + np.abs(step_up))
    return np.asarray(np.abs(away) <= reach * (1 + 2 * NEAR) + NEAR)


def crossings(ends: Numbers) -> Crossings:
    """Return where edges cross the rows' reference lines: from the lower end, included, to the higher, excluded."""
    low = np.minimum(ends[:, 1], ends[:, 3])
    first = np.ceil(low - REFERENCE_UP).astype(np.int32)
    last = np.ceil(np.maximum(ends[:, 1], ends[:, 3]) - REFERENCE_UP).astype(np.int32)
    edge, number = numbered(last - first)
    up = first[edge] + number
    one = ends[edge]
    share = (up + REFERENCE_UP - one[:, 1]) / (one[:, 3] - one[:, 1])
    across = np.ceil(one[:, 0] + share * (one[:, 2] - one[:, 0]) - REFERENCE_ACROSS)
    return Crossings(edge, across.astype(np.int32), up)


def cropped(found: Passages | Crossings, window: Window) -> tuple[Indices, Marks, Marks]:
    """Return what lies in ``window``, from whose corner it is counted."""
    inside = (found.across >= 0) & (found.across < window.width) & (found.up >= 0) & (found.up < window.height)
    return found.edge[inside], found.across[inside], found.up[inside]


def cell_of(found: Passages | Crossings, window: Window) -> Indices:
    """Return the cells of ``window``, counted row by row."""
    return found.up.astype(np.int64) * window.width + found.across
