"""The ground: boundaries of one version with the indexes that find a spot in them.

A published version never changes, so its ground is built once per process and
kept under the version's number. A draft's ground is kept until the draft changes.
"""

import dataclasses
import functools
import threading
import weakref

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.domain.grids import Boundaries
from gridmgr.geometry.crs import Metric, metric_of
from gridmgr.geometry.locator import NONE, Locator
from gridmgr.services.catalogue import answering_level, finer_level
from gridmgr.services.standing import indexes
from gridmgr.store import grids as grid_rows
from gridmgr.store import revisions

OWNERS, UNITS = "owners", "units"
"""What the indexes are called."""
_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_lock = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Ground:
    """Boundaries with the index of the grids that reports go to, and the one of the unit grids.

    ``parents`` holds for each of the unit grids the position of its owner in
    ``locator.codes``, -1 where that is no grid that reports go to.
    """

    boundaries: Boundaries
    locator: Locator
    units: Locator
    parents: npt.NDArray[np.int32]
    divided: dict[str, tuple[str, ...]]
    metric: Metric | None
    finer: dict[str, Locator] = dataclasses.field(default_factory=dict)

    def unit_grid(self, owner, lon, lat):
        """Return the code of the unit grid of ``owner`` at the position, None where it has none."""
        position = self.positions[owner]
        if not self.is_divided[position]:
            return None
        found = self.units.position(lon, lat)
        if found == NONE or self.parents[found] != position:
            found = self.unit_among(position, lon, lat)
        return self.units.codes[found]

    @functools.cached_property
    def positions(self):
        """Return code → position in ``locator.codes``."""
        return {code: position for position, code in enumerate(self.locator.codes)}

    @functools.cached_property
    def is_divided(self):
        """Return for each grid that reports go to whether it has unit grids."""
        return np.array([code in self.divided for code in self.locator.codes], dtype=bool)

    def unit_grids(self, owners, lons, lats):
        """Return each point's unit grid, looked up among the children of its owner only.

        The lowest of all unit grids that touch the point is the lowest of the owner's
        wherever it is the owner's at all; the few others are asked for by themselves.

        Parameters
        ----------
        owners : ndarray of int32, shape (n,)
            As ``locator.locate_many`` gives them.

        Returns
        -------
        ndarray of int32, shape (n,)
            Positions in ``units.codes``; -1 outside, and where the owner is undivided.
        """
        if not len(self.parents):
            return np.full(len(owners), NONE, np.int32)
        found = self.units.locate_many(lons, lats)
        has_units = (owners != NONE) & self.is_divided[owners]
        found[~has_units] = NONE
        astray = has_units & ((found == NONE) | (self.parents[found] != owners))
        for i in np.flatnonzero(astray).tolist():
            found[i] = self.unit_among(int(owners[i]), float(lons[i]), float(lats[i]))
        return found

    def unit_among(self, owner, lon, lat):
        """Return the position of the unit grid of ``owner`` that touches the point, or else is nearest; -1 for none."""
        if owner == NONE or not self.is_divided[owner]:
            return NONE
        code = self.locator.codes[owner]
        if code not in self.finer:
            self.finer[code] = Locator({one: self.boundaries.shapes[one] for one in self.divided[code]})
        found = self.finer[code].locate(lon, lat)
        return self.unit_positions[found if found is not None else self.finer[code].nearest(lon, lat)[0]]

    @functools.cached_property
    def unit_positions(self):
        """Return code → position in ``units.codes``."""
        return {code: position for position, code in enumerate(self.units.codes)}


def survey(boundaries, locator_of=lambda name, shapes: Locator(shapes)):
    """Return the ground of ``boundaries``, newly built; ``locator_of`` takes a name and code → shape."""
    locator = locator_of(OWNERS, shaped(boundaries, answering_level(boundaries)))
    units = locator_of(UNITS, shaped(boundaries, finer_level()))
    metric = metric_of(np.array(list(boundaries.shapes.values()), dtype=object)) if boundaries.shapes else None
    parents = parents_of(boundaries, units.codes, locator.codes)
    return Ground(boundaries, locator, units, parents, divided_grids(boundaries), metric)


def shaped(boundaries, level):
    """Return code → shape of the grids of ``level`` that have one."""
    return {code: boundaries.shapes[code] for code in boundaries.at_level(level) if code in boundaries.shapes}


def parents_of(boundaries, codes, owners):
    """Return for each of ``codes`` the position of its parent in ``owners``, -1 where it is not there."""
    positions = {code: position for position, code in enumerate(owners)}
    return np.array([positions.get(boundaries.grids[code].parent_code, NONE) for code in codes], dtype=np.int32)


def divided_grids(boundaries):
    """Return owner grid → codes of its unit grids, lowest first as bytes."""
    found: dict[str, list[str]] = {}
    for code in boundaries.at_level(finer_level()):
        if code in boundaries.shapes:
            found.setdefault(boundaries.grids[code].parent_code, []).append(code)
    return {owner: tuple(codes) for owner, codes in found.items()}


def of_version(session, number):
    """Return the ground of published version ``number``; built once per process and city."""
    restored, engine = revisions.numbers(session).get(revisions.RESTORED, 0), session.get_bind()

    def saved_or_new(name, shapes):
        return indexes.locator_of(engine, f"{name}-v{number}", shapes)

    return kept(session, ("version", number, restored), lambda: grid_rows.boundaries(session, number), saved_or_new)


def keep_indexes(engine, number, ground):
    """Write the indexes of published version ``number`` into files, drawn where they are not yet."""
    indexes.keep(engine, {f"{OWNERS}-v{number}": ground.locator, f"{UNITS}-v{number}": ground.units})


def of_draft(session, draft_id):
    """Return the ground of a draft as it is now, made from that of its base by what the draft changed."""
    from gridmgr.services.drafting import grounds  # It is built on this module.

    return grounds.of_draft(session, draft_id)


def kept(session, key, load, *locator_of):
    """Return the ground under ``key``, built from ``load()`` the first time; older states of the same are let go."""
    grounds = _kept.setdefault(session.get_bind().pool, {})
    if key not in grounds:
        with _lock:
            if key not in grounds:
                for old in [k for k in grounds if k[:2] == key[:2]]:
                    del grounds[old]
                grounds[key] = survey(load(), *locator_of)
    return grounds[key]


def extent(boundaries):
    """Return (west, south, east, north) of all shapes; degrees."""
    return tuple(float(v) for v in shapely.total_bounds(np.array(list(boundaries.shapes.values()), dtype=object)))
