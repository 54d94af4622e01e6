"""The desk: one state of a draft in memory, from which the next is made by the rows that change.

A desk never changes. The next one shares everything with it but what the changed rows touch, so
an edit costs what it changes and not what the city is large.
"""

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from gridmgr.domain.drafts import draft_rows
from gridmgr.domain.drafts.draft_rows import DraftRow
from gridmgr.domain.grids import Boundaries, GridState
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import Metric, metric_for, metric_of
from gridmgr.services import auditing, nesting
from gridmgr.services.catalogue import owner_level


@dataclasses.dataclass(frozen=True)
class Desk:
    """A draft at one revision.

    ``base`` are the boundaries it was begun on, ``own`` its rows by code; ``states``, ``shapes`` and
    ``children`` (parent → codes) are what both give together. ``coverage`` holds the leaves: the
    drawn grids that have no drawn grids below them. ``log`` is number → (is done, can be changed) of
    its edits, ``news`` the last changes as (revision, by, edit or None, codes), oldest first.
    """

    draft_id: int
    revision: int
    moves_level: str | None
    base: Boundaries
    own: Mapping[str, DraftRow]
    states: Mapping[str, GridState]
    shapes: Mapping[str, Any]
    children: Mapping[str, frozenset[str]]
    coverage: Coverage
    metric: Metric
    profile: str = "any"
    log: Mapping[int, tuple[bool, bool]] = dataclasses.field(default_factory=dict)
    news: tuple[tuple[int, str, Any, tuple[str, ...]], ...] = ()

    @functools.cached_property
    def boundaries(self):
        """Return the Boundaries that the draft would publish."""
        grids = {code: self.states[code] for code in sorted(self.states, key=str.encode)}
        present = {grid.level for grid in grids.values()}
        levels = (*(one for one in nesting.chain() if one in present), *sorted(present - set(nesting.chain())))
        return Boundaries(f"draft {self.draft_id}", levels, grids, dict(self.shapes))

    @property
    def frame(self):
        """Return the city's outer boundary, None where only the grids tell it."""
        return self.coverage.frame

    def is_leaf(self, code):
        """Return whether the grid is drawn itself, with nothing drawn below it."""
        return code in self.coverage

    def is_derived(self, code):
        """Return whether the grid is the union of those below it."""
        found = self.states.get(code)
        return found is not None and found.role == "derived" and bool(self.children.get(code))

    def ancestors(self, code):
        """Return the codes above ``code``, nearest first."""
        found, parent = [], self.states[code].parent_code
        while parent in self.states and parent not in found:
            found.append(parent)
            parent = self.states[parent].parent_code
        return found

    def owner(self, code):
        """Return the grid of the level reports go to that ``code`` is or lies in; ``code`` itself where there is none."""
        return next((one for one in (code, *self.ancestors(code)) if self.states[one].level == owner_level()), code)

    def locked_area(self, code):
        """Return the code of the area whose borders this grid must not move; None where there is none."""
        return protected(self.states, self.moves_level, code)


def begun(draft, base, own, *, profile="any", log=None):
    """Return the Desk of a draft from its base's Boundaries and its own rows by code."""
    states, shapes = dict(base.grids), dict(base.shapes)
    for code, row in own.items():
        lay(states, shapes, base, code, row)
    children = by_parent(states)
    parent_of = {code: protected(states, draft.moves_level, code) for code in states if leaf(states, children, code)}
    leaves = {code: shapes[code] for code in parent_of if code in shapes}
    whole = Boundaries("", (), states, shapes)
    frame = auditing.frame_of(whole)
    given = [shape for shape in shapes.values() if shape is not None]
    metric = metric_of(np.array(given, dtype=object)) if given else metric_for(0, 0)
    coverage = Coverage.from_polygons(leaves, frame, {code: parent_of[code] for code in leaves})
    facts = {"draft_id": draft.id, "revision": draft.revision, "moves_level": draft.moves_level}
    return Desk(**facts, base=base, own=own, states=states, shapes=shapes, children=children, coverage=coverage,
                metric=metric, profile=profile, log=log or {})  # fmt: skip


def lay(states, shapes, base, code, row):
    """Let ``states`` and ``shapes`` show what a draft's row says of ``code``; what the base says where it has none."""
    if row is None and code in base.grids:
        states[code] = base.grids[code]
        put(shapes, code, base.shapes.get(code))
    elif row is None or row.removed:
        states.pop(code, None)
        shapes.pop(code, None)
    else:
        states[code] = row.over(base.grids.get(code))
        put(shapes, code, row.shape if row.shape is not None else base.shapes.get(code))


def put(shapes, code, shape):
    """Keep a grid's shape, or that it has none."""
    if shape is None:
        shapes.pop(code, None)
    else:
        shapes[code] = shape


def by_parent(states):
    """Return parent code → codes directly below it."""
    found: dict[str, set[str]] = {}
    for code, state in states.items():
        if state.parent_code is not None:
            found.setdefault(state.parent_code, set()).add(code)
    return {code: frozenset(below) for code, below in found.items()}


