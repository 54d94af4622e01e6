"""Categories of components and matters."""

from sqlalchemy import select

from gridmgr.domain.categories import Category
from gridmgr.store.mapping import category


def all_categories(session, code_system=None):
    """Return the categories of a code system, or of both, by kind and code."""
    order = (category.c.code_system, category.c.kind, category.c.code)
    wanted = select(Category) if code_system is None else select(Category).where(category.c.code_system == code_system)
    return session.scalars(wanted.order_by(*order)).all()


def by_code(session, code_system, kind, code):
    """Return the category, None where the code system has none of that kind and code."""
    one = (category.c.code_system == code_system, category.c.kind == kind, category.c.code == code)
    return session.scalars(select(Category).where(*one)).one_or_none()
