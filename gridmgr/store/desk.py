"""Queries of the desk: who sits at it, kept filters, notes between shifts, and what has happened since."""

from sqlalchemy import delete, func, select

from gridmgr.domain.cases import Case
from gridmgr.domain.desk import Filter, Handover, Presence
from gridmgr.store import bulk
from gridmgr.store.tables.casework import case, event
from gridmgr.store.tables.desk import desk_filter, handover, presence
from gridmgr.store.tables.reports import report


def present(session, since):
    """Return the Presences that were heard of since then, by name."""
    heard = select(Presence).where(presence.c.seen_at >= since).order_by(presence.c.name, presence.c.login)
    return session.scalars(heard).all()


def presence_of(session, login):
    """Return the Presence of somebody, or None."""
    return session.scalars(select(Presence).where(presence.c.login == login)).one_or_none()


def sit_down(session, one):
    """Keep that somebody has come to the desk; whoever was away for long is forgotten."""
    bulk.insert(session, [one])


def forget(session, before):
    """Forget who was not heard of since then."""
    session.execute(delete(presence).where(presence.c.seen_at < before))


def latest_event(session):
    """Return the number of the newest step of any history, 0 before the first."""
    return session.scalar(select(func.max(event.c.id))) or 0


def changed_since(session, last, most):
    """Return the numbers of the cases and reports that took a step after the event ``last``, at most ``most``."""
    newer = select(event.c.case_id, event.c.report_id).where(event.c.id > last).order_by(event.c.id).limit(most).cte()
    cases = select(case.c.number).where(case.c.id.in_(select(newer.c.case_id)))
    reports = select(report.c.number).where(report.c.id.in_(select(newer.c.report_id)))
    return sorted({*session.scalars(cases), *session.scalars(reports)})


def filters(session, login):
    """Return the Filters of somebody, by name."""
    return session.scalars(select(Filter).where(desk_filter.c.login == login).order_by(desk_filter.c.name)).all()


def put_filter(session, one):
    """Keep a filter under its name, in place of another of that name."""
    drop_filter(session, one.login, one.name)
    bulk.insert(session, [one])


def drop_filter(session, login, name):
    """Forget a filter; return whether there was one."""
    gone = delete(desk_filter).where(desk_filter.c.login == login, desk_filter.c.name == name)
    return session.execute(gone).rowcount > 0


def handovers(session, most):
    """Return the last Handovers, the newest first."""
    return session.scalars(select(Handover).order_by(handover.c.at.desc(), handover.c.id.desc()).limit(most)).all()


def leave(session, one):
    """Keep what somebody leaves to the next shift."""
    bulk.insert(session, [one])


def worked(session, most):
    """Return [(category, clock_from, handled_at)] of those among the newest cases that were handed in."""
    newest = select(case.c.category_code, case.c.clock_from, case.c.handled_at).order_by(case.c.id.desc()).limit(most)
    newest = newest.subquery()
    handed = select(newest).where(newest.c.handled_at.is_not(None), newest.c.clock_from.is_not(None))
    return [tuple(row) for row in session.execute(handed)]


def steps_of(session, by, action, since):
    """Return the instants at which somebody took steps of that name since then, in order."""
    found = select(event.c.at).where(event.c.by == by, event.c.action == action, event.c.at >= since)
    return session.scalars(found.order_by(event.c.at)).all()


def open_by_grid(session):
    """Return grid id → number of open cases."""
    counted = select(case.c.grid_id, func.count()).where(case.c.closed_at.is_(None)).group_by(case.c.grid_id)
    return dict(session.execute(counted).all())


def steps_since(session, actions, since, most):
    """Return [(action, Case)] of the steps with these names since then, the newest first."""
    found = select(event.c.action, Case).join(Case, Case.id == event.c.case_id)
    found = found.where(event.c.action.in_(actions), event.c.at >= since).order_by(event.c.id.desc()).limit(most)
    return [tuple(row) for row in session.execute(found)]
