"""Grids of published versions: reading a version whole, and writing what a draft changes.

A state or shape row lives from a version until before another; a version
writes only the rows that differ from what was there before it.
"""

import dataclasses

import shapely
from sqlalchemy import bindparam, or_, select, type_coerce, update

from gridmgr.domain.grids import Boundaries, Grid, GridShape, GridState
from gridmgr.errors import Conflict
from gridmgr.store import bulk, cities
from gridmgr.store.tables.drafting import draft_grid
from gridmgr.store.tables.land import grid_shape, grid_state
from gridmgr.store.types import RawShape, shapes_of

STATE_FIELDS = ("level", "code", "name", "role", "parent_code", "name_en", "props")


class CodeTaken(Conflict):
    """A code that once named one grid cannot name another."""

    slug = "code-taken"


@dataclasses.dataclass(frozen=True)
class Written:
    """How many identities a publication created and ended, and how many state and shape rows it wrote."""

    created: int
    ended: int
    states: int
    shapes: int


def boundaries(session, number):
    """Return the Boundaries of version ``number``: every level, codes lowest first as bytes."""
    states = states_of(session, number)
    by_grid = shapes_by_grid(session, number)
    grids = {state.code: state for state in states}
    shapes = {code: by_grid[state.grid_id] for code, state in grids.items() if state.grid_id in by_grid}
    return Boundaries(f"v{number}", ordered_levels(cities.levels(session), grids), grids, shapes)


def boundaries_after(session, before, number):
    """Return the Boundaries of version ``number`` from those of version ``number`` - 1.

    Only rows that begin or end with it are read: a version shares all others with the one before.
    """
    states, ended = begun_and_ended(session, grid_state, number, grid_state.c.code)
    known = {code: state for code, state in before.grids.items() if code not in ended}
    known |= {row["code"]: GridState(**row) for row in states}
    grids = {code: known[code] for code in sorted(known, key=str.encode)}
    rows, gone = begun_and_ended(session, grid_shape, number, grid_shape.c.grid_id)
    fresh = dict(zip((row["grid_id"] for row in rows), (row["shape"] for row in rows), strict=True))
    kept = {before.grids[code].grid_id: shape for code, shape in before.shapes.items()}
    by_grid = {grid: shape for grid, shape in kept.items() if grid not in gone} | fresh
    shapes = {code: by_grid[state.grid_id] for code, state in grids.items() if state.grid_id in by_grid}
    return Boundaries(f"v{number}", ordered_levels(cities.levels(session), grids), grids, shapes)


def begun_and_ended(session, table, number, key):
    """Return the rows of ``table`` that begin with version ``number``, and the keys of those that end with it."""
    begun = session.execute(select(table).where(table.c.from_version == number)).mappings().all()
    return begun, set(session.scalars(select(key).where(table.c.to_version == number)))


def ordered_levels(known, grids):
    """Return the levels that occur in ``grids``, top down; those that the city does not know come last."""
    found = {grid.level for grid in grids.values()}
    return (*(level for level in known if level in found), *sorted(found - set(known)))


def states_of(session, number):
    """Return the GridState rows of version ``number``, by code; they are values, not tracked by the session."""
    rows = select(grid_state).where(part_of(grid_state, number)).order_by(grid_state.c.code)
    return bulk.values(GridState, session.execute(rows))


def shapes_by_grid(session, number):
    """Return grid id → shape in version ``number``."""
    rows = select(grid_shape.c.grid_id, type_coerce(grid_shape.c.shape, RawShape))
    ids, stored = columns(session.execute(rows.where(part_of(grid_shape, number)).order_by(grid_shape.c.grid_id)))
    return dict(zip(ids, shapes_of(stored), strict=True))


def columns(result):
    """Return a result of two columns as two sequences."""
    rows = result.all()
    return [row[0] for row in rows], [row[1] for row in rows]


def part_of(table, number):
    """Return the condition that a row belongs to version ``number``."""
    return (table.c.from_version <= number) & or_(table.c.to_version.is_(None), table.c.to_version > number)


