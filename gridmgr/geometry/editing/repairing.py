"""Grids mended by the rules of ``repair``, with all that touch them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import defects
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import reading
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.repair import repair as mended


def repair(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with ``grids`` and those that touch them mended.

    ``{"op": "repair", "grids": ["A"]}``. Ground that other grids hold, or that is out of the frame, stays as it is.

    Raises
    ------
    Unrepairable
        A grid would be lost.
    """
    codes = reading.grids(edit, coverage)
    mine = _with_neighbours(coverage, codes)
    polygons = {code: coverage.shape(code) for code in mine}
    result, _ = mended(polygons, _ground(coverage, mine))
    return coverage.replaced(
        {code: shape for code, shape in result.items() if not shapely.equals_identical(shape, polygons[code])}
    )


def _with_neighbours(coverage: Coverage, codes: list[str]) -> list[str]:
    around = coverage.near(tuple(_widened(shapely.total_bounds(coverage.shapes(codes)))))
    shapes, mine = defects.made_valid(coverage.shapes(around)), defects.made_valid(coverage.shapes(codes))
    touched, _ = shapely.STRtree(shapes).query(mine, "dwithin", defects.NARROW_DEG)[::-1]
    return [around[i] for i in np.unique(touched)]


def _widened(bounds: Any) -> Any:
    return bounds + np.array([-1, -1, 1, 1]) * defects.NARROW_DEG


def _ground(coverage: Coverage, mine: list[str]) -> Any:
    """Return what ``mine`` are to cover: all ground in their reach but that of others."""
    shapes = defects.made_valid(coverage.shapes(mine))
    box = _widened(shapely.total_bounds(shapes))
    others = [code for code in coverage.near(tuple(box)) if code not in mine]
    held = shapely.union_all(defects.made_valid(coverage.shapes(others)))
    covered = defects.only_polygons(shapely.union_all(shapes))
    whole = (
        defects.outline(covered) if coverage.frame is None else shapely.intersection(coverage.frame, shapely.box(*box))
    )
    return defects.only_polygons(shapely.difference(whole, held))