def leaf(states, children, code):
    """Return whether a grid is drawn and has nothing drawn below it, as the audit of the land takes it."""
    return states[code].role == "drawn" and not any(states[one].role == "drawn" for one in children.get(code, ()))


def protected(states, moves_level, code):
    """Return the code of the nearest area above ``code`` whose borders stay, None where there is none.

    Borders of the lowest levels may move, from the one reports go to downwards, and those of
    ``moves_level`` and whatever lies below it.
    """
    order = {level: number for number, level in enumerate(nesting.chain())}
    movable = (owner_level(), states[code].level, moves_level)
    highest = min(order.get(level, len(order)) for level in movable if level is not None)
    parent, seen = states[code].parent_code, set()
    while parent in states and parent not in seen:
        if order.get(states[parent].level, len(order)) < highest:
            return parent
        seen.add(parent)
        parent = states[parent].parent_code
    return None


# --- the next desk -------------------------------------------------------------------


def laid(desk, rows):
    """Return the Desk with other rows.

    Parameters
    ----------
    rows : dict of str to DraftRow or None
        What the draft is to hold for each code; None: nothing, its base's grid shows.
    """
    own, states, shapes = dict(desk.own), dict(desk.states), dict(desk.shapes)
    for code, row in rows.items():
        own.pop(code, None) if row is None else own.__setitem__(code, row)
        lay(states, shapes, desk.base, code, row)
    children = moved_children(desk, states, rows)
    coverage = patched(desk, states, shapes, children, affected(desk, states, children, rows))
    return dataclasses.replace(desk, own=own, states=states, shapes=shapes, children=children, coverage=coverage)


def moved_children(desk, states, rows):
    """Return parent → codes below it, once the grids in ``rows`` are what ``states`` say."""
    children = dict(desk.children)
    for code in rows:
        had, has = (found[code].parent_code if code in found else None for found in (desk.states, states))
        if had != has:
            for parent, change in ((had, frozenset.difference), (has, frozenset.union)):
                if parent is not None:
                    children[parent] = change(children.get(parent, frozenset()), {code})
    return {parent: below for parent, below in children.items() if below}


def by_parent_of(desk, states):
    """Return a function that gives the codes below a parent, once ``states`` are what is changed."""
    gone = states.keys() & desk.states.keys()
    come: dict[str, set[str]] = {}
    for code, state in states.items():
        if state is not None and state.parent_code is not None:
            come.setdefault(state.parent_code, set()).add(code)
    return lambda parent: (desk.children.get(parent, frozenset()) - gone) | come.get(parent, set())


def affected(desk, states, children, rows):
    """Return the codes whose place in the coverage the rows may change: themselves, their parents, and all that lies below."""
    found = set(rows)
    for known in (desk.states, states):
        found |= {known[code].parent_code for code in rows if code in known and known[code].parent_code}
    moved = [
        code for code in rows if code not in desk.states or code not in states or above_changed(desk, states, code)
    ]
    reached = [*moved]
    while reached:
        below = children.get(reached.pop(), ())
        reached.extend(below)
        found.update(below)
    return found


def above_changed(desk, states, code):
    """Return whether a grid lies in another parent, or on another level, than before."""
    before, after = desk.states[code], states[code]
    return (before.parent_code, before.level) != (after.parent_code, after.level)


def patched(desk, states, shapes, children, codes):
    """Return the coverage of the leaves, with what became of ``codes``."""
    changed, parents = {}, {}
    for code in codes:
        is_leaf = code in states and code in shapes and leaf(states, children, code)
        shape = shapes[code] if is_leaf else None
        had = desk.coverage.shape(code) if desk.is_leaf(code) else None
        if shape is not had:
            changed[code] = shape
        if is_leaf:
            parent = protected(states, desk.moves_level, code)
            if had is None or desk.coverage.parent_of.get(code) != parent:
                parents[code] = parent
    return desk.coverage.replaced(changed, parents) if changed or parents else desk.coverage


def rows_of(desk, states, shapes):
    """Return code → DraftRow or None that give a draft these grids.

    Parameters
    ----------
    states : dict of str to GridState or None
        None dissolves the grid.
    shapes : dict of str to geometry
        Those that change; other grids keep theirs.
    """
    return {code: row_of(desk, code, states.get(code, desk.states.get(code)), shapes)
            for code in states.keys() | shapes.keys()}  # fmt: skip


def row_of(desk, code, state, shapes):
    """Return the row that a draft needs for one grid; None where its base says the same."""
    known = desk.base.grids.get(code)
    if state is None:
        return draft_rows.of_state(known, removed=True) if known is not None else None
    shape = shapes.get(code, desk.shapes.get(code))
    is_of_base = known is not None and shape is desk.base.shapes.get(code)
    return draft_rows.of_state(state, None if is_of_base else shape)
