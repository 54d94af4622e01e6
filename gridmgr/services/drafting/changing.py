"""What an edit does to a draft: from one desk to the next, before anything is written."""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import shapely

from gridmgr.domain.drafts.draft_rows import DraftRow
from gridmgr.domain.drafts.edits import GEOMETRY_OPS
from gridmgr.domain.grids import GridState
from gridmgr.geometry import editing
from gridmgr.services.catalogue import owner_level
from gridmgr.services.drafting import deriving, regrouping, rowwise
from gridmgr.services.drafting.desk import Desk, laid, rows_of
from gridmgr.services.drafting.refusing import EditRefused, known_state


@dataclasses.dataclass(frozen=True)
class Change:
    """An edit with the desk before and after it, and the draft's rows of each code it touches."""

    edit: dict[str, Any]
    reason: str
    before: Desk
    after: Desk
    had: Mapping[str, DraftRow | None]
    has: Mapping[str, DraftRow | None]

    @property
    def codes(self):
        """Return the codes touched, lowest first as bytes; for an edit without any the grid it names."""
        touched = sorted(self.has, key=str.encode)
        return touched or [self.edit[name] for name in ("grid",) if name in self.edit]

    @property
    def removed(self):
        """Return the codes of grids that are no more."""
        return [code for code in self.codes if code in self.before.states and code not in self.after.states]

    @functools.cached_property
    def reshaped(self):
        """Return the codes of grids that are new or have another shape."""
        found = self.after.shapes
        return [code for code in self.codes if code in found and found[code] is not self.before.shapes.get(code)]

    @property
    def handed_over(self):
        """Return [(code, parent before, parent after)] of grids that lie in another area than before."""
        stayed = [code for code in self.codes if code in self.before.states and code in self.after.states]
        parents = [(code, *(desk.states[code].parent_code for desk in (self.before, self.after))) for code in stayed]
        return [one for one in parents if identity(self.before, one[1]) != identity(self.after, one[2])]


def identity(desk, code):
    """Return the identity of a grid, None where there is none of that code."""
    return desk.states[code].grid_id if code in desk.states else None


def change(desk, edit, reason=""):
    """Return the Change that a checked and completed edit makes.

    Raises
    ------
    EditRefused
        The draft's geometry or grids do not allow it; the reason says why, with its place.
    """
    states, shapes = made(desk, edit)
    states = given_identities(states, desk)
    shapes |= deriving.derived(desk, states, shapes)
    has = rows_of(desk, states, shapes)
    after = laid(desk, has)
    refuse_empty_areas(desk, after, has)
    return Change(edit, reason, desk, after, {code: desk.own.get(code) for code in has}, has)


def refuse_empty_areas(desk, after, codes):
    """Raise EditRefused where an area above the grids that change would have none left below it."""
    above = {desk.states[code].parent_code for code in codes if code in desk.states}
    for area in sorted(above & after.states.keys(), key=str.encode):
        if after.states[area].role == "derived" and not after.children.get(area):
            raise EditRefused(
                "{grid} would have no ground left. Merge it with the grid that takes its place.",
                grid=area,
                codes=[area],
            )


def made(desk, edit):
    """Return (code → state or None, code → new shape) that an edit makes, derived areas above not drawn yet."""
    if edit["op"] not in GEOMETRY_OPS:
        return rowwise.MAKERS[edit["op"]](desk, edit)
    areas = regrouping.regrouped(desk, edit)
    if areas is not None:
        moves, states = areas
        return states | rowwise.moved(desk, moves, states), {}
    return drawn(desk, edit)


def drawn(desk, edit):
    """Return what an edit of the leaves themselves makes."""
    plain = {name: value for name, value in edit.items() if name not in ("names", "name", "name_en")}
    after = editing.apply(desk.coverage, plain)
    changed = after.changed_from(desk.coverage)
    if not changed:
        raise EditRefused(
            "This would change nothing: the borders are as they should be.",
            codes=[one for one in edit.get("grids", ()) if one],
        )
    shapes = {code: tidy(shape) for code, shape in changed.items() if shape is not None}
    states = {code: None for code, shape in changed.items() if shape is None}
    new = [code for code in shapes if code not in desk.states]
    return states | {code: state_of_new(desk, edit, code, shapes) for code in new}, shapes


def tidy(shape):
    """Return a shape as the database gives it back: a lone part is no multi-part shape."""
    is_lone = shape.geom_type == "MultiPolygon" and shapely.get_num_geometries(shape) == 1
    return shapely.get_geometry(shape, 0) if is_lone else shape


def state_of_new(desk, edit, code, shapes):
    """Return the state of a grid that an edit makes: like the one it was taken from, under its own code and name."""
    if edit["op"] == "merge":
        like = known_state(desk, edit["grids"][0])
        return dataclasses.replace(like, code=code, grid_id=None)
    like = known_state(desk, edit["grid"]) if edit["op"] == "split" else taken_from(desk, edit, shapes[code])
    name = edit.get("name") or edit.get("names", {}).get(code, code)
    return dataclasses.replace(
        like, code=code, name=name, name_en=edit.get("name_en", ""), grid_id=None, props={}, role="drawn"
    )


def taken_from(desk, edit, shape):
    """Return the state of the grid that most of a carved shape was taken from; of its owner where that is divided."""
    codes = desk.coverage.near(shape)
    held = [shapely.area(shapely.intersection(desk.coverage.shape(code), shape)) for code in codes]
    most = codes[held.index(max(held))]
    return desk.states[desk.owner(most)] if desk.states[most].level != owner_level() else desk.states[most]


def given_identities(states: Mapping[str, GridState | None], desk):
    """Return ``states`` with an identity for each new grid: that which had its code in the base, else one to be written."""
    new = [code for code, state in states.items() if state is not None and state.grid_id is None]
    ids = (row.state.grid_id for row in desk.own.values()) if new else ()
    lowest = min((one for one in ids if one is not None), default=0)
    found = dict(states)
    for number, code in enumerate(new, 1):
        known = desk.base.grids.get(code)
        if known is not None:
            refuse_living(desk, code, known.grid_id)
        identity = known.grid_id if known is not None else min(lowest, 0) - number
        found[code] = dataclasses.replace(states[code], grid_id=identity)
    return found


def refuse_living(desk, code, identity):
    """Raise EditRefused where the grid that had a code lives on under another."""
    if any(state.grid_id == identity for state in desk.states.values()):
        raise EditRefused(
            "The code {code} belonged to another grid before; give the new grid a new code.", code=code, codes=[code]
        )
