"""Departments, their units, the matrix, and nobody's lands with their owners."""

from sqlalchemy import or_, select

from gridmgr.domain.responsibility import Department, NobodysLand, Responsibility, Unit
from gridmgr.store.tables.features import feature_shape
from gridmgr.store.tables.responsibility import departments as department
from gridmgr.store.tables.responsibility import matrix_entry, nobodys_land, unit


def rows(session, at=None):
    """Return (entries, units, departments) true at ``at``; without it those of all times."""
    return entries(session, at), units(session, at), departments(session)


def entries(session, at=None):
    """Return the entries of the matrix, by category and area."""
    order = (matrix_entry.c.category_code, matrix_entry.c.area_code, matrix_entry.c.valid_from, matrix_entry.c.id)
    return session.scalars(select(Responsibility).where(true_at(matrix_entry, at)).order_by(*order)).all()


def units(session, at=None):
    """Return the units, by department and area."""
    order = (unit.c.department_code, unit.c.area_code, unit.c.valid_from, unit.c.id)
    return session.scalars(select(Unit).where(true_at(unit, at)).order_by(*order)).all()


def departments(session):
    """Return the departments, by code."""
    return session.scalars(select(Department).order_by(department.c.code)).all()


def lands(session, at=None):
    """Return [(NobodysLand, shape)]: highest priority first, then by code."""
    with_shape = select(NobodysLand, feature_shape.c.shape).join(
        feature_shape, feature_shape.c.feature_id == nobodys_land.c.feature_id
    )
    order = (nobodys_land.c.priority.desc(), nobodys_land.c.code, nobodys_land.c.id)
    return session.execute(with_shape.where(true_at(nobodys_land, at)).order_by(*order)).all()


def end_lands(session, codes, at):
    """Let the nobody's lands with these codes end at ``at``; return them by code.

    One that has only begun at ``at`` never was: its row goes.
    """
    still_open = select(NobodysLand).where(nobodys_land.c.valid_to.is_(None)).order_by(nobodys_land.c.id)
    ended = {land.code: land for land in session.scalars(still_open) if land.code in set(codes)}
    for land in ended.values():
        if land.valid_from < at:
            land.valid_to = at
        else:
            session.delete(land)
    session.flush()
    return ended


def end_entries(session, category, area, at):
    """Let the entries of a category in an area end at ``at``; return the one that held until then, or None.

    One that has only begun at ``at`` never was: its row goes. Those that begin later stay.
    """
    is_open = or_(matrix_entry.c.valid_to.is_(None), matrix_entry.c.valid_to > at)
    begun = matrix_entry.c.valid_from <= at
    wanted = (matrix_entry.c.category_code == category, matrix_entry.c.area_code == area, is_open, begun)
    held = None
    for entry in session.scalars(select(Responsibility).where(*wanted).order_by(matrix_entry.c.valid_from)):
        if entry.valid_from < at:
            entry.valid_to, held = at, entry
        else:
            session.delete(entry)
    session.flush()
    return held


def true_at(table, at):
    """Return the condition that a dated row is true at ``at``; None asks for every time."""
    if at is None:
        return table.c.id.is_not(None)
    return (table.c.valid_from <= at) & or_(table.c.valid_to.is_(None), table.c.valid_to > at)
