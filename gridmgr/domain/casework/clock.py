"""The clock of a case: when it is due, by its limit, extensions and pauses."""

import datetime as dt

from gridmgr.domain.casework.standing import Standing
from gridmgr.domain.deadlines import Calendar, Limit, due_at
from gridmgr.errors import Invalid


def due_of(standing: Standing, calendar: Calendar) -> dt.datetime:
    """Return the deadline of a case, UTC.

    An extension adds the original limit once more. Before a dispatch the limit counts from the last filing: who
    dispatches sees at once what would be due first. A deadline that an adopted case brought moves by the
    length of each pause, and by its limit with each extension.
    """
    pauses = [pause for pause in standing.pauses if pause[1] > pause[0]]
    if standing.due is not None or not standing.limit:
        brought = standing.due or standing.filed_at or dt.datetime.min.replace(tzinfo=dt.UTC)
        return extended(brought + sum((until - since for since, until in pauses), dt.timedelta()), standing, calendar)
    limit = Limit.read(standing.limit)
    whole = Limit(limit.value * (1 + standing.extensions), limit.unit)
    begins = standing.clock_from or standing.waits_from
    due = due_at(begins, whole, calendar, pauses) if begins else None
    if due is None:
        raise Invalid("The clock of this case never runs again: give the pause an end.")
    return due


def extended(due: dt.datetime, standing: Standing, calendar: Calendar) -> dt.datetime:
    """Return a deadline that was brought, moved by what was granted since."""
    if not (standing.limit and standing.extensions):
        return due
    limit = Limit.read(standing.limit)
    return due_at(due, Limit(limit.value * standing.extensions, limit.unit), calendar) or due


def to_the_millisecond(at: dt.datetime) -> dt.datetime:
    """Return an instant as both databases keep it."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
