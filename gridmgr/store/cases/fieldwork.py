"""Queries of the field: what waits to be verified on the spot, what is reported often, who works beside one."""

from sqlalchemy import func, select, text

from gridmgr.domain.access import Account
from gridmgr.domain.cases import Report
from gridmgr.store.cases.queue import among_codes
from gridmgr.store.tables.accounts import account
from gridmgr.store.tables.reports import report

UNDECIDED = text("state IN ('reported', 'accepted', 'verifying', 'pending_filing')")
"""The very words of the index."""
RECENT = 1000


def to_verify(session, codes, limit):
    """Return the reports that wait to be verified on the spot, the first received first.

    ``codes`` are the grids to look in, None for the whole city.
    """
    waiting = select(Report).where(UNDECIDED, report.c.state == "verifying")
    if codes is not None:
        waiting = waiting.where(among_codes(session, report.c.grid_code, codes))
    return session.scalars(waiting.order_by(report.c.received_at, report.c.id).limit(limit)).all()


def often(session, codes, most):
    """Return the codes of the categories reported most among the last thousand reports of some grids, None for all."""
    named = select(report.c.category_code).where(report.c.category_code.is_not(None))
    if codes is not None:
        named = named.where(among_codes(session, report.c.grid_code, codes))
    recent = named.order_by(report.c.received_at.desc(), report.c.id.desc()).limit(RECENT).subquery()
    counted = select(recent.c.category_code).group_by(recent.c.category_code)
    return session.scalars(counted.order_by(func.count().desc(), recent.c.category_code).limit(most)).all()


def colleagues(session, department):
    """Return the handlers of a department who may sign in, by name."""
    working = (account.c.role == "handler", account.c.department_code == department, account.c.disabled_at.is_(None))
    return session.scalars(select(Account).where(*working).order_by(account.c.name, account.c.login)).all()
