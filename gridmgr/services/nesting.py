"""Nesting: which parent a grid lies in, what role its shape has, and shapes that are the union of those below."""

import dataclasses
from typing import Any

import numpy as np
import shapely

from gridmgr.domain import layers
from gridmgr.geometry.findings import Finding, finding
from gridmgr.i18n import N_
from gridmgr.services.catalogue import catalogue, finer_level, owner_level

SURE_SHARE = 0.9
SHORTEST_PREFIX = 6
LIES_IN_TWO = (
    N_(
        "{codes} lies with {share:.0%} of its ground in {parent} and with {rest:.0%} in {other}; it was given to {parent}."
    ),
    N_("Correct its border, or name its parent in a column (--parent)."),
)
LIES_IN_NONE = (
    N_("{codes} lies in no grid of the level {level}."),
    N_("Correct its place, name its parent in a column (--parent), or import the missing parent."),
)


@dataclasses.dataclass(frozen=True)
class Shares:
    """How the ground of children falls on parents: pairs of positions with the area in both, square degrees."""

    children: Any
    parents: Any
    area: Any


def parents_by_prefix(codes, parent_codes):
    """Return code → the parent whose code it begins with; None unless that holds for every code.

    Only codes of six digits and more are taken for divisions of the national
    coding; shorter ones begin alike by chance.
    """
    by_length = sorted({len(p) for p in parent_codes if p.isdigit() and len(p) >= SHORTEST_PREFIX}, reverse=True)
    known = set(parent_codes)
    found = {code: next((code[:n] for n in by_length if n < len(code) and code[:n] in known), None) for code in codes}
    return found if found and None not in found.values() else None


def parents_by_ground(shapes, candidates, level, *, metric):
    """Return code → the parent with which it shares most ground (None where it meets none), and what is doubtful.

    Parameters
    ----------
    shapes, candidates : dict of str to Polygon or MultiPolygon
        Grids and the parents that come into question, lon/lat. Of equal
        shares the lower code, compared as bytes, wins.
    level : str
        The level of the candidates, for messages.
    metric : Metric
        Takes lon/lat to metres.

    Returns
    -------
    dict, list of Finding
        ``outside_parent``: an error for a grid that lies in no parent, a
        warning for one with less than nine tenths of its ground in its own.
    """
    codes, above = list(shapes), sorted(candidates, key=str.encode)
    ground = sound([shapes[code] for code in codes])
    shares = common_ground(ground, sound([candidates[code] for code in above]))
    parent_of, doubtful = {}, []
    for i, code in enumerate(codes):
        own = shares.children == i
        best = np.argsort(-shares.area[own], kind="stable")[:2]
        held, among = shares.area[own][best], [above[j] for j in shares.parents[own][best]]
        parent_of[code] = among[0] if among else None
        doubtful += doubts(code, shapes[code], held / shapely.area(ground[i]), among, level, metric)
    return parent_of, doubtful


def doubts(code, shape, shares, among, level, metric) -> list[Finding]:
    """Return the finding that a grid lies in no parent or in two, if it does."""
    if not among:
        return [finding("outside_parent", [code], shape, *LIES_IN_NONE, metric=metric, level=level)]
    if len(among) == 1 or shares[0] >= SURE_SHARE:
        return []
    facts = {"share": float(shares[0]), "rest": float(shares[1]), "parent": among[0], "other": among[1]}
    return [finding("outside_parent", [code], shape, *LIES_IN_TWO, metric=metric, severity="warning", **facts)]


def sound(shapes):
    """Return valid shapes to measure with; what is stored stays as it is."""
    return shapely.make_valid(np.array(shapes, dtype=object))


def common_ground(children, parents) -> Shares:
    """Return the pairs that share ground; a child inside one parent is not cut."""
    pairs = shapely.STRtree(parents).query(children, predicate="intersects")
    order = np.lexsort((pairs[1], pairs[0]))
    child, parent = pairs[0][order], pairs[1][order]
    area = shapely.area(children)[child]
    contested = np.bincount(child, minlength=len(children))[child] > 1
    area[contested] = shapely.area(shapely.intersection(children[child[contested]], parents[parent[contested]]))
    return Shares(child[area > 0], parent[area > 0], area[area > 0])


# --- levels --------------------------------------------------------------------------


def chain():
    """Return the levels of the catalogue, top down."""
    return layers.levels(catalogue())


def level_above(grids, level):
    """Return the nearest level above ``level`` that has grids, None where there is none."""
    present = {grid.level for grid in grids.values()}
    return next((one for one in reversed(chain()[: chain().index(level)]) if one in present), None)


def settled_roles(grids):
    """Return code → role, for the grids whose role changes.

    The lowest level that was drawn is routed by; an imported level above it is
    a reference to compare with, and so is the city's outline always. Between
    the level that reports go to and its unit grids the line runs grid by grid:
    a divided grid is derived from its unit grids, an undivided one is drawn.
    """
    with_own = {grid.level for grid in grids.values() if grid.role != "derived"}
    lowest = next((level for level in reversed(chain()) if level in with_own), None)
    divided = {grid.parent_code for grid in grids.values() if grid.level == finer_level()}
    wanted = {code: role_of(code, grid, lowest, divided) for code, grid in grids.items()}
    return {code: role for code, role in wanted.items() if role != grids[code].role}


def role_of(code, grid, lowest, divided):
    """Return the role of one grid, given the lowest level with shapes of its own and the divided grids."""
    if grid.level == owner_level() and code in divided:
        return "derived"
    if grid.level == chain()[0] and grid.role != "derived":
        return "reference"
    if grid.level == lowest or grid.level == owner_level():
        return "drawn"
    return grid.role if grid.role == "derived" else "reference"


def derived_shapes(grids, shapes):
    """Return code → coverage union of its children, for the grids whose role is ``derived``; lowest level first."""
    known, below = dict(shapes), {}
    for code, grid in grids.items():
        below.setdefault(grid.parent_code, []).append(code)
    found = {}
    for level in reversed(chain()):
        for code in (c for c, g in grids.items() if g.level == level and g.role == "derived"):
            children = [known[c] for c in below.get(code, ()) if c in known]
            if children:
                found[code] = known[code] = union(children)
    return found


def union(shapes):
    """Return the union of shapes that share their borders; the slower general one where they do not."""
    ground = np.array(shapes, dtype=object)
    if shapely.coverage_is_valid(ground) and shapely.is_valid(ground).all():
        return shapely.coverage_union_all(ground)
    return shapely.union_all(sound(shapes))
