"""A batch of rows as reports and cases, each with the first event of its history, in one transaction."""

import dataclasses
import datetime as dt
from collections import defaultdict
from typing import Any

from gridmgr.domain import times
from gridmgr.domain.adoption import is_case
from gridmgr.domain.cases import Case, Event
from gridmgr.domain.casework import supervision
from gridmgr.domain.casework.clock import to_the_millisecond
from gridmgr.domain.casework.numbers import case_number
from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.deadlines import Calendar
from gridmgr.services import trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk
from gridmgr.store import reports as report_rows
from gridmgr.store.cases import adoption as adoption_rows
from gridmgr.store.cases import casework as case_rows

ROLE = "import"


@dataclasses.dataclass(frozen=True)
class How:
    """By what rows are adopted: the city as it is known, its calendar and policy; who does it, when, with which clock."""

    known: Any
    calendar: Calendar
    policy: Policy
    by: str
    at: dt.datetime
    clock: str

    @property
    def timezone(self):
        """Return the name of the city's zone."""
        return self.known.facts.city.timezone

    @property
    def departments(self):
        """Return the departments by code."""
        return self.known.facts.matrix.departments


def write(engine, placed, how, source, file, done):
    """Write what is not known yet and count it in ``done``; nothing where ``done`` is not to be written."""
    with (writing if done.is_written else reading)(engine) as session:
        if done.is_written:
            adoption_rows.wait_for_others(session, source)
        known = adoption_rows.known_keys(session, source, [one.told.number for one in placed])
        new = [one for one in placed if one.told.number not in known]
        if new and done.is_written:
            keep(session, new, how)
            counts = {"file": file, "source": source, "rows": len(new)}
            trail.record(session, how.by, "adopt_cases", f"source:{source}", counts, at=how.at)
    done.known += len(placed) - len(new)
    done.cases += sum(is_case(one.told.state) for one in new)
    done.reports += sum(not is_case(one.told.state) for one in new)
    done.judged += [one.told.judged for one in placed if one.told.judged]


def keep(session, new, how):
    """Write reports, cases and the beginnings of their histories."""
    report_rows.add_many(session, [one.report for one in new])
    cases = [one for one in new if is_case(one.told.state)]
    numbers = numbered(session, cases, how)
    begun = [beginning(one, numbers[one.told.number], how) for one in cases]
    made = bulk.insert(session, [case_of(one, numbers[one.told.number], event, how) for one, event in begun])
    for case, (_, event) in zip(made, begun, strict=True):
        event.case_id = case.id
    case_rows.add(session, *(of_report(one, numbers.get(one.told.number), how) for one in new), *(e for _, e in begun))


def numbered(session, cases, how):
    """Return number in the other system → number of the case here, in the order of opening."""
    by_day = defaultdict(list)
    for one in sorted(cases, key=lambda one: (one.told.opened, one.told.number)):
        by_day[one.division, f"{one.told.opened.astimezone(times.zone(how.timezone)):%Y%m%d}"].append(one.told.number)
    found = {}
    for (division, day), rows in sorted(by_day.items()):
        last = adoption_rows.next_places(session, division, day, len(rows))
        for place, number in enumerate(rows, start=last - len(rows) + 1):
            found[number] = case_number(division, day, place)
    return found


def beginning(one, number, how):
    """Return (the Placed, the event ``adopt`` of its case): what it brought, and of which rungs nobody is told again."""
    told = one.told
    data = {
        "category": told.category,
        "condition": told.condition,
        "limit": told.limit,
        "department": one.department,
        "state": told.state,
        "due_at": told.due.isoformat(),
        "report": one.report.number,
        "source": {"name": one.report.source, "number": told.number},
        **({"clock": "counted"} if told.is_counted else {}),
        **({"closed_at": told.closed.isoformat()} if told.closed else {}),
    }
    turns = supervision.due_turns(state_of([adopting(one, data, how)]), how.calendar, how.policy, how.at)
    return one, adopting(one, {**data, "rungs": [turn.rung for turn in turns if turn.rung]}, how)


def adopting(one, data, how):
    """Return the first event of a case."""
    return Event(1, "adopt", "", one.told.state, how.by, ROLE, one.told.opened, to_the_millisecond(how.at), "", data)


def of_report(one, case, how):
    """Return the first event of a report."""
    data = {"state": one.report.state, **({"case": case} if case else {})}
    at = one.told.opened
    return Event(
        1, "adopt", "reported", one.report.state, how.by, ROLE, at, to_the_millisecond(how.at), "", data,
        report_id=one.report.id,
    )  # fmt: skip


def case_of(one, number, event, how):
    """Return the row of a case that follows from its first event."""
    row = row_of(state_of([event]), how.calendar, how.policy)
    return Case(number=number, report_id=one.report.id, grid_id=one.report.grid_id, **row)
