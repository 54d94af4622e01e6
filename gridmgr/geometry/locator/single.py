"""One point at a time in plain Python: numbers from arrays one by one are slow, so each cell is unpacked once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gridmgr.geometry.locator.asking import AREA_DOUBT, DOUBT
from gridmgr.geometry.locator.raster.building import AREA, COUNT, HARD, MARK, NONE, REFERENCE_MARK
from gridmgr.geometry.locator.raster.frame import REFERENCE_ACROSS, REFERENCE_UP, TILE, TILE_BITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from gridmgr.geometry.locator.raster.cells import Raster

Cell = tuple[int, list[tuple[float, float, float, float, float, int]]]
MOST_UNPACKED = 200_000


def asker(raster: Raster, touch: Callable[[int], None] | None = None) -> Callable[[float, float], int]:
    """Return the function that takes lon, lat and returns the owner as ``asking.owners`` does.

    ``touch`` is told each tile before it is looked into.
    """
    frame = raster.frame
    west, south, columns = frame.west, frame.south, frame.columns
    per_lon, per_lat = 1 / frame.cell_lon, 1 / frame.cell_lat
    widest, highest = frame.width - 0.5, frame.height - 0.5
    base, cells = raster.base.data, raster.cells.data
    unpacked: dict[int, Cell] = {}

    def owner(lon: float, lat: float) -> int:
        across, up = (lon - west) * per_lon, (lat - south) * per_lat
        if not (0.5 <= across <= widest and 0.5 <= up <= highest):
            return NONE
        column, row = int(across), int(up)
        tile = (row >> TILE_BITS) * columns + (column >> TILE_BITS)
        if touch is not None:
            touch(tile)
        value: int = cells[base[tile] + ((row & (TILE - 1)) << TILE_BITS) + (column & (TILE - 1))]
        if value >= HARD:
            return value
        cell = unpacked.get(value)
        if cell is None:
            if len(unpacked) >= MOST_UNPACKED:
                unpacked.clear()
            cell = unpacked[value] = unpack(raster, HARD - 1 - value)
        return walk(cell, across - column - REFERENCE_ACROSS, up - row - REFERENCE_UP)

    return owner


def unpack(raster: Raster, first: int) -> Cell:
    """Return the mark and the edges of the cell whose entries begin at ``first``, as plain numbers."""
    bits = raster.entries.view("int32")
    part = slice(first, first + int(bits[first, COUNT]))
    ends, marks = raster.entries[part, : AREA + 1].tolist(), bits[part, MARK].tolist()
    return int(bits[first, REFERENCE_MARK]), [(*end, mark) for end, mark in zip(ends, marks, strict=True)]


def walk(cell: Cell, u: float, v: float) -> int:
    """Return the owner of the position ``u, v`` from the cell's reference, HARD where that is in doubt."""
    mark, edges = cell
    for u_1, v_1, u_2, v_2, area, bits in edges:
        to_1 = u * v_1 - v * u_1
        if to_1 > DOUBT:
            continue
        to_2 = u * v_2 - v * u_2
        if to_2 < -DOUBT:
            continue
        beyond = area + to_1 - to_2
        if beyond > AREA_DOUBT:
            continue
        if not (to_1 < -DOUBT and to_2 > DOUBT and beyond < -AREA_DOUBT):
            return HARD
        mark ^= bits
    return mark - 1
