"""The ground: boundaries of one version with the indexes that find a spot in them.

A published version never changes, so its ground is built once per process and
kept under the version's number. A draft's ground is kept until the draft changes.
"""

import dataclasses
import threading
import weakref

import numpy as np
import shapely

from gridmgr.domain.grids import Boundaries
from gridmgr.geometry.crs import Metric, metric_of
from gridmgr.geometry.locator import Locator
from gridmgr.services.catalogue import answering_level, finer_level
from gridmgr.store import drafts as draft_rows
from gridmgr.store import grids as grid_rows
from gridmgr.store import revisions

_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Ground:
    """Boundaries, the index of the grids that reports go to, and one small index per divided grid."""

    boundaries: Boundaries
    locator: Locator
    divided: dict[str, tuple[str, ...]]
    metric: Metric | None
    finer: dict[str, Locator] = dataclasses.field(default_factory=dict)

    def unit_grid(self, owner, lon, lat):
        """Return the unit grid of ``owner`` at the position, looked up among its own children only."""
        codes = self.divided.get(owner)
        if codes is None:
            return None
        if owner not in self.finer:
            self.finer[owner] = Locator({code: self.boundaries.shapes[code] for code in codes})
        found = self.finer[owner].locate(lon, lat)
        return found if found is not None else self.finer[owner].nearest(lon, lat)[0]


def survey(boundaries):
    """Return the ground of ``boundaries``, newly built."""
    answering = boundaries.at_level(answering_level(boundaries))
    owners = {code: boundaries.shapes[code] for code in answering if code in boundaries.shapes}
    metric = metric_of(np.array(list(boundaries.shapes.values()), dtype=object)) if boundaries.shapes else None
    return Ground(boundaries, Locator(owners), divided_grids(boundaries), metric)


def divided_grids(boundaries):
    """Return owner grid → codes of its unit grids, lowest first as bytes."""
    found: dict[str, list[str]] = {}
    for code in boundaries.at_level(finer_level()):
        if code in boundaries.shapes:
            found.setdefault(boundaries.grids[code].parent_code, []).append(code)
    return {owner: tuple(codes) for owner, codes in found.items()}


def of_version(session, number):
    """Return the ground of published version ``number``; built once per process and city."""
    restored = revisions.numbers(session).get(revisions.RESTORED, 0)
    return kept(session, ("version", number, restored), lambda: grid_rows.boundaries(session, number))


def of_draft(session, draft_id):
    """Return the ground of a draft as it is now."""
    changed = revisions.numbers(session).get("drafts", 0)
    return kept(session, ("draft", draft_id, changed), lambda: draft_rows.boundaries(session, draft_id))


def kept(session, key, load):
    """Return the ground under ``key``, built from ``load()`` the first time; older states of the same are let go."""
    grounds = _kept.setdefault(session.get_bind().pool, {})
    if key not in grounds:
        with _lock:
            if key not in grounds:
                for old in [k for k in grounds if k[:2] == key[:2]]:
                    del grounds[old]
                grounds[key] = survey(load())
    return grounds[key]


def extent(boundaries):
    """Return (west, south, east, north) of all shapes; degrees."""
    return tuple(float(v) for v in shapely.total_bounds(np.array(list(boundaries.shapes.values()), dtype=object)))
