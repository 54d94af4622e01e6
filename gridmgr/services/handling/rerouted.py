"""What a correction of spot or category would change, before anybody decides on it."""

import dataclasses
import datetime as dt
from typing import Any

from gridmgr.domain.cases import Event
from gridmgr.domain.casework import clock, guards
from gridmgr.domain.casework.standing import after
from gridmgr.domain.casework.steps import CASE
from gridmgr.domain.routing import Decision
from gridmgr.services.handling import rerouting


@dataclasses.dataclass(frozen=True)
class Side:
    """Whose a case is, before or after: ``person`` and ``department`` as plain values, ``due_at`` the deadline."""

    lon: float
    lat: float
    category: str
    grid: str | None
    person: dict[str, Any] | None
    department: dict[str, Any] | None
    state: str
    due_at: dt.datetime


@dataclasses.dataclass(frozen=True)
class Rerouted:
    """What a correction would change. ``after.due_at`` is the deadline were the next owner given the case at once."""

    before: Side
    after: Side
    decision: Decision


def preview(engine, number, *, at, lon=None, lat=None, category=None, condition="", limit=None):
    """Return the Rerouted of a case: at another spot, under another category, or both; nothing is written.

    Raises
    ------
    NoSuchCase, StepRefused, Invalid, BadPosition, UnknownCategory
    """
    now = rerouting.of_case(engine, number, at)
    here = now.report.lon, now.report.lat
    spot = here if lon is None or lat is None else (lon, lat)
    accuracy_m = now.report.accuracy_m if spot == here else None
    found = rerouting.found_at(engine, now, *spot, category or now.category, accuracy_m)
    steps = {}
    if spot != here:
        steps["move"] = rerouting.moved(now, found, accuracy_m)
    if category:
        steps["recategorise"] = rerouting.recategorised(now, found, condition, limit)
    standing = followed(now, steps)
    grid = now.grid if spot == here else found.grid
    due_at = clock.due_of(with_next_owner(standing, at), now.calendar)
    return Rerouted(
        side(now, now.standing, *here, now.grid, now.department, clock.due_of(now.standing, now.calendar)),
        side(now, standing, *spot, grid, found.department, due_at),
        found.decision,
    )


def followed(now, steps):
    """Return where a case would stand after ``steps`` (action → data), or raise what forbids one."""
    standing = now.standing
    for action, data in steps.items():
        asked = guards.Asked(action, CASE, "", now.at, "preview", data)
        ends = guards.ends_in(guards.refuse(standing, asked), standing, asked)
        standing = after(standing, event(standing, action, ends, now.at, data))
    return standing


def with_next_owner(standing, at):
    """Return where a case would stand if its next owner, where it has one, were given it at once."""
    if not standing.next_owner:
        return standing
    return after(standing, event(standing, "dispatch", "dispatched", at, {"department": standing.next_owner}))


def event(standing, action, ends, at, data):
    """Return the Event of a step that nobody has taken."""
    return Event(standing.number + 1, action, standing.state, ends, "", "", at, at, data=data)


def side(now, standing, lon, lat, grid, department, due_at):
    """Return whose a case is by a standing."""
    return Side(lon, lat, standing.category, grid, person_of(now, grid), named(now, department), standing.state, due_at)


def person_of(now, grid):
    """Return who answers for a grid at this instant, None where nobody does."""
    grids = now.known.ground.boundaries.grids
    return now.known.parts.person(grid, now.at).fields["person"] if grid in grids else None


def named(now, code):
    """Return a department with its names, None for none."""
    found = now.known.facts.matrix.departments.get(code)
    return code and {"code": code, "name": found.name if found else code, "name_en": found.name_en if found else code}
