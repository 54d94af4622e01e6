"""Answers: grids, persons, departments and lands as the plain values that every door gives out."""

from collections.abc import Mapping
from typing import Any

from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import Matrix, NobodysLand, Unit
from gridmgr.domain.responsibility.resolving import Assisting, Resolution
from gridmgr.domain.routing.spots import Neighbour
from gridmgr.domain.staff.answering import Answer


def of_grid(boundaries: Boundaries, code: str) -> dict[str, Any]:
    """Return code, names and level of a grid."""
    grid = boundaries.grids[code]
    return {"code": code, "name": grid.name, "name_en": grid.name_en, "level": grid.level}


def of_neighbour(boundaries: Boundaries, neighbour: Neighbour) -> dict[str, Any]:
    """Return a grid with its distance in metres, to the decimetre."""
    return of_grid(boundaries, neighbour.code) | {"distance_m": round(neighbour.distance_m, 1)}


def of_category(category: Category | None) -> dict[str, Any] | None:
    """Return code and names of a category."""
    if category is None:
        return None
    return {"code": category.code, "name": category.name, "name_en": category.name_en}


def of_land(land: NobodysLand) -> dict[str, Any]:
    """Return a nobody's land with its registered owner; no phone, which goes with the department."""
    return {
        "code": land.code,
        "name": land.name,
        "kind": land.kind,
        "department": land.department_code,
        "organisation": land.organisation,
        "document": land.document,
        "expires_on": land.expires_on.isoformat() if land.expires_on else None,
    }


def of_person(answer: Answer, places: Mapping[int, str]) -> dict[str, Any] | None:
    """Return the person who answers, with post, duty and the rule that named him."""
    person = answer.person
    if person is None:
        return None
    return {
        "id": person.id,
        "code": person.code,
        "name": person.name,
        "post": answer.post,
        "on_duty": answer.on_duty,
        "rule": answer.rule,
        "grid": places[answer.grid_id] if answer.grid_id is not None else None,
        "phone": person.phone,
    }


def of_department(owned: Resolution | None, matrix: Matrix) -> dict[str, Any] | None:
    """Return the responsible department with its unit, that unit's person and phone, and the rule."""
    if owned is None:
        return None
    rules = {"rule": owned.rule, "routing_rule": owned.routing_rule, "to_confirm": owned.to_confirm}
    return name_of(owned.department_code, matrix) | of_unit(owned.unit) | rules


def of_helper(helper: Assisting, matrix: Matrix) -> dict[str, Any]:
    """Return an assisting department with its unit."""
    return name_of(helper.department_code, matrix) | of_unit(helper.unit)


def name_of(code: str, matrix: Matrix) -> dict[str, Any]:
    """Return code and names of a department; one that is not in the list is called by its code."""
    department = matrix.departments.get(code)
    return {
        "code": code,
        "name": department.name if department else code,
        "name_en": department.name_en if department else code,
    }


def of_unit(unit: Unit | None) -> dict[str, Any]:
    """Return organisation, person and phone of a unit; None each where there is no unit."""
    if unit is None:
        return {"unit": None, "person": None, "phone": None}
    return {"unit": unit.organisation, "person": unit.person, "phone": unit.phone}
