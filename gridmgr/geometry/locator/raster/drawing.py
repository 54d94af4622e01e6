"""The raster of all grids from their shapes, and a new one from an old one where few of them changed.

Grids are known to a raster by numbers that stay theirs when others come and go;
``numbers`` tells them for the shapes as they stand in ``touching``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.locator.raster import building, outlines
from gridmgr.geometry.locator.raster.cells import Raster, is_littered, joined, patched
from gridmgr.geometry.locator.raster.frame import REFERENCE_ACROSS, REFERENCE_UP, TILE, Frame, Window, frame_of
from gridmgr.geometry.locator.raster.walking import Start

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gridmgr.geometry.crs import Geometries, Numbers
    from gridmgr.geometry.locator.raster.outlines import Marks
    from gridmgr.geometry.locator.touching import Touching

CELLS_AT_ONCE = 1 << 23
MOST_REDRAWN = 0.25
Boxes = npt.NDArray[np.int64]


def draw(touching: Touching, numbers: Marks, cell_m: float | None = None) -> Raster | None:
    """Return the raster of all shapes; None where none has an area.

    Raises
    ------
    Invalid
        A shape is wider than half the earth.
    """
    there = np.flatnonzero(~shapely.is_empty(touching.shapes) & ~shapely.is_missing(touching.shapes))
    if not len(there):
        return None
    is_sound = shapely.is_valid(touching.shapes[there])
    sound, unsound = there[is_sound], touching.shapes[there[~is_sound]]
    edges = outlines.distinct(outlines.uses_of(touching.shapes[sound], numbers[sound]))
    frame = frame_of(touching.shapes[there], len(edges.mark), cell_m)
    edges = outlines.in_cells(edges, frame)
    exactly = _asked_in_cells(touching, numbers, frame)
    patches = [building.build(edges, band, exactly, boxes=_boxes(unsound, frame, band)) for band in _bands(frame)]
    return joined(frame, patches)


def redraw(raster: Raster, touching: Touching, numbers: Marks, bounds: Numbers) -> Raster | None:
    """Return the raster with the tiles drawn anew that changed shapes lie in; None where all must be.

    Parameters
    ----------
    raster : Raster
        As it was.
    touching : Touching
        The shapes as they are now.
    bounds : ndarray of float, shape (n, 4)
        West, south, east, north of the changed shapes, as they were and as they are.
    """
    if is_littered(raster) or not all(raster.frame.holds(tuple(box)) for box in bounds.tolist()):
        return None
    windows = _merged([_window(box, raster.frame) for box in bounds])
    if sum(window.tiles for window in windows) > MOST_REDRAWN * len(raster.base):
        return None
    patches = []
    for window in windows:
        patch = _patch_of(raster.frame, touching, numbers, window)
        if patch is None:
            return None
        patches.append((window, patch))
    return patched(raster, patches)


def _patch_of(frame: Frame, touching: Touching, numbers: Marks, window: Window) -> building.Patch | None:
    start = _start(frame, touching, numbers, window)
    if start is None:
        return None
    near = touching.tree.query(_around(window, frame))
    is_sound = shapely.is_valid(touching.shapes[near])
    edges = outlines.distinct(outlines.uses_of(touching.shapes[near[is_sound]], numbers[near[is_sound]]))
    edges = outlines.in_cells(edges, frame)
    boxes = _boxes(touching.shapes[near[~is_sound]], frame, window)
    return building.build(edges, window, _asked_in_cells(touching, numbers, frame), start=start, boxes=boxes)


def _start(frame: Frame, touching: Touching, numbers: Marks, window: Window) -> Start | None:
    """Return what holds west of each row; None where a reference there lies on an edge, so that it cannot be told."""
    row = np.arange(window.height)
    lat = frame.south + (window.bottom * TILE + row.astype(np.float64) + REFERENCE_UP) * frame.cell_lat
    lon = np.full(len(row), frame.west + (window.left * TILE - 1 + REFERENCE_ACROSS) * frame.cell_lon, dtype=np.float64)
    row, grid = touching.pairs(lon, lat)
    if not shapely.contains_xy(touching.shapes[grid], lon[row], lat[row]).all():
        return None
    is_sound = shapely.is_valid(touching.shapes[grid])
    row, grid = row[is_sound], grid[is_sound]
    mark = np.zeros(window.height, np.int32)
    np.bitwise_xor.at(mark, row, numbers[grid] + np.int32(1))
    return Start(mark, np.bincount(row, minlength=window.height).astype(np.int32))


def _asked_in_cells(touching: Touching, numbers: Marks, frame: Frame) -> Callable[[Numbers, Numbers], Marks]:
    def exactly(across: Numbers, up: Numbers) -> Marks:
        lon, lat = frame.west + across * frame.cell_lon, frame.south + up * frame.cell_lat
        found = touching.lowest_many(lon, lat)
        return np.where(found == building.NONE, building.NONE, numbers[found]).astype(np.int32)

    return exactly


# --- windows ---------------------------------------------------------------------------


def _bands(frame: Frame) -> Iterator[Window]:
    high = max(1, CELLS_AT_ONCE // (frame.width * TILE))
    for bottom in range(0, frame.rows, high):
        yield Window(0, bottom, frame.columns, min(bottom + high, frame.rows))


def _window(bounds: Numbers, frame: Frame) -> Window:
    """Return the tiles that a box of lon/lat reaches into, with a cell to spare."""
    left, right = (int(side) // TILE for side in _widened(frame.across(bounds[0::2])))
    bottom, top = (int(side) // TILE for side in _widened(frame.up(bounds[1::2])))
    return Window(max(left, 0), max(bottom, 0), min(right + 1, frame.columns), min(top + 1, frame.rows))


def _widened(sides: Numbers) -> list[float]:
    return [sides[0] - 1, sides[1] + 1]


def _merged(windows: list[Window]) -> list[Window]:
    """Return windows that hold the given ones and have no tile in common."""
    apart: list[Window] = []
    for window in windows:
        while meeting := [other for other in apart if window.meets(other)]:
            apart = [other for other in apart if other not in meeting]
            for other in meeting:
                window = window.with_(other)
        apart.append(window)
    return apart


def _around(window: Window, frame: Frame) -> shapely.Polygon:
    return shapely.box(
        frame.west + (window.left * TILE - 2) * frame.cell_lon,
        frame.south + (window.bottom * TILE - 2) * frame.cell_lat,
        frame.west + (window.right * TILE + 2) * frame.cell_lon,
        frame.south + (window.top * TILE + 2) * frame.cell_lat,
    )


def _boxes(shapes: Geometries, frame: Frame, window: Window) -> Boxes:
    """Return the cells of ``window`` in the boxes around ``shapes``: left, bottom, right, top; shape (n, 4)."""
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    low = np.column_stack([frame.across(bounds[:, 0]), frame.up(bounds[:, 1])]).astype(np.int64) - 1
    high = np.column_stack([frame.across(bounds[:, 2]), frame.up(bounds[:, 3])]).astype(np.int64) + 2
    corner, size = np.array([window.left, window.bottom]) * TILE, np.array([window.width, window.height])
    return np.hstack([np.clip(low - corner, 0, size), np.clip(high - corner, 0, size)])
