"""A draft as it is told to those who work on it: its edits, marks, arcs and the people on its grids."""

import dataclasses

import shapely

from gridmgr.domain import staff
from gridmgr.domain.drafts import Checkpoint, Comment, Draft, DraftEdit
from gridmgr.services import drafts
from gridmgr.services.drafting import editing, naming, workbench
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.services.versions import assigning
from gridmgr.store.drafts import edits as edit_rows


@dataclasses.dataclass(frozen=True)
class Told:
    """A draft with its edits that stand or can be done again, and its marks.

    ``grid_names`` is code → (name, English name) of the grids that the edits name, ``people`` code → name.
    """

    draft: Draft
    edits: list[DraftEdit]
    checkpoints: list[Checkpoint]
    comments: list[Comment]
    grid_names: dict[str, tuple[str, str]]
    people: dict[str, str]

    @property
    def can_undo(self):
        """Return whether there is an edit to undo."""
        return any(one.undone_at is None and one.dropped_at is None for one in self.edits)

    @property
    def can_redo(self):
        """Return whether there is an undone edit to do again."""
        return any(one.undone_at is not None for one in self.edits)


def told(engine, draft_id):
    """Return what is known of a draft that is not published yet.

    Raises
    ------
    NoSuchDraft
    """
    with reading(engine) as session:
        draft = drafts.living_draft(session, draft_id)
        edits = [e for e in edit_rows.listed(session, draft_id) if e.undone_at is None or e.dropped_at is None]
        marks = edit_rows.checkpoints(session, draft_id), edit_rows.comments(session, draft_id)
        session.expunge_all()
    made = [one.edit for one in edits]
    names = naming.grids([workbench.take_up(engine, draft_id)], made) if made else {}
    return Told(draft, edits, *marks, names, naming.people(engine, made))


@dataclasses.dataclass(frozen=True)
class Borders:
    """The shared borders in a part of a draft.

    ``arcs`` are (line as (n, 2) array, its two sides, whether it is locked), ``nodes`` (lon, lat,
    degree), ``grids`` code → (state, name of its chief or None), with the areas just above.
    """

    revision: int
    arcs: list
    nodes: list
    grids: dict


def borders(engine, draft_id, box, *, at):
    """Return the Borders of the grids in ``box`` (west, south, east, north; None for all)."""
    desk = editing.look(engine, draft_id)
    codes = desk.coverage.codes if box is None else touching(desk, box)
    if not codes:
        return Borders(desk.revision, [], [], {})
    found = desk.coverage.topology(codes)
    arcs = [(line, sides, is_locked(desk, sides)) for line, sides in zip(found.arcs, found.sides, strict=True)]
    nodes = [(*place, degree) for place, degree in zip(found.nodes.tolist(), found.degrees.tolist(), strict=True)]
    named = {one for _, sides, _ in arcs for one in sides if one is not None} | set(codes)
    named |= {desk.states[one].parent_code for one in named} & desk.states.keys()
    return Borders(desk.revision, arcs, nodes, with_chiefs(engine, desk, sorted(named, key=str.encode), at))


def touching(desk, box):
    """Return the codes of the leaves that touch a box, lowest first."""
    frame = shapely.box(*box)
    codes = desk.coverage.near(box)
    return [code for code in codes if shapely.intersects(desk.coverage.shape(code), frame)]


def is_locked(desk, sides):
    """Return whether a border may not move: that of the city, and that between areas whose borders stay."""
    one, other = sides
    if one is None or other is None:
        return desk.frame is not None
    return desk.coverage.parent_of.get(one) != desk.coverage.parent_of.get(other)


def with_chiefs(engine, desk, codes, at):
    """Return code → (state, name of whoever is chief there in the draft, None for nobody)."""
    with reading(engine) as session:
        known = assigning.with_assigned(session, facts.known(session), desk.draft_id, desk.states, at).staffing
    return {code: (desk.states[code], chief(known, desk.states[code].grid_id, at)) for code in codes}


def chief(known, grid_id, at):
    """Return the name of the chief of a grid, None where there is none."""
    ids = staff.posted_ids(known, grid_id, "chief", at) if grid_id is not None else []
    return next((person.name for person in staff.by_code(known, ids)), None)
