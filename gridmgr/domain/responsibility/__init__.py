"""Departments, their units, and the matrix: which department owns which category where.

Which of them owns a category at a spot is decided in :mod:`gridmgr.domain.responsibility.resolving`.
"""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from gridmgr.domain.staff import holds

REGISTERED = ("OWN", "DEV", "PMC")
LAST_RESORT = ("SUB", "DISTRICT", "CITY_COMMAND")
OWNER_FIRST = "owner_first"
TERRITORY_FIRST = "territory_first"
SETTLED = "settled"
"""The rule of an entry that settles a dispute: no registered owner and no nobody's land goes before it."""
TERRITORY = "SUB"
OFFICES = {"SUB": "subdistrict", "COM": "community", "DISTRICT": "evaluated_area"}


@dataclasses.dataclass(eq=False)
class Department:
    """A department of the matrix, by its code (UME, SAN, …)."""

    code: str
    name: str
    name_en: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Unit:
    """The office through which a department answers in an area; ``area_code`` "" is the whole city."""

    department_code: str
    area_code: str
    organisation: str
    person: str
    phone: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Responsibility:
    """One entry of the matrix; ``area_code`` "" is the city's default."""

    category_code: str
    area_code: str
    department_code: str
    valid_from: dt.datetime
    co_departments: list[str] = dataclasses.field(default_factory=list)
    fallback_chain: list[str] = dataclasses.field(default_factory=list)
    routing_rule: str = TERRITORY_FIRST
    to_confirm: bool = False
    source: str = ""
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class NobodysLand:
    """A railway strip, urban village, fringe or unmanaged estate with its registered owner.

    It claims the ``categories`` listed. Its shape hangs on the feature ``feature_id``.
    """

    feature_id: int
    code: str
    name: str
    kind: str
    department_code: str
    organisation: str
    person: str
    phone: str
    document: str
    categories: list[str]
    valid_from: dt.datetime
    expires_on: dt.date | None = None
    priority: int = 0
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(frozen=True)
class Matrix:
    """The rows of a city, indexed for questions; build it with :func:`matrix`.

    ``entries`` by (category, area), ``units`` by (department, area); area ""
    is the whole city. ``offices`` maps a department code that means "the
    spot's own office" to the level whose area keys its unit.
    """

    entries: Mapping[tuple[str, str], Sequence[Responsibility]]
    units: Mapping[tuple[str, str], Sequence[Unit]]
    departments: Mapping[str, Department]
    offices: Mapping[str, str]


def matrix(
    entries: Iterable[Responsibility] = (),
    units: Iterable[Unit] = (),
    departments: Iterable[Department] = (),
    *,
    offices: Mapping[str, str] = OFFICES,
) -> Matrix:
    """Return the indexed :class:`Matrix` of these rows; their order does not matter."""
    by_spot: dict[tuple[str, str], list[Responsibility]] = {}
    for entry in entries:
        by_spot.setdefault((entry.category_code, entry.area_code), []).append(entry)
    by_desk: dict[tuple[str, str], list[Unit]] = {}
    for unit in units:
        by_desk.setdefault((unit.department_code, unit.area_code), []).append(unit)
    return Matrix(by_spot, by_desk, {department.code: department for department in departments}, dict(offices))


Row = TypeVar("Row", Responsibility, Unit)


def in_force(rows: Sequence[Row], at: dt.datetime) -> Row | None:
    """Return the row that holds at ``at``; of several the one that began last."""
    valid = [row for row in rows if holds(row, at)] if rows else rows
    if len(valid) < 2:
        return valid[0] if valid else None
    return max(valid, key=lambda row: (row.valid_from, row.department_code.encode()))


def unit_of_land(land: NobodysLand) -> Unit | None:
    """Return the registered owner of ``land`` as a unit, None where no organisation is registered."""
    if not land.organisation:
        return None
    return Unit(
        land.department_code, land.code, land.organisation, land.person, land.phone, land.valid_from, land.valid_to
    )


def unit_of(matrix: Matrix, department_code: str, areas: Mapping[str, str], at: dt.datetime) -> Unit | None:
    """Return the unit through which the department answers at the spot.

    An office of the spot (SUB, COM, DISTRICT) answers only for its own area; an
    owner (OWN, DEV, PMC) only where he is registered, below the evaluated
    area; any other department through its most specific unit, then the city's.
    """
    for area in desks(matrix, department_code, areas):
        rows = matrix.units.get((department_code, area))
        found = in_force(rows, at) if rows else None
        if found is not None:
            return found
    return None


def desks(matrix: Matrix, department_code: str, areas: Mapping[str, str]) -> list[str]:
    """Return the areas by which the department's unit is looked up, best first."""
    if department_code in matrix.offices:
        own = areas.get(matrix.offices[department_code])
        return [] if own is None else [own]
    if department_code in REGISTERED:
        return below(areas, matrix.offices.get("DISTRICT"))
    return [*areas.values(), ""]


def below(areas: Mapping[str, str], level: str | None) -> list[str]:
    """Return the codes of the areas more specific than ``level``."""
    return [code for _, code in itertools.takewhile(lambda pair: pair[0] != level, areas.items())]


def exists_at(matrix: Matrix, department_code: str, areas: Mapping[str, str]) -> bool:
    """Return whether the spot lies in an area of the level whose office the department is."""
    return department_code not in matrix.offices or matrix.offices[department_code] in areas
