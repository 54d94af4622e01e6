"""Steps of a report: accepted or rejected, verified, merged, filed as a case or not."""

import dataclasses

from gridmgr.domain import times
from gridmgr.domain.cases import Case, Event
from gridmgr.domain.casework.filing import limit_of
from gridmgr.domain.casework.guards import StepRefused
from gridmgr.domain.casework.numbers import case_number, division_of
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.casework.steps import CASE
from gridmgr.errors import Invalid
from gridmgr.services import routing
from gridmgr.services.handling import finding
from gridmgr.services.handling.stepping import (
    Subject,
    Told,
    in_order,
    keep,
    step_report,
    take,
    the_report,
)
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading, writing
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store.cases import casework as rows


@dataclasses.dataclass(frozen=True)
class Proposed:
    """What a case would be filed as: category, condition, limit, grid, department and division."""

    category: str
    condition: str
    limit: str
    grid_code: str
    grid_id: int
    department: str
    division: str


def accept(engine, number, *, by, at, **telling):
    """Accept a report: it is complete and in scope."""
    return step_report(engine, number, "accept", Told(by, at, **telling))


def reject(engine, number, *, by, at, **telling):
    """Reject a report (不予受理), with a reason."""
    return step_report(engine, number, "reject", Told(by, at, **telling))


def ask_verify(engine, number, *, by, at, **telling):
    """Ask a collector to look at the spot."""
    return step_report(engine, number, "ask_verify", Told(by, at, **telling))


def verify(engine, number, *, found, by, at, **telling):
    """Say whether what was reported is there (核实)."""
    return step_report(engine, number, "verify", Told(by, at, **telling), {"found": bool(found)})


def decline(engine, number, *, by, at, **telling):
    """Do not file a report (不予立案), with a reason."""
    return step_report(engine, number, "decline", Told(by, at, **telling))


def merge_duplicate(engine, number, *, duplicate_of, by, at, **telling):
    """Merge a report into another that tells the same; its reporter hears what becomes of that one.

    ``duplicate_of`` is the number of the other; where that one is a duplicate itself, of its origin.
    """
    with writing(engine) as session:
        for one in sorted({number, duplicate_of}):  # In one order for all, so that no two wait for each other.
            rows.report_to_change(session, one)
        of = the_report(session, number)
        origin = origin_of(session, duplicate_of)
        if origin.id == of.report.id:
            raise StepRefused("A report cannot be merged into itself: {number} is the origin.", number=number)
        case = rows.case_of_report(session, origin.id)
        said = {"duplicate_of": origin.number, **({"case": case.number} if case else {})}
        take(of, "merge", Told(by, at, **telling), said)
        of.report.duplicate_of_id = origin.id
        return of.report


def origin_of(session, number):
    """Return the report that the report of that number tells the same as, itself where it is no duplicate."""
    return rows.origin(session, finding.told(rows.report_to_change(session, number), number))


def file(engine, number, *, by, at, category=None, condition="", limit=None, department=None, **telling):
    """File a report as a case and return the Case: it gets its number, its limit and a proposed department.

    Parameters
    ----------
    category : str, optional
        The code of the category where it is another than the report's; the proposal is made anew for it.
    condition : str
        The filing condition, one of the category's; "" where the category has one limit for all.
    limit : str, optional
        Like ``4WH``, for a category without a limit of its own.
    department : str, optional
        Another than the one proposed.

    Raises
    ------
    NoSuchReport, MovedOn, StepRefused, Invalid, UnknownCategory
    """
    told = Told(by, at, **telling)
    proposed = propose(engine, number, category=category, condition=condition, limit=limit, at=at)
    if department:
        proposed = dataclasses.replace(proposed, department=department)
    with writing(engine) as session:
        of = the_report(session, number)
        refuse_unknown(session, proposed.department)
        told = in_order(of, told)
        made = place_of_case(of, proposed, told.happened_at)
        said = {"category": proposed.category, "condition": condition, "case": made}
        take(of, "file", told, said)
        return opened(of, proposed, told, made)


def propose(engine, number, *, at, category=None, condition="", limit=None):
    """Return what a report would be filed as, by the boundaries and the matrix at ``at``; nothing is written."""
    with reading(engine) as session:
        told = finding.report_of(session, number)
        categories = facts.known(session).categories
    code = category or told.category_code
    if code not in categories:
        raise StepRefused("This report has no category: choose one to file it under.")
    chosen = limit_of(categories[code], condition, limit)
    return placed(engine, told, code, condition, chosen, at)


def placed(engine, told, category, condition, limit, at):
    """Return the Proposed of a category at the spot of a report."""
    known = routing.knowledge(engine, at=at)
    decision = routing.where(known, told.lon, told.lat, category=category, at=at, accuracy_m=told.accuracy_m)
    if decision.grid is None or decision.department is None:
        raise StepRefused("This report lies outside the city: no case can be filed for it.")
    bounds, code = known.ground.boundaries, decision.grid["code"]
    division = division_of(code, [code, *bounds.ancestors(code)], known.facts.city.code)
    return Proposed(category, condition, limit, code, bounds.grids[code].grid_id, decision.department["code"], division)


def refuse_unknown(session, code):
    """Raise Invalid where there is no department of that code."""
    known = [one.code for one in responsibility_rows.departments(session)]
    if code not in known:
        raise Invalid("There is no department {code}: choose one of {known}.", code=code, known=", ".join(known))


def place_of_case(of, proposed, at):
    """Return the number of a new case: the next of its division and of the city's day."""
    day = f"{at.astimezone(times.zone(of.calendar.timezone)):%Y%m%d}"
    return case_number(proposed.division, day, rows.next_place(of.session, proposed.division, day))


def opened(of, proposed, told, number):
    """Return the Case that a report becomes, with the beginning of its history."""
    names = ("category", "condition", "limit", "department")
    data = {**{name: getattr(proposed, name) for name in names}, "report": of.report.number}
    begun = Event(
        1, "open", "", "filed", told.by, told.role, told.happened_at, told.heard_at, told.reason.strip(), data
    )
    standing = state_of([begun])
    made = Case(
        number=number, report_id=of.report.id, grid_id=proposed.grid_id, **row_of(standing, of.calendar, of.policy)
    )
    of.session.add(made)
    of.session.flush()
    begun.case_id = made.id
    keep(Subject(of.session, CASE, of.report, made, [], state_of([]), of.policy, of.calendar), begun)
    return made
