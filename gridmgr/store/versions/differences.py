"""Differences: the grids that two versions do not have in common, and those that a draft touches."""

from sqlalchemy import or_, select, type_coerce, union

from gridmgr.domain.grids import GridState
from gridmgr.store import drafts, grids
from gridmgr.store.drafts.reviewing import base_number
from gridmgr.store.tables.land import grid_shape, grid_state
from gridmgr.store.types import RawShape, shapes_of


def sides(session, before, after):
    """Return two dicts grid id → (GridState, shape or None) of versions ``before`` and ``after``.

    Only grids with a row that the two versions do not share are in them.
    """
    touched = union(*(only_in_one(table, before, after) for table in (grid_state, grid_shape))).subquery()
    return tuple(side(session, number, select(touched.c.grid_id)) for number in (before, after))


def only_in_one(table, before, after):
    """Return the query of identities with a row in one of two versions and not in the other."""
    first, second = grids.part_of(table, before), grids.part_of(table, after)
    return select(table.c.grid_id).where(or_(first & ~second, second & ~first))


def side(session, number, identities):
    """Return grid id → (GridState, shape or None) of these identities in version ``number``."""
    states = select(grid_state).where(grids.part_of(grid_state, number), grid_state.c.grid_id.in_(identities))
    known = {row["grid_id"]: GridState(**row) for row in session.execute(states).mappings()}
    rows = select(grid_shape.c.grid_id, type_coerce(grid_shape.c.shape, RawShape))
    here = rows.where(grids.part_of(grid_shape, number), grid_shape.c.grid_id.in_(identities))
    ids, stored = grids.columns(session.execute(here))
    shapes = dict(zip(ids, shapes_of(stored), strict=True))
    return {grid_id: (state, shapes.get(grid_id)) for grid_id, state in known.items()}


def sides_of_draft(session, draft_id):
    """Return what a draft touches, as it is in its base and as the draft has it: key → (GridState, shape or None).

    A grid that got another code stands under its identity on both sides.
    """
    number, rows = base_number(session, draft_id), drafts.changes(session, draft_id)
    known = [row.grid_id for row, _ in rows if row.grid_id is not None]
    before = touched_in_base(session, number, [row.code for row, _ in rows], known)
    shapes = {state.grid_id: shape for state, shape in before.values()}
    by_code = {state.code: state for state, _ in before.values()}
    after = {}
    for row, shape in rows:
        if not row.removed:
            state = drafts.state_of(row, by_code.get(row.code))
            key = state.grid_id if state.grid_id is not None else state.code
            after[key] = (state, shape if shape is not None else shapes.get(state.grid_id))
    return before, after


def touched_in_base(session, number, codes, grid_ids):
    """Return grid id → (GridState, shape or None) of version ``number``, of these codes and identities."""
    if number is None:
        return {}
    wanted_codes, wanted_ids = set(codes), set(grid_ids)
    states = [s for s in grids.states_of(session, number) if s.code in wanted_codes or s.grid_id in wanted_ids]
    wanted = {state.grid_id for state in states}
    rows = select(grid_shape.c.grid_id, type_coerce(grid_shape.c.shape, RawShape)).where(
        grids.part_of(grid_shape, number)
    )
    found = [(grid_id, stored) for grid_id, stored in session.execute(rows) if grid_id in wanted]
    shapes = dict(zip([grid_id for grid_id, _ in found], shapes_of([stored for _, stored in found]), strict=True))
    return {state.grid_id: (state, shapes.get(state.grid_id)) for state in states}
