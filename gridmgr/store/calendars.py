"""Holidays and make-up workdays."""

from sqlalchemy import select

from gridmgr.domain.deadlines import CalendarDay
from gridmgr.store.mapping import calendar_day


def days(session):
    """Return the days that are not like the others, earliest first."""
    return session.scalars(select(CalendarDay).order_by(calendar_day.c.date)).all()


def years(session):
    """Return the years that have at least one such day, earliest first."""
    return sorted({date.year for date in session.scalars(select(calendar_day.c.date))})
