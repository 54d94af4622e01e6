"""Comparing a draft with the version it was begun on: which grids differ, and who owns a spot in either.

Only the draft's own rows are read; all other shapes are the very objects of the base, so that
whatever did not change is known by identity. The comparison before is built upon: an edit costs
what it changed.
"""

import dataclasses
import functools
import threading
import weakref
from typing import Any

import numpy as np
import shapely

from gridmgr.domain.drafts import Draft
from gridmgr.domain.grids import Boundaries
from gridmgr.geometry.crs import metric_of
from gridmgr.geometry.locator import Locator
from gridmgr.services import drafts, standing
from gridmgr.services.catalogue import answering_level, finer_level, owner_level
from gridmgr.services.standing import facts, ground, succeeding
from gridmgr.services.standing.ground import Ground
from gridmgr.store import cities as city_rows
from gridmgr.store import drafts as draft_rows
from gridmgr.store import grids as grid_rows
from gridmgr.store import revisions
from gridmgr.store.drafts import edits as edit_rows

_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_lock = threading.Lock()
MOST_DRAFTS, MOST_MEASURED = 16, 100_000
WORKED_OUT = ("touched", "metric", "ground")


@dataclasses.dataclass(frozen=True, eq=False)
class Comparison:
    """A draft beside its base.

    Attributes
    ----------
    base : Ground
        Without grids where the draft was begun on nothing.
    after : Boundaries
        What the draft would publish; shapes that did not change are those of the base.
    level : str
        The level whose grids answer.
    owners : Locator
        Of the draft's grids of that level.
    assigned : dict of str to str
        Grid → code of the person whom the draft posts there as chief.
    changed : frozenset of str
        Codes of the grids that the draft holds rows of; no others differ.
    """

    draft: Draft
    facts: Any
    base: Ground
    after: Boundaries
    level: str
    owners: Locator
    assigned: dict[str, str]
    changed: frozenset[str]
    pieces: dict = dataclasses.field(default_factory=dict, repr=False)
    """Parts of old and new grids that were laid over each other before, for the next comparison too."""
    measured: dict = dataclasses.field(default_factory=dict, repr=False)
    """Shapes that were measured before."""

    @property
    def before(self):
        """Return the Boundaries of the base."""
        return self.base.boundaries

    @functools.cached_property
    def touched(self):
        """Return the codes of the answering grids whose ground differs, lowest first: before, and after."""
        before, after = ({c: shape_of(one, self.level, c) for c in self.changed} for one in (self.before, self.after))
        differ = sorted((code for code in self.changed if before[code] is not after[code]), key=str.encode)
        return tuple([code for code in differ if side[code] is not None] for side in (before, after))

    @functools.cached_property
    def metric(self):
        """Return what takes lon/lat shapes to metres."""
        shapes = list(self.after.shapes.values()) or [shapely.Point(0, 0)]
        return self.base.metric or metric_of(np.array(shapes, dtype=object))

    @functools.cached_property
    def ground(self):
        """Return the Ground of the draft: its indexes are those of the base, drawn over where grids differ."""
        units = succeeding.drawn_over(self.base.units, self.before, self.after, lambda _: finer_level())
        parents = ground.parents_of(self.after, units.codes, self.owners.codes)
        return Ground(self.after, self.owners, units, parents, ground.divided_grids(self.after), self.metric)

    def measures(self, shapes):
        """Return area and perimeter of shapes, m² and m, as two lists; each shape is measured once."""
        new = [shape for shape in {id(one): one for one in shapes}.values() if id(shape) not in self.measured]
        if len(self.measured) + len(new) > MOST_MEASURED:
            self.measured.clear()
            new = list({id(one): one for one in shapes}.values())
        plane = self.metric(np.array(new, dtype=object)) if new else np.empty(0, dtype=object)
        found = zip(new, shapely.area(plane).tolist(), shapely.length(plane).tolist(), strict=True)
        known = {id(one): (one, area, length) for one, area, length in found}
        self.measured.update(known)
        both = [known.get(id(one)) or self.measured[id(one)] for one in shapes]
        return [area for _, area, _ in both], [length for _, _, length in both]

    def identity(self, boundaries, code):
        """Return what makes a grid the same one under another code; None for no grid."""
        state = boundaries.grids.get(code)
        return None if state is None else state.grid_id if state.grid_id is not None else code

    def is_same(self, before, after):
        """Return whether the grid ``before`` and the grid ``after`` are one, under whatever codes."""
        return self.identity(self.before, before) == self.identity(self.after, after)


