"""Departments, their units, and the matrix: which department owns which category where.

``resolve`` is step 5 of the routing order; what lies below it (a fallback chain,
a gap) is named in the resolution, never hidden.
"""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from gridmgr.domain.staff import holds

REGISTERED = ("OWN", "DEV", "PMC")
LAST_RESORT = ("SUB", "DISTRICT", "CITY_COMMAND")
OWNER_FIRST = "owner_first"
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
    routing_rule: str = "territory_first"
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


@dataclasses.dataclass(frozen=True)
class Assisting:
    """A department that helps, with its unit where there is one."""

    department_code: str
    unit: Unit | None


@dataclasses.dataclass(frozen=True)
class Step:
    """One rule that was tried: ``rule`` like ``entry:130302``, and why it won or not."""

    rule: str
    outcome: str
    department_code: str
    won: bool


@dataclasses.dataclass(frozen=True)
class Resolution:
    """Which department owns a category at a spot, through which unit, by which rule.

    ``rule`` is ``land:CODE``, ``owner``, ``entry:AREA``, ``city_default``,
    ``fallback:DEPARTMENT`` or ``none``. ``fallback`` means another than the
    matrix's lead answers; ``coverage_gap`` that no entry, or nobody with a
    unit, was found. ``lead`` is the department the matrix names, None for none.
    """

    department_code: str
    rule: str
    unit: Unit | None
    assisting: tuple[Assisting, ...]
    fallback: bool
    coverage_gap: bool
    tried: tuple[Step, ...]
    lead: str | None = None
    routing_rule: str = ""
    to_confirm: bool = False


Row = TypeVar("Row", Responsibility, Unit)


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A department that a rule names for a spot, and the unit through which it would answer."""

    department_code: str
    rule: str
    unit: Unit | None


def resolve(
    matrix: Matrix,
    category: str,
    areas: Mapping[str, str],
    *,
    at: dt.datetime,
    land: NobodysLand | None = None,
    owner: Unit | None = None,
) -> Resolution:
    """Return the one department that owns ``category`` at a spot.

    The entry for the most specific area wins: grid, community, subdistrict,
    evaluated area, city default. A nobody's land that claims the category
    comes before it, then the registered ``owner`` of an owner-first matter.
    Where the winner has no unit, the next in the entry's fallback chain
    answers; where nobody has one, the lead keeps it with ``unit`` None.

    Parameters
    ----------
    matrix : Matrix
        The rows of the city.
    category : str
        The code of the matter.
    areas : mapping of level to code
        The spot's grid and its ancestors, most specific first.
    at : datetime
        Entries and units that hold at this instant count.
    land : NobodysLand, optional
        The land the spot lies in, already chosen and in force.
    owner : Unit, optional
        The owner or maintainer registered at the spot.
    """
    looked_up = list(look_up(matrix, category, areas, at))
    rule, entry = next(((r, e) for r, e in looked_up if e is not None), ("none", None))
    found = list(candidates(matrix, rule, entry, areas, at=at, land=land, owner=owner, category=category))
    winner = next((c for c in found if c.unit is not None), None) or nameless(found, matrix, areas)
    return Resolution(
        winner.department_code,
        winner.rule,
        winner.unit,
        assisting(matrix, entry, winner.department_code, areas, at),
        fallback=winner.rule.startswith("fallback:"),
        coverage_gap=(entry is None and not winner.rule.startswith("land:")) or winner.unit is None,
        tried=tuple(steps(looked_up, found, winner)),
        lead=entry.department_code if entry else None,
        routing_rule=entry.routing_rule if entry else "",
        to_confirm=entry is not None and entry.to_confirm,
    )


def look_up(
    matrix: Matrix, category: str, areas: Mapping[str, str], at: dt.datetime
) -> Iterator[tuple[str, Responsibility | None]]:
    """Yield each rule that could hold the category's entry, most specific first, with the entry or None."""
    for area in areas.values():
        yield f"entry:{area}", in_force(matrix.entries.get((category, area), ()), at)
    yield "city_default", in_force(matrix.entries.get((category, ""), ()), at)


def in_force(rows: Sequence[Row], at: dt.datetime) -> Row | None:
    """Return the row that holds at ``at``; of several the one that began last."""
    valid = [row for row in rows if holds(row, at)]
    return max(valid, key=lambda row: (row.valid_from, row.department_code.encode())) if valid else None


