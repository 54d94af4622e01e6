"""Resolving: which department owns a category at a spot, through which unit, by which rule.

This is step 5 of the routing order. What lies below the matrix's lead (a
fallback chain, a gap) is named in the resolution, never hidden.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from gridmgr.domain.responsibility import (
    LAST_RESORT,
    OWNER_FIRST,
    REGISTERED,
    SETTLED,
    TERRITORY,
    Matrix,
    NobodysLand,
    Responsibility,
    Unit,
    exists_at,
    in_force,
    unit_of,
    unit_of_land,
)


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
    """Return whether ``land`` claims ``category``; what its owner comes first for, or was settled, is never claimed."""
    return category in land.categories and (entry is None or entry.routing_rule not in (OWNER_FIRST, SETTLED))


def takes_owner(entry: Responsibility) -> bool:
    """Return whether a registered owner goes before the entry's department."""
    is_registered = entry.department_code in REGISTERED
    return entry.routing_rule == OWNER_FIRST or (is_registered and entry.routing_rule != SETTLED)


def chain_after(entry: Responsibility | None) -> list[str]:
    """Return the departments that answer in turn when the lead cannot; every chain ends at the top."""
    chain = entry.fallback_chain if entry and entry.fallback_chain else LAST_RESORT
    codes = dict.fromkeys([*chain, *LAST_RESORT[1:]])
    return [code for code in codes if entry is None or code != entry.department_code]


def nameless(found: Sequence[Candidate], matrix: Matrix, areas: Mapping[str, str]) -> Candidate:
    """Return who owns the matter when nobody has a unit: the first that exists at the spot at all."""
    real = (c for c in found if c.department_code not in REGISTERED and exists_at(matrix, c.department_code, areas))
    return next(real, found[-1])


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
