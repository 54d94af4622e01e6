"""Rerouting: the spot or the category of a report or a case is corrected, and it finds its owner anew.

Land goes by the instant at which it was seen, person, department and unit by now. The history keeps what was
and what is; the case belongs to the grid of the new spot from now on, and keeps its number.
"""

import dataclasses
import datetime as dt

from gridmgr.domain.cases import Case, Rehoming, Report
from gridmgr.domain.casework import guards
from gridmgr.domain.casework.filing import limit_of
from gridmgr.domain.casework.standing import Standing, state_of
from gridmgr.domain.casework.steps import REPORT
from gridmgr.domain.deadlines import Calendar
from gridmgr.domain.routing import Decision
from gridmgr.services import calendars, homes, reporting, routing
from gridmgr.services.handling import finding
from gridmgr.services.handling.filing import refuse_unknown
from gridmgr.services.handling.stepping import Told, take, the_case, the_report
from gridmgr.services.routing import asking
from gridmgr.services.standing import Knowledge
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, revisions
from gridmgr.store import cases as case_rows
from gridmgr.store import reports as report_rows
from gridmgr.store.cases import casework as rows

OF_PLACE = (
    *("x", "y", "crs", "lon", "lat", "grid_id", "grid_code", "department_code", "person_id"),
    *("version_number", "near_border", "coverage_gap", "decision"),
)
"""What a report keeps of its position and of the decision there."""
AS_FILED = ("category", "condition", "limit", "department")


@dataclasses.dataclass(frozen=True)
class Now:
    """A report, and the case it became (None before), as read at ``at``, before anything is corrected.

    ``grid`` is the code of the grid that it belongs to, None where that is nowhere.
    """

    report: Report
    case: Case | None
    standing: Standing
    calendar: Calendar
    known: Knowledge
    grid: str | None
    at: dt.datetime
    later: list[Rehoming]

    @property
    def category(self):
        """Return the code of the category by which it is routed, None for none."""
        return self.standing.category if self.case else self.report.category_code

    @property
    def department(self):
        """Return the code of the department that has it or is proposed for it, None for none."""
        return self.standing.department if self.case else self.report.department_code


@dataclasses.dataclass(frozen=True)
class Found:
    """The Decision about a spot, and the Knowledge that it was made by."""

    known: Knowledge
    decision: Decision

    @property
    def grid(self):
        """Return the code of the grid."""
        return self.decision.grid["code"]

    @property
    def department(self):
        """Return the code of the department, None where the category is not known."""
        return self.decision.department and self.decision.department["code"]

    @property
    def grid_id(self):
        """Return the identity of the grid."""
        return self.known.ground.boundaries.grids[self.grid].grid_id


def move(engine, number, *, lon, lat, by, at, accuracy_m=None, **telling):
    """Correct the spot of a case and return it; where another department answers there, it waits for its dispatch.

    Parameters
    ----------
    lon, lat : float
        Where it is; degrees, WGS 84.
    accuracy_m : float, optional
        How good that is known; metres.

    Raises
    ------
    NoSuchCase, MovedOn, StepRefused, Invalid, BadPosition
    """
    told = Told(by, at, **telling)
    now = of_case(engine, number, at)
    found = found_at(engine, now, lon, lat, now.category, accuracy_m)
    passes = later_homes(engine, now, found)
    with writing(engine) as session:
        of = the_case(session, number)
        refuse_unknown(session, found.department)
        take(of, "move", as_read(now, told), moved(now, found, accuracy_m))
        refuse_unmoved(of.report, lon, lat)
        put(session, of.report, found, accuracy_m)
        if now.grid != found.grid or passes:
            pass_on(session, of.case, found, passes, told)
        return of.case


def move_report(engine, number, *, lon, lat, by, at, accuracy_m=None, **telling):
    """Correct the spot of a report that is no case yet, and return it.

    Raises
    ------
    NoSuchReport, MovedOn, StepRefused, Invalid, BadPosition
    """
    told = Told(by, at, **telling)
    now = of_report(engine, number, at)
    found = found_at(engine, now, lon, lat, now.category, accuracy_m)
    with writing(engine) as session:
        of = the_report(session, number)
        take(of, "move", as_read(now, told), moved(now, found, accuracy_m))
        refuse_unmoved(of.report, lon, lat)
        put(session, of.report, found, accuracy_m)
        return of.report


def recategorise(engine, number, *, category, by, at, condition="", limit=None, **telling):
    """File an open case under another category or condition and return it; it keeps its number.

    Raises
    ------
    NoSuchCase, MovedOn, StepRefused, Invalid, UnknownCategory
    """
    told = Told(by, at, **telling)
    now = of_case(engine, number, at)
    data = recategorised(now, found_again(engine, now, category), condition, limit)
    with writing(engine) as session:
        of = the_case(session, number)
        refuse_unknown(session, data["department"])
        take(of, "recategorise", as_read(now, told), data)
        return of.case


