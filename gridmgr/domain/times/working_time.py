"""Working time: when the city's clocks stand in a shift of a workday, added up once and then looked up.

Instants and spans are whole microseconds (see :mod:`gridmgr.domain.times.clocks`).
"""

import bisect
import datetime as dt
import itertools
import re
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from gridmgr.domain.times import AFTER, FIRST
from gridmgr.domain.times.clocks import DAY, DAY_MINUTES, MINUTE, as_microseconds, offset_changes
from gridmgr.errors import Invalid

Shifts = tuple[tuple[int, int], ...]
DEFAULT_SHIFTS: Shifts = ((480, 720), (840, 1080))
"""08:00–12:00 and 14:00–18:00; minutes of the day."""
MOST_SHIFTS = 12
SHIFT = re.compile(r"\s*(\d{1,2}):(\d{2})\s*[-–—~至]\s*(\d{1,2}):(\d{2})\s*", re.ASCII)
EPOCH_DAY = dt.date(1970, 1, 1).toordinal()
MEAN_YEAR = 31_556_952_000_000
"""Of the Gregorian calendar; microseconds."""
LAST = as_microseconds(dt.datetime(AFTER, 1, 1, tzinfo=dt.UTC))


class BeyondReach(Exception):
    """An instant lies before 1900 or after 2199, where nobody counts working time."""


class Added(NamedTuple):
    """The shifts of some years, earliest first, and how much working time lies ``before`` each.

    What is asked must lie from ``first`` to before ``last``.
    """

    first: int
    last: int
    begins: list[int]
    ends: list[int]
    before: list[int]


NOTHING = Added(0, 0, [], [], [])


class Continuous:
    """A clock that never stands: nights, weekends and holidays count."""

    def between(self, begin: int, end: int) -> int:
        """Return how much passes from ``begin`` to ``end``."""
        return end - begin

    def after(self, begin: int, span: int) -> int:
        """Return the instant at which ``span`` has passed since ``begin``."""
        return begin + span


class WorkingTime:
    """A clock that runs while the city's clocks stand in a shift of a workday.

    Years are added up when they are first asked for. A shift that a change of
    the clocks shortens or lengthens counts as long as it really is.
    """

    def __init__(
        self, zone: zoneinfo.ZoneInfo, shifts: Sequence[tuple[int, int]], is_workday: Callable[[int], bool]
    ) -> None:
        """Take zone, shifts (minutes of the day) and ``is_workday``, which is asked with days since 1970."""
        self._zone, self._shifts, self._is_workday = zone, shifts, is_workday
        self._added = NOTHING

    def between(self, begin: int, end: int) -> int:
        """Return the working time from ``begin`` to ``end``; neither may lie beyond reach."""
        added = self._reaching(begin, end)
        return worked(added, end) - worked(added, begin)

    def after(self, begin: int, span: int) -> int:
        """Return the first instant at which ``span``, more than nothing, has been worked since ``begin``.

        Raises
        ------
        BeyondReach
            That is after 2199.
        """
        added = self._reaching(begin, begin)
        wanted = worked(added, begin) + span
        while not added.ends or added.before[-1] + added.ends[-1] - added.begins[-1] < wanted:
            if added.last > LAST:
                raise BeyondReach
            added = self._reaching(begin, min(2 * added.last - added.first, LAST))
            wanted = worked(added, begin) + span
        shift = bisect.bisect_left(added.before, wanted) - 1
        return added.begins[shift] + wanted - added.before[shift]

    def _reaching(self, first: int, last: int) -> Added:
        """Return the shifts of all years so far, and at least of those from ``first`` to ``last``."""
        added = self._added
        if not added.first <= first <= last < added.last:
            known = (added.first, added.last - 1) if added is not NOTHING else (first, last)
            years = year_about(min(first, known[0])), year_about(max(last, known[1]))
            if not FIRST <= years[0] <= years[1] <= AFTER:
                raise BeyondReach
            added = self._added = add_up(self._zone, self._shifts, self._is_workday, years[0] - 1, years[1] + 2)
        return added


def year_about(instant: int) -> int:
    """Return the year of an instant, or one beside it within a few days of its end."""
    return 1970 + instant // MEAN_YEAR


