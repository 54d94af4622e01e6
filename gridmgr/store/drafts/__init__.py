"""Drafts: what they change against the version they were begun on."""

from sqlalchemy import bindparam, delete, func, select, type_coerce, update

from gridmgr.domain.drafts import LIVING, Draft, DraftGrid, DraftShape, draft_rows
from gridmgr.domain.grids import Boundaries
from gridmgr.store import bulk, cities, grids
from gridmgr.store.grids import identities
from gridmgr.store.tables.drafting import draft, draft_grid, draft_shape
from gridmgr.store.types import RawShape, shapes_of

CHANGEABLE = (*draft_rows.FACTS, "removed")


def add(session, new):
    """Keep a new draft; return it with its id."""
    session.add(new)
    session.flush()
    return new


def get(session, draft_id):
    """Return the draft ``draft_id``, None where there is none."""
    return session.get(Draft, draft_id)


def open_drafts(session):
    """Return the drafts that may be changed, oldest first."""
    return session.scalars(select(Draft).where(draft.c.status == "open").order_by(draft.c.id)).all()


def living(session):
    """Return the drafts that may still become a version, those under review too, oldest first."""
    return session.scalars(select(Draft).where(draft.c.status.in_(LIVING)).order_by(draft.c.id)).all()


def boundaries(session, draft_id):
    """Return the Boundaries a draft would publish: those of its base with its own changes over them."""
    base_number = session.scalars(select(draft.c.base_number).where(draft.c.id == draft_id)).one()
    base = grids.boundaries(session, base_number) if base_number is not None else Boundaries("", (), {}, {})
    states, shapes = dict(base.grids), dict(base.shapes)
    for change, shape in changes(session, draft_id):
        lay_over(states, shapes, change, shape)
    by_code = dict(sorted(states.items(), key=lambda item: item[0].encode()))
    return Boundaries(f"draft {draft_id}", grids.ordered_levels(cities.levels(session), states), by_code, shapes)


def lay_over(states, shapes, change, shape):
    """Apply one change of a draft to the base's states and shapes, both by code."""
    if change.removed:
        states.pop(change.code, None)
        shapes.pop(change.code, None)
        return
    states[change.code] = state_of(change, states.get(change.code))
    if shape is not None:
        shapes[change.code] = shape


def state_of(change, before):
    """Return the state that a draft's grid would have; it keeps the identity that has its code."""
    return draft_rows.of_grid(change).over(before)


def changes(session, draft_id):
    """Return [(DraftGrid, shape or None)] of a draft, lowest code first; they are values, not tracked."""
    rows = (
        select(draft_grid, type_coerce(draft_shape.c.shape, RawShape).label("shape"))
        .outerjoin(draft_shape, draft_shape.c.draft_grid_id == draft_grid.c.id)
        .where(draft_grid.c.draft_id == draft_id)
        .order_by(draft_grid.c.code)
    )
    found = [dict(row) for row in session.execute(rows).mappings()]
    stored = [row.pop("shape") for row in found]
    shapes = iter(shapes_of([value for value in stored if value is not None]))
    return [
        (DraftGrid(**row), next(shapes) if value is not None else None)
        for row, value in zip(found, stored, strict=True)
    ]


def rows_mark(session, draft_id):
    """Return what tells one state of the rows of a draft from another: how many, and the youngest."""
    columns = func.count(), func.max(draft_grid.c.id)
    return tuple(session.execute(select(*columns).where(draft_grid.c.draft_id == draft_id)).one())


def put(session, draft, rows):
    """Add grids to a draft or change those it has, by code.

    Parameters
    ----------
    draft : Draft
        The draft; it has its id.
    rows : list of (DraftGrid, shape or None)
        Without a shape the grid keeps the one it has in the draft or its base;
        a removed grid keeps none.
    """
    rows = list(rows)
    there = ids_by_code(session, draft.id)
    for grid, _ in rows:
        grid.draft_id, grid.id = draft.id, there.get(grid.code)
    identities.give(session, draft, [grid for grid, _ in rows if grid.grid_id is None])
    change(session, [grid for grid, _ in rows if grid.id is not None])
    bulk.insert(session, [grid for grid, _ in rows if grid.id is None])
    drop_shapes(
        session, [grid.id for grid, shape in rows if grid.code in there and (shape is not None or grid.removed)]
    )
    shaped = [(grid, shape) for grid, shape in rows if shape is not None and not grid.removed]
    bulk.insert(session, [DraftShape(draft_grid_id=grid.id, shape=shape) for grid, shape in shaped])


def ids_by_code(session, draft_id):
    """Return code → row id of the grids in a draft."""
    session.flush()
    rows = select(draft_grid.c.code, draft_grid.c.id).where(draft_grid.c.draft_id == draft_id)
    return dict(session.execute(rows).all())


def change(session, changed):
    """Write the new facts of grids that a draft has already."""
    if changed:
        by_id = update(draft_grid).where(draft_grid.c.id == bindparam("row_id"))
        values = by_id.values({name: bindparam(name) for name in CHANGEABLE})
        facts = [{"row_id": g.id, **{name: getattr(g, name) for name in CHANGEABLE}} for g in changed]
        session.connection().execute(values, facts)


def drop_shapes(session, draft_grid_ids):
    """Delete the draft's own shapes of these grids."""
    if draft_grid_ids:
        of_grid = delete(draft_shape).where(draft_shape.c.draft_grid_id == bindparam("grid"))
        session.connection().execute(of_grid, [{"grid": row_id} for row_id in draft_grid_ids])


def clear_level(session, draft, level):
    """Empty a level of a draft: its own grids there go, those of its base are marked removed."""
    session.flush()
    here = (draft_grid.c.draft_id == draft.id) & (draft_grid.c.level == level)
    own = select(draft_grid.c.id).where(here)
    session.execute(delete(draft_shape).where(draft_shape.c.draft_grid_id.in_(own)))
    session.execute(delete(draft_grid).where(here))
    base = grids.states_of(session, draft.base_number) if draft.base_number is not None else []
    gone = [draft_rows.of_state(state, removed=True) for state in base if state.level == level]
    put(session, draft, [(row.grid(draft.id), None) for row in gone])