def of_case(engine, number, at):
    """Return the Now of a case; raise NoSuchCase where there is none."""
    known = routing.knowledge(engine, at=at)
    with reading(engine) as session:
        case, told = finding.case_of(session, number)
        [(_, home)] = homes.at_home(session, known.ground, [(case, told)], at)
        standing = state_of(rows.history(session, case_id=case.id))
        later = case_rows.rehomed_later(session, case.id, at)
        return Now(told, case, standing, calendars.calendar(session), known, home.grid_code, at, later)


def of_report(engine, number, at):
    """Return the Now of a report that is no case; raise NoSuchReport where there is none."""
    known = routing.knowledge(engine, at=at)
    with reading(engine) as session:
        told = finding.report_of(session, number)
        standing = state_of(rows.history(session, report_id=told.id), REPORT)
        return Now(told, None, standing, calendars.calendar(session), known, told.grid_code, at, [])


def found_again(engine, now, category):
    """Return the Found of the spot as it is, under another category."""
    return found_at(engine, now, now.report.lon, now.report.lat, category, now.report.accuracy_m)


def found_at(engine, now, lon, lat, category, accuracy_m):
    """Return the Found of a spot: land as observed, person and department now.

    Raises
    ------
    StepRefused
        The spot lies outside the city.
    UnknownCategory, BadPosition
    """
    routing.the_category(now.known, category)
    place = {"crs": "wgs84", "category": category, "accuracy_m": accuracy_m}

    def seen(observed):
        return asking.from_one_state(lambda: reporting.decided(engine, lon, lat, at=now.at, observed=observed, **place))

    try:
        known, decision = seen(now.report.observed_at)
    except routing.NothingInForce:  # What is older than the first boundaries is dealt with by those of today.
        known, decision = seen(now.at)
    if decision.grid is None:
        raise guards.StepRefused(
            "The position {lon}, {lat} lies outside the city: choose a spot inside it.", lon=lon, lat=lat
        )
    return Found(known, decision)


def as_read(now, told):
    """Return what is told, bound to the history that was read: what was decided holds for nothing later."""
    return told if told.seen is not None else dataclasses.replace(told, seen=now.standing.number)


def moved(now, found, accuracy_m):
    """Return what a move keeps: where it is and was, and whose."""
    return {
        **spot(found.decision.lon, found.decision.lat, accuracy_m, found.grid, found.department),
        "was": spot(now.report.lon, now.report.lat, now.report.accuracy_m, now.grid, now.department),
    }


def spot(lon, lat, accuracy_m, grid, department):
    """Return one place of a move as plain values."""
    return {"lon": lon, "lat": lat, "accuracy_m": accuracy_m, "grid": grid, "department": department}


def recategorised(now, found, condition, limit):
    """Return what another category keeps: as what it is and was filed."""
    category = found.decision.category["code"]
    chosen = limit_of(found.known.facts.categories[category], condition, limit)
    values = dict(zip(AS_FILED, (category, condition, chosen, found.department), strict=True))
    return {**values, "was": {name: getattr(now.standing, name) for name in AS_FILED}}


def refuse_unmoved(report, lon, lat):
    """Raise StepRefused where the spot would be the one it is; asked after who sends a step twice was stopped."""
    if (lon, lat) == (report.lon, report.lat):
        raise guards.StepRefused("It lies there already: choose another spot.")


def put(session, report, found, accuracy_m):
    """Write to a report where it lies now, and the decision there."""
    decision = found.decision
    place = {"x": decision.lon, "y": decision.lat, "crs": "wgs84"}
    made = reporting.as_report(decision, found.known, description="", source="", **place)
    for name in OF_PLACE:
        setattr(report, name, getattr(made, name))
    report.accuracy_m = accuracy_m
    report_rows.move_place(session, report)


def pass_on(session, case, found, later, told):
    """Let a case belong to the grid of its spot from now on, and at each instant at which it was to pass on anyway."""
    owners = [(found.grid_id, told.happened_at), *later]
    said = told.heard_at, told.by, told.reason.strip()
    bulk.insert(session, [Rehoming(case.id, grid_id, begins, *said) for grid_id, begins in owners])
    revisions.raise_(session, "reports")


def later_homes(engine, now, found):
    """Return [(grid identity, instant)]: whose the new spot is whenever the case was to pass on because of its old one."""
    return [(owner_at(engine, now, found, one.valid_from), one.valid_from) for one in now.later]


def owner_at(engine, now, found, instant):
    """Return the identity of the grid that owns a spot at ``instant``; the one it has now where nobody does."""
    ground = routing.knowledge(engine, at=instant).ground
    code = ground.locator.locate(found.decision.lon, found.decision.lat)
    return found.grid_id if code is None else ground.boundaries.grids[code].grid_id
