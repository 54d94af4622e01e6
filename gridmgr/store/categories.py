"""Categories of components and matters."""

from sqlalchemy import select

from gridmgr.domain.categories import Category
from gridmgr.store.tables.responsibility import category

CURRENT_CODES = "GBT47678_5-2026"


def matters(session, code_system=CURRENT_CODES):
    """Return the matters of a code system, national and local, by code."""
    wanted = select(Category).where(category.c.code_system == code_system, category.c.kind == "matter")
    return session.scalars(wanted.order_by(category.c.code)).all()


def all_categories(session, code_system=None):
    """Return the categories of a code system, or of both, by kind and code."""
    order = (category.c.code_system, category.c.kind, category.c.code)
    wanted = select(Category) if code_system is None else select(Category).where(category.c.code_system == code_system)
    return session.scalars(wanted.order_by(*order)).all()


def by_code(session, code_system, kind, code):
    """Return the category, None where the code system has none of that kind and code."""
    one = (category.c.code_system == code_system, category.c.kind == kind, category.c.code == code)
    return session.scalars(select(Category).where(*one)).one_or_none()
