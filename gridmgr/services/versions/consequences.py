"""Consequences: what publishing a draft would bring, told before it is done."""

import dataclasses
import datetime as dt

from gridmgr.services import drafts, homes, standing
from gridmgr.services.standing import ground
from gridmgr.services.transactions import reading
from gridmgr.services.versions import comparing, reposting
from gridmgr.services.versions.comparing import Difference
from gridmgr.store import cases as case_rows


@dataclasses.dataclass(frozen=True)
class Consequences:
    """What a draft changes, who has to be posted elsewhere, and what becomes of open cases.

    ``passing`` are cases of dissolved grids, which go to the owner of their spot at the instant;
    ``staying`` those whose spot another grid will own while they stay with theirs until re-homed.
    """

    effective_from: dt.datetime
    difference: Difference
    displaced: list[reposting.Displaced]
    passing: list[homes.Passing]
    staying: list[homes.Passing]


def of_draft(engine, draft_id, *, effective_from=None, at):
    """Return the Consequences of publishing a draft, as things stand at ``at``.

    Raises
    ------
    NoSuchDraft
    """
    begins = max(effective_from or at, at)
    difference = comparing.of_draft(engine, draft_id)
    now = standing.in_force(engine, at)
    with reading(engine) as session:
        drafts.living_draft(session, draft_id)
        land = ground.of_draft(session, draft_id)
        displaced = reposting.displaced(session, draft_id, difference, land.boundaries.grids, begins)
        passing, staying = cases(session, now, land, at) if now is not None else ([], [])
    return Consequences(begins, difference, displaced, passing, staying)


def cases(session, now, land, at):
    """Return (passing, staying) of the cases open at ``at``, with the grids that they belong to now."""
    pairs = case_rows.open_places(session, at)
    before = homes.home_ids(session, now.ground, pairs, at)
    codes = {grid.grid_id: code for code, grid in now.ground.boundaries.grids.items()}
    alive = {grid.grid_id for grid in land.boundaries.grids.values()}
    found = {one.case_id: one for one in homes.passing(session, land, pairs, before)}
    told = [
        (dataclasses.replace(found[case.id], home=codes.get(home, "")), home in alive)
        for (case, _), home in zip(pairs, before, strict=True)
        if case.id in found
    ]
    return [one for one, stays in told if not stays], [one for one, stays in told if stays]
