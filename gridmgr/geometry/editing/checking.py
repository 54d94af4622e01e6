"""The proof that an edit kept the coverage whole, made on what changed and what is near, whatever the edit did.

The borders of polygons, run with the ground on the left, add up: an edge with
grids on both sides is run both ways and cancels out. So the sum over the grids
that changed is the outline of their common ground, and where that outline is
the same before and after, and each shape is valid, every spot in it is covered
as often as before: no gap, no overlap. The same sum over the grids of one
parent shows that the parent kept its ground. An edge may have become several
that lie on it within the rounding of coordinates.
"""

from __future__ import annotations

import numpy as np
import shapely

from gridmgr.geometry import defects, invalidity
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import Geometries, metres_per_degree
from gridmgr.geometry.edges import Indices
from gridmgr.geometry.editing import outlines
from gridmgr.geometry.editing.crossing import assert_clear
from gridmgr.geometry.editing.outlines import Step
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.editing.rings import Ends, pairs_of
from gridmgr.geometry.findings import listed
from gridmgr.i18n import N_

THINNEST_M = 0.001


def checked(before: Coverage, after: Coverage, *, outer_moves: bool = False) -> Coverage:
    """Return ``after``, proved to be as whole as ``before``.

    Parameters
    ----------
    before, after : Coverage
        The second came from the first by one edit.
    outer_moves : bool
        The edit is one that may move the outer border. A frame locks it all the same,
        but where the border moves into a gap inside the frame.

    Raises
    ------
    EditRefused
        With what is wrong, and where.
    """
    changed = after.changed_from(before)
    old = [code for code in changed if code in before]
    new = [code for code, shape in changed.items() if shape is not None]
    shapes = after.shapes(new)
    assert_clear(before.shapes(old), shapes, after)
    _assert_valid(new, shapes, before)
    _assert_same_ground(before, after, old, new, outer_moves)
    _assert_matched(before, after, shapes)
    return after


def _assert_valid(codes: list[str], shapes: Geometries, before: Coverage) -> None:
    for code, shape in zip(codes, shapes, strict=True):
        if not shapely.is_valid(shape) or shapely.is_empty(shape):
            reason, place = invalidity.reason(shape)
            text = invalidity.CAUSES.get(reason, invalidity.OTHERWISE)
            raise EditRefused(text, place=place, codes=[code], reason=reason)
        thin = narrowest_m(shape)
        if thin < THINNEST_M and not (code in before and narrowest_m(before.shape(code)) < THINNEST_M):
            place = shapely.point_on_surface(shape)
            raise EditRefused(
                "A part of {codes} would be less than a millimetre wide.", place=(place.x, place.y), codes=[code]
            )


def narrowest_m(shape: object) -> float:
    """Return the mean width of the thinnest part of a polygon, metres."""
    parts = shapely.get_parts(shape)
    scale = metres_per_degree(float(shapely.bounds(parts[0])[1]))
    width = 2 * shapely.area(parts) / shapely.length(parts)
    return float(width.min()) * float(min(scale.lon, scale.lat))


def _assert_same_ground(before: Coverage, after: Coverage, old: list[str], new: list[str], outer_moves: bool) -> None:
    was, now = outlines.turned(before.shapes(old)), outlines.turned(after.shapes(new))
    parents = _parents(before, old) | _parents(after, new)
    gone, come = outlines.moved(was, now, (np.zeros(len(old), np.intp), np.zeros(len(new), np.intp)))
    if gone or come:
        place = [*come, *gone][0].middle
        if not outer_moves:
            raise EditRefused("This would open a gap or an overlap at {codes}.", place=place, codes=new)
        if parents != {None} or not _may_move(before, after, old, new):
            text = N_("This would move the outer border of the city, which is locked.")
            raise EditRefused(text, place=place, codes=new)
        _assert_apart(after, new, place)
    if len(parents) > 1:
        names = sorted(parents, key=str)
        groups = (_numbers(before, old, names), _numbers(after, new, names))
        _assert_parents_stay(outlines.moved(was, now, groups), names, [*old, *new])


def _parents(coverage: Coverage, codes: list[str]) -> set[str | None]:
    return {coverage.parent_of.get(code) for code in codes}


def _numbers(coverage: Coverage, codes: list[str], parents: list[str | None]) -> Indices:
    return np.array([parents.index(coverage.parent_of.get(code)) for code in codes], dtype=np.intp)


def _may_move(before: Coverage, after: Coverage, old: list[str], new: list[str]) -> bool:
    """Tell whether the outer border is not locked, or is that of a gap in the frame, which gets smaller."""
    if before.frame is None:
        return True
    try:
        was, now = (shapely.coverage_union_all(shapes) for shapes in (before.shapes(old), after.shapes(new)))
    except shapely.errors.GEOSException:  # They overlap.
        return False
    return bool(shapely.covers(now, was) and shapely.covers(before.frame, shapely.difference(now, was)))


def _assert_apart(after: Coverage, new: list[str], place: complex) -> None:
    """Raise EditRefused where a grid whose outer border moved lies over another."""
    for code in new:
        shape = after.shape(code)
        others = [other for other in after.near(shape) if other != code]
        meets = shapely.relate_pattern(shape, after.shapes(others), "T********")
        if meets.any():
            both = [code, others[int(np.argmax(meets))]]
            raise EditRefused("This would lay {codes} over each other.", place=place, codes=both)


def _assert_parents_stay(differing: tuple[list[Step], list[Step]], parents: list[str | None], codes: list[str]) -> None:
    gone, come = differing
    if gone or come:
        names = sorted({parents[step.group] or "–" for step in [*gone, *come]}, key=str.encode)
        raise EditRefused(
            "This would move the border between {parents}, which is locked.",
            place=[*come, *gone][0].middle,
            codes=codes,
            parents=listed(tuple(names)),
        )


def _assert_matched(before: Coverage, after: Coverage, shapes: Geometries) -> None:
    """Raise EditRefused where an audit would find borders that are not matched, and would not have before.

    Beyond what is proved by then, GEOS takes offence where three rings touch in one point of the outer border.
    """
    if not len(shapes):
        return
    box = tuple(shapely.total_bounds(shapes).tolist())
    mismatched = _mismatched(after, box)
    if mismatched:
        for edge in sorted(mismatched.keys() - _mismatched(before, box).keys(), key=str):
            text = N_("Here the border of {codes} would touch others in a single point; keep it off them.")
            raise EditRefused(text, place=edge[0], codes=[mismatched[edge]])


def _mismatched(coverage: Coverage, box: tuple[float, ...]) -> dict[Ends, str]:
    """Return the edges of grids in a box that another one should share and does not, each with its grid."""
    codes = coverage.near(box)
    lines = defects.mismatched(coverage.shapes(codes), gap_width=0)
    found = np.flatnonzero(~shapely.is_empty(lines))
    return {edge: codes[i] for i in found for part in shapely.get_parts(lines[i]) for edge in _edges(part)}


def _edges(line: object) -> list[Ends]:
    xy = shapely.get_coordinates(line)
    return pairs_of(xy[:, 0] + 1j * xy[:, 1])
