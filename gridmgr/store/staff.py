"""People, posts, rosters and substitutions."""

from sqlalchemy import or_, select, update

from gridmgr.domain.staff import Duty, Person, Post, Substitution
from gridmgr.store.tables.staff import duty, person, post, substitution


def staffing_rows(session):
    """Return (persons, posts, duties, substitutions), ended ones too, each in the order of their rows."""
    return (
        session.scalars(select(Person).order_by(person.c.code)).all(),
        session.scalars(select(Post).order_by(post.c.id)).all(),
        session.scalars(select(Duty).order_by(duty.c.id)).all(),
        session.scalars(select(Substitution).order_by(substitution.c.id)).all(),
    )


def persons_by_code(session):
    """Return code → Person."""
    return {one.code: one for one in session.scalars(select(Person).order_by(person.c.code))}


def posts_on(session, grid_ids, at):
    """Return the posts held at ``at`` on these grids, in the order of their rows."""
    held = (post.c.valid_from <= at) & or_(post.c.valid_to.is_(None), post.c.valid_to > at)
    return session.scalars(select(Post).where(post.c.grid_id.in_(grid_ids), held).order_by(post.c.id)).all()


def end_posts(session, grid_ids, at):
    """Let the posts and roster lines on these grids, which are dissolved, end at ``at``."""
    session.flush()
    for table in (post, duty):
        goes_on = or_(table.c.valid_to.is_(None), table.c.valid_to > at)
        begun = table.c.valid_from < at
        session.execute(update(table).where(table.c.grid_id.in_(grid_ids), goes_on, begun).values(valid_to=at))


def page(session, *, after="", containing="", limit):
    """Return at most ``limit`` persons by code that come after a code, whose code, name or phone holds a text."""
    found = select(Person).where(person.c.code > after).order_by(person.c.code).limit(limit)
    if containing:
        columns = (person.c.code, person.c.name, person.c.phone)
        found = found.where(or_(*(one.icontains(containing, autoescape=True) for one in columns)))
    return session.scalars(found).all()


def rows_of(session, person_ids, at):
    """Return (posts, roster lines, substitutions) of these persons that hold at ``at`` or later, in the order of their rows."""
    return tuple(
        session.scalars(
            select(kind)
            .where(table.c.person_id.in_(person_ids), or_(table.c.valid_to.is_(None), table.c.valid_to > at))
            .order_by(table.c.id)
        ).all()
        for kind, table in ((Post, post), (Duty, duty), (Substitution, substitution))
    )
