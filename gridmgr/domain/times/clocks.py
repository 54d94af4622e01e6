"""Clocks: instants as whole microseconds, and where in the week the city's clocks then stand, many at once."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
SECOND, MINUTE, DAY = 1_000_000, 60_000_000, 86_400_000_000
WEEK, DAY_MINUTES, WEEK_MINUTES = 7 * DAY, 1440, 10080
THURSDAY = 3
STRIDE = 3 * DAY
Instants = npt.NDArray[np.int64]


def as_microseconds(at: dt.datetime) -> int:
    """Return an aware instant as microseconds since 1970, UTC."""
    return (at - EPOCH) // MICROSECOND


def as_instant(microseconds: int) -> dt.datetime:
    """Return the instant of microseconds since 1970, in UTC."""
    return EPOCH + dt.timedelta(microseconds=int(microseconds))


class Clocks:
    """The clocks of a zone, read for many instants at once."""

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        self._zone = zone
        self._known = range(0), np.empty(0, np.int64), np.empty(0, np.int64)

    def minutes_of_week(self, instants: Instants) -> npt.NDArray[np.int32]:
        """Return the minutes since Monday's midnight that the clocks show at ``instants``."""
        first = int(instants.min())
        begins, offsets = self._spans(first, int(instants.max()))
        shift = offsets[0] if len(offsets) == 1 else offsets[begins.searchsorted(instants, "right") - 1]
        monday = (first - DAY) // WEEK * WEEK - THURSDAY * DAY
        minutes = np.asarray((instants + (shift - monday)) // MINUTE).astype(np.int32)
        return minutes - minutes // WEEK_MINUTES * WEEK_MINUTES

    def instants(self, shown: Instants) -> tuple[Instants, npt.NDArray[np.bool_]]:
        """Return when the clocks show these times for the first time, and which of them they skip.

        ``shown`` are microseconds from 1970 by the city's clocks.
        """
        begins, offsets = self._spans(int(shown.min()) - DAY, int(shown.max()) + DAY)
        span = (begins[1:] + offsets[:-1]).searchsorted(shown, "right")
        found = shown - offsets[span]
        return found, found < begins[span]

    def _spans(self, first: int, last: int) -> tuple[Instants, Instants]:
        """Return when each offset begins that the clocks have between two instants, and the offsets."""
        days = range(first // DAY, last // DAY + 1)
        known, begins, offsets = self._known
        if not (days[0] in known and days[-1] in known):
            known = range(min([days[0], *known[:1]]), max([days[-1], *known[-1:]]) + 1)
            found = list(offset_changes(self._zone, known.start * DAY, known.stop * DAY))
            begins, offsets = (np.array(column, np.int64) for column in zip(*found, strict=True))
            self._known = known, begins, offsets
        low, high = begins.searchsorted((first, last), "right")
        return begins[low - 1 : high], offsets[low - 1 : high]


def offset_changes(zone: zoneinfo.ZoneInfo, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield each instant from ``first`` to before ``last`` at which an offset begins, and the offset; microseconds.

    No zone has ever had an offset for less than four days between two times of another.
    """
    offset = offset_at(zone, first)
    yield first, offset
    while first < last:
        step = min(first + STRIDE, last)
        if offset_at(zone, step) != offset:
            step = change_between(zone, first, step)
            offset = offset_at(zone, step)
            yield step, offset
        first = step


def change_between(zone: zoneinfo.ZoneInfo, first: int, last: int) -> int:
    """Return the first second after ``first`` with another offset; ``last`` has another one. Microseconds."""
    same, other = 0, (last - first) // SECOND
    while other - same > 1:
        middle = (same + other) // 2
        if offset_at(zone, first + middle * SECOND) == offset_at(zone, first):
            same = middle
        else:
            other = middle
    return first + other * SECOND


def offset_at(zone: zoneinfo.ZoneInfo, microseconds: int) -> int:
    """Return by how many microseconds the clocks are ahead of UTC."""
    offset = as_instant(microseconds).astimezone(zone).utcoffset()
    assert offset is not None
    return offset // MICROSECOND
