"""Instants as people write them: with an offset, or in the city's own time."""

import datetime as dt
import zoneinfo

from gridmgr.errors import Invalid

YEARS = (1900, 2200)


def zone(name: str) -> zoneinfo.ZoneInfo:
    """Return the time zone called ``name``.

    Raises
    ------
    Invalid
        There is no zone of that name.
    """
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid("There is no time zone {name}; write one like Asia/Shanghai.", name=name) from error


def read_instant(text: str, timezone: str) -> dt.datetime:
    """Return the instant that ``text`` names, aware.

    A time without offset is the city's time. A time that a clock change skips
    is refused; one that comes twice means the first. A date alone is its
    midnight. A space before the offset is a plus that a URL ate.

    Raises
    ------
    Invalid
        The text is no ISO 8601 time, the city's clocks skip it, or it lies
        outside the years 1900 to 2199.
    """
    try:
        value = dt.datetime.fromisoformat(restore_plus(text.strip()))
    except ValueError as error:
        raise Invalid("{text} is not a time; write it like 2026-05-03T21:00.", text=text) from error
    if not is_near(value):
        raise Invalid(
            "{text} is too far away: times run from {first} to {last}.", text=text, first=YEARS[0], last=YEARS[1] - 1
        )
    return value if value.tzinfo is not None else in_city(value, timezone)


def is_near(value: dt.datetime) -> bool:
    """Return whether a time lies in the years that all clocks and zones here can reckon with."""
    try:
        year = value.year if value.tzinfo is None else value.astimezone(dt.UTC).year
    except OverflowError:
        return False
    return YEARS[0] <= year < YEARS[1]


def restore_plus(text: str) -> str:
    """Return ``text`` with the plus before an offset that a URL turned into a space."""
    head, space, tail = text.rpartition(" ")
    is_offset = bool(space) and ("T" in head or ":" in head) and tail.replace(":", "").isdigit()
    return f"{head}+{tail}" if is_offset else text


def in_city(value: dt.datetime, timezone: str) -> dt.datetime:
    """Return the naive ``value`` as an instant of the city's ``timezone``."""
    local = value.replace(tzinfo=zone(timezone), fold=0)
    if local.astimezone(dt.UTC).astimezone(local.tzinfo).replace(tzinfo=None) != value:
        raise Invalid(
            "{time} does not exist in {zone}: the clocks skip it. Write an hour later.",
            time=value.isoformat(),
            zone=timezone,
        )
    return local


def show(at: dt.datetime, timezone: str) -> str:
    """Return ``at`` in the city's time, to the second, with its offset."""
    return at.astimezone(zone(timezone)).isoformat(timespec="seconds")
