"""The edges of all grids, each place once, with what changes on the way across it.

Grids are known by a number from 0. The ``mark`` of an edge is the exclusive or,
over the grids that it bounds, of their numbers plus one: whoever crosses the
edge between the grids 3 and 5 turns the mark 4 of the one into the mark 6 of
the other. Where no grids overlap, the mark so far tells where one is; 0 is nowhere.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries, Numbers
from gridmgr.geometry.locator.raster.frame import Frame

Marks = npt.NDArray[np.int32]
Signs = npt.NDArray[np.int8]
Indices = npt.NDArray[np.intp]
SHARED, MANY = -1, -2
"""In place of a sole owner: two grids, one on each side; anything else."""
MIXERS = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)
LONGEST = 3.0
"""Cells; longer edges are cut, so that numbers within a cell stay small and its list short."""


class Uses(NamedTuple):
    """The edges of rings, turned to begin at their lower end, once for each grid that has them.

    ``ends`` is lon, lat, lon, lat, shape (n, 4); ``side`` is 1 where the grid
    lies to the left on that way, else -1.
    """

    ends: Numbers
    grid: Marks
    side: Signs


class Edges(NamedTuple):
    """Distinct edges: ``left`` counts how many more grids lie to the left, ``sole`` is the one owner, or SHARED or MANY."""

    ends: Numbers
    mark: Marks
    left: Signs
    sole: Marks


def uses_of(shapes: Geometries, numbers: Marks) -> Uses:
    """Return the edges of ``shapes``, valid polygons; ``numbers`` are what their grids are known by."""
    parts, part_shape = shapely.get_parts(shapes, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy += 0.0  # A negative zero is the same place, but not the same bits.
    is_hole = np.concatenate([[False], ring_part[1:] == ring_part[:-1]]) if len(rings) else np.empty(0, bool)
    interior_left = np.asarray(shapely.is_ccw(rings)) != is_hole
    first = np.flatnonzero((ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    here, there, ring = xy[first], xy[first + 1], ring[first]
    turned = (here[:, 0] > there[:, 0]) | ((here[:, 0] == there[:, 0]) & (here[:, 1] > there[:, 1]))
    ends = np.hstack([np.where(turned[:, None], there, here), np.where(turned[:, None], here, there)])
    side = np.where(interior_left[ring] != turned, 1, -1).astype(np.int8)
    return Uses(ends, numbers[part_shape[ring_part[ring]]].astype(np.int32), side)


def distinct(uses: Uses) -> Edges:
    """Return each edge once.

    Edges are found equal by a hash of their bits. Where two different ones had the
    same, an edge might be kept twice with one grid each: that takes a little longer to
    ask, and says the same.
    """
    if not len(uses.grid):
        return Edges(uses.ends, uses.grid, uses.side, uses.grid)
    uses, starts = _together(uses)
    grid, side = uses.grid, uses.side
    count = np.diff(np.append(starts, len(grid)))
    mark = np.bitwise_xor.reduceat(grid + np.int32(1), starts)
    left = np.add.reduceat(side, starts)
    sole = np.where(count == 1, grid[starts], np.where((count == 2) & (left == 0) & (mark != 0), SHARED, MANY))
    return Edges(uses.ends[starts], mark, left, sole.astype(np.int32))


def borders(uses: Uses) -> tuple[Numbers, Marks]:
    """Return edges with the one or two grids that have them, SHARED (-1) for none; one with more comes again."""
    if not len(uses.grid):
        return uses.ends, np.empty((0, 2), np.int32)
    uses, starts = _together(uses)
    number = np.arange(len(uses.grid)) - np.repeat(starts, np.diff(np.append(starts, len(uses.grid))))
    first = np.flatnonzero(number % 2 == 0)
    follows = np.append(number[1:] % 2 == 1, False)[first]
    second = np.where(follows, uses.grid[np.minimum(first + 1, len(uses.grid) - 1)], SHARED)
    return uses.ends[first], np.column_stack([uses.grid[first], second]).astype(np.int32)


def _together(uses: Uses) -> tuple[Uses, Indices]:
    """Return the uses with equal edges one after the other, and where each edge begins."""
    order = np.argsort(_hashes(uses.ends))
    ends = uses.ends[order]
    starts = np.flatnonzero(np.concatenate([[True], (ends[1:] != ends[:-1]).any(axis=1)]))
    return Uses(ends, uses.grid[order], uses.side[order]), starts


def order_of(keys: Indices | Marks) -> Indices:
    """Return what sorts whole numbers below 2**31, equal ones as they come; a pair in one word sorts quickest."""
    return np.sort((keys.astype(np.int64) << 32) | np.arange(len(keys))) & 0xFFFFFFFF


def _hashes(ends: Numbers) -> npt.NDArray[np.uint64]:
    bits = np.ascontiguousarray(ends).view(np.uint64)
    mixed = np.zeros(len(bits), np.uint64)
    for column, mixer in enumerate(MIXERS):
        mixed = (mixed ^ (mixed >> np.uint64(29)) ^ bits[:, column]) * np.uint64(mixer)
    return mixed


def in_cells(edges: Edges, frame: Frame) -> Edges:
    """Return the edges with ends in cells of ``frame`` (across, up), the long ones cut into pieces."""
    ends = np.empty_like(edges.ends)
    ends[:, 0::2], ends[:, 1::2] = frame.across(edges.ends[:, 0::2]), frame.up(edges.ends[:, 1::2])
    span = np.abs(ends[:, 2:] - ends[:, :2]).max(axis=1, initial=0)
    pieces = np.maximum(np.ceil(span / LONGEST), 1).astype(np.intp)
    if len(pieces) == pieces.sum():
        return edges._replace(ends=ends)
    which = np.repeat(np.arange(len(ends)), pieces)
    number = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return Edges(_cut(ends[which], number, pieces[which]), edges.mark[which], edges.left[which], edges.sole[which])


def _cut(ends: Numbers, number: Indices, pieces: Indices) -> Numbers:
    """Return the piece of each edge of that number, of so many; neighbours have the same end to the bit."""
    step = ends[:, 2:] - ends[:, :2]
    begin = ends[:, :2] + step * (number / pieces)[:, None]
    end = ends[:, :2] + step * ((number + 1) / pieces)[:, None]
    end[number + 1 == pieces] = ends[number + 1 == pieces, 2:]
    return np.hstack([begin, end])
