"""People, posts, rosters and substitutions."""

from sqlalchemy import or_, select, update

from gridmgr.domain.staff import Duty, Person, Post, Substitution
from gridmgr.store.mapping import duty, person, post, substitution


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
