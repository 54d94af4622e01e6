"""What a row says: its words by the mapping, its times, its deadline; or why it cannot be used."""

import dataclasses
import datetime as dt
import math

from gridmgr.domain import adoption
from gridmgr.domain.adoption import Judged
from gridmgr.domain.casework.clock import to_the_millisecond
from gridmgr.domain.casework.filing import limit_of
from gridmgr.domain.deadlines import Limit, due_at
from gridmgr.errors import Invalid
from gridmgr.i18n import N_
from gridmgr.services import sheets


@dataclasses.dataclass(frozen=True)
class Told:
    """A row that was understood; ``limit`` and ``due`` are empty for a report that waits.

    ``due`` is the deadline that the case gets, ``is_counted`` that it was counted here.
    """

    number: str
    state: str
    x: float
    y: float
    opened: dt.datetime
    category: str
    condition: str = ""
    limit: str = ""
    due: dt.datetime | None = None
    is_counted: bool = False
    closed: dt.datetime | None = None
    department: str = ""
    description: str = ""
    reporter: str = ""
    judged: Judged | None = None


def understood(row, words, how, usual_state):
    """Return the Told of a row.

    Raises
    ------
    Invalid
        Names the row, the field and what is wrong with it.
    """
    state = state_of(row, words, usual_state)
    kind = kind_of(row, words, how)
    plain = {
        "number": number_of(row),
        "state": state,
        "x": coordinate(row, "lon"),
        "y": coordinate(row, "lat"),
        "opened": opened_at(row, words, how),
        "category": kind.code,
        "description": row.get("description"),
        "reporter": row.get("reporter"),
    }
    if not adoption.is_case(state):
        return Told(**plain)
    return of_case(row, words, how, plain, kind)


def of_case(row, words, how, plain, kind):
    """Return the Told of a row that is a case."""
    opened = plain["opened"]
    condition = row.get("condition") or kind.condition
    brought = instant(row, "due", words, how)
    limit = limit_for(row, kind, condition, brought, how)
    counted = due_at(opened, Limit.read(limit), how.calendar) if limit else None
    is_counted = counted is not None and (how.clock == adoption.COUNTED or brought is None)
    closed = closed_at(row, words, how, plain)
    return Told(
        **plain,
        condition=condition,
        limit=limit,
        due=to_the_millisecond(counted if is_counted else brought),
        is_counted=is_counted,
        closed=closed,
        department=department_of(row, words, how),
        judged=None if closed else Judged(plain["number"], opened, limit, brought, counted, judged_as(row, words)),
    )


def number_of(row):
    """Return the number by which the other system knows the row."""
    number = sheets.required(row, "number")
    if len(number) > 255:
        raise row.problem("number", N_("is longer than 255 characters."))
    return number


def state_of(row, words, usual):
    """Return the state of a row."""
    said = row.get("state")
    state = words.states.get(said, said) if said else usual
    if state not in adoption.STATES:
        known = ", ".join(adoption.STATES)
        raise row.problem("state", N_("{value} is no state; map it to one of {known}."), known=known)
    return state


def kind_of(row, words, how):
    """Return the Kind that a row's word for its trouble means."""
    said = sheets.required(row, "category")
    kind = words.kinds.get(said) or adoption.Kind(said)
    if kind.code not in how.known.facts.categories:
        message = N_("{value} is no category here; map it to one, or import it with the matrix ({code}).")
        raise row.problem("category", message, code=kind.code)
    return kind


def coordinate(row, field):
    """Return a number of the position."""
    try:
        value = float(row.get(field) or "nan")
    except ValueError as error:
        raise row.problem(field, N_("{value} is not a number.")) from error
    if not math.isfinite(value):
        raise row.problem(field, N_("is empty; fill it in."))
    return value


def instant(row, field, words, how):
    """Return the instant of a cell, None where it is empty."""
    if not row.get(field):
        return None
    try:
        return to_the_millisecond(words.instant(row.get(field), how.timezone).astimezone(dt.UTC))
    except Invalid as error:
        raise row.problem(field, N_("{value} is not a time; write it like 2026-05-03 or 2026-05-03T21:00.")) from error


def opened_at(row, words, how):
    """Return when a row began."""
    sheets.required(row, "opened")
    opened = instant(row, "opened", words, how)
    if opened > how.at:
        raise row.problem("opened", N_("{value} lies in the future."))
    return opened


def closed_at(row, words, how, plain):
    """Return when a case ended, None for an open one; both must say the same."""
    closed = instant(row, "closed", words, how)
    if adoption.is_ended(plain["state"]):
        sheets.required(row, "closed")
        if not plain["opened"] <= closed <= how.at:
            raise row.problem("closed", N_("{value} is before its beginning, or lies in the future."))
        return closed
    if closed is not None:
        raise row.problem("closed", N_("{value} stands in a case whose state is open; correct one of the two."))
    return None


def limit_for(row, kind, condition, brought, how):
    """Return the time limit of a case: of the row, of the mapping, of the category; "" where only a deadline was brought."""
    said = row.get("limit") or kind.limit
    try:
        if said:
            return str(Limit.read(said))
        return limit_of(how.known.facts.categories[kind.code], condition)
    except Invalid as error:
        if brought is not None and not said:
            return ""
        raise row.problem("limit", error.message, **error.fields) from error


def department_of(row, words, how):
    """Return the code of the department that has the case, "" where the row names none."""
    said = row.get("department")
    code = words.departments.get(said, said)
    if code and code not in how.departments:
        raise row.problem(
            "department", N_("{value} is no department here; map it to one, or import it ({code})."), code=code
        )
    return code


def judged_as(row, words):
    """Return whether the record calls the case overdue, None where it says nothing that is known."""
    return words.judged.get(row.get("judged"))
