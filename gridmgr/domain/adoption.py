"""Adoption: cases that were begun in another system, and what its words and its clock mean here."""

import dataclasses
import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from gridmgr.domain import times
from gridmgr.domain.casework.steps import CASE_STATES, ENDED, UNDECIDED
from gridmgr.domain.deadlines import BY_CALENDAR, Calendar, Limit, spent
from gridmgr.errors import Invalid

COLUMNS = {
    "number": ("number", "id", "case_number", "case_id", "编号", "案件编号", "受理编号"),
    "opened": ("opened", "opened_at", "reported_at", "上报时间", "受理时间", "立案时间"),
    "category": ("category", "category_code", "类别", "小类", "小类代码"),
    "lon": ("lon", "longitude", "lng", "long", "x", "经度"),
    "lat": ("lat", "latitude", "y", "纬度"),
    "due": ("due", "due_at", "deadline", "截止时间", "处置截止时间"),
    "closed": ("closed", "closed_at", "结案时间"),
    "state": ("state", "状态"),
    "condition": ("condition", "立案条件"),
    "limit": ("limit", "time_limit", "时限", "处置时限"),
    "department": ("department", "department_code", "责任部门", "部门"),
    "description": ("description", "描述", "问题描述"),
    "reporter": ("reporter", "上报人"),
    "judged": ("judged", "on_time", "是否按期"),
}
"""What a row may say → the usual names of its column, in lower case."""
NEEDED = ("number", "opened", "category", "lon", "lat")
AS_WRITTEN, TAKEN_OFF_TWICE = "city", "offset_twice"
CLOCKS = (AS_WRITTEN, TAKEN_OFF_TWICE)
BROUGHT, COUNTED = "brought", "counted"
NOT_ADOPTED = ("suspended",)
"""The day on which a suspension ends is not known from elsewhere: bring such a case in as it was before, and suspend it."""
STATES = (*UNDECIDED, *(state for state in CASE_STATES if state not in NOT_ADOPTED))
MOMENT = dt.timedelta(minutes=5)
"""Deadlines that lie no further apart are the same: systems note a report some seconds after it was made."""


@dataclasses.dataclass(frozen=True)
class Kind:
    """What a word for a kind of trouble means: category, filing condition, and the limit that was promised."""

    code: str
    condition: str = ""
    limit: str = ""


@dataclasses.dataclass(frozen=True)
class Dictionary:
    """What a file's columns and words mean.

    Parameters
    ----------
    columns : mapping of str to str
        Name of ``COLUMNS`` → column of the file.
    kinds, departments, states : mapping
        Word of the file → Kind, code of a department, state. A word that is not there means itself.
    judged : mapping of str to bool
        Word of the file → whether it says that the case is overdue.
    clock : str
        ``city``: times without offset are the city's. ``offset_twice``: somebody took the city's times for UTC and
        took the offset off once more, so each lies some hours too early; they are put right.
    """

    columns: Mapping[str, str] = dataclasses.field(default_factory=dict)
    kinds: Mapping[str, Kind] = dataclasses.field(default_factory=dict)
    departments: Mapping[str, str] = dataclasses.field(default_factory=dict)
    states: Mapping[str, str] = dataclasses.field(default_factory=dict)
    judged: Mapping[str, bool] = dataclasses.field(default_factory=dict)
    clock: str = AS_WRITTEN

    def instant(self, text: str, timezone: str) -> dt.datetime:
        """Return the instant that a cell means; see ``clock``."""
        read = times.read_instant(text, timezone)
        if self.clock != TAKEN_OFF_TWICE:
            return read
        return times.in_city(read.astimezone(dt.UTC).replace(tzinfo=None), timezone)


def read_mapping(text: str, name: str) -> Dictionary:
    """Return the Dictionary that a TOML text says; ``name`` is for errors.

    Raises
    ------
    Invalid
        It is no TOML, or names a field, state or clock that there is not.
    """
    try:
        told = tomllib.loads(text)
        kinds = {word: Kind(**values) for word, values in told.get("category", {}).items()}
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise Invalid("{file} cannot be read: {reason}", file=name, reason=error) from error
    columns, states, clock = told.get("columns", {}), told.get("state", {}), told.get("clock", AS_WRITTEN)
    refuse_unknown(name, told, ("columns", "category", "department", "state", "judged", "clock"))
    refuse_unknown(name, columns, tuple(COLUMNS))
    refuse_unknown(name, states.values(), STATES)
    refuse_unknown(name, (clock,), CLOCKS)
    for kind in kinds.values():
        if kind.limit:
            Limit.read(kind.limit)
    return Dictionary(columns, kinds, told.get("department", {}), states, told.get("judged", {}), clock)


def refuse_unknown(name: str, words: Iterable[str], known: tuple[str, ...]) -> None:
    """Raise Invalid for a word that is not known."""
    for word in words:
        if word not in known:
            raise Invalid(
                "{file}: {value} is not known here; it can be {known}.", file=name, value=word, known=", ".join(known)
            )


def is_case(state: str) -> bool:
    """Return whether a row in that state is a case; else it is a report that waits."""
    return state in CASE_STATES


def is_ended(state: str) -> bool:
    """Return whether a row in that state needs to say when it ended."""
    return state in ENDED


@dataclasses.dataclass(frozen=True)
class Judged:
    """An open case with both its deadlines: the one its record brought, and the one counted here; None without one.

    ``overdue`` is what the record says of it, None where it says nothing.
    """

    number: str
    opened: dt.datetime
    limit: str
    brought: dt.datetime | None
    counted: dt.datetime | None
    overdue: bool | None


SAME, SAME_WORKING_TIME, EARLIER, LATER = "same", "same_working_time", "earlier", "later"


def difference(one: Judged, calendar: Calendar) -> str | None:
    """Return how the deadline counted here lies to the one that was brought, None where there are not both.

    ``same_working_time``: not a minute of work lies between them, as between the end of a day and the next morning.
    """
    if one.brought is None or one.counted is None:
        return None
    first, last = sorted((one.brought, one.counted))
    if last - first <= MOMENT:
        return SAME
    if Limit.read(one.limit).unit in BY_CALENDAR and spent(first, last, "work_hour", calendar) * 3600 <= (
        MOMENT.total_seconds()
    ):
        return SAME_WORKING_TIME
    return EARLIER if one.counted < one.brought else LATER


def split(cases: Iterable[Judged], at: dt.datetime) -> Counter[tuple[Any, ...]]:
    """Return (what the record says, overdue by what it brought, overdue as counted here) → how many, at the instant ``at``."""
    return Counter((one.overdue, is_overdue(one.brought, at), is_overdue(one.counted, at)) for one in cases)


def is_overdue(due: dt.datetime | None, at: dt.datetime) -> bool | None:
    """Return whether a deadline has passed, None where there is none."""
    return None if due is None else due < at
