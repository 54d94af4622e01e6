"""Identities of grids by code, before and after they are published."""

from sqlalchemy import bindparam, select, update

from gridmgr.domain.grids import Grid
from gridmgr.store import bulk
from gridmgr.store.mapping import draft, draft_grid, grid_state


def by_code(session):
    """Return code → grid id of every grid that was ever published or has been named in an open draft."""
    session.flush()
    in_drafts = open_drafts_grids().where(draft_grid.c.grid_id.is_not(None))
    published = select(grid_state.c.code, grid_state.c.grid_id).distinct()
    return {row.code: row.grid_id for rows in (in_drafts, published) for row in session.execute(rows)}


def nameless(session):
    """Return code → level of the grids in open drafts that have no identity yet."""
    session.flush()
    rows = session.execute(open_drafts_grids().where(draft_grid.c.grid_id.is_(None)))
    return {row.code: row.level for row in rows}


def open_drafts_grids():
    """Return the query of the grids that open drafts add or change, lowest code first."""
    columns = select(draft_grid.c.code, draft_grid.c.level, draft_grid.c.grid_id)
    open_only = columns.join(draft, draft.c.id == draft_grid.c.draft_id).where(draft.c.status == "open")
    return open_only.where(draft_grid.c.removed.is_(False)).order_by(draft_grid.c.code)


def make(session, levels):
    """Make an identity for each code of ``levels`` (code → level) and give it to the drafts' grids of that code.

    Returns
    -------
    dict of str to int
        Code → grid id.
    """
    made = bulk.insert(session, [Grid(level=level) for level in levels.values()])
    found = {code: identity.id for code, identity in zip(levels, made, strict=True)}
    if found:
        open_ids = select(draft.c.id).where(draft.c.status == "open")
        unnamed = draft_grid.c.grid_id.is_(None) & draft_grid.c.draft_id.in_(open_ids)
        named = update(draft_grid).where(draft_grid.c.code == bindparam("of_code"), unnamed)
        values = [{"of_code": code, "identity": grid_id} for code, grid_id in found.items()]
        session.connection().execute(named.values(grid_id=bindparam("identity")), values)
    return found


def examples(session, level, count=2):
    """Return the first codes of ``level`` in the newest version and open drafts, lowest first."""
    session.flush()
    published = select(grid_state.c.code).where(grid_state.c.level == level, grid_state.c.to_version.is_(None))
    drafted = open_drafts_grids().with_only_columns(draft_grid.c.code).where(draft_grid.c.level == level)
    found = {
        row.code
        for rows in (published.order_by(grid_state.c.code), drafted)
        for row in session.execute(rows.limit(count))
    }
    return sorted(found, key=str.encode)[:count]
