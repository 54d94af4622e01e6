"""Vacancies: the times when a grid has nobody, and the persons who have too much.

A person counts for a grid only if posted, rostered or standing in on that very
grid; the chief of an area above answers meanwhile, but the vacancy stays.
"""

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Sequence

from gridmgr.domain.staff import (
    DAY_MINUTES,
    Duty,
    Post,
    Span,
    Staffing,
    holds,
    is_active,
    on_duty,
)
from gridmgr.domain.staff.answering import OWN_RULES, has_person

WEEK = dt.timedelta(days=7)
MOST_GRIDS = 3
Gap = tuple[dt.datetime, dt.datetime]


class Vacancies:
    """The vacancies of grids at one time, each looked at once for as long as its rows are the same."""

    def __init__(self, start: dt.datetime, end: dt.datetime) -> None:
        self.start, self.end = start, end
        self._kept: dict[int, tuple[tuple[object, ...], list[Gap], list[Gap]]] = {}

    def gaps(self, staffing: Staffing, grid_id: int) -> tuple[list[Gap], list[Gap]]:
        """Return the times without anybody, and those of the first week without anybody on duty where a roster is kept."""
        rows = staffing.persons, staffing.substitutions, staffing.posts.get(grid_id), staffing.duties.get(grid_id)
        kept = self._kept.get(grid_id)
        if kept is None or any(one is not other for one, other in zip(kept[0], rows, strict=True)):
            unmanned = off_duty(staffing, grid_id, self.start) if rows[-1] is not None else []
            kept = rows, next_gaps(staffing, grid_id, self.start, self.end), unmanned
            self._kept[grid_id] = kept
        return kept[1:]


def next_gaps(staffing: Staffing, grid_id: int, start: dt.datetime, end: dt.datetime) -> list[Gap]:
    """Return the half-open times in [start, end) at which the grid has nobody, earliest first."""
    vacant: list[Gap] = []
    for begins, ends in spans(start, end, changes(staffing, grid_id)):
        if not has_posted(staffing, grid_id, begins):
            fine = spans(begins, ends, clock_changes(staffing, grid_id, begins, ends))
            vacant += [span for span in fine if not has_person(staffing, grid_id, span[0])]
    return joined(vacant)


def off_duty(staffing: Staffing, grid_id: int, start: dt.datetime, end: dt.datetime | None = None) -> list[Gap]:
    """Return the times from ``start`` on, for a week without ``end``, when nobody is on duty on the grid."""
    until = end or start + WEEK
    points = itertools.chain(changes(staffing, grid_id), clock_changes(staffing, grid_id, start, until))
    return joined([span for span in spans(start, until, points) if not on_duty(staffing, grid_id, span[0])])


def overloaded(
    staffing: Staffing, grid_ids: Iterable[int], at: dt.datetime, most: int = MOST_GRIDS
) -> dict[int, list[int]]:
    """Return person id → ids of the grids he is posted on at ``at``, for those with more than ``most``."""
    held: dict[int, set[int]] = {}
    for grid_id in grid_ids:
        for post in staffing.posts.get(grid_id, ()):
            if holds(post, at) and is_active(staffing, post.person_id, at):
                held.setdefault(post.person_id, set()).add(grid_id)
    return {person: sorted(grids) for person, grids in sorted(held.items()) if len(grids) > most}


def has_posted(staffing: Staffing, grid_id: int, at: dt.datetime) -> bool:
    """Return whether a post on the grid is filled, by its holder or a stand-in, whatever the hour."""
    return any(
        next(find(staffing, grid_id, at), None) is not None for rule, find in OWN_RULES.items() if rule != "duty"
    )


def spans(start: dt.datetime, end: dt.datetime, points: Iterable[dt.datetime]) -> Iterator[Gap]:
    """Yield [start, end) cut at ``points``."""
    inside = sorted({point for point in points if start < point < end})
    return zip([start, *inside], [*inside, end], strict=True)


def joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Return ``gaps`` with those that follow each other made one."""
    whole: list[Gap] = []
    for begins, ends in gaps:
        if whole and whole[-1][1] == begins:
            whole[-1] = (whole[-1][0], ends)
        else:
            whole.append((begins, ends))
    return whole


def changes(staffing: Staffing, grid_id: int) -> Iterator[dt.datetime]:
    """Yield the instants at which a post, a roster line, an absence or a service on the grid begins or ends."""
    rows: list[Post | Duty] = [*staffing.posts.get(grid_id, ()), *staffing.duties.get(grid_id, ())]
    people = with_stand_ins(staffing, {row.person_id for row in rows})
    absences: list[Span] = [line for person in people for line in staffing.substitutions.get(person, ())]
    for row in [*rows, *absences]:
        yield row.valid_from
        if row.valid_to is not None:
            yield row.valid_to
    for person in people & staffing.persons.keys():
        left_at = staffing.persons[person].left_at
        if left_at is not None:
            yield left_at


def with_stand_ins(staffing: Staffing, people: set[int]) -> set[int]:
    """Return ``people`` with all who may stand in for them, and for those in turn."""
    found, new = set(people), set(people)
    while new:
        new = {line.substitute_id for one in new for line in staffing.substitutions.get(one, ())} - found
        found |= new
    return found


def clock_changes(staffing: Staffing, grid_id: int, start: dt.datetime, end: dt.datetime) -> Iterator[dt.datetime]:
    """Yield the instants between which no weekly roster line of the grid begins or ends.

    They are the starts and ends by the city's clocks on each day, both of a
    doubled hour, and the instants at which the clocks themselves change.
    """
    lines = staffing.duties.get(grid_id, ())
    if not lines:
        return
    minutes = sorted({minute % DAY_MINUTES for line in lines for minute in edges(line)})
    day = start.astimezone(staffing.zone).date() - dt.timedelta(days=1)
    while day <= end.astimezone(staffing.zone).date():
        yield from on_day(staffing, day, minutes)
        day += dt.timedelta(days=1)


def edges(line: Duty) -> tuple[int, int]:
    """Return the minutes of the day at which ``line`` begins and ends."""
    return line.starts_minute, line.ends_minute


def on_day(staffing: Staffing, day: dt.date, minutes: Sequence[int]) -> Iterator[dt.datetime]:
    """Yield the instants of ``minutes`` on ``day`` by the city's clocks, and a change of the clocks."""
    midnight = dt.datetime.combine(day, dt.time(), staffing.zone)
    for minute in [0, *minutes]:
        local = midnight.replace(hour=minute // 60, minute=minute % 60)
        yield local.astimezone(dt.UTC)
        yield local.replace(fold=1).astimezone(dt.UTC)
    if midnight.utcoffset() != (midnight + dt.timedelta(days=1)).utcoffset():
        yield change_of_clocks(staffing, midnight.astimezone(dt.UTC))


def change_of_clocks(staffing: Staffing, after: dt.datetime) -> dt.datetime:
    """Return the first minute of the day and a bit from ``after`` at which the offset is another."""
    offset = after.astimezone(staffing.zone).utcoffset()
    low, high = 0, 26 * 60
    while low < high:
        middle = (low + high) // 2
        if (after + dt.timedelta(minutes=middle)).astimezone(staffing.zone).utcoffset() == offset:
            low = middle + 1
        else:
            high = middle
    return after + dt.timedelta(minutes=low)
