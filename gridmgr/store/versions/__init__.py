"""Published versions of the boundaries."""

from sqlalchemy import func, select

from gridmgr.domain.grids import Acceptance, Version
from gridmgr.store.tables.land import acceptance, version
from gridmgr.store.tables.staff import post

not_withdrawn = version.c.withdrawn_at.is_(None)


def all_versions(session):
    """Return every version, lowest number first, withdrawn ones too."""
    return session.scalars(select(Version).order_by(version.c.number)).all()


def get(session, number):
    """Return the version ``number``, None where there is none."""
    return session.scalars(select(Version).where(version.c.number == number)).one_or_none()


def in_force(session, at):
    """Return the version in force at ``at``: the highest number that had begun and was not withdrawn, or None."""
    begun = select(Version).where(version.c.effective_from <= at, not_withdrawn)
    return session.scalars(begun.order_by(version.c.number.desc()).limit(1)).one_or_none()


def newest(session):
    """Return the highest-numbered version that was not withdrawn, the base of the next draft; None before the first."""
    return session.scalars(
        select(Version).where(not_withdrawn).order_by(version.c.number.desc()).limit(1)
    ).one_or_none()


def highest_number(session):
    """Return the highest number ever given, 0 before the first version; a withdrawn number is not given again."""
    return session.scalar(select(func.max(version.c.number))) or 0


def withdrawn(session):
    """Return the numbers of the versions that were withdrawn, lowest first."""
    return session.scalars(select(version.c.number).where(~not_withdrawn).order_by(version.c.number)).all()


def begins_posts(session, number):
    """Return whether posts begin with version ``number``."""
    return session.scalar(select(post.c.id).where(post.c.begins_with == number).limit(1)) is not None


def add(session, new):
    """Keep a new version; return it with its id."""
    session.add(new)
    session.flush()
    return new


def acceptances(session, number):
    """Return what kinds of findings the version was published with, in the order of their names."""
    of_version = select(Acceptance).where(acceptance.c.version_number == number)
    return session.scalars(of_version.order_by(acceptance.c.kind)).all()
