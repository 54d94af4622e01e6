"""Dispatching many cases at once: each is a step of its own, and each that cannot be taken says why."""

import collections
import dataclasses
from typing import Any

from gridmgr.domain.cases import Case
from gridmgr.errors import GridmgrError, Unavailable
from gridmgr.services import routing
from gridmgr.services.desk import candidates, loads
from gridmgr.services.handling import dispatching, places
from gridmgr.services.transactions import reading
from gridmgr.store.cases import casework as rows

MOST = 200


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What became of one case: dispatched, or the error that says why not."""

    number: str
    case: Case | None
    error: GridmgrError | None = None


@dataclasses.dataclass(frozen=True)
class Burden:
    """Somebody and his load before and after ``more`` cases; ``grid`` is the code of the grid that he answers for."""

    person: dict[str, Any] | None
    department: dict[str, Any] | None
    grid: str
    more: int
    before: loads.Load
    after: loads.Load


def dispatch(engine, wanted, *, by, role, at, reason="", refuse=lambda grid, department: None):
    """Dispatch cases, each to the department that is named or to the one it was filed for; return the Outcomes.

    Parameters
    ----------
    wanted : list of (number, seen, department or None)
    refuse : callable
        Takes grid and department of a case; raises where whoever dispatches may not reach it.
    """
    return [one(engine, *each, by=by, role=role, at=at, reason=reason, refuse=refuse) for each in wanted]


def one(engine, number, seen, department, *, by, role, at, reason, refuse):
    """Dispatch one case; what is wrong with it is its Outcome, what is wrong with the database stops all."""
    try:
        place = places.of_case(engine, number, at=at)
        if place is not None:
            refuse(*place)
        chosen = department or candidates.proposed(engine, number)
        telling = {"by": by, "role": role, "at": at, "reason": reason, "seen": seen}
        return Outcome(number, dispatching.dispatch(engine, number, department=chosen, **telling))
    except Unavailable:
        raise
    except GridmgrError as error:
        return Outcome(number, None, error)


def burdens(engine, numbers, *, at, refuse=lambda grid, department: None):
    """Return the Burdens of those who would have the cases, whoever would have most first; ``refuse`` as above."""
    for place in (places.of_case(engine, number, at=at) for number in numbers):
        if place is not None:
            refuse(*place)
    known = routing.knowledge(engine, at=at)
    with reading(engine) as session:
        found = [pair for pair in (rows.case_of_number(session, number) for number in numbers) if pair]
        counted = loads.loads(session, at)
    decisions = [decided(known, case, told, at) for case, told in found]
    decisions = [one for one in decisions if one.grid]
    more = collections.Counter(one.grid["code"] for one in decisions)
    first = {one.grid["code"]: one for one in reversed(decisions)}
    made = [burden(known, first[code], count, counted) for code, count in more.items()]
    return sorted(made, key=lambda one: (-(one.after.ratio or 0), one.grid))


def decided(known, case, told, at):
    """Return who would have a case now."""
    category = case.category_code if case.category_code in known.facts.categories else None
    return routing.where(known, told.lon, told.lat, category=category, at=at)


def burden(known, decision, count, counted):
    """Return the Burden of whoever answers for the grid of a decision; the cases are open already, but not his yet."""
    grid_id = known.ground.boundaries.grids[decision.grid["code"]].grid_id
    after = counted.of(grid_id)
    return Burden(
        decision.person, decision.department, decision.grid["code"], count, counted.of(grid_id, -count), after
    )
