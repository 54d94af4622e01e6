"""Reports that wait to be accepted, verified or filed."""

from sqlalchemy import func, literal, select, text, tuple_

from gridmgr.domain.cases import Report
from gridmgr.store.cases.queue import among
from gridmgr.store.tables.reports import report
from gridmgr.store.types import Instant

UNDECIDED = "report.state IN ('reported', 'accepted', 'verifying', 'pending_filing')"
"""In the very words of the index."""


def page(session, category, area, after, limit):
    """Return a page of the Reports that wait, the first received first.

    Parameters
    ----------
    category : str
        "" for any.
    area : gridmgr.store.cases.queue.Area or None
    after : (datetime, int) or None
        Instant of receipt and id of the last one of the page before.
    """
    found = select(Report).where(*conditions(session, category, area))
    if after is not None:
        received_at, last = after
        place = tuple_(report.c.received_at, report.c.id)
        found = found.where(place > tuple_(literal(received_at, Instant), literal(last)))
    return session.scalars(found.order_by(report.c.received_at, report.c.id).limit(limit)).all()


def count(session, category, area, most):
    """Return how many reports wait, at most ``most``."""
    some = select(report.c.id).where(*conditions(session, category, area)).limit(most)
    return session.scalar(select(func.count()).select_from(some.subquery()))


def conditions(session, category, area):
    """Yield the conditions that a report waits, is of a category, and lies in an area."""
    yield text(UNDECIDED)
    if category:
        yield report.c.category_code == category
    if area is not None:
        yield among(session, report.c.grid_id, area.grids)
