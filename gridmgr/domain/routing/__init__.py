"""How a report finds its owner: grid, person and department, with every rule that was tried."""

import dataclasses
import datetime as dt
from typing import Any

from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import Matrix
from gridmgr.domain.routing import answers, explaining
from gridmgr.domain.routing.lands import lands_here
from gridmgr.domain.routing.parts import Part, Parts, identities, owner_of
from gridmgr.domain.routing.spots import LandHere, Neighbour, Spot
from gridmgr.domain.routing.trace import Entry
from gridmgr.domain.staff import Staffing

__all__ = ["Decision", "Entry", "LandHere", "Neighbour", "Spot", "decide", "identities", "owner_of"]


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
    parts: tuple[Part, ...] = dataclasses.field(default=(), repr=False, compare=False)
    """The kept parts that it was put together from: matter, place, department, person; none outside the city."""

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as plain values for JSON; instants with their offset."""
        values = {name: getattr(self, name) for name in NAMES}
        values["trace"] = [entry.to_dict() for entry in self.trace]
        return values | {"at": self.at.isoformat(), "received_at": self.received_at.isoformat()}

    def say(self, language: str) -> list[str]:
        """Return the trace as sentences in ``"zh"`` or ``"en"``."""
        return [entry.say(language) for entry in self.trace]


NAMES = tuple(field.name for field in dataclasses.fields(Decision) if field.name != "parts")
OWN = (
    "lon",
    "lat",
    "at",
    "received_at",
    "lands",
    "border_distance_m",
    "neighbours",
    "nearest",
    "near_border",
    "outside",
)
"""What a decision that was put together from parts says of its own, besides the trace."""


def decide(
    spot: Spot,
    category: Category | None,
    *,
    boundaries: Boundaries,
    staffing: Staffing,
    matrix: Matrix,
    at: dt.datetime,
    received_at: dt.datetime,
    parts: Parts | None = None,
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
    parts : Parts, optional
        Of the same boundaries, staffing and matrix: what it has made already is taken from it.
    """
    if spot.grid is None:
        return outside(spot, category, boundaries, at, received_at)
    known = Parts(boundaries, staffing, matrix) if parts is None else parts
    place = known.place(spot.grid, spot.unit_grid)
    department = department_part(known, spot, category, at, received_at)
    person = known.person(spot.grid, received_at)
    matter = known.category(category)
    before, after = explaining.of_position(spot), explaining.of_border(spot, boundaries)
    return Decision(
        **own_part(spot, boundaries, at, received_at),
        **matter.fields,
        **place.fields,
        **person.fields,
        **department.fields,
        near_border=spot.border_distance_m is not None and spot.border_distance_m <= spot.tolerance_m,
        outside=False,
        trace=(*before, place.trace[0], *after, *place.trace[1:], *department.trace, *person.trace),
        parts=(matter, place, department, person),
    )


def department_part(
    known: Parts, spot: Spot, category: Category | None, at: dt.datetime, received_at: dt.datetime
) -> Part:
    """Return who owns the matter at the spot; where a nobody's land lies, it is asked first."""
    assert spot.grid is not None
    if not spot.lands:
        return known.department(spot.grid, category, received_at)
    lands = lands_here(spot, known.staffing.zone, at)
    return known.department_among(spot.grid, category, received_at, spot.lands, lands)


def outside(
    spot: Spot, category: Category | None, boundaries: Boundaries, at: dt.datetime, received_at: dt.datetime
) -> Decision:
    """Return the answer for a position outside the city: nobody, and the nearest grid with its distance."""
    near = spot.nearest is not None and spot.nearest.distance_m <= spot.tolerance_m
    return Decision(
        **own_part(spot, boundaries, at, received_at),
        version=boundaries.label,
        category=answers.of_category(category),
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


def own_part(spot: Spot, boundaries: Boundaries, at: dt.datetime, received_at: dt.datetime) -> dict[str, Any]:
    """Return the values that are the spot's own, inside the city and outside."""
    return {
        "lon": spot.lon,
        "lat": spot.lat,
        "at": at,
        "received_at": received_at,
        "lands": [answers.of_land(here.land) for here in spot.lands],
        "border_distance_m": spot.border_distance_m,
        "neighbours": [answers.of_neighbour(boundaries, one) for one in spot.neighbours],
        "nearest": answers.of_neighbour(boundaries, spot.nearest) if spot.nearest else None,
    }
