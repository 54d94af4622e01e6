"""Well-known binary checked before GEOS sees it: deep nesting would end the process."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
import shapely

from gridmgr.geometry.archives import UnreadableFile
from gridmgr.geometry.formats.features import Shapes

POINT, LINE, POLYGON, COLLECTION = 1, 2, 3, 7
PART_OF = {4: (1,), 5: (2,), 6: (3,), 7: (1, 2, 3, 4, 5, 6)}
EXTENDED_SRID, EXTENDED_Z, EXTENDED_M = 0x20000000, 0x80000000, 0x40000000


class MalformedError(ValueError):
    """Bytes that are no well-known binary."""


def from_wkb(values: Sequence[bytes | None], file: str) -> Shapes:
    """Return the shapes of ``values``; None stays None."""
    shapes = np.full(len(values), None, dtype=object)
    for i, value in enumerate(values):
        try:
            if value is not None and skip(value, 0) == len(value):
                shapes[i] = shapely.from_wkb(value)
            elif value is not None:
                raise MalformedError
        except (MalformedError, struct.error, shapely.errors.GEOSException) as error:
            raise UnreadableFile("{file}: the geometry of feature {feature} is damaged. Export the file again.",
                                 file=file, feature=i + 1) from error  # fmt: skip
    return shapes


def skip(data: bytes, at: int, allowed: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)) -> int:
    """Return where the geometry that begins ``at`` ends; its parts may only be of types that it can have."""
    order = "<" if data[at : at + 1] == b"\x01" else ">"
    kind, size, at = header(data, at, order)
    if kind not in allowed:
        raise MalformedError
    if kind == POINT:
        return at + size
    count: int = struct.unpack_from(order + "I", data, at)[0]
    at += 4
    if kind == LINE:
        return at + count * size
    if count > len(data) - at:
        raise MalformedError
    for _ in range(count):
        if kind == POLYGON:
            at += 4 + int(struct.unpack_from(order + "I", data, at)[0]) * size
        else:
            at = skip(data, at, PART_OF[kind])
    return at


def header(data: bytes, at: int, order: str) -> tuple[int, int, int]:
    """Return type, bytes a position, and where the content begins (ISO and extended well-known binary)."""
    (code,) = struct.unpack_from(order + "I", data, at + 1)
    dimensions = {0: 2, 1: 3, 2: 3, 3: 4}.get((code & 0x0FFFFFFF) // 1000)
    if dimensions is None:
        raise MalformedError
    dimensions += bool(code & EXTENDED_Z) + bool(code & EXTENDED_M)
    return (code & 0x0FFFFFFF) % 1000, 8 * dimensions, at + 5 + (4 if code & EXTENDED_SRID else 0)
