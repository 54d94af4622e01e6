"""Who could have a case: the proposed owner with the reasons, the neighbours near a border, and the chiefs of the spot."""

import dataclasses
from typing import Any

import shapely

from gridmgr.domain.casework.standing import state_of
from gridmgr.domain.routing import answers
from gridmgr.domain.staff.answering import answering
from gridmgr.services import routing
from gridmgr.services.desk import loads
from gridmgr.services.desk.loads import Load
from gridmgr.services.handling import finding
from gridmgr.services.transactions import reading
from gridmgr.store.cases import casework as rows

MOST = 3
BORDER_M = 15.0


@dataclasses.dataclass(frozen=True)
class Candidate:
    """One who could have the case. ``kind`` is proposed, or neighbour; ``distance_m`` is that of the border to him."""

    kind: str
    grid: dict[str, Any]
    person: dict[str, Any] | None
    department: dict[str, Any] | None
    distance_m: float | None
    load: Load


@dataclasses.dataclass(frozen=True)
class Candidates:
    """The Candidates of a spot, the proposed one first; ``decision`` tells why, ``border`` is the shared line if near.

    ``tolerance_m`` is how near is near.
    """

    candidates: list[Candidate]
    decision: Any
    border: Any
    tolerance_m: float


def of_case(engine, number, *, at):
    """Return the Candidates of a case.

    Raises
    ------
    NoSuchCase
    """
    with reading(engine) as session:
        case, told = finding.case_of(session, number)
        department = going_to(session, case)
    return candidates(engine, told, case.category_code, at, department)


def proposed(engine, number):
    """Return the department that a case was filed for, or that its last return named.

    Raises
    ------
    NoSuchCase
    """
    with reading(engine) as session:
        return going_to(session, finding.case_of(session, number)[0])


def going_to(session, case):
    """Return the code of the department that a case goes to next."""
    return state_of(rows.history(session, case_id=case.id)).next_owner or case.department_code


def of_report(engine, number, *, at):
    """Return the Candidates of a report that is none yet.

    Raises
    ------
    NoSuchReport
    """
    with reading(engine) as session:
        told = finding.report_of(session, number)
    return candidates(engine, told, told.category_code, at)


def candidates(engine, told, category, at, department=None):
    """Return the Candidates of the spot that a report tells of; a case goes to the ``department`` proposed for it."""
    known = routing.knowledge(engine, at=at)
    place = {"category": category if category in known.facts.categories else None, "accuracy_m": told.accuracy_m}
    decision = routing.where(known, told.lon, told.lat, at=at, **place)
    with reading(engine) as session:
        counted = loads.loads(session, at)
    neighbours = decision.neighbours if decision.near_border and decision.grid else []
    found = [own(known, decision, counted, department)] if decision.grid else []
    found += [next_door(known, decision, one, counted, at, category) for one in neighbours[: MOST - 1]]
    border = shared(known, decision, neighbours) if neighbours else None
    return Candidates(found, decision, border, max(told.accuracy_m or 0.0, BORDER_M))


def own(known, decision, counted, department):
    """Return whom the routing names, with the department that a case goes to where that is another."""
    grid_id = known.ground.boundaries.grids[decision.grid["code"]].grid_id
    is_another = department is not None and department != (decision.department or {}).get("code")
    return Candidate(
        "proposed",
        decision.grid,
        decision.person,
        answers.name_of(department, known.facts.matrix) if is_another else decision.department,
        decision.border_distance_m,
        counted.of(grid_id),
    )


def next_door(known, decision, neighbour, counted, at, category):
    """Return who would have the case if it lay on the other side of the border."""
    bounds = known.ground.boundaries
    code = neighbour["code"]
    point = shapely.get_point(shapely.shortest_line(bounds.shapes[code], shapely.Point(decision.lon, decision.lat)), 0)
    inside = inner_point(bounds.shapes[code], point)
    there = routing.where(known, inside.x, inside.y, category=category or None, at=at)
    same = there.grid is not None and there.grid["code"] == code
    chain = [bounds.grids[one].grid_id for one in (code, *bounds.ancestors(code))]
    answer = answering(known.facts.staffing, chain, at)
    person = there.person if same else answer.person and person_of(answer)
    load = counted.of(bounds.grids[code].grid_id)
    department = there.department if same else decision.department
    return Candidate("neighbour", neighbour, person, department, neighbour.get("distance_m"), load)


def inner_point(shape, point):
    """Return a point well inside a shape, towards the middle from one on its border."""
    middle = shape.representative_point()
    return shapely.Point(point.x + (middle.x - point.x) * 0.2, point.y + (middle.y - point.y) * 0.2)


def person_of(answer):
    """Return the person of an Answer as plain values."""
    return {"name": answer.person.name, "post": answer.post, "on_duty": answer.on_duty, "phone": answer.person.phone}


def shared(known, decision, neighbours):
    """Return the line that the grid of a decision shares with its neighbours, lon/lat; None where it meets none."""
    shapes = known.ground.boundaries.shapes
    own_shape = shapes[decision.grid["code"]]
    others = shapely.union_all([shapes[one["code"]] for one in neighbours])
    line = shapely.intersection(shapely.boundary(own_shape), shapely.boundary(others))
    lines = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    return shapely.line_merge(shapely.MultiLineString(lines)) if lines else None