def history(session, code):
    """Return every state that ever had ``code``, oldest first."""
    return session.scalars(select(GridState).where(grid_state.c.code == code).order_by(grid_state.c.from_version)).all()


def knows_code(session, code):
    """Return whether a grid of any version or draft has ``code``."""
    found = [select(table.c.id).where(table.c.code == code).limit(1) for table in (grid_state, draft_grid)]
    return any(session.scalar(one) is not None for one in found)


def publish(session, draft, number, wanted=None):
    """Write the boundaries of ``draft`` (``wanted``, where they are loaded) as version ``number``; return what was Written.

    New codes become new identities, grids that are gone end with this version,
    and only rows that differ from the newest ones are written. The Version row
    may come before or after, within the transaction.

    Raises
    ------
    CodeTaken
        A grid has a code that belonged to another grid before.
    """
    from gridmgr.store import drafts

    wanted = wanted if wanted is not None else drafts.boundaries(session, draft.id)
    refuse_taken_codes(session, wanted)
    created = give_identities(session, wanted)
    states = replace_states(session, wanted, number)
    shapes = replace_shapes(session, wanted, number)
    return Written(created, states.ended, states.written, shapes.written)


def refuse_taken_codes(session, wanted):
    """Raise CodeTaken where a wanted code belonged to another identity in any version."""
    owners = dict(session.execute(select(grid_state.c.code, grid_state.c.grid_id).distinct()).all())
    for code, grid in wanted.grids.items():
        if owners.get(code, grid.grid_id) != grid.grid_id:
            raise CodeTaken("The code {code} belonged to another grid before; give the new grid a new code.", code=code)


def give_identities(session, wanted):
    """Make an identity for each grid that has none; return how many."""
    nameless = [state for state in wanted.grids.values() if state.grid_id is None]
    identities = bulk.insert(session, [Grid(level=state.level) for state in nameless])
    for state, identity in zip(nameless, identities, strict=True):
        state.grid_id = identity.id
    return len(nameless)


@dataclasses.dataclass(frozen=True)
class Replaced:
    """How many rows were written, and how many identities have none any more."""

    written: int
    ended: int


def replace_states(session, wanted, number):
    """End the open states that are not wanted as they are, and write those that are new."""
    open_rows = select(grid_state).where(grid_state.c.to_version.is_(None))
    before = {row["grid_id"]: facts(row) for row in session.execute(open_rows).mappings()}
    after = {state.grid_id: state for state in wanted.grids.values()}
    changed = [state for key, state in after.items() if before.get(key) != facts(vars(state))]
    end(session, grid_state, [key for key in before if key not in after] + [s.grid_id for s in changed], number)
    bulk.insert(session, [GridState(**facts(vars(s)), grid_id=s.grid_id, from_version=number) for s in changed])
    return Replaced(len(changed), len(before.keys() - after.keys()))


def facts(state):
    """Return what makes one state differ from another."""
    return {name: state[name] for name in STATE_FIELDS}


def replace_shapes(session, wanted, number):
    """End the open shapes that are not wanted as they are, and write those that are new."""
    open_rows = select(grid_shape.c.grid_id, type_coerce(grid_shape.c.shape, RawShape))
    ids, stored = columns(session.execute(open_rows.where(grid_shape.c.to_version.is_(None))))
    before = dict(zip(ids, shapely.to_wkb(shapes_of(stored)), strict=True))
    after = {wanted.grids[code].grid_id: shape for code, shape in wanted.shapes.items()}
    changed = [key for key, shape in after.items() if before.get(key) != shapely.to_wkb(shape)]
    end(session, grid_shape, [key for key in before if key not in after] + changed, number)
    bulk.insert(session, [GridShape(grid_id=key, from_version=number, shape=after[key]) for key in changed])
    return Replaced(len(changed), len(before.keys() - after.keys()))


def end(session, table, grid_ids, number):
    """Let the open rows of these identities end before version ``number``."""
    its_open_row = (table.c.grid_id == bindparam("ending")) & table.c.to_version.is_(None)
    if grid_ids:
        ending = update(table).where(its_open_row).values(to_version=number)
        session.connection().execute(ending, [{"ending": key} for key in grid_ids])
