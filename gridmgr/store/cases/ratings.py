"""Ratings of reports: one each."""

from sqlalchemy import select

from gridmgr.domain.ratings import Rating
from gridmgr.store.tables.reports import rating


def add(session, new):
    """Keep a rating; return it with its id."""
    session.add(new)
    session.flush()
    return new


def of_reports(session, report_ids):
    """Return report id → its Rating, for those that have one."""
    found = session.scalars(select(Rating).where(rating.c.report_id.in_(list(report_ids))))
    return {one.report_id: one for one in found}
