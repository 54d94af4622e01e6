"""The index in a file, mapped into memory by every process that asks it.

A file begins with a mark, the length and the checksum of its description, and
the description itself (JSON): key, kind of machine, frame, arrays with place
and checksum, length of the file. The arrays follow, each at a multiple of 64
bytes. What is small is checked when the file is opened; of the cells each tile
has a checksum, looked at before the tile is first used.
"""

from __future__ import annotations

import json
import logging
import math
import os
import pathlib
import struct
import sys
import tempfile
import zlib
from typing import Any, NamedTuple

import numpy as np

from gridmgr.geometry.locator.bordering import Bordering, Squares
from gridmgr.geometry.locator.raster.building import COUNT, HARD
from gridmgr.geometry.locator.raster.cells import Raster
from gridmgr.geometry.locator.raster.frame import TILE_CELLS, Frame
from gridmgr.geometry.locator.raster.outlines import Indices, Marks

MARK = b"gridmgr index 1\n"
HEAD = struct.Struct("<16sII")
ALIGNMENT = 64
CHECKED_AT_ONCE = ("numbers", "base", "ranges", "sums")
RASTER, BORDERING = ("base", "cells", "entries"), Bordering._fields[1:]
log = logging.getLogger(__name__)


class Damaged(Exception):
    """A tile of a saved index is not what was written."""


class Seal(NamedTuple):
    """The checksums of a raster's tiles, of which entries each is made, and which have been found right."""

    raster: Raster
    ranges: Marks
    sums: Any
    is_right: Any

    def check(self, tiles: Indices) -> None:
        """Raise Damaged where one of ``tiles`` is not what was written."""
        for tile in np.unique(tiles[~self.is_right[tiles]]).tolist():
            if _sum_of(self.raster, self.ranges, tile) != self.sums[tile]:
                raise Damaged
            self.is_right[tile] = True


class Content(NamedTuple):
    """What is saved: the number of each grid, the raster, and where the edges lie."""

    numbers: Marks
    raster: Raster
    bordering: Bordering


class Opened(NamedTuple):
    """A file that was opened: its arrays are mapped, not read."""

    numbers: Marks
    seal: Seal
    squares: Squares
    arrays: dict[str, Any]
    sums: dict[str, int]

    def bordering(self) -> Bordering | None:
        """Return where the edges lie, checked; None where it is not what was written."""
        if any(_checksum(self.arrays[name]) != self.sums[name] for name in BORDERING):
            log.warning("The borders in a saved index are damaged; they are sorted anew.")
            return None
        return Bordering(self.squares, *(self.arrays[name] for name in BORDERING))


def write(path: pathlib.Path, key: str, content: Content) -> None:
    """Write ``content`` to ``path``, whole or not at all."""
    ranges = _ranges(content.raster)
    tiles = range(len(content.raster.base))
    sums = np.array([_sum_of(content.raster, ranges, tile) for tile in tiles], np.uint32)
    arrays = {"numbers": content.numbers, "ranges": ranges, "sums": sums}
    arrays |= {name: getattr(content.raster, name) for name in RASTER}
    arrays |= {name: getattr(content.bordering, name) for name in BORDERING}
    place, table = 0, {}
    for name, array in arrays.items():
        whole = name in CHECKED_AT_ONCE or name in BORDERING
        table[name] = [array.dtype.str, list(array.shape), place, _checksum(array) if whole else 0]
        place += _aligned(array.nbytes)
    description = {
        "key": key,
        "machine": sys.byteorder,
        "frame": content.raster.frame,
        "is_crowded": content.raster.is_crowded,
        "squares": content.bordering.squares,
        "arrays": table,
        "length": place,
    }
    _write(path, json.dumps(description).encode(), list(arrays.values()))


def part_of(name: str) -> str:
    """Return how the names of files begin that become ``name`` once they are whole."""
    return f".{name}."


def _write(path: pathlib.Path, description: bytes, arrays: list[Any]) -> None:
    handle, part = tempfile.mkstemp(prefix=part_of(path.name), dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            head = HEAD.pack(MARK, len(description), zlib.crc32(description)) + description
            file.write(head.ljust(_aligned(len(head)), b"\0"))
            for array in arrays:
                file.write(np.ascontiguousarray(array).data.cast("B") if array.size else b"")
                file.write(b"\0" * (_aligned(array.nbytes) - array.nbytes))
            file.flush()
            os.fsync(file.fileno())
        pathlib.Path(part).chmod(0o644)
        pathlib.Path(part).replace(path)
    except BaseException:
        pathlib.Path(part).unlink(missing_ok=True)
        raise


def read(path: pathlib.Path, key: str) -> Opened | None:
    """Return the index in ``path``, mapped; None where there is none, or not one for ``key`` and this machine."""
    try:
        with path.open("rb") as file:
            mark, length, checksum = HEAD.unpack(file.read(HEAD.size))
            text = file.read(length) if mark == MARK else b""
        if mark != MARK or zlib.crc32(text) != checksum:
            log.warning("%s is damaged or of another release; the index is drawn anew.", path)
            return None
        return _opened(path, json.loads(text), _aligned(HEAD.size + length), key)
    except FileNotFoundError:
        return None
    except (OSError, struct.error, ValueError) as error:
        log.warning("%s cannot be read (%s); the index is drawn anew.", path, error)
        return None


def _opened(path: pathlib.Path, description: dict[str, Any], begin: int, key: str) -> Opened | None:
    if description["key"] != key or description["machine"] != sys.byteorder:
        return None
    whole = np.memmap(path, np.uint8, "r")
    if len(whole) != begin + description["length"]:
        raise ValueError("it is not as long as it says")
    table = description["arrays"]
    arrays = {name: _array(whole, begin + place, kind, shape) for name, (kind, shape, place, _) in table.items()}
    sums = {name: checksum for name, (_, _, _, checksum) in table.items()}
    if any(_checksum(arrays[name]) != sums[name] for name in CHECKED_AT_ONCE):
        raise ValueError("a checksum is wrong")
    frame = Frame(*description["frame"])
    raster = Raster(frame, description["is_crowded"], *(arrays[name] for name in RASTER))
    seal = Seal(raster, arrays["ranges"], arrays["sums"], np.zeros(len(raster.base), bool))
    return Opened(arrays["numbers"], seal, Squares(*description["squares"]), arrays, sums)


def _array(whole: Any, place: int, kind: str, shape: list[int]) -> Any:
    count = math.prod(shape) * np.dtype(kind).itemsize
    return np.asarray(whole[place : place + count]).view(kind).reshape(shape)


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT


def _checksum(array: Any) -> int:
    return zlib.crc32(np.ascontiguousarray(array).data.cast("B")) if array.size else 0


def _ranges(raster: Raster) -> Marks:
    """Return from which entry to before which each tile's are, shape (n, 2)."""
    ranges = np.zeros((len(raster.base), 2), np.int32)
    count = raster.entries.view(np.int32)[:, COUNT]
    for tile, base in enumerate(raster.base.tolist()):
        cells = raster.cells[base : base + TILE_CELLS]
        first = HARD - 1 - cells[cells < HARD]
        if len(first):
            ranges[tile] = first.min(), first.max() + count[first.max()]
    return ranges


def _sum_of(raster: Raster, ranges: Marks, tile: int) -> int:
    base = int(raster.base[tile])
    begin, end = ranges[tile].tolist()
    return zlib.crc32(raster.entries[begin:end].data.cast("B") if end > begin else b"",
                      zlib.crc32(raster.cells[base : base + TILE_CELLS].data.cast("B")))  # fmt: skip
