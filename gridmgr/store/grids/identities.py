"""Identities of grids by code: what people are posted on, before and after publishing."""

from sqlalchemy import select

from gridmgr.domain.drafts import LIVING
from gridmgr.domain.grids import Grid
from gridmgr.store import bulk, grids
from gridmgr.store.tables.drafting import draft, draft_grid
from gridmgr.store.tables.land import grid_state


def by_code(session):
    """Return code → grid id of every grid that was ever published or is in a draft that may be published.

    A published identity goes before one in a draft, a newer draft before an older one.
    """
    session.flush()
    drafted = of_living_drafts(draft_grid.c.code, draft_grid.c.grid_id).order_by(draft.c.id)
    published = select(grid_state.c.code, grid_state.c.grid_id).order_by(grid_state.c.from_version)
    return {row.code: row.grid_id for rows in (drafted, published) for row in session.execute(rows)}


def give(session, of_draft, nameless):
    """Give grids of a draft the identity that has their code, else a new one: people can be posted on it at once."""
    if not nameless:
        return
    known = known_to(session, of_draft)
    new = [grid for grid in nameless if grid.code not in known and not grid.removed]
    made = bulk.insert(session, [Grid(level=grid.level) for grid in new])
    known |= {grid.code: identity.id for grid, identity in zip(new, made, strict=True)}
    for grid in nameless:
        grid.grid_id = known.get(grid.code)


def known_to(session, of_draft):
    """Return code → grid id as a draft has them: its own, those of its base, else those of another such draft.

    So whoever is posted on a grid that two drafts add is posted in both. A code
    that only an older version had is not among them: its grid is gone, and
    another grid of that code will be refused.
    """
    by_code = (draft_grid.c.code, draft_grid.c.grid_id)
    is_new = draft_grid.c.code.not_in(select(grid_state.c.code))
    drafted = of_living_drafts(*by_code).where(is_new).order_by(draft.c.id)
    own = select(*by_code).where(draft_grid.c.draft_id == of_draft.id, draft_grid.c.grid_id.is_not(None))
    base = [] if of_draft.base_number is None else grids.states_of(session, of_draft.base_number)
    return (
        dict(session.execute(drafted).all())
        | {state.code: state.grid_id for state in base}
        | dict(session.execute(own).all())
    )


def examples(session, level, count=2):
    """Return the first codes of ``level`` in the newest version and in such drafts, lowest first."""
    session.flush()
    published = select(grid_state.c.code).where(grid_state.c.level == level, grid_state.c.to_version.is_(None))
    drafted = of_living_drafts(draft_grid.c.code).where(draft_grid.c.level == level)
    pages = (published.order_by(grid_state.c.code).limit(count), drafted.order_by(draft_grid.c.code).limit(count))
    found = {row.code for page in pages for row in session.execute(page)}
    return sorted(found, key=str.encode)[:count]


def of_living_drafts(*columns):
    """Return the query of the grids that drafts which may be published add or change."""
    drafted = select(*columns).join_from(draft_grid, draft, draft.c.id == draft_grid.c.draft_id)
    return drafted.where(draft.c.status.in_(LIVING), draft_grid.c.removed.is_(False), draft_grid.c.grid_id.is_not(None))
