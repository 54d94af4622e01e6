"""How a report finds its owner: grid, person and department, with every rule that was tried."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from gridmgr.domain import answers, explaining
from gridmgr.domain.answering import answering
from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.lands import lands_here
from gridmgr.domain.resolving import Resolution, resolve
from gridmgr.domain.responsibility import Matrix, NobodysLand
from gridmgr.domain.spots import LandHere, Neighbour, Spot
from gridmgr.domain.staff import Staffing
from gridmgr.domain.trace import Entry

UNNAMED = 0
__all__ = ["Decision", "Entry", "LandHere", "Neighbour", "Spot", "decide"]


@dataclasses.dataclass(frozen=True)
class Decision:
    """Who owns a report, and why. ``to_dict`` is the answer of every door."""

    lon: float
    lat: float
    version: str
    at: dt.datetime
    received_at: dt.datetime
    category: dict[str, Any] | None
    grid: dict[str, Any] | None
    levels: dict[str, str]
    level_names: dict[str, str]
    person: dict[str, Any] | None
    department: dict[str, Any] | None
    assisting: list[dict[str, Any]]
    lands: list[dict[str, Any]]
    fallback: bool
    coverage_gap: bool
    outside: bool
    near_border: bool
    border_distance_m: float | None
    neighbours: list[dict[str, Any]]
    nearest: dict[str, Any] | None
    trace: tuple[Entry, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as plain values for JSON; instants with their offset."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        values["trace"] = [dataclasses.asdict(entry) for entry in self.trace]
        return values | {"at": self.at.isoformat(), "received_at": self.received_at.isoformat()}

    def say(self, language: str) -> list[str]:
        """Return the trace as sentences in ``"zh"`` or ``"en"``."""
        return [entry.say(language) for entry in self.trace]


def decide(
    spot: Spot,
    category: Category | None,
    *,
    boundaries: Boundaries,
    staffing: Staffing,
    matrix: Matrix,
    at: dt.datetime,
    received_at: dt.datetime,
) -> Decision:
    """Return who owns what is at ``spot``: one grid, one person, one department, and why.

    Parameters
    ----------
    spot : Spot
        What the shapes say about the position.
    category : Category, optional
        Without one the department waits for the dispatcher.
    boundaries, staffing, matrix
        The rows that rule: land, people, departments.
    at : datetime
        When it was observed: nobody's lands go by it, as ``boundaries`` do.
    received_at : datetime
        When it arrived: person, matrix and unit go by it.
    """
    if spot.grid is None:
        return outside(spot, category, boundaries, at, received_at)
    chain = [spot.grid, *boundaries.ancestors(spot.grid)]
    places = identities(boundaries, chain)
    answer = answering(staffing, list(places), received_at)
    overlays = lands_here(spot, staffing.zone, at)
    areas = {boundaries.grids[code].level: code for code in chain}
    owned = owner_of(category, areas, overlays, matrix, received_at)
    trace = [
        *explaining.of_position(spot),
        *explaining.of_grid(spot, chain, boundaries),
        *explaining.of_lands(spot, category, overlays, owned),
        *explaining.of_department(category, owned, overlays, boundaries, matrix),
        *explaining.of_person(answer, places, boundaries),
    ]
    return Decision(
        **common(spot, category, boundaries, at, received_at),
        grid=answers.of_grid(boundaries, spot.grid),
        levels=levels(spot, chain, boundaries),
        level_names={boundaries.grids[code].level: boundaries.grids[code].name for code in reversed(chain)},
        person=answers.of_person(answer, places),
        department=answers.of_department(owned, matrix),
        assisting=[answers.of_helper(one, matrix) for one in owned.assisting] if owned else [],
        fallback=owned is not None and owned.fallback,
        coverage_gap=owned is not None and owned.coverage_gap,
        near_border=spot.border_distance_m is not None and spot.border_distance_m <= spot.tolerance_m,
        outside=False,
        trace=tuple(trace),
    )


def outside(
    spot: Spot, category: Category | None, boundaries: Boundaries, at: dt.datetime, received_at: dt.datetime
) -> Decision:
    """Return the answer for a position outside the city: nobody, and the nearest grid with its distance."""
    near = spot.nearest is not None and spot.nearest.distance_m <= spot.tolerance_m
    return Decision(
        **common(spot, category, boundaries, at, received_at),
        grid=None,
        levels={},
        level_names={},
        person=None,
        department=None,
        assisting=[],
        fallback=False,
        coverage_gap=False,
        near_border=near,
        outside=True,
        trace=(*explaining.of_position(spot), *explaining.of_outside(spot, boundaries)),
    )


def common(
    spot: Spot, category: Category | None, boundaries: Boundaries, at: dt.datetime, received_at: dt.datetime
) -> dict[str, Any]:
    """Return the values that every decision has, inside the city and outside."""
    return {
        "lon": spot.lon,
        "lat": spot.lat,
        "version": boundaries.label,
        "at": at,
        "received_at": received_at,
        "category": answers.of_category(category),
        "lands": [answers.of_land(here.land) for here in spot.lands],
        "border_distance_m": spot.border_distance_m,
        "neighbours": [answers.of_neighbour(boundaries, one) for one in spot.neighbours],
        "nearest": answers.of_neighbour(boundaries, spot.nearest) if spot.nearest else None,
    }


def identities(boundaries: Boundaries, chain: Sequence[str]) -> dict[int, str]:
    """Return identity → code of the grids in ``chain``, in its order.

    A grid that a draft has just added has no identity yet, so nobody can be
    posted there; it keeps its place, that the area above is not taken for it.
    """
    own = boundaries.grids[chain[0]].grid_id
    above = {boundaries.grids[code].grid_id: code for code in chain[1:]}
    named = {identity: code for identity, code in above.items() if identity is not None}
    return {UNNAMED if own is None else own: chain[0], **named}


def owner_of(
    category: Category | None,
    areas: Mapping[str, str],
    lands: Sequence[NobodysLand],
    matrix: Matrix,
    at: dt.datetime,
) -> Resolution | None:
    """Return the department that owns ``category`` in these areas, None without a category."""
    if category is None:
        return None
    claimed = next((land for land in lands if category.code in land.categories), None)
    return resolve(matrix, category.code, areas, at=at, land=claimed)


def levels(spot: Spot, chain: Sequence[str], boundaries: Boundaries) -> dict[str, str]:
    """Return level → code from the top down, the unit grid last."""
    codes = [*reversed(chain), *([spot.unit_grid] if spot.unit_grid else [])]
    return {boundaries.grids[code].level: code for code in codes}