def worked(added: Added, instant: int) -> int:
    """Return the working time from the beginning of the first year to ``instant``."""
    shift = bisect.bisect_right(added.begins, instant) - 1
    if shift < 0:
        return 0
    return added.before[shift] + min(instant, added.ends[shift]) - added.begins[shift]


def add_up(
    zone: zoneinfo.ZoneInfo,
    shifts: Sequence[tuple[int, int]],
    is_workday: Callable[[int], bool],
    first: int,
    after: int,
) -> Added:
    """Return the shifts of the years from ``first`` to before ``after``; the days at both ends are not to be asked for."""
    begin, end = (as_microseconds(dt.datetime(year, 1, 1, tzinfo=dt.UTC)) for year in (first, after))
    changes = [*offset_changes(zone, begin, end), (end, 0)]
    spans = ((since, until, offset) for (since, offset), (until, _) in itertools.pairwise(changes))
    found = joined(shift for span in spans for shift in in_span(*span, shifts, is_workday))
    lengths = (until - since for since, until in found)
    return Added(
        begin + 2 * DAY,
        end - 2 * DAY,
        [since for since, _ in found],
        [until for _, until in found],
        [*itertools.accumulate(lengths, initial=0)][:-1],
    )


def in_span(
    since: int, until: int, offset: int, shifts: Sequence[tuple[int, int]], is_workday: Callable[[int], bool]
) -> Iterator[tuple[int, int]]:
    """Yield the shifts from ``since`` to ``until``, between which the clocks keep one ``offset`` from UTC."""
    for day in filter(is_workday, range((since + offset) // DAY, (until + offset) // DAY + 1)):
        midnight = day * DAY - offset
        for begin, end in shifts:
            clipped = max(midnight + begin * MINUTE, since), min(midnight + end * MINUTE, until)
            if clipped[0] < clipped[1]:
                yield clipped


def joined(shifts: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return shifts in order, those that touch as one."""
    found: list[tuple[int, int]] = []
    for begin, end in shifts:
        if found and found[-1][1] == begin:
            found[-1] = found[-1][0], end
        else:
            found.append((begin, end))
    return found


def read_shifts(text: str) -> Shifts:
    """Return the shifts that ``08:00-12:00,14:00-18:00`` names; a night shift is two, one each side of midnight.

    Raises
    ------
    Invalid
        The text is no list of shifts, or they overlap.
    """
    matches = [SHIFT.fullmatch(part) for part in re.split(r"[,，;；、]", text)]
    if not all(matches):
        raise Invalid("{text} is no list of shifts; write it like 08:00-12:00,14:00-18:00.", text=text)
    parts = ([int(part) for part in match.groups()] for match in matches if match)
    if any(minute > 59 for _, a, _, b in parts for minute in (a, b)):
        raise Invalid("{text} is no list of shifts; write it like 08:00-12:00,14:00-18:00.", text=text)
    parts = ([int(part) for part in match.groups()] for match in matches if match)
    return checked_shifts([(hour * 60 + a, until * 60 + b) for hour, a, until, b in parts])


def checked_shifts(shifts: Sequence[Sequence[int]]) -> Shifts:
    """Return shifts earliest first; refuse such as overlap, end before they begin or leave the day."""
    found = sorted((int(begin), int(end)) for begin, end in shifts)
    ends = [0, *(end for _, end in found)]
    fits = all(last <= begin < end <= DAY_MINUTES for last, (begin, end) in zip(ends, found, strict=False))
    if not fits or not 1 <= len(found) <= MOST_SHIFTS:
        raise Invalid(
            "The shifts {shifts} cannot be: each ends after it begins, by 24:00, none overlaps another, 1 to {most} a day.",
            shifts=show_shifts(found),
            most=MOST_SHIFTS,
        )
    return tuple(found)


def show_shifts(shifts: Sequence[Sequence[int]]) -> str:
    """Return shifts as text, like ``08:00-12:00,14:00-18:00``."""
    return ",".join(f"{clock(begin)}-{clock(end)}" for begin, end in shifts)


def clock(minute: int) -> str:
    """Return a minute of the day as hours and minutes."""
    return f"{minute // 60:02}:{minute % 60:02}"
