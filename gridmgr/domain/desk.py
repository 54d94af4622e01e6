"""The dispatcher's desk: its tabs and groups, who sits at it, and what one shift leaves to the next."""

import dataclasses
import datetime as dt
import statistics
from collections.abc import Iterable
from typing import Any

CASE_TABS: dict[str, tuple[str, ...]] = {
    "dispatch": ("filed", "returned"),
    "track": ("dispatched", "handling", "rework", "handled", "checking", "suspended"),
    "disputes": ("disputed",),
    "urges": (),
    "closing": ("pending_close", "sent_back"),
}
"""Tab → states of the cases in it; urges are of any state."""
INTAKE = "intake"
TABS = (INTAKE, *CASE_TABS)
GROUPS = ("predicted", "overdue", "today", "rest")
"""Late before its time is up, late, due before the day ends, all others: in the order of the desk."""
AWAY = dt.timedelta(seconds=45)
"""Whoever was not heard of for so long has left the desk."""
FEWEST = 5
"""From so many cases of a category on its usual time is known."""


@dataclasses.dataclass(eq=False)
class Presence:
    """Somebody at the desk, and the case he looks at (its number, "" for none) ``since`` when."""

    login: str
    name: str
    number: str
    since: dt.datetime
    seen_at: dt.datetime
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Filter:
    """A choice of the queue that somebody keeps under a name."""

    login: str
    name: str
    query: dict[str, Any] = dataclasses.field(default_factory=dict)
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Handover:
    """What somebody left to the next shift: a note, and the numbers of what he had open."""

    at: dt.datetime
    by: str
    name: str
    note: str
    open: list[str] = dataclasses.field(default_factory=list)
    id: int | None = None


@dataclasses.dataclass(frozen=True)
class Usual:
    """How long work usually takes, from the clock's beginning to handing in: by category, and else."""

    by_category: dict[str, dt.timedelta]
    otherwise: dt.timedelta

    def of(self, category: str) -> dt.timedelta:
        """Return the usual time of a category."""
        return self.by_category.get(category, self.otherwise)

    def soon(self, at: dt.datetime) -> tuple[tuple[str, dt.datetime], ...]:
        """Return up to which instant a case that begins now would be late before it is done: by category, "" for others."""
        known = tuple((category, at + time) for category, time in sorted(self.by_category.items()))
        return (*known, ("", at + self.otherwise))


def usual_of(worked: Iterable[tuple[str, dt.timedelta]], otherwise: dt.timedelta) -> Usual:
    """Return the Usual of cases that were handed in: the median of each category that has enough of them.

    Parameters
    ----------
    worked : iterable of (category, time)
    otherwise : timedelta
        For all other categories.
    """
    times: dict[str, list[dt.timedelta]] = {}
    for category, time in worked:
        times.setdefault(category, []).append(time)
    known = {category: middle(some) for category, some in times.items() if len(some) >= FEWEST}
    return Usual(known, otherwise)


def middle(times: list[dt.timedelta]) -> dt.timedelta:
    """Return the median of times."""
    return dt.timedelta(seconds=statistics.median(time.total_seconds() for time in times))
