"""What passes to another grid by an edit: ground, households and open cases, as a planner sees it while he drags."""

import dataclasses

import numpy as np
import shapely

from gridmgr.services import drafts
from gridmgr.services.catalogue import owner_level
from gridmgr.services.impact.households import households
from gridmgr.services.standing import ground
from gridmgr.services.transactions import reading
from gridmgr.store import cases


@dataclasses.dataclass(frozen=True)
class Passed:
    """How much an edit takes from one grid that people answer for to another.

    ``households`` is None where nobody knows them: the city has no numbers, or the ground comes from a
    grid that the draft itself made.
    """

    households: float | None
    open_cases: int


def gained(change):
    """Return [(code of a leaf, ground that it gained, or itself where it came under another area)]; lon/lat."""
    before, after = change.before, change.after
    leaves = [code for code in change.reshaped if code in after.coverage]
    new = [(code, after.shapes[code] if code not in before.shapes
            else shapely.difference(after.shapes[code], before.shapes[code]))
           for code in leaves if not is_recoded(change, code)]  # fmt: skip
    return new + [
        (code, after.shapes[code]) for code, _, _ in change.handed_over if code in after.coverage and code not in leaves
    ]


def moved_m2(change):
    """Return how much ground passed to another leaf, or with its leaf under another area; m²."""
    pieces = np.array([shape for _, shape in gained(change)], dtype=object)
    return float(shapely.area(change.after.metric(pieces)).sum()) if len(pieces) else 0.0


def is_recoded(change, code):
    """Return whether a grid is the same as before under another code."""
    known = {state.grid_id for one in change.removed for state in (change.before.states[one],)}
    return code not in change.before.states and change.after.states[code].grid_id in known


def passed(engine, change, *, at):
    """Return what an edit of a draft takes to other grids: a Passed, by the households of the draft's base.

    Raises
    ------
    NoSuchDraft
    """
    pieces = hands(change)
    with reading(engine) as session:
        base = drafts.living_draft(session, change.after.draft_id).base_number
        count = None if base is None else living_on(ground.of_version(session, base), pieces)
        return Passed(count, cases_on(session, [shape for _, shape in pieces], at))


def hands(change):
    """Return [(code of the grid it comes from, ground)] of what comes to another grid that people answer for."""
    found, before = [], change.before
    for code, shape in gained(change):
        target = change.after.owner(code)
        for other in before.coverage.near(shape):
            source = before.owner(other)
            part = shapely.intersection(before.coverage.shape(other), shape)
            if identity(before, source) != identity(change.after, target) and part.area > 0:
                found.append((source, part))
    return found


def identity(desk, code):
    """Return what a grid is known by in every state of a draft."""
    return desk.states[code].grid_id


def living_on(of_version, pieces):
    """Return the households on pieces of the grids of a ground, None where nobody knows."""
    known, grids = households(of_version, owner_level()), of_version.boundaries.grids
    if not known.is_known or any(code not in grids for code, _ in pieces):
        return None
    counts = [known.within(code, shape) for code, shape in pieces]
    return None if None in counts else sum(counts)


def cases_on(session, shapes, at):
    """Return how many open cases lie on some ground."""
    if not shapes:
        return 0
    whole = shapely.union_all(shapes)
    near = cases.open_places(session, at, box=whole.bounds)
    shapely.prepare(whole)
    return int(shapely.intersects_xy(whole, [r.lon for _, r in near], [r.lat for _, r in near]).sum()) if near else 0
