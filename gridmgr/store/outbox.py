"""Notices that wait, those that arrived, and the dead letters."""

import datetime as dt

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from gridmgr.errors import Unavailable
from gridmgr.store import bulk
from gridmgr.store.tables.outbox import dead, delivered, notice, waiting

TROUBLE = (DBAPIError, NoConnection, Unavailable)
"""What comes of a database that is away or full; it may be back a moment later."""
NAMES = tuple(column.name for column in notice.c if column.name != "id")
FARTHEST = dt.timedelta(hours=3)
"""No notice waits longer for its next try: one that seems to was put off by a clock that ran ahead."""


def add(session, notices):
    """Keep notices with what else the session writes; the session does not follow them."""
    if notices:
        rows = [{name: getattr(new, name) for name in NAMES} for new in notices]
        bulk.write(session.connection(), notice, rows)


def due(at):
    """Return the condition that a notice may be tried at ``at``."""
    return waiting & or_(notice.c.due_at <= at, notice.c.due_at > at + FARTHEST)


def has_due(session, at, *, without=()):
    """Return whether a notice may be tried that is not of one of these channels."""
    return session.scalar(select(exists().where(due(at), notice.c.channel.not_in(without))))


def claim(session, *, at, until, claim, limit, without=()):
    """Take at most ``limit`` notices that may be tried, longest due first, until the lease ends; return their rows.

    On PostGIS what another is just taking is passed over; on a city file one writes at a time.

    Parameters
    ----------
    claim : str
        Who takes them: only he may say later that they failed.
    without : collection of str
        Channels that have enough to do.
    """
    if limit < 1:
        return []
    free = select(notice.c.id).where(due(at), notice.c.channel.not_in(without))
    mine = session.scalars(
        free.order_by(notice.c.due_at, notice.c.id).limit(limit).with_for_update(skip_locked=True)
    ).all()
    taken = {"due_at": until, "claim": claim, "tries": notice.c.tries + 1}
    session.execute(update(notice).where(notice.c.id.in_(mine)).values(taken))
    return session.execute(select(notice).where(notice.c.id.in_(mine)).order_by(notice.c.id)).all()


def arrived(session, ids, at):
    """Keep that these have arrived, whoever else may be trying them."""
    if not ids:
        return
    session.execute(
        update(notice).where(notice.c.id.in_(ids), waiting).values(state="delivered", ended_at=at, reason={})
    )


def postpone(session, notice_id, claim, due_at, reason):
    """Keep that a try was in vain and when the next one is; only while the lease is one's own."""
    mine = (notice.c.id == notice_id, notice.c.claim == claim, waiting)
    session.execute(update(notice).where(*mine).values(due_at=due_at, claim="", reason=reason))


def bury(session, notice_id, claim, at, reason):
    """Make a notice a dead letter; only while the lease is one's own."""
    mine = (notice.c.id == notice_id, notice.c.claim == claim, waiting)
    session.execute(update(notice).where(*mine).values(state="dead", ended_at=at, claim="", reason=reason))


def dead_letters(session, limit):
    """Return the rows of at most ``limit`` dead letters, the newest first."""
    newest = (notice.c.ended_at.desc(), notice.c.id.desc())
    return session.execute(select(notice).where(dead).order_by(*newest).limit(limit)).all()


def revive(session, ids, *, at, give_up_at):
    """Let these dead letters, or all where ``ids`` is None, be tried once more; return their ids."""
    wanted = select(notice.c.id).where(dead) if ids is None else select(notice.c.id).where(dead, notice.c.id.in_(ids))
    found = session.scalars(wanted.order_by(notice.c.id).with_for_update()).all()
    anew = {"state": "waiting", "due_at": at, "give_up_at": give_up_at, "tries": 0, "claim": "", "ended_at": None}
    session.execute(update(notice).where(notice.c.id.in_(found)).values(anew))
    return found


def forget_delivered(session, before, limit):
    """Delete at most ``limit`` notices that arrived before that; return how many."""
    old = select(notice.c.id).where(delivered, notice.c.ended_at < before).order_by(notice.c.id).limit(limit)
    ids = session.scalars(old).all()
    session.execute(delete(notice).where(notice.c.id.in_(ids)))
    return len(ids)


def count_dead(session):
    """Return how many dead letters there are."""
    return session.scalar(select(func.count()).where(dead))


def counts(session):
    """Return state → how many notices."""
    return dict(session.execute(select(notice.c.state, func.count()).group_by(notice.c.state)).all())


def untried_since(session, at):
    """Return how many notices could have been tried before ``at`` and were not."""
    return session.scalar(select(func.count()).where(waiting, notice.c.due_at < at))
