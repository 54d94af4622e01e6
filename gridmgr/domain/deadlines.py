"""Deadlines: time limits, the calendar they are counted by, and when they end.

Four clocks. Source: standards for filing, handling and closing after GB/T 30428.8 and CJ/T 315.

============== ==== =================================================================
unit           code counts
============== ==== =================================================================
urgent_hour    UH   every hour: nights, weekends and holidays too (紧急工作时)
work_hour      WH   hours inside the shifts of workdays (工作时)
work_day       WD   workdays, each as much working time as the shifts of a day hold (工作日)
calendar_day   CD   every 24 hours (自然日)
============== ==== =================================================================

What a work_day ends at. One work_day is the working time of one day (eight hours where the
shifts are 08:00–12:00 and 14:00–18:00), counted from the very minute of the start: begun on
Monday at 10:00 it ends on Tuesday at 10:00, begun in the night before Monday it ends on Monday
at 18:00, begun on Friday at 17:00 on Monday at 17:00. The other reading, that the day of the
start does not count and the last day ends with its last shift (Civil Code of China, articles 201
and 203), was left, because two rules of the procedure need a clock that runs minute by minute:
a suspension (挂账) adds exactly the working time that it took, and an extension (延期) adds the
original limit once more. With whole days both would depend on the hour at which somebody
pressed the button, and one limit of 1 WD would be up to twice as long as another. A city that
reads its limits in whole days gives each department at most what this clock gives it plus the
rest of a day; a deadline that is kept here is kept there too.

Where a limit is used up just as a shift ends, the deadline is that end, not the beginning of
the next shift. A calendar_day is 24 hours that pass: where clocks are changed, its deadline
stands an hour earlier or later on them, and nobody wins or loses an hour.
"""

import dataclasses
import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping, Sequence

from gridmgr.domain import times
from gridmgr.domain.times import working_time
from gridmgr.domain.times.clocks import DAY, MINUTE, as_instant, as_microseconds
from gridmgr.domain.times.working_time import DEFAULT_SHIFTS, EPOCH_DAY, BeyondReach, Continuous, Shifts, WorkingTime
from gridmgr.errors import Invalid
from gridmgr.i18n import N_

CODES = {"UH": "urgent_hour", "WH": "work_hour", "WD": "work_day", "CD": "calendar_day"}
UNITS = tuple(CODES.values())
BY_CALENDAR = frozenset({"work_hour", "work_day"})
"""Units whose deadlines hang on holidays, make-up workdays and shifts."""
KINDS = ("holiday", "workday")
LONGEST = 9999
HOUR = 60 * MINUTE
LIMIT = re.compile(r"\s*(\d{1,4}(?:\.\d{1,6})?)\s*([A-Z]{2})\s*", re.ASCII)
CONTINUOUS = Continuous()
Pauses = Iterable[tuple[dt.datetime, dt.datetime | None]]


@dataclasses.dataclass(eq=False)
class CalendarDay:
    """A holiday, or a weekend day that is worked (调休); ``is_provisional`` until the year is announced."""

    date: dt.date
    kind: str
    name: str = ""
    is_provisional: bool = False
    id: int | None = None


class TooLate(Invalid):
    """The deadline lies too far in the future."""

    slug = "deadline-too-late"


@dataclasses.dataclass(frozen=True)
class Limit:
    """A time limit: so many of a unit, more than none and at most 9,999; fractions are allowed."""

    value: float
    unit: str

    def __post_init__(self) -> None:
        """Refuse what is no limit."""
        if self.unit not in UNITS or not 0 < self.value <= LONGEST:
            raise Invalid(
                "{value} {unit} is no time limit; give more than 0 and at most {most} of one of {units}.",
                value=self.value,
                unit=self.unit,
                most=LONGEST,
                units=", ".join(UNITS),
            )

    @classmethod
    def read(cls, text: str) -> "Limit":
        """Return the limit that ``text`` names, like ``2UH``, ``4WH``, ``1.5WD`` or ``15CD``.

        Raises
        ------
        Invalid
            It names none.
        """
        match = LIMIT.fullmatch(text)
        if match is None or match[2] not in CODES:
            raise Invalid("{text} is no time limit; write 2UH, 4WH, 1WD or 15CD.", text=text)
        return cls(float(match[1]), CODES[match[2]])

    def __str__(self) -> str:
        code = next(code for code, unit in CODES.items() if unit == self.unit)
        return f"{self.value:.6f}".rstrip("0").rstrip(".") + code


