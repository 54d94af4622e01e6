"""Shifts of the desk: what one has done so far, what came while somebody was away, and what he left behind."""

import dataclasses
import datetime as dt
import itertools
import json
import statistics
import zoneinfo

from gridmgr.domain.cases import Case
from gridmgr.domain.desk import Filter, Handover
from gridmgr.errors import Invalid
from gridmgr.services import calendars, standing
from gridmgr.services.handling.reading import area_of
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities
from gridmgr.store import desk as rows

MOST_NEWS, MOST_NOTES, LONGEST_PAUSE_S = 200, 10, 600
NEWS = {"open": "came", "reopen": "came", "return": "returned", "dispute": "disputed", "settle": "settled"}
"""Step of a case → as what the desk hears of it."""
MOST_FILTERS, LONGEST_NOTE, LONGEST_NAME, LONGEST_QUERY = 20, 4000, 64, 4000


@dataclasses.dataclass(frozen=True)
class Shift:
    """What somebody has done since his shift began: dispatched, seconds for each (None before two), share returned since."""

    since: dt.datetime
    dispatched: int
    seconds_each: float | None
    returned: int


@dataclasses.dataclass(frozen=True)
class News:
    """What happened to cases since an instant, newest first as (kind, Case), and the notes that were left."""

    since: dt.datetime
    news: list[tuple[str, Case]]
    notes: list[Handover]


def shift(engine, login, *, at):
    """Return the Shift of somebody."""
    with reading(engine) as session:
        since = begin(session, at)
        taken = rows.steps_of(session, login, "dispatch", since)
        pauses = [(later - one).total_seconds() for one, later in itertools.pairwise(taken)]
        each = [pause for pause in pauses if pause <= LONGEST_PAUSE_S]
        returned = sum(action == "return" for action, _ in rows.steps_since(session, ["return"], since, MOST_NEWS))
        return Shift(since, len(taken), round(statistics.median(each), 1) if each else None, returned)


def begin(session, at):
    """Return when the shift of the day that holds at an instant began; the day's midnight before the first."""
    zone = zoneinfo.ZoneInfo(cities.the_city(session).timezone)
    local = at.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    minutes = (local - midnight).total_seconds() / 60
    first = min((start for start, _ in calendars.calendar(session).shifts), default=0)
    return (midnight + dt.timedelta(minutes=first if minutes >= first else 0)).astimezone(dt.UTC)


def news(engine, login, *, at, since=None, areas=(), department=""):
    """Return the News since somebody left his last note, or since an instant; a day at most by default.

    Parameters
    ----------
    areas : sequence of str
        Codes of areas, each of which a case must lie in.
    department : str
        The department that must have it; "" for any.
    """
    known = standing.in_force(engine, at)
    with reading(engine) as session:
        land = area_of(session, known, areas, at) if areas else None
        notes = rows.handovers(session, MOST_NOTES)
        mine = next((note.at for note in notes if note.by == login), None)
        begins = since or max(mine or at - dt.timedelta(days=1), at - dt.timedelta(days=7))
        steps = rows.steps_since(session, list(NEWS), begins, MOST_NEWS)
        told = [(NEWS[action], case) for action, case in steps if is_of(case, land, department)]
        return News(begins, told, notes)


def is_of(case, land, department):
    """Return whether a case lies in an area (None for everywhere) and is a department's ("" for any)."""
    return (land is None or case.grid_id in land.grids) and department in ("", case.department_code)


def hand_over(engine, login, name, note, *, at):
    """Leave a note to the next shift, with what is open; return the Handover.

    Raises
    ------
    Invalid
        The note is too long.
    """
    text = note.strip()
    if len(text) > LONGEST_NOTE:
        raise Invalid("A note has at most {most} characters, this one {count}.", most=LONGEST_NOTE, count=len(text))
    with writing(engine) as session:
        mine = rows.presence_of(session, login)
        made = Handover(at, login, name, text, [mine.number] if mine and mine.number else [])
        rows.leave(session, made)
        return made


def filters(engine, login):
    """Return the Filters that somebody keeps."""
    with reading(engine) as session:
        return rows.filters(session, login)


def keep_filter(engine, login, name, query):
    """Keep a filter under a name, in place of one of that name.

    Raises
    ------
    Invalid
        It has no name, asks for too much, or there are too many.
    """
    title = name.strip()
    if len(json.dumps(query)) > LONGEST_QUERY:
        raise Invalid("The filter asks for too much: at most {most} characters.", most=LONGEST_QUERY)
    if not 0 < len(title) <= LONGEST_NAME:
        raise Invalid("A filter needs a name of at most {most} characters.", most=LONGEST_NAME)
    with writing(engine) as session:
        kept = [one for one in rows.filters(session, login) if one.name != title]
        if len(kept) >= MOST_FILTERS:
            raise Invalid("At most {most} filters are kept: delete one first.", most=MOST_FILTERS)
        rows.put_filter(session, Filter(login, title, query))


def drop_filter(engine, login, name):
    """Forget a filter; return whether there was one."""
    with writing(engine) as session:
        return rows.drop_filter(session, login, name)
