"""Whether children tile their parents: nothing outside, nothing left over.

Where each edge of the children of one parent is there once each way, the
parent's own edges counted as those of the world around it, they tile it exactly.
Only where one is not, children and parent are overlaid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import defects
from gridmgr.geometry.crs import Geometries, Metric, metric_of
from gridmgr.geometry.findings import Finding, finding, worst_first
from gridmgr.geometry.unpaired import joined, left_edges, reversed_edges, unpaired
from gridmgr.i18n import N_

OUTSIDE = (
    N_("{codes} reaches {area_m2:,.2f} m² outside {parent}."),
    N_("Move its border back to the parent's, or correct the parent."),
)
OUTSIDE_FRAME = (
    N_("{codes} reaches {area_m2:,.2f} m² outside the boundary it is to fill."),
    N_("Move its border back, or correct the boundary; repair cuts off narrow strips only."),
)
NO_PARENT = (
    N_("{codes} names the parent {parent}, which does not exist."),
    N_("Name the parent in which it lies, or import that parent."),
)
NOT_TILED = (
    N_("{area_m2:,.2f} m² of {codes} belong to none of its children."),
    N_("Draw the missing children, or move the borders of the others out to the parent's."),
)
NO_CHILDREN = (
    N_("{codes} has no children."),
    N_("Divide it: every grid of this level consists of grids of the level below."),
)
PARTLY_DIVIDED = (
    N_("{codes} is divided only in part: {area_m2:,.2f} m² of it lie in none of its unit grids."),
    N_("Divide the rest as well, or take the unit grids away: a grid is wholly one or the other."),
)


def audit_children(
    children: Mapping[str, Any],
    parents: Mapping[str, Any],
    parent_of: Mapping[str, str],
    *,
    metric: Metric | None = None,
    division_optional: bool = False,
) -> list[Finding]:
    """Return where ``children`` leave or do not fill their parents.

    Parameters
    ----------
    children, parents : mapping of str to Polygon or MultiPolygon
        Two levels by code, lon/lat.
    parent_of : mapping of str to str
        Code of each child's parent.
    metric : Metric, optional
        That of the middle of the parents by default.
    division_optional : bool
        A parent may be undivided, as responsibility grids may have no unit
        grids; one that is divided in part is then ``partly_divided``.

    Returns
    -------
    list of Finding
        ``outside_parent`` (one a child), ``parent_not_tiled`` or
        ``partly_divided`` (one a parent), the largest first. Pieces under a
        hundredth of a square metre are left out.
    """
    if not parents:
        return []
    codes = sorted(children, key=str.encode)
    shapes = defects.made_valid(np.array([children[code] for code in codes], dtype=object))
    whole = dict(zip(parents, defects.made_valid(np.array(list(parents.values()), dtype=object)), strict=True))
    metric = metric or metric_of(list(whole.values()))
    open_parents = {parent: whole[parent] for parent in _open(codes, shapes, whole, parent_of)}
    outside_parent = _strays(codes, shapes, whole, open_parents, parent_of, metric)
    return worst_first([*outside_parent, *_untiled(codes, shapes, open_parents, parent_of, metric, division_optional)])


def _open(codes: list[str], shapes: Geometries, parents: Mapping[str, Any], parent_of: Mapping[str, str]) -> list[str]:
    """Return the parents that have no children, or that their children do not tile edge for edge."""
    names = list(parents)
    number = {parent: i for i, parent in enumerate(names)}
    above = np.array([number.get(parent_of.get(code, ""), -1) for code in codes], np.intp)
    edges = left_edges(shapes)
    around = reversed_edges(left_edges(np.array(list(parents.values()), dtype=object)))
    group = np.concatenate([above[edges.owner], around.owner])
    loose = np.zeros(len(names) + 1, bool)
    loose[group[unpaired(joined(edges, around), group)]] = True
    loose[np.setdiff1d(np.arange(len(names)), above)] = True
    return [names[i] for i in np.flatnonzero(loose[:-1])]


def outside(code: str, shape: Any, frame: Any, metric: Metric, parent: str | None = None) -> Iterator[Finding]:
    """Yield the finding that ``shape`` reaches out of ``frame``, if it does by more than rounding."""
    pieces = defects.outside_pieces(shape, frame)
    if len(pieces):
        texts = OUTSIDE_FRAME if parent is None else OUTSIDE
        yield finding("outside_parent", [code], shapely.multipolygons(pieces), *texts, metric=metric, parent=parent)


def _strays(
    codes: list[str],
    shapes: Geometries,
    parents: Mapping[str, Any],
    open_parents: Mapping[str, Any],
    parent_of: Mapping[str, str],
    metric: Metric,
) -> Iterator[Finding]:
    for code, shape in zip(codes, shapes, strict=True):
        parent = parent_of.get(code)
        if parent is None or parent not in parents:
            yield finding("outside_parent", [code], shape, *NO_PARENT, metric=metric, parent=parent)
        elif parent in open_parents and not shapely.covers(parents[parent], shape):
            yield from outside(code, shape, parents[parent], metric, parent)


def _untiled(
    codes: list[str],
    shapes: Geometries,
    parents: Mapping[str, Any],
    parent_of: Mapping[str, str],
    metric: Metric,
    division_optional: bool,
) -> Iterator[Finding]:
    members: dict[str | None, list[int]] = {}
    for i, code in enumerate(codes):
        members.setdefault(parent_of.get(code), []).append(i)
    for parent, whole in parents.items():
        inside = members.get(parent, [])
        if inside:
            suspects = ~shapely.is_empty(defects.mismatched(shapes[inside]))
            rest = defects.missing(whole, defects.union(shapes[inside], suspects))
            yield from _rest(parent, rest, metric, division_optional)
        elif not division_optional:
            yield finding("parent_not_tiled", [parent], whole, *NO_CHILDREN, metric=metric)


def _rest(parent: str, rest: Geometries, metric: Metric, division_optional: bool) -> Iterator[Finding]:
    pieces = rest[defects.substantial(rest)]
    if len(pieces):
        kind, texts = ("partly_divided", PARTLY_DIVIDED) if division_optional else ("parent_not_tiled", NOT_TILED)
        yield finding(kind, [parent], shapely.multipolygons(pieces), *texts, metric=metric)
