"""A deliberately slow counter of time limits: it looks at the city's clock every minute, and knows nothing else."""

import datetime as dt
import zoneinfo

MINUTE = dt.timedelta(minutes=1)
MOST = 200_000


def runs(at, unit, calendar, pauses):
    """Return whether the clock of ``unit`` runs in the minute that begins at ``at``."""
    if any(since <= at and (until is None or at < until) for since, until in pauses):
        return False
    if unit in ("urgent_hour", "calendar_day"):
        return True
    shown = at.astimezone(zoneinfo.ZoneInfo(calendar.timezone))
    kind = calendar.days.get(shown.date())
    if kind == "holiday" or (kind is None and shown.weekday() >= 5):
        return False
    minute = shown.hour * 60 + shown.minute
    return any(begin <= minute < end for begin, end in calendar.shifts)


def minutes_in(unit, calendar):
    """Return how many minutes one ``unit`` is."""
    day = sum(end - begin for begin, end in calendar.shifts)
    return {"urgent_hour": 60, "work_hour": 60, "work_day": day, "calendar_day": 24 * 60}[unit]


def due_at(start, minutes, unit, calendar, pauses):
    """Return the end of the minute in which ``minutes`` are used up; None where a pause that lasts comes before."""
    at, left = start.astimezone(dt.UTC), minutes
    for _ in range(MOST):
        if any(until is None and since <= at for since, until in pauses):
            return None
        left -= runs(at, unit, calendar, pauses)
        at += MINUTE
        if not left:
            return at
    raise AssertionError("no deadline within the minutes that are counted here")


def spent(start, until, unit, calendar, pauses):
    """Return how many minutes the clock ran from ``start`` to ``until``."""
    at, end, count = start.astimezone(dt.UTC), until.astimezone(dt.UTC), 0
    while at < end:
        count += runs(at, unit, calendar, pauses)
        at += MINUTE
    return count