def candidates(
    matrix: Matrix,
    rule: str,
    entry: Responsibility | None,
    areas: Mapping[str, str],
    *,
    at: dt.datetime,
    land: NobodysLand | None,
    owner: Unit | None,
    category: str,
) -> Iterator[Candidate]:
    """Yield who could answer, best first; those without a unit at the spot too."""
    if land is not None and claims(land, category, entry):
        yield Candidate(land.department_code, f"land:{land.code}", unit_of_land(land))
    if owner is not None and entry is not None and takes_owner(entry):
        yield Candidate(owner.department_code, "owner", owner)
    if entry is not None:
        yield Candidate(entry.department_code, rule, unit_of(matrix, entry.department_code, areas, at))
    for code in chain_after(entry):
        yield Candidate(code, f"fallback:{code}", unit_of(matrix, code, areas, at))


def claims(land: NobodysLand, category: str, entry: Responsibility | None) -> bool:
    """Return whether ``land`` claims ``category``; what its owner comes first for is never claimed."""
    return category in land.categories and (entry is None or entry.routing_rule != OWNER_FIRST)


def takes_owner(entry: Responsibility) -> bool:
    """Return whether a registered owner goes before the entry's department."""
    return entry.routing_rule == OWNER_FIRST or entry.department_code in REGISTERED


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
    found = (
        in_force(matrix.units.get((department_code, area), ()), at) for area in desks(matrix, department_code, areas)
    )
    return next((unit for unit in found if unit is not None), None)


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


def chain_after(entry: Responsibility | None) -> list[str]:
    """Return the departments that answer in turn when the lead cannot."""
    chain = entry.fallback_chain if entry and entry.fallback_chain else LAST_RESORT
    return [code for code in chain if entry is None or code != entry.department_code]


def nameless(found: Sequence[Candidate], matrix: Matrix, areas: Mapping[str, str]) -> Candidate:
    """Return who owns the matter when nobody has a unit: the first that exists at the spot at all."""
    real = (c for c in found if c.department_code not in REGISTERED and exists_at(matrix, c.department_code, areas))
    return next(real, found[-1])


def exists_at(matrix: Matrix, department_code: str, areas: Mapping[str, str]) -> bool:
    """Return whether the spot lies in an area of the level whose office the department is."""
    return department_code not in matrix.offices or matrix.offices[department_code] in areas


def assisting(
    matrix: Matrix, entry: Responsibility | None, responsible: str, areas: Mapping[str, str], at: dt.datetime
) -> tuple[Assisting, ...]:
    """Return who helps: the matrix's lead and co-departments and the territory, without the responsible one."""
    named = [entry.department_code, *entry.co_departments] if entry else []
    territory = [TERRITORY] if exists_at(matrix, TERRITORY, areas) else []
    codes = dict.fromkeys(code for code in [*named, *territory] if code != responsible)
    return tuple(Assisting(code, unit_of(matrix, code, areas, at)) for code in codes)


def steps(
    looked_up: Sequence[tuple[str, Responsibility | None]], found: Sequence[Candidate], winner: Candidate
) -> Iterator[Step]:
    """Yield the rules in the order they were tried, each with its outcome.

    ``won``; ``no_entry`` (the area has none); ``no_unit`` (named, but with no
    unit here); ``runner_up`` (would have answered had the winner not).
    """
    named = {candidate.rule: candidate for candidate in found}
    before = [c for c in found if c.rule.startswith("land:") or c.rule == "owner"]
    after = [c for c in found if c.rule.startswith("fallback:")]
    yield from (judged(candidate, winner) for candidate in before)
    for rule, entry in looked_up:
        if entry is None:
            yield Step(rule, "no_entry", "", won=False)
        elif rule in named:
            yield judged(named[rule], winner)
        else:
            yield Step(rule, "runner_up", entry.department_code, won=False)
    yield from (judged(candidate, winner) for candidate in after)


def judged(candidate: Candidate, winner: Candidate) -> Step:
    """Return what became of ``candidate``."""
    won = candidate == winner
    outcome = "won" if won else "no_unit" if candidate.unit is None else "runner_up"
    return Step(candidate.rule, outcome, candidate.department_code, won)
