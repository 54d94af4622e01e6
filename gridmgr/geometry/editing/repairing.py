"""Grids mended by the rules of ``repair``, with all that touch them."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import defects
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.edges import Complex, edges_of
from gridmgr.geometry.editing import reading, rings
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.repair import repair as mended
from gridmgr.i18n import N_

OVERLAP_DEG2 = 1e-13
"""A thousandth of a square metre."""


def repair(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with ``grids`` and those that touch them mended.

    ``{"op": "repair", "grids": ["A"]}``. Ground that other grids hold, or that is out of the frame, stays as it is;
    what two grids claim, or none, goes where the rules of ``repair`` say, across locked borders too.

    Raises
    ------
    Unrepairable
        A grid would be lost.
    """
    codes = reading.grids(edit, coverage)
    mine = _with_neighbours(coverage, codes)
    polygons = {code: coverage.shape(code) for code in mine}
    result, _ = mended(polygons, _ground(coverage, mine))
    changed = {code: shape for code, shape in result.items() if not _same(shape, polygons[code])}
    return _followed(coverage, changed, mine)


def _same(one: Any, other: Any) -> bool:
    """Tell whether two polygons have the same edges, whichever rings these make."""
    keys = (rings.edge_keys(edges_of(np.array([shape], dtype=object))) for shape in (one, other))
    return next(keys) == next(keys)


def _followed(coverage: Coverage, changed: dict[str, Any], mine: list[str]) -> Coverage:
    """Return the coverage with ``changed`` shapes, whose vertices grids beside ``mine`` take over."""
    if not changed:
        return coverage
    after = coverage.replaced(changed)
    around = rings.hood(after, shapely.total_bounds(list(changed.values())))
    others = [code for code in around.codes if code not in mine]
    _assert_apart(coverage, after, list(changed), others)
    theirs = np.isin(around.edges.owner, [around.codes.index(code) for code in others])
    inserted = rings.lying_on(_places(changed), around.edges.here[theirs], around.edges.there[theirs])
    gained = {code: rings.with_inserted(after.shape(code), inserted) for code in others}
    return after.replaced({code: shape for code, shape in gained.items() if shape is not after.shape(code)})


def _places(shapes: dict[str, Any]) -> Complex:
    xy = shapely.get_coordinates(list(shapes.values()))
    return np.unique(xy[:, 0] + 1j * xy[:, 1])


def _assert_apart(before: Coverage, after: Coverage, changed: list[str], others: list[str]) -> None:
    """Raise EditRefused where a mended grid would newly lie over one that is not mended with it."""
    for code in changed:
        over = shapely.area(shapely.intersection(after.shape(code), after.shapes(others)))
        was = shapely.area(shapely.intersection(before.shape(code), after.shapes(others)))
        if (over > was + OVERLAP_DEG2).any():
            place = shapely.point_on_surface(after.shape(code))
            both = [code, others[int(np.argmax(over - was))]]
            text = N_("Mended, {codes} would lie over each other; repair both together.")
            raise EditRefused(text, place=(place.x, place.y), codes=both)


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
