"""Rebasing: a draft goes on from the newest version, or is refused with the grids named that both changed."""

from gridmgr.domain.drafts import draft_rows, reviewing
from gridmgr.domain.versions import differences, rebasing
from gridmgr.errors import Conflict
from gridmgr.services import drafts, nesting
from gridmgr.services.transactions import writing
from gridmgr.store import drafts as draft_tables
from gridmgr.store import grids as grid_rows
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows
from gridmgr.store.drafts import edits as edit_rows
from gridmgr.store.versions import differences as difference_rows

SHOWN = 12


class RebaseRefused(Conflict):
    """The draft and newer versions changed the same grids."""

    slug = "rebase-refused"

    def __init__(self, message, /, *, grids, **fields):
        super().__init__(message, **fields)
        self.more = {"grids": list(grids)}


def rebase(engine, draft_id, *, revision=None, by, at):
    """Let a draft go on from the newest version; return it. One that is on it already stays as it is.

    Grids that the draft did not change come from the newest version. What was done
    before can no longer be undone.

    Raises
    ------
    NoSuchDraft, DraftUnderReview, DraftChanged
    RebaseRefused
        Names the grids that both changed.
    """
    with writing(engine) as session:
        draft = edit_rows.locked(session, draft_id)
        drafts.the_draft(session, draft_id)
        reviewing.require_revision(draft, revision)
        newest = version_rows.newest(session)
        if newest is not None and draft.base_number != newest.number:
            move(session, draft, newest.number, by=by, at=at)
        session.flush()
        session.expunge(draft)
    return draft


def move(session, draft, number, *, by, at):
    """Lay a draft over version ``number``."""
    old = draft.base_number
    drafted = differences.changes(*difference_rows.sides_of_draft(session, draft.id))
    published = published_since(session, old, number)
    refuse_clashes(draft, number, rebasing.clashes(drafted, published))
    before = draft_tables.boundaries(session, draft.id).grids
    rows = rows_of(session, draft, drafted)
    edit_rows.write_rows(session, draft.id, rows, held=rows)
    draft.base_number = number
    edit_rows.close(session, draft, {"op": "rebase", "before": old or 0, "after": number}, by=by, at=at)
    after = draft_tables.boundaries(session, draft.id)
    known = {*before, *after.grids, *(one.before.code for one in published if one.before is not None)}
    refuse_clashes(draft, number, [rebasing.Clash(code) for code in rebasing.orphans(after.grids, known)])
    redraw(session, draft, after, drafted, published)
    revisions.raise_(session, "drafts")


def published_since(session, old, number):
    """Return what version ``number`` changes against version ``old``; against nothing where there was none."""
    if old is not None:
        return differences.changes(*difference_rows.sides(session, old, number))
    states = grid_rows.states_of(session, number)
    shapes = grid_rows.shapes_by_grid(session, number)
    return differences.changes({}, {one.grid_id: (one, shapes.get(one.grid_id)) for one in states})


def refuse_clashes(draft, number, found):
    """Raise RebaseRefused where there are clashes."""
    codes = list(dict.fromkeys(clash.code for clash in found))
    if codes:
        raise RebaseRefused(
            "Draft {draft} and version {number} both changed {listed}: undo these changes in the draft, or begin a new one.",
            draft=draft.id,
            number=number,
            grids=codes,
            listed=shown(codes),
        )


def rows_of(session, draft, drafted):
    """Return code → what the draft keeps of it: None where its row says what its old base said."""
    rows = {grid.code: draft_rows.of_grid(grid, shape) for grid, shape in draft_tables.changes(session, draft.id)}
    changed = {state.code for one in drafted for state in (one.before, one.after) if state is not None}
    return {code: row if code in changed else None for code, row in rows.items()}


def redraw(session, draft, after, drafted, published):
    """Draw the derived areas anew whose outline both changed, the lowest level first."""
    theirs = {one.key for one in published if rebasing.is_redrawn(one)}
    both = [one.after.code for one in drafted if rebasing.is_redrawn(one) and one.key in theirs]
    shapes, children = dict(after.shapes), after.children()
    for code in sorted(both, key=lambda code: -after.levels.index(after.grids[code].level)):
        parts = [shapes[one] for one in sorted(children.get(code, ()), key=str.encode) if one in shapes]
        shapes[code] = nesting.union(parts)
    rows = {code: draft_rows.of_state(after.grids[code], shapes[code]) for code in both}
    edit_rows.write_rows(session, draft.id, rows, held=rows)


def shown(codes):
    """Return codes as one text, the first few of many."""
    return ", ".join(codes[:SHOWN]) + (f" … ({len(codes)})" if len(codes) > SHOWN else "")
