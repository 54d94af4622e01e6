"""Taking one step: the history is read, the rules are asked, the step is added, and the row follows from all that."""

import dataclasses
import datetime as dt
from typing import Any

from gridmgr.domain import times
from gridmgr.domain.cases import Case, Event, Report
from gridmgr.domain.casework import clock, guards
from gridmgr.domain.casework.policy import Policy, policy_of
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import Standing, after, state_of
from gridmgr.domain.casework.steps import CASE, REPORT, rests_on
from gridmgr.domain.deadlines import Calendar
from gridmgr.domain.photos import named_in
from gridmgr.errors import Conflict, Invalid
from gridmgr.services import calendars, trail
from gridmgr.services.handling import finding, repeating, telling
from gridmgr.services.photos import naming
from gridmgr.services.transactions import writing
from gridmgr.store import cities
from gridmgr.store.cases import casework as rows


class MovedOn(Conflict):
    """Somebody else has taken a step meanwhile."""

    slug = "moved-on"


@dataclasses.dataclass(frozen=True)
class Told:
    """Who takes a step, when and why; see :mod:`gridmgr.services.handling`. ``once`` names it, for one that may come twice."""

    by: str
    at: dt.datetime
    role: str = ""
    reason: str = ""
    seen: int | None = None
    recorded_at: dt.datetime | None = None
    once: repeating.Once | None = None

    @property
    def happened_at(self):
        """Return when it happened, as both databases keep it."""
        return clock.to_the_millisecond(self.at)

    @property
    def heard_at(self):
        """Return when it was heard of."""
        return clock.to_the_millisecond(self.recorded_at or self.at)


@dataclasses.dataclass
class Subject:
    """A report or a case in the transaction in which it takes a step, with where it stands.

    ``case`` is None for a report.
    """

    session: Any
    kind: str
    report: Report
    case: Case | None
    history: list[Event]
    standing: Standing
    policy: Policy
    calendar: Calendar

    @property
    def number(self):
        """Return the public number."""
        return self.case.number if self.case else self.report.number

    @property
    def key(self):
        """Return what an event of this history refers to."""
        return {"case_id": self.case.id} if self.case else {"report_id": self.report.id}


def the_case(session, number):
    """Return the Subject that a case is, held until the transaction ends.

    Raises
    ------
    NoSuchCase
    """
    case, report = finding.there(rows.case_to_change(session, number), number)
    return subject(session, CASE, report, case, rows.history(session, case_id=case.id))


def the_report(session, number):
    """Return the Subject that a report is, held until the transaction ends.

    Raises
    ------
    NoSuchReport
    """
    report = finding.told(rows.report_to_change(session, number), number)
    return subject(session, REPORT, report, None, rows.history(session, report_id=report.id))


def subject(session, kind, report, case, history):
    """Return a report or case with where its history leaves it."""
    settings = cities.the_city(session).settings
    standing = state_of(history, kind)
    return Subject(session, kind, report, case, history, standing, policy_of(settings), calendars.calendar(session))


def step_case(engine, number, action, told, data=None):
    """Take a step of a case and return it; the step is in the history, and the row says what follows.

    Raises
    ------
    NoSuchCase, MovedOn, StepRefused, Invalid
    """
    with writing(engine) as session:
        of = the_case(session, number)
        take(of, action, told, data or {})
        return of.case


def step_report(engine, number, action, told, data=None):
    """Take a step of a report and return it.

    Raises
    ------
    NoSuchReport, MovedOn, StepRefused, Invalid
    """
    with writing(engine) as session:
        of = the_report(session, number)
        take(of, action, told, data or {})
        return of.report


def take(of, action, told, data):
    """Take one step of a Subject in its transaction; return the Event.

    Raises
    ------
    Repeated
        It was taken before under the same key.
    """
    repeating.stop_twin(of.session, told.by, told.once)
    refuse_moved_on(of, action, told)
    told = by_our_clock(of, in_order(of, told))
    asked = asked_of(of, action, told, data)
    step = guards.refuse(of.standing, asked)
    made = Event(
        of.standing.number + 1,
        action,
        of.standing.state,
        guards.ends_in(step, of.standing, asked),
        told.by,
        told.role,
        told.happened_at,
        told.heard_at,
        told.reason.strip(),
        data,
        **of.key,
    )
    keep(of, made)
    repeating.remember(of.session, made, told.once)
    return made


def asked_of(of, action, told, data):
    """Return the step as the rules are asked about it."""
    due_at = clock.due_of(of.standing, of.calendar) if of.standing.filed_at else None
    return guards.Asked(
        action, of.kind, told.by, told.happened_at, told.reason, data, due_at, of.report.source, of.policy
    )


def keep(of, made):
    """Write a step, and to the row what follows from the history with it."""
    naming.use(of.session, named_in(made.action, made.data), made.recorded_at)
    rows.add(of.session, made)
    of.history.append(made)
    of.standing = after(of.standing, made)
    if of.case is None:
        of.report.state = made.to_state
    else:
        for name, value in row_of(of.standing, of.calendar, of.policy).items():
            setattr(of.case, name, value)
    told = {"event": made.number, "from": made.from_state, "to": made.to_state}
    trail.record(of.session, made.by, f"{of.kind}_{made.action}", f"{of.kind}:{of.number}", told, at=made.recorded_at)
    telling.tell(of, made)


def refuse_moved_on(of, action, told):
    """Raise MovedOn where somebody has done something since the caller looked, and the step rests on that."""
    if told.seen is None or told.seen == of.standing.number:
        return
    later = [event for event in of.history if event.number > told.seen]
    if not later:
        raise Invalid("There is no event {seen} in the history of {number}.", seen=told.seen, number=of.number)
    since = [event for event in later if rests_on(action, event.action)]
    if not since:
        return
    last = since[-1]
    error = MovedOn(
        "{by} took the step {action} at {time} (event {event}): look at {number} again.",
        by=last.by or "—",
        action=last.action,
        time=times.show(last.at, of.calendar.timezone),
        event=last.number,
        number=of.number,
    )
    error.more = {"since": [what_happened(event, of.calendar.timezone) for event in since]}
    raise error


def what_happened(event, timezone):
    """Return who did what when, as plain values."""
    return {
        "number": event.number,
        "action": event.action,
        "by": event.by,
        "at": times.show(event.at, timezone),
        "state": event.to_state,
    }


def in_order(of, told):
    """Return what was told, heard of no earlier than the last step: the clock that says so may have been put back since."""
    last = max([clock.to_the_millisecond(of.report.received_at), *(event.recorded_at for event in of.history)])
    if told.heard_at >= last:
        return told
    is_of_that_clock = told.happened_at == told.heard_at
    return dataclasses.replace(told, at=last if is_of_that_clock else told.at, recorded_at=last)


def by_our_clock(of, told):
    """Return what was told with when it happened by our clock.

    Raises
    ------
    Invalid
        It would be of the future, or from before the case was there, by more than clocks differ.
    """
    begun = of.standing.filed_at if of.case else clock.to_the_millisecond(of.report.received_at)
    happened_at = times.as_heard(told.happened_at, told.heard_at, begun)
    if happened_at > told.heard_at:
        raise Invalid("A step cannot be of the future: it says {time}.", time=told.at.isoformat(timespec="seconds"))
    if begun is not None and happened_at < begun:
        raise Invalid(
            "A step cannot be from before {begun}, when {number} began; it says {time}.",
            begun=begun.isoformat(timespec="seconds"),
            number=of.number,
            time=told.at.isoformat(timespec="seconds"),
        )
    return dataclasses.replace(told, at=happened_at, recorded_at=told.heard_at)
