"""Counting over time: what was reported for a grid and for those it came from, while borders moved.

Each report counts once. It counts for the grid that owns its spot now, if that is the grid it was
decided for or descends from it by lineage; otherwise for the grid it was decided for, while that is
there; where that is dissolved, for the owner of its spot, as open cases pass. So ground takes its
past with it when it changes hands, and what somebody decided against the map stays decided.
"""

import collections
import dataclasses

import numpy as np

from gridmgr.domain.versions.lineage import descendants
from gridmgr.geometry.locator import NONE
from gridmgr.services import routing
from gridmgr.services.transactions import reading
from gridmgr.store import versions as version_rows
from gridmgr.store.versions import lives


@dataclasses.dataclass(frozen=True)
class Tally:
    """How many reports and cases count for a grid; ``inherited`` is code → the same, of those decided for another grid."""

    reports: int = 0
    cases: int = 0
    inherited: dict[str, "Tally"] = dataclasses.field(default_factory=dict)


def of_grids(engine, *, starts=None, ends=None, at):
    """Return code → Tally of the grids in force at ``at`` that reports go to; those without any are there with 0.

    Parameters
    ----------
    starts, ends : datetime, optional
        Only what was observed from ``starts`` until before ``ends``; never what was after ``at``.

    Raises
    ------
    NothingInForce
    """
    with reading(engine) as session:
        ground = routing.gather(session, at=at).ground
        heirs = descendants(steps(session, at))
        decided, lons, lats, are_cases = columns(lives.decided_spots(session, at, starts, ends))
        names = {grid_id: lives.codes_of(session, grid_id)[-1][1] for grid_id in np.unique(decided).tolist()}
    now = {ground.boundaries.grids[code].grid_id: code for code in ground.locator.codes}
    ids = np.array([*now, NONE])
    spots = ids[ground.locator.locate_many(lons, lats)] if len(lons) else decided
    found = {code: collections.Counter() for code in now.values()}
    for grid, spot, reports, cases in counted(decided, spots, are_cases):
        owner = owner_now(grid, spot, now, heirs)
        if owner in now:
            source = None if grid == owner else names[grid]
            found[now[owner]].update({(source, "reports"): reports, (source, "cases"): cases})
    return {code: tally(counts) for code, counts in found.items()}


def counted(decided, spots, are_cases):
    """Yield (grid it was decided for, owner of the spot now, reports, cases) for each such pair of identities."""
    pairs, which = np.unique(np.stack([decided, spots], axis=1), axis=0, return_inverse=True)
    reports, cases = (np.bincount(which.reshape(-1), weights, len(pairs)) for weights in (None, are_cases))
    for (grid, spot), of_both, filed in zip(pairs.tolist(), reports.tolist(), cases.tolist(), strict=True):
        yield grid, spot, of_both, int(filed)


def steps(session, at):
    """Return (from, to) of the ground that passed with the versions in force by ``at``; identities."""
    counting = {one.number for one in version_rows.all_versions(session)
                if one.withdrawn_at is None and one.effective_from <= at}  # fmt: skip
    return [(row.from_id, row.to_id) for row in lives.all_lineage(session) if row.version_number in counting]


def columns(rows):
    """Return the rows of reports as arrays: grid, lon, lat, whether a case was filed."""
    grids, lons, lats, cases = zip(*rows, strict=True) if rows else ((), (), (), ())
    return np.array(grids, np.int64), np.array(lons, float), np.array(lats, float), np.array(cases, bool)


def owner_now(grid, spot, now, heirs):
    """Return the identity that a report counts for: it was decided for ``grid``, and ``spot`` owns its place now."""
    if spot == grid or spot in heirs.get(grid, ()):
        return spot
    return grid if grid in now else spot


def tally(counts):
    """Return the Tally of a grid from (code of another grid or None, what) → number."""
    sources = sorted({source for source, _ in counts} - {None}, key=str.encode)
    inherited = {one: Tally(counts[one, "reports"], counts[one, "cases"]) for one in sources}
    totals = (sum(number for (_, what), number in counts.items() if what == which) for which in ("reports", "cases"))
    return Tally(*totals, inherited)
