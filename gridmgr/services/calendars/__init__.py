"""The calendar of the city: its shifts, holidays and make-up workdays, for whoever counts by it and whoever edits it."""

import dataclasses
import threading
import weakref

from gridmgr.domain.deadlines import KINDS, Calendar, CalendarDay
from gridmgr.domain.times import working_time
from gridmgr.errors import Invalid
from gridmgr.services import trail
from gridmgr.services.cities import NoCity
from gridmgr.services.transactions import reading, writing
from gridmgr.store import calendars as calendar_rows
from gridmgr.store import cities as city_rows
from gridmgr.store import revisions

KIND = "calendar"
"""Of the revision that is raised with each change."""
SETTING = "shifts"
"""Where the shifts stand among the city's settings; minutes of the day."""
ORDINARY = "ordinary"
LONGEST_NAME = 64
BEING_CHANGED = "calendar is being changed"

_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_loading = threading.Lock()


def calendar(session):
    """Return the Calendar that deadlines count by, as this transaction sees it.

    It is kept, with all the working time that was added up in it, until the
    revision of the calendar is another one.
    """
    if BEING_CHANGED in session.info:
        return load(session)
    numbers = revisions.numbers(session)
    state = numbers.get(KIND, 0), numbers.get(revisions.RESTORED, 0)
    pool = session.get_bind().pool
    kept = _kept.get(pool)
    if kept is None or kept[0] != state:
        with _loading:
            kept = _kept[pool] = state, load(session)
    return kept[1]


def load(session):
    """Return the Calendar as the rows say."""
    city = city_rows.the_city(session)
    if city is None:
        raise NoCity("There is no city here yet: gridmgr init --city NAME --boundary FILE founds one.")
    days = calendar_rows.days(session)
    shifts = city.settings.get(SETTING) or working_time.DEFAULT_SHIFTS
    provisional = frozenset(day.date.year for day in days if day.is_provisional)
    return Calendar(city.timezone, tuple(map(tuple, shifts)), {day.date: day.kind for day in days}, provisional)


def known(engine, year=None):
    """Return (Calendar, days that are not like the others), of one year or of all, earliest first."""
    with reading(engine) as session:
        found = calendar(session), calendar_rows.days(session, year)
        session.expunge_all()
    return found


def begin_change(session):
    """Raise the revision of the calendar first, so that writers come one after another."""
    session.info[BEING_CHANGED] = True
    revisions.raise_(session, KIND)


def set_day(engine, date, kind, name="", *, is_provisional=False, at, by):
    """Make ``date`` a holiday, a make-up workday, or ordinary; return what it was before.

    Raises
    ------
    Invalid
        There is no such kind, or the name is too long.
    """
    check_day(kind, name)
    with writing(engine) as session:
        begin_change(session)
        day = calendar_rows.the_day(session, date)
        before = day.kind if day else ORDINARY
        put(session, day, CalendarDay(date, kind, name, is_provisional))
        trail.record(session, by, "set_day", f"day:{date}", {"before": before, "now": kind, "name": name}, at=at)
    return before


def check_day(kind, name):
    """Raise Invalid where there is no such kind of day, or none may be called so."""
    if kind not in (*KINDS, ORDINARY):
        raise Invalid("A day is no {kind}; choose one of {kinds}.", kind=kind, kinds=", ".join((*KINDS, ORDINARY)))
    if not is_name(name):
        raise Invalid("The name of a day has at most {most} characters, all of them printable.", most=LONGEST_NAME)


def with_day(found, date, kind):
    """Return a Calendar in which ``date`` is of a kind, ``ordinary`` too."""
    days = {day: known for day, known in found.days.items() if day != date}
    return dataclasses.replace(found, days=days if kind == ORDINARY else days | {date: kind})


def with_shifts(found, shifts):
    """Return a Calendar in which people work in ``shifts`` on workdays."""
    return dataclasses.replace(found, shifts=working_time.checked_shifts(shifts))


def is_name(text):
    """Return whether a day may be called so."""
    return len(text) <= LONGEST_NAME and text.isprintable()


def put(session, known_day, day):
    """Let ``day`` stand in the table in the place of ``known_day``, if there is one."""
    if day.kind == ORDINARY:
        calendar_rows.remove(session, [day.date])
    elif known_day is None:
        session.add(day)
    else:
        known_day.kind, known_day.name, known_day.is_provisional = day.kind, day.name, day.is_provisional


def set_shifts(engine, shifts, *, at, by):
    """Let people work in ``shifts`` (minutes of the day) on workdays; return the shifts before.

    Deadlines in the rows of open cases follow by :func:`gridmgr.services.calendars.recounting.recount`.

    Raises
    ------
    Invalid
        The shifts overlap, or one ends before it begins.
    """
    shifts = working_time.checked_shifts(shifts)
    with writing(engine) as session:
        begin_change(session)
        before = load(session).shifts
        city_rows.set_setting(session, SETTING, [list(shift) for shift in shifts])
        told = {"before": working_time.show_shifts(before), "now": working_time.show_shifts(shifts)}
        trail.record(session, by, "set_shifts", "calendar", told, at=at)
    return before
