"""The edits of a draft, and the rows that they touch and nothing else."""

import itertools

from sqlalchemy import delete, func, select, update

from gridmgr.domain.drafts import LIVING, Checkpoint, Comment, Draft, DraftEdit, DraftShape
from gridmgr.domain.grids import Grid
from gridmgr.store import bulk, grids
from gridmgr.store.tables.drafting import checkpoint, comment, draft, draft_edit, draft_grid, draft_shape
from gridmgr.store.tables.land import grid_state

AT_ONCE = 500
DONE = draft_edit.c.undone_at.is_(None)
OPEN = draft_edit.c.dropped_at.is_(None)


def locked(session, draft_id):
    """Return the Draft as it is now, kept from other writers until this transaction ends; None where there is none."""
    found = select(Draft).where(draft.c.id == draft_id).with_for_update()
    return session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def log(session, draft_id):
    """Return number → (is done, can still be changed) of every edit, lowest number first."""
    columns = draft_edit.c.number, draft_edit.c.undone_at, draft_edit.c.dropped_at
    rows = session.execute(select(*columns).where(draft_edit.c.draft_id == draft_id).order_by(draft_edit.c.number))
    return {number: (undone is None, dropped is None) for number, undone, dropped in rows}


def listed(session, draft_id):
    """Return the edits of a draft without what they changed, lowest number first; they are values, not tracked."""
    heavy = ("before", "after")
    columns = [column for column in draft_edit.c if column.name not in heavy]
    rows = session.execute(select(*columns).where(draft_edit.c.draft_id == draft_id).order_by(draft_edit.c.number))
    return [DraftEdit(**row, before={}, after={}) for row in rows.mappings()]


def numbered(session, draft_id, numbers):
    """Return number → DraftEdit with what it changed, of these numbers; they are values, not tracked."""
    found = {}
    for some in chunks(sorted(numbers)):
        wanted = (draft_edit.c.draft_id == draft_id) & draft_edit.c.number.in_(some)
        found |= {
            row["number"]: DraftEdit(**row) for row in session.execute(select(draft_edit).where(wanted)).mappings()
        }
    return found


def counts(session, draft_ids):
    """Return draft id → how many edits stand in it."""
    standing = draft_edit.c.draft_id.in_(list(draft_ids)) & DONE
    rows = select(draft_edit.c.draft_id, func.count()).where(standing).group_by(draft_edit.c.draft_id)
    return dict(session.execute(rows).all())


def next_number(session, draft_id):
    """Return the number of the next edit of a draft."""
    highest = session.scalar(select(func.max(draft_edit.c.number)).where(draft_edit.c.draft_id == draft_id))
    return (highest or 0) + 1


def mark_undone(session, draft_id, numbers, at):
    """Let these edits be undone since ``at``; done again where that is None."""
    for some in chunks(sorted(numbers)):
        those = (draft_edit.c.draft_id == draft_id) & draft_edit.c.number.in_(some)
        session.execute(update(draft_edit).where(those).values(undone_at=at))


def drop_undone(session, draft_id, numbers, at):
    """Let these undone edits be gone for good: another was made instead."""
    for some in chunks(sorted(numbers)):
        gone = (draft_edit.c.draft_id == draft_id) & draft_edit.c.number.in_(some)
        session.execute(update(draft_edit).where(gone).values(dropped_at=at))


def close(session, of_draft, edit, *, by, at, reason=""):
    """Note in a draft's history what was done to it other than by edits; nothing before it can be undone any more.

    Whoever writes grids into a draft by other ways (an import, a new base) calls this in the same transaction.

    Parameters
    ----------
    of_draft : Draft
        Its ``revision`` is raised.
    edit : dict
        ``{"op": "import", "level": …, "file": …}`` or ``{"op": "rebase", "before": …, "after": …}``.
    """
    session.flush()
    still_open = (draft_edit.c.draft_id == of_draft.id) & OPEN
    session.execute(update(draft_edit).where(still_open).values(dropped_at=at))
    number = next_number(session, of_draft.id)
    session.add(DraftEdit(of_draft.id, number, edit, reason, by, at, {}, {}, dropped_at=at))
    of_draft.revision = (of_draft.revision or 0) + 1
    session.flush()


def write_rows(session, draft_id, rows, held):
    """Let a draft hold exactly these rows for their codes.

    Parameters
    ----------
    rows : dict of str to DraftRow or None
        None: the draft has none, its base's grid shows.
    held : collection of str
        The codes among them for which it has a row now.
    """
    for some in chunks(sorted(held)):
        those = (draft_grid.c.draft_id == draft_id) & draft_grid.c.code.in_(some)
        session.execute(
            delete(draft_shape).where(draft_shape.c.draft_grid_id.in_(select(draft_grid.c.id).where(those)))
        )
        session.execute(delete(draft_grid).where(those))
    new = [(row.grid(draft_id), row.shape) for _, row in sorted(rows.items()) if row is not None]
    bulk.insert(session, [grid for grid, _ in new])
    bulk.insert(session, [DraftShape(draft_grid_id=grid.id, shape=s) for grid, s in new if s is not None])


def new_identities(session, levels):
    """Return code → identity of new grids: that which another unpublished draft gave the code, else a new one.

    Parameters
    ----------
    levels : dict of str to str
        Code → level of the grid.
    """
    drafted = select(draft_grid.c.code, draft_grid.c.grid_id).join_from(draft_grid, draft).order_by(draft.c.id)
    wanted = draft_grid.c.code.in_(list(levels)) & draft_grid.c.grid_id.is_not(None) & ~draft_grid.c.removed
    never_published = draft_grid.c.code.not_in(select(grid_state.c.code).where(grid_state.c.code.in_(list(levels))))
    open_ones = draft.c.status.in_(LIVING)
    known = dict(session.execute(drafted.where(wanted, never_published, open_ones)).all()) if levels else {}
    new = [code for code in levels if code not in known]
    made = bulk.insert(session, [Grid(level=levels[code]) for code in new])
    return known | {code: identity.id for code, identity in zip(new, made, strict=True)}


def refuse_taken(session, wanted):
    """Raise CodeTaken where a code was another identity's in any version.

    Parameters
    ----------
    wanted : dict of str to int or None
        Code → identity that is to have it; None or below zero for a new one.
    """
    for some in chunks(sorted(wanted)):
        rows = select(grid_state.c.code, grid_state.c.grid_id).where(grid_state.c.code.in_(some)).distinct()
        for code, owner in session.execute(rows):
            if owner != wanted[code]:
                raise grids.CodeTaken(
                    "The code {code} belonged to another grid before; give the new grid a new code.", code=code
                )


def codes_like(session, start):
    """Return every code that begins with ``start``, of any version or draft."""
    tables = (grid_state, draft_grid)
    pages = [select(t.c.code).where(t.c.code.startswith(start, autoescape=True)).distinct() for t in tables]
    return {code for page in pages for code in session.scalars(page)}


def checkpoints(session, draft_id):
    """Return the Checkpoints of a draft, oldest first."""
    return session.scalars(select(Checkpoint).where(checkpoint.c.draft_id == draft_id).order_by(checkpoint.c.id)).all()


def comments(session, draft_id):
    """Return the Comments on a draft, oldest first."""
    return session.scalars(select(Comment).where(comment.c.draft_id == draft_id).order_by(comment.c.id)).all()


def chunks(values):
    """Yield lists of at most ``AT_ONCE`` of these values."""
    rest = iter(values)
    while some := list(itertools.islice(rest, AT_ONCE)):
        yield some