def compare(session, draft_id):
    """Return the Comparison of a draft with its base, as both are now.

    Raises
    ------
    NoSuchDraft
    """
    draft = drafts.living_draft(session, draft_id)
    numbers = revisions.numbers(session)
    state = (draft.base_number, numbers.get(revisions.RESTORED, 0))
    known = facts.known(session)
    with _lock:
        by_draft = _kept.setdefault(session.get_bind().pool, {})
        turn = by_draft.setdefault(draft_id, [threading.Lock(), None, None, None])
        while len(by_draft) > MOST_DRAFTS:
            by_draft.pop(next(one for one in by_draft if one != draft_id))
    with turn[0]:
        _, of_state, changed, last = turn
        if of_state != state or changed != numbers.get("drafts"):
            last = compared(session, draft, last if of_state == state else None)
        if last.facts is None or last.facts.revisions != known.revisions:
            last = with_facts(last, known, draft)
        turn[1:] = state, numbers.get("drafts"), last
    return last


def with_facts(comparison, known, draft):
    """Return a Comparison with other facts; what was worked out from the shapes stays."""
    found = dataclasses.replace(comparison, facts=known, draft=draft)
    found.__dict__.update({name: value for name, value in vars(comparison).items() if name in WORKED_OUT})
    return found


def compared(session, draft, last):
    """Return a new Comparison, built upon the ``last`` one of the same draft and base where there is one."""
    base = last.base if last and draft.base_number is None else base_of(session, draft.base_number)
    changes = draft_rows.changes(session, draft.id)
    after = laid_over(session, draft, base.boundaries, changes, last.after.shapes if last else {})
    changed = frozenset(change.code for change, _ in changes)
    level = owner_level() if owner_level() in after.levels else answering_level(after)
    owners = owners_of(base, after, level, changed, last)
    known = (last.pieces, last.measured) if last else ({}, {})
    return Comparison(draft, None, base, after, level, owners, assignments(session, draft.id), changed, *known)


def owners_of(base, after, level, changed, last):
    """Return the Locator of the answering grids of a draft: the one before, drawn over where a grid differs."""
    built_on = last.owners if last and last.level == level else base.locator
    had = last.after if last and last.level == level else base.boundaries
    if not built_on.codes:
        return Locator(ground.shaped(after, level))
    codes = changed | (last.changed if last else frozenset())
    differ = {code: shape_of(after, level, code) for code in codes}
    differ = {code: shape for code, shape in differ.items() if shape is not shape_of(had, level, code)}
    return built_on.replaced(differ) if differ else built_on


def shape_of(boundaries, level, code):
    """Return the shape of a grid of a level, None where there is none of that code and level."""
    state = boundaries.grids.get(code)
    return boundaries.shapes.get(code) if state is not None and state.level == level else None


def base_of(session, number):
    """Return the Ground of a version: the one that questions are answered from; without grids for no number."""
    if number is None:
        return ground.survey(Boundaries("", (), {}, {}))
    engine = session.get_bind()
    state = standing.now(engine)
    stands = any(one.number == number for one in state.versions)
    found = standing.fetched(engine, state, number) if stands else None
    return found.ground if found else ground.of_version(session, number)


def laid_over(session, draft, base, changes, known):
    """Return the Boundaries of a draft; a shape that is as it was in its base or ``known`` before is that object."""
    states, shapes = dict(base.grids), dict(base.shapes)
    for change, shape in changes:
        own = shape if shape is None else unchanged(shape, (base.shapes.get(change.code), known.get(change.code)))
        draft_rows.lay_over(states, shapes, change, own)
    new = {change.level for change, _ in changes if not change.removed} - set(base.levels)
    gone = {change.level for change, _ in changes if change.removed}
    is_alike = not new and all(len(base.at_level(level)) > len(changes) for level in gone)
    levels = base.levels if is_alike else grid_rows.ordered_levels(city_rows.levels(session), states)
    return Boundaries(f"draft {draft.id}", levels, states, shapes)


def unchanged(shape, others):
    """Return the first of ``others`` that is the same to the byte, else ``shape``."""
    stored = shapely.to_wkb(shape)
    return next((one for one in others if one is not None and shapely.to_wkb(one) == stored), shape)


def assignments(session, draft_id):
    """Return grid → code of the person whom edits of the draft post there as chief."""
    found = {}
    for one in edit_rows.listed(session, draft_id):
        if one.undone_at is None and one.edit.get("op") == "assign" and one.edit.get("post", "chief") == "chief":
            found[one.edit["grid"]] = one.edit["person"]
    return found
