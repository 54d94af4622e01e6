"""Drafts of the city of four squares, small enough to draw."""

import datetime as dt

from small_cities import BEFORE, NOON, SIDE, SOUTH, WEST
from sqlalchemy import select, update

from gridmgr.domain.cases import Case, Report
from gridmgr.domain.drafts import Draft, DraftEdit, DraftGrid
from gridmgr.domain.staff import Person, Post
from gridmgr.services import routing
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, drafts, revisions, staff
from gridmgr.store.tables.land import grid_state


def grid(code, *, removed=False, parent="130302", name=None):
    """Return the draft's row of a responsibility grid."""
    row_name = name or f"Grid {code}"
    return DraftGrid(0, "responsibility_grid", code, row_name, parent_code=parent, removed=removed)


def begin(engine, rows, *, base=1, name="second", by="li", edits=()):
    """Begin a draft with these (DraftGrid, shape or None) and edits; return its id."""
    with writing(engine) as session:
        draft = drafts.add(session, Draft(name, BEFORE, by, base_number=base, reason="new houses"))
        drafts.put(session, draft, rows)
        told = [DraftEdit(draft.id, n, edit, "", by, NOON, {}, {}) for n, edit in enumerate(edits, 1)]
        bulk.insert(session, told)
        revisions.raise_(session, "drafts")
        return draft.id


def identities(engine):
    """Return code → identity of every published grid."""
    with reading(engine) as session:
        return dict(
            session.execute(grid_state.select().with_only_columns(grid_state.c.code, grid_state.c.grid_id)).all()
        )


def drafted_identities(engine, draft_id):
    """Return code → identity of the grids in a draft."""
    with reading(engine) as session:
        return {row.code: row.grid_id for row, _ in drafts.changes(session, draft_id)}


def post(engine, person, grid_id, *, since=BEFORE, until=None, role="chief"):
    """Post a person, who is made where there is none of that code, on a grid."""
    with writing(engine) as session:
        found = staff.persons_by_code(session).get(person)
        if found is None:
            [found] = bulk.insert(session, [Person(person, f"Chief {person}", "0335-5550009")])
        bulk.insert(session, [Post(found.id, grid_id, role, since, until)])
        revisions.raise_(session, "staff")


def chief(engine, column, row, at):
    """Return (version, grid, person's name) that answers for the middle of a square at ``at``."""
    lon, lat = WEST + (column + 0.5) * SIDE, SOUTH + (row + 0.5) * SIDE
    found = routing.where(routing.knowledge(engine, at=at), lon, lat, at=at)
    return found.version, found.grid["code"], found.person and found.person["name"]


def file_cases(engine, *, at):
    """File a case for every report that has none; return them."""
    with writing(engine) as session:
        due = at + dt.timedelta(days=1)
        told = session.scalars(select(Report).order_by(Report.id)).all()
        made = [Case(f"C-{one.number}", one.id, "06010", one.grid_id, "SAN", "filed", at, due) for one in told]
        bulk.insert(session, made)
        revisions.raise_(session, "reports")
        return made


def decide_for(engine, code):
    """Let every report have been decided for another grid."""
    grid_id = identities(engine)[code]
    with writing(engine) as session:
        session.execute(update(Report).values(grid_id=grid_id, grid_code=code))
        revisions.raise_(session, "reports")
