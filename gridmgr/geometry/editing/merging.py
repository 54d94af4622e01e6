"""Grids made one."""

from __future__ import annotations

import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import reading
from gridmgr.geometry.editing.cutting import joined
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused


def merge(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with ``grids`` as one grid ``code``, which may be one of theirs.

    ``{"op": "merge", "grids": ["A", "B"], "code": "A"}``. They have to hang together by
    borders, unless ``"multipart": true``.
    """
    codes = reading.grids(edit, coverage, least=2)
    code = reading.new_code(edit.get("code"), coverage, tuple(codes))
    shapes = coverage.shapes(codes)
    merged = joined(shapes)
    parts = int(shapely.get_num_geometries(shapes).sum()) - len(codes) + 1
    if shapely.get_num_geometries(merged) > parts and not reading.multipart(edit):
        raise EditRefused("{codes} have no common border, so one grid of them would lie in pieces.", codes=codes)
    return coverage.replaced({**dict.fromkeys(codes), code: merged}, {code: coverage.parent_of.get(codes[0])})
