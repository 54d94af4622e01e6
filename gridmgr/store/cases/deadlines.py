"""The deadlines of open cases."""

from sqlalchemy import or_, select

from gridmgr.domain.cases import Case
from gridmgr.domain.casework.steps import OPEN
from gridmgr.store.tables.casework import case

BY_CALENDAR = or_(case.c.time_limit.endswith("WH"), case.c.time_limit.endswith("WD"))


def by_calendar(session, after_id, count, *, is_held=True):
    """Return the next open cases, by id, whose time limit is counted by the calendar; where ``is_held`` nobody else changes them.

    Cases whose history was not kept are not among them.
    """
    running = select(Case).where(case.c.state.in_(OPEN), case.c.history > 0, BY_CALENDAR, case.c.id > after_id)
    some = running.order_by(case.c.id).limit(count)
    return session.scalars(some.with_for_update() if is_held else some).all()
