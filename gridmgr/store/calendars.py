"""Holidays and make-up workdays."""

from sqlalchemy import delete, select

from gridmgr.domain.deadlines import CalendarDay
from gridmgr.store.tables.city import calendar_day


def days(session, year=None):
    """Return the days that are not like the others, of one year or of all, earliest first."""
    found = session.scalars(select(CalendarDay).order_by(calendar_day.c.date)).all()
    return [day for day in found if year is None or day.date.year == year]


def years(session):
    """Return the years that have at least one such day, earliest first."""
    return sorted({date.year for date in session.scalars(select(calendar_day.c.date))})


def the_day(session, date):
    """Return the CalendarDay of ``date``, None where it is like the others."""
    return session.scalars(select(CalendarDay).where(calendar_day.c.date == date)).one_or_none()


def remove(session, dates):
    """Make ``dates`` days like the others."""
    session.execute(delete(CalendarDay).where(calendar_day.c.date.in_(list(dates))))