@dataclasses.dataclass(frozen=True)
class Calendar:
    """By what a city counts working time.

    Parameters
    ----------
    timezone : str
        Name of the city's zone.
    shifts : tuple of (int, int)
        When people work on a workday; minutes of the day. A night shift is two of them, one
        on each side of midnight.
    days : mapping of date to str
        The days unlike others: ``"holiday"``, or ``"workday"`` for a weekend day that is
        worked. All others are worked from Monday to Friday.
    provisional : frozenset of int
        Years whose days are not announced yet, but known beforehand.

    Raises
    ------
    Invalid
        The shifts overlap, or there is no such zone.
    """

    timezone: str
    shifts: Shifts = DEFAULT_SHIFTS
    days: Mapping[dt.date, str] = dataclasses.field(default_factory=dict)
    provisional: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Refuse shifts that cannot be."""
        object.__setattr__(self, "shifts", working_time.checked_shifts(self.shifts))
        times.zone(self.timezone)

    def is_workday(self, date: dt.date) -> bool:
        """Return whether people work on ``date``."""
        kind = self.days.get(date)
        return kind == "workday" if kind else date.weekday() < 5

    @functools.cached_property
    def years(self) -> frozenset[int]:
        """Return the years that have a table: at least one day that is not like the others."""
        return frozenset(date.year for date in self.days)

    def unknown_years(self, begin: dt.datetime, end: dt.datetime) -> list[int]:
        """Return the years between two instants that have no table: Monday to Friday is assumed there."""
        return [year for year in self.years_between(begin, end) if year not in self.years]

    def provisional_years(self, begin: dt.datetime, end: dt.datetime) -> list[int]:
        """Return the years between two instants whose table is not announced yet."""
        return [year for year in self.years_between(begin, end) if year in self.provisional]

    def years_between(self, begin: dt.datetime, end: dt.datetime) -> range:
        """Return the years that the city's clocks show from ``begin`` to ``end``, both included."""
        zone = times.zone(self.timezone)
        return range(begin.astimezone(zone).year, end.astimezone(zone).year + 1)

    @functools.cached_property
    def working_time(self) -> WorkingTime:
        """Return the clock that runs in the shifts of workdays."""
        special = {date.toordinal() - EPOCH_DAY: kind == "workday" for date, kind in self.days.items()}
        monday_is_4 = 3  # 1970 began on a Thursday.

        def is_workday(day: int) -> bool:
            return special.get(day, (day + monday_is_4) % 7 < 5)

        return WorkingTime(times.zone(self.timezone), self.shifts, is_workday)

    def clock(self, unit: str) -> Continuous | WorkingTime:
        """Return the clock by which ``unit`` is counted."""
        return self.working_time if unit in BY_CALENDAR else CONTINUOUS

    def length(self, unit: str) -> int:
        """Return how long one ``unit`` is by its clock; microseconds."""
        worked = sum(end - begin for begin, end in self.shifts) * MINUTE
        return {"work_day": worked, "calendar_day": DAY}.get(unit, HOUR)


