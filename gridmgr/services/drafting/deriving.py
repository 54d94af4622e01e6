"""Derived areas after an edit: only those whose children changed are drawn together anew."""

import shapely

from gridmgr.services import nesting
from gridmgr.services.drafting.desk import by_parent_of


def derived(desk, states, shapes):
    """Return code → new shape of the derived areas above the grids that change, lowest level first.

    An area whose outline stays as it was keeps the very shape it had.

    Parameters
    ----------
    desk : Desk
        Before the edit.
    states : dict of str to GridState or None
        The grids that change; None dissolves one.
    shapes : dict of str to geometry
        The shapes that change.
    """
    after = by_parent_of(desk, states)
    known = dict(shapes)
    found = {}
    waiting = {level: set() for level in nesting.chain()}
    for code in {*states, *shapes}:
        await_parents(desk, states, code, waiting)
    for level in reversed(nesting.chain()):
        for code in sorted(waiting[level], key=str.encode):
            shape = redrawn(desk, states, known, code, after(code))
            if shape is not None:
                found[code] = known[code] = shape
                await_parents(desk, states, code, waiting)
    return found


def await_parents(desk, states, code, waiting):
    """Add the derived parents of a grid, before and after, to those that wait to be drawn."""
    for state in (desk.states.get(code), states.get(code, desk.states.get(code))):
        parent = state.parent_code if state is not None else None
        above = states.get(parent, desk.states.get(parent))
        if above is not None and above.role == "derived":
            waiting[above.level].add(parent)


def redrawn(desk, states, shapes, code, below):
    """Return the shape of a derived area from its children, None where its outline stays or it has none."""
    had = desk.children.get(code, frozenset())
    changed = [one for one in had | below if one in shapes or one in states]
    if not outline_changes(
        desk, shapes, [one for one in changed if one in had], [one for one in changed if one in below]
    ):
        return None
    parts = [shapes.get(one, desk.shapes.get(one)) for one in sorted(below, key=str.encode)]
    parts = [part for part in parts if part is not None]
    if not parts:
        return None
    shape = nesting.union(parts)
    return None if same(shape, desk.shapes.get(code)) else shape


def outline_changes(desk, shapes, before, after):
    """Return whether the ground and border of some children together differ from what they were."""
    had = [desk.shapes[one] for one in before if one in desk.shapes]
    has = [found for found in (shapes.get(one, desk.shapes.get(one)) for one in after) if found is not None]
    if not had or not has:
        return bool(had or has)
    return not same(nesting.union(had), nesting.union(has))


def same(one, other):
    """Return whether two shapes are the same, wherever their rings begin."""
    return one is not None and other is not None and bool(shapely.equals_exact(one, other, 0.0, normalize=True))
