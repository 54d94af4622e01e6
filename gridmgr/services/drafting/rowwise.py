"""Edits of a draft's rows: grids change hands, get a name, a code or a person; no border is drawn."""

import dataclasses

from gridmgr.services import nesting
from gridmgr.services.drafting.desk import protected
from gridmgr.services.drafting.refusing import EditRefused, known_state, refuse_locked
from gridmgr.services.drafting.regrouping import refuse_emptied


def handed_over(desk, edit):
    """Return what handing grids to another area of the level above does."""
    to = edit["to"]
    target = known_state(desk, to)
    moves = {}
    for code in edit["grids"]:
        state = known_state(desk, code)
        if state.parent_code != to:
            refuse_other_level(desk, code, to, target)
            moves[code] = to
    if not moves:
        raise EditRefused("All of these grids lie in {to} already.", to=to, codes=edit["grids"])
    states = moved(desk, moves, {})
    for code in moves:
        refuse_locked(desk, code, desk.locked_area(code), locked_after(desk, states, code))
    refuse_emptied(desk, moves, [to], {})
    return states, {}


def refuse_other_level(desk, code, to, target):
    """Raise EditRefused where a grid cannot lie in ``to``: it is not of the level above, or not divided."""
    parent = desk.states.get(desk.states[code].parent_code)
    level = parent.level if parent is not None else nesting.level_above(desk.states, desk.states[code].level)
    if target.level != level:
        raise EditRefused("{grid} cannot lie in {to}: it needs an area of the level {level}.", grid=code, to=to,
                          level=level or "–", codes=[code, to])  # fmt: skip
    if target.role == "drawn" and desk.is_leaf(to):
        raise EditRefused("{to} is not divided: a grid is wholly divided or not at all.", to=to, codes=[code, to])


def moved(desk, moves, others):
    """Return code → state of grids that come under new parents; ``others`` are states that change beside them."""
    return {code: dataclasses.replace(others.get(code) or desk.states[code], parent_code=parent)
            for code, parent in moves.items()}  # fmt: skip


def locked_after(desk, states, code):
    """Return the area whose borders stay in which a grid would lie."""
    return protected({**desk.states, **states}, desk.moves_level, code)


def renamed(desk, edit):
    """Return what another name does."""
    state = known_state(desk, edit["grid"])
    changed = dataclasses.replace(state, name=edit.get("name", state.name), name_en=edit.get("name_en", state.name_en))
    if (changed.name, changed.name_en) == (state.name, state.name_en):
        raise EditRefused("{grid} has this name already.", grid=edit["grid"], codes=[edit["grid"]])
    return {edit["grid"]: changed}, {}


def recoded(desk, edit):
    """Return what another code does: the grid stays who it is, and those below it name it by the new code."""
    grid, code = edit["grid"], edit["code"]
    state = known_state(desk, grid)
    if code in desk.states:
        raise EditRefused("There is a grid {code} already; choose another code.", code=code, codes=[grid, code])
    states = {grid: None, code: dataclasses.replace(state, code=code)}
    states |= moved(desk, dict.fromkeys(desk.children.get(grid, ()), code), {})
    return states, {code: desk.shapes[grid]} if grid in desk.shapes else {}


def assigned(desk, edit):
    """Return that posting somebody changes no row: it is written when the version is."""
    known_state(desk, edit["grid"])
    return {}, {}


MAKERS = {"hand_over": handed_over, "rename": renamed, "recode": recoded, "assign": assigned}