def due_at(start: dt.datetime, limit: Limit, calendar: Calendar, pauses: Pauses = ()) -> dt.datetime | None:
    """Return the instant at which ``limit`` is used up, None while a pause without an end stops the clock before.

    Parameters
    ----------
    start : datetime
        When the clock was started; aware.
    limit : Limit
    calendar : Calendar
    pauses : iterable of (datetime, datetime or None)
        From when to when the clock stood (挂账), in any order; None for one that lasts. Each adds
        exactly the time that the clock would have counted in it. They may overlap.

    Returns
    -------
    datetime or None
        In UTC. On time is whoever is done at this instant or before.

    Raises
    ------
    TooLate
        It lies after 2199.
    """
    clock = calendar.clock(limit.unit)
    now, left = as_microseconds(start), round(limit.value * calendar.length(limit.unit))
    try:
        for since, until in stops(pauses, now):
            counted = clock.between(now, since)
            if counted >= left:
                break
            if until is None:
                return None
            now, left = until, left - counted
        due = as_instant(clock.after(now, left))
    except (BeyondReach, OverflowError) as error:
        raise too_late(limit, start) from error
    if due.year >= times.AFTER:
        raise too_late(limit, start)
    return due


def too_late(limit: Limit, start: dt.datetime) -> TooLate:
    """Return the error that a deadline after 2199 is."""
    return TooLate(
        "{limit} from {start} on ends after {last}; give a shorter limit, or an earlier start.",
        limit=limit,
        start=start.isoformat(timespec="minutes"),
        last=times.AFTER - 1,
    )


def spent(start: dt.datetime, until: dt.datetime, unit: str, calendar: Calendar, pauses: Pauses = ()) -> float:
    """Return how much of a limit in ``unit`` is used up at ``until``: the inverse of :func:`due_at`.

    It grows on after the deadline, so a limit of 4 with 5 spent is overdue by 1. 0 before ``start``.
    """
    begin, end, clock = as_microseconds(start), as_microseconds(until), calendar.clock(unit)
    if end <= begin:
        return 0.0
    counted = clock.between(begin, end)
    for since, resumed in stops(pauses, begin):
        if since >= end:
            break
        counted -= clock.between(since, end if resumed is None else min(resumed, end))
    return counted / calendar.length(unit)


def left(limit: Limit, start: dt.datetime, at: dt.datetime, calendar: Calendar, pauses: Pauses = ()) -> float:
    """Return how much of ``limit`` is left at ``at``, in its unit; less than 0 by how much it is overdue."""
    return limit.value - spent(start, at, limit.unit, calendar, pauses)


def stops(pauses: Pauses, start: int) -> Sequence[tuple[int, int | None]]:
    """Return the pauses after ``start`` in order, those that overlap as one; microseconds."""
    found: list[tuple[int, int | None]] = []
    for since, until in sorted(as_span(pause, start) for pause in pauses):
        end = None if until == LASTING else until
        if found and (found[-1][1] is None or since <= found[-1][1]):
            last = found[-1][1]
            found[-1] = found[-1][0], None if last is None or end is None else max(last, end)
        elif end is None or end > since:
            found.append((since, end))
    return found


LASTING = as_microseconds(dt.datetime.max.replace(tzinfo=dt.UTC))


def as_span(pause: tuple[dt.datetime, dt.datetime | None], start: int) -> tuple[int, int]:
    """Return a pause as (from, until), not before ``start``."""
    since, until = pause
    return max(as_microseconds(since), start), LASTING if until is None else max(as_microseconds(until), start)


def unknown_years(start: dt.datetime, due: dt.datetime, unit: str, calendar: Calendar) -> list[int]:
    """Return the years without a table that a deadline in ``unit`` was counted through; none where it needs no table."""
    return calendar.unknown_years(start, due) if unit in BY_CALENDAR else []


UNKNOWN = N_("There is no holiday table for {year}: this deadline counts Monday to Friday there.")
PROVISIONAL = N_("The holidays of {year} are not announced yet: this deadline may still move.")


def doubts(start: dt.datetime, due: dt.datetime, unit: str, calendar: Calendar) -> list[tuple[str, dict[str, int]]]:
    """Return what to warn of where a deadline is shown: (sentence, its fields) for each year that is not settled."""
    if unit not in BY_CALENDAR:
        return []
    unknown = [(UNKNOWN, {"year": year}) for year in calendar.unknown_years(start, due)]
    return unknown + [(PROVISIONAL, {"year": year}) for year in calendar.provisional_years(start, due)]
