"""Identities of grids by code: what people are posted on, before and after publishing."""

from sqlalchemy import select

from gridmgr.store.mapping import draft, draft_grid, grid_state


def by_code(session):
    """Return code → grid id of every grid that was ever published or is in an open draft.

    A published identity goes before one in a draft, a newer draft before an older one.
    """
    session.flush()
    drafted = of_open_drafts(draft_grid.c.code, draft_grid.c.grid_id).order_by(draft.c.id)
    published = select(grid_state.c.code, grid_state.c.grid_id).order_by(grid_state.c.from_version)
    return {row.code: row.grid_id for rows in (drafted, published) for row in session.execute(rows)}


def examples(session, level, count=2):
    """Return the first codes of ``level`` in the newest version and in open drafts, lowest first."""
    session.flush()
    published = select(grid_state.c.code).where(grid_state.c.level == level, grid_state.c.to_version.is_(None))
    drafted = of_open_drafts(draft_grid.c.code).where(draft_grid.c.level == level)
    pages = (published.order_by(grid_state.c.code).limit(count), drafted.order_by(draft_grid.c.code).limit(count))
    found = {row.code for page in pages for row in session.execute(page)}
    return sorted(found, key=str.encode)[:count]


def of_open_drafts(*columns):
    """Return the query of the grids that open drafts add or change."""
    grids = select(*columns).join_from(draft_grid, draft, draft.c.id == draft_grid.c.draft_id)
    return grids.where(draft.c.status == "open", draft_grid.c.removed.is_(False), draft_grid.c.grid_id.is_not(None))
