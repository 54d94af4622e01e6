"""Areas that consist of smaller grids: a drawn line there means that those change hands, each wholly."""

import dataclasses

import numpy as np
import shapely

from gridmgr.geometry import editing
from gridmgr.geometry.arcs import Coverage
from gridmgr.services.drafting.refusing import EditRefused, known_state, refuse_locked

DUST = 1e-3
"""A piece that holds a smaller share of a grid than this only touches it."""


def regrouped(desk, edit):
    """Return {code: new parent} and {code: state or None} for an edit of derived areas; None where it is none of those.

    Raises
    ------
    EditRefused
    """
    maker = MAKERS.get(edit["op"])
    return maker(desk, edit) if maker else None


def merged(desk, edit):
    """Return what merging derived areas does: their children come under one."""
    grids, code = edit["grids"], edit["code"]
    for one in grids:
        known_state(desk, one)
    if not any(desk.is_derived(one) for one in grids):
        return None
    refuse_mixed(desk, grids)
    for one in grids[1:]:
        refuse_locked(desk, one, desk.locked_area(one), desk.locked_area(grids[0]))
    kept = desk.states[code if code in grids else grids[0]]
    moves = {child: code for one in grids if one != code for child in desk.children[one]}
    gone = {one: None for one in grids if one != code}
    return moves, gone | ({} if code in grids else {code: dataclasses.replace(kept, code=code, grid_id=None)})


def refuse_mixed(desk, grids):
    """Raise EditRefused where some of the grids consist of smaller ones and others do not, or of other levels."""
    for one in grids:
        if not desk.is_derived(one) or desk.states[one].level != desk.states[grids[0]].level:
            raise EditRefused(
                "{grid} and {other} are not divided alike: only grids of one level, all divided or none, go together.",
                grid=one,
                other=next((other for other in grids if other != one), one),
                codes=grids,
            )


def split(desk, edit):
    """Return what splitting a derived area does: each child goes to the side that holds more than half of it."""
    grid = edit["grid"]
    known_state(desk, grid)
    if not desk.is_derived(grid):
        return None
    sides = drawn_alone(desk, {grid: desk.shapes[grid]}, edit)
    moves = by_majority(desk, desk.children[grid], sides)
    names = edit.get("names", {})
    new = {
        code: dataclasses.replace(desk.states[grid], code=code, grid_id=None, name=names.get(code, code), name_en="")
        for code in edit["codes"]
        if code != grid
    }
    gone = {} if grid in edit["codes"] else {grid: None}
    refuse_emptied(desk, moves, edit["codes"], gone)
    return moves, new | gone


def border_moved(desk, edit):
    """Return what a new border between two derived areas does."""
    sides = [one for one in edit["grids"] if one is not None]
    for one in sides:
        known_state(desk, one)
    if not any(desk.is_derived(one) for one in sides):
        return None
    if len(sides) < 2:
        raise EditRefused(
            "The outer border of {grid} belongs to grids below it: move theirs.", grid=sides[0], codes=sides
        )
    refuse_mixed(desk, sides)
    refuse_locked(desk, sides[0], desk.locked_area(sides[0]), desk.locked_area(sides[1]))
    after = drawn_alone(desk, {one: desk.shapes[one] for one in sides}, edit)
    moves = by_majority(desk, desk.children[sides[0]] | desk.children[sides[1]], after)
    if not moves:
        raise EditRefused(
            "No grid changes hands by this line: each goes wholly to the side that holds more than half of it.",
            codes=sides,
        )
    refuse_emptied(desk, moves, sides, {})
    return moves, {}


def transferred(desk, edit):
    """Return what handing a drawn piece to a derived area does: grids with more than half in it go over."""
    to = edit["to"]
    known_state(desk, to)
    piece = shapely.make_valid(shapely.geometry.shape(edit["piece"]))
    if not desk.is_derived(to):
        refuse_divided(desk, to, piece)
        return None
    level = desk.states[next(iter(desk.children[to]))].level
    inside = [code for code in under(desk, piece) if desk.states[code].level == level]
    moves = {code: to for code in inside if share(desk.shapes[code], piece) > 0.5 and code not in desk.children[to]}
    if not moves:
        raise EditRefused(
            "No grid lies for more than half in this piece, so none changes hands. Draw it round whole grids.",
            place=place_of(piece),
            codes=[to],
        )
    refuse_emptied(desk, moves, [to], {})
    return moves, {}


def refuse_divided(desk, to, piece):
    """Raise EditRefused where a piece for an undivided grid reaches into one that is divided: it would be so in part."""
    level = desk.states[to].level
    other = [one for one in desk.coverage.near(piece) if desk.states[one].level != level]
    found = next((one for one in other if share(desk.shapes[one], piece) > DUST), None)
    if found is not None:
        raise EditRefused(
            "The piece reaches into {grid}, which is no grid of the level of {to}: a grid is wholly divided or not.",
            grid=found,
            to=to,
            place=place_of(piece),
            codes=[found, to],
        )


def under(desk, piece):
    """Return the leaves near ``piece`` and every grid above them, lowest code first."""
    leaves = desk.coverage.near(piece)
    return sorted({one for leaf in leaves for one in (leaf, *desk.ancestors(leaf))}, key=str.encode)


def share(shape, piece):
    """Return which share of ``shape`` lies in ``piece``."""
    return shapely.area(shapely.intersection(shape, piece)) / shapely.area(shape)


def place_of(piece):
    """Return lon, lat of a point on a piece."""
    point = shapely.point_on_surface(piece)
    return float(point.x), float(point.y)


def drawn_alone(desk, shapes, edit):
    """Return what a geometry edit makes of some shapes by themselves, by code."""
    alone = Coverage.from_polygons(shapes)
    plain = {name: value for name, value in edit.items() if name != "names"}
    return editing.apply(alone, plain).polygons()


def by_majority(desk, children, sides):
    """Return child → the side that holds most of it, where that is not its parent already."""
    codes = sorted(sides, key=str.encode)
    moves = {}
    for child in sorted(children, key=str.encode):
        held = [share(desk.shapes[child], sides[code]) for code in codes]
        parent = desk.states[child].parent_code
        best = codes[int(np.argmax(held))]
        if best != parent and not (parent in sides and held[codes.index(parent)] == max(held)):
            moves[child] = best
    return moves


def refuse_emptied(desk, moves, wanted, gone):
    """Raise EditRefused where an area would be left with nothing in it."""
    for code in {desk.states[child].parent_code for child in moves} | set(wanted):
        kept = desk.children.get(code, frozenset()) - moves.keys()
        if code not in gone and not kept and code not in moves.values():
            raise EditRefused(
                "{grid} would have no ground left. Merge it with the grid that takes its place.",
                grid=code,
                codes=[code],
            )


MAKERS = {"merge": merged, "split": split, "move_arc": border_moved, "transfer": transferred}
