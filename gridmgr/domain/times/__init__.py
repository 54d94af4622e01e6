"""Instants as people write them: with an offset, or in the city's own time."""

import datetime as dt
import zoneinfo

from gridmgr.errors import Invalid

FIRST, AFTER = 1900, 2200
"""Questions may be asked about the years from the first to before the second."""
EVER = 10_000
"""The year before which every instant of a table lies; lists of staff write 9999-12-31 for an open end."""
CLOCKS_DIFFER = dt.timedelta(minutes=2)
"""So far a phone's reckoning of our clock may be off: it has asked for it over a slow net."""


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


def read_instant(text: str, timezone: str, *, until: int = AFTER) -> dt.datetime:
    """Return the instant that ``text`` names, aware.

    A time without offset is the city's time. A time that a clock change skips
    is refused; one that comes twice means the first. A date alone is its
    midnight. A space before the offset is a plus that a URL ate.

    Raises
    ------
    Invalid
        The text is no ISO 8601 time, the city's clocks skip it, or it lies
        outside the years from 1900 to before ``until``.
    """
    try:
        value = dt.datetime.fromisoformat(restore_plus(text.strip()))
    except ValueError as error:
        raise Invalid("{text} is not a time; write it like 2026-05-03T21:00.", text=text) from error
    local = value if value.tzinfo is not None else value.replace(tzinfo=zone(timezone))
    if not is_near(local, until):
        raise Invalid(
            "{text} is too far away: times run from {first} to {last}.", text=text, first=FIRST, last=until - 1
        )
    return value if value.tzinfo is not None else in_city(value, timezone)


def as_heard(told: dt.datetime, heard: dt.datetime, begun: dt.datetime | None = None) -> dt.datetime:
    """Return when something happened that was heard of at ``heard``, as a clock tells that differs a little from ours.

    What it puts less than ``CLOCKS_DIFFER`` after that was at that instant, and what it puts as little before
    ``begun`` was then. A greater difference is left as it is.
    """
    if heard < told <= heard + CLOCKS_DIFFER:
        return heard
    if begun is not None and begun - CLOCKS_DIFFER <= told < begun:
        return begun
    return told


def is_near(value: dt.datetime, until: int) -> bool:
    """Return whether the year of an instant is one that all clocks and zones here can reckon with."""
    try:
        return FIRST <= value.astimezone(dt.UTC).year < until
    except OverflowError:
        return False


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
