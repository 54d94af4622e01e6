"""Homes of cases: the grid that a case belongs to at an instant, while borders move.

A case stays with the grid it was filed in, until it is re-homed from an instant on, by new borders or because
its spot was corrected. Where its grid
is dissolved, it passes at that instant to the owner of its spot; nothing has to run then.
"""

import dataclasses

import numpy as np

from gridmgr.domain.cases import Rehoming
from gridmgr.errors import Invalid
from gridmgr.geometry.locator import NONE
from gridmgr.services import routing, trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, revisions
from gridmgr.store import cases as case_rows

FEW = 500
"""Of so many cases it is asked one by one whether they were passed on."""


@dataclasses.dataclass(frozen=True)
class Passing:
    """An open case whose spot lies in another grid than the one it belongs to; codes. ``home`` "" is dissolved."""

    number: str
    case_id: int
    lon: float
    lat: float
    home: str
    spot: str


def at_home(session, ground, pairs, at):
    """Return [(Case, Report)] with the grid that each belongs to at ``at`` on this ground; changed ones are copies.

    Parameters
    ----------
    ground : Ground
        The boundaries in force at ``at``.
    pairs : list of (Case, Report)
    """
    grids = home_ids(session, ground, pairs, at)
    codes = {grid.grid_id: code for code, grid in ground.boundaries.grids.items()}
    return [
        pair if pair[0].grid_id == pair[1].grid_id == grid_id else moved(*pair, grid_id, codes.get(grid_id))
        for pair, grid_id in zip(pairs, grids, strict=True)
    ]


def moved(case, told, grid_id, code):
    """Return copies of a case and its report that name another grid."""
    return dataclasses.replace(case, grid_id=grid_id), dataclasses.replace(told, grid_id=grid_id, grid_code=code)


def home_ids(session, ground, pairs, at):
    """Return the identity of the grid that each case belongs to at ``at``; its former one where nobody owns the spot."""
    rehomed = case_rows.rehomed(session, at, [case.id for case, _ in pairs] if len(pairs) <= FEW else None)
    grids = ground.boundaries.grids
    alive = {grid.grid_id for grid in grids.values()}
    homes = [rehomed.get(case.id, case.grid_id) for case, _ in pairs]
    lost = [i for i, grid_id in enumerate(homes) if grid_id not in alive]
    for i, code in zip(lost, owners(ground, [pairs[i][1] for i in lost]), strict=True):
        homes[i] = grids[code].grid_id if code is not None else homes[i]
    return homes


def owners(ground, reports):
    """Return the code of the grid that owns the spot of each report, None outside."""
    if not reports:
        return []
    lons, lats = (np.array([getattr(one, name) for one in reports]) for name in ("lon", "lat"))
    found = ground.locator.locate_many(lons, lats)
    return [None if position == NONE else ground.locator.codes[position] for position in found.tolist()]


def passing(session, ground, pairs, homes):
    """Return the Passings among open cases: those whose spot another grid of ``ground`` owns.

    ``homes`` are the identities that the cases belong to before the borders move.
    """
    codes = {grid.grid_id: code for code, grid in ground.boundaries.grids.items()}
    spots = owners(ground, [told for _, told in pairs])
    return [
        Passing(case.number, case.id, told.lon, told.lat, codes.get(home, ""), spot)
        for (case, told), home, spot in zip(pairs, homes, spots, strict=True)
        if spot is not None and codes.get(home) != spot
    ]


def rehome(engine, *, grids=None, valid_from=None, reason="", dry_run=False, by, at):
    """Let the open cases whose spot another grid owns belong to that grid from an instant on; return the Passings.

    Parameters
    ----------
    grids : collection of str, optional
        Only cases that belong to one of these grids; all without it.
    valid_from : datetime, optional
        Not before ``at``, which it is without it. The boundaries in force then decide.
    dry_run : bool
        Only tell.

    Raises
    ------
    Invalid, NothingInForce
    """
    begins = valid_from or at
    if begins < at:
        raise Invalid("Cases cannot be re-homed in the past ({instant}).", instant=begins.isoformat(timespec="seconds"))
    if not dry_run and not reason.strip():
        raise Invalid("Re-homing cases needs a reason: say why.")
    with (reading if dry_run else writing)(engine) as session:
        ground = routing.gather(session, at=begins).ground
        pairs = case_rows.open_places(session, at)
        found = passing(session, ground, pairs, home_ids(session, ground, pairs, begins))
        found = [one for one in found if grids is None or one.home in grids]
        if found and not dry_run:
            keep(session, ground, found, begins, reason, by=by, at=at)
    return found


def keep(session, ground, found, begins, reason, *, by, at):
    """Write that these cases pass to the owners of their spots."""
    ids = {code: grid.grid_id for code, grid in ground.boundaries.grids.items()}
    bulk.insert(session, [Rehoming(one.case_id, ids[one.spot], begins, at, by, reason.strip()) for one in found])
    trail.record(
        session, by, "rehome_cases", "cases", {"cases": [one.number for one in found], "reason": reason}, at=at
    )
    revisions.raise_(session, "reports")
