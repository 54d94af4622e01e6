"""Overlays: which nobody's lands count at many spots, the first before the next."""

import datetime as dt
import itertools

import numpy as np
import shapely

from gridmgr.domain.routing.lands import lands_here
from gridmgr.domain.routing.spots import LandHere, Spot
from gridmgr.domain.staff.vacancies import on_day
from gridmgr.domain.times.clocks import as_instant, as_microseconds
from gridmgr.geometry.locator import NONE, Locator

DAY = dt.timedelta(days=1)


class Overlays:
    """The nobody's lands over the grids of one ground.

    Parameters
    ----------
    lands : Lands
        With their shapes.
    ground : Ground
    staffing : Staffing
        For the clocks by which a registration expires.
    """

    def __init__(self, lands, ground, staffing):
        self.lands, self.metric, self.zone = lands, ground.metric, staffing.zone
        shapes = np.array(lands.shapes, dtype=object)
        self._locator = Locator({f"{number:09}": shape for number, shape in enumerate(lands.shapes)})
        one, other = lands.tree.query(shapes, predicate="intersects")
        self._is_alone = np.bincount(one[one != other], minlength=len(shapes)) == 0
        self._boxes = boxes(lands.tree, shapes, ground)
        self._is_crossed = self._boxes[0] <= self._boxes[2]
        self._ends = np.array(sorted({end for land in lands.lands for end in ends_of(land, staffing)}), np.int64)
        self._kept = {}

    def find(self, lons, lats, grids, instants, asked):
        """Return the rows at which lands count, and for each a tuple of lands.

        Parameters
        ----------
        grids : ndarray of int64, shape (n,)
            Positions of the owners; one after the last outside the city.
        instants : ndarray of int64, shape (n,) or ()
            When it was observed; microseconds, UTC.
        asked : ndarray of bool, shape (n,)
            The rows that are looked at.
        """
        rows = np.flatnonzero(self._is_crossed.take(grids) & asked)
        rows = rows[self._is_beside(lons[rows], lats[rows], grids[rows])]
        if not len(rows):
            return rows, []
        first = self._locator.locate_many(lons[rows], lats[rows])
        rows, first = rows[first != NONE], first[first != NONE]
        spans = self._ends.searchsorted(np.broadcast_to(instants, grids.shape)[rows], "right")
        met = self._met(lons[rows], lats[rows], first)
        when = np.broadcast_to(instants, grids.shape)[rows].tolist()
        found = [self._in_force(*one) for one in zip(met, spans.tolist(), when, strict=True)]
        counting = [number for number, lands in enumerate(found) if lands]
        return rows[counting], [found[number] for number in counting]

    def _is_beside(self, lons, lats, grids):
        """Return whether each point lies in the box of the lands that touch its grid."""
        west, south, east, north = self._boxes
        is_between = (west.take(grids) <= lons) & (lons <= east.take(grids))
        return is_between & (south.take(grids) <= lats) & (lats <= north.take(grids))

    def _met(self, lons, lats, first):
        """Return for each point all lands there; most lie alone, so that the first is the only one."""
        met = [(number,) for number in first.tolist()]
        rows = np.flatnonzero(~self._is_alone[first])
        point, number = self.lands.tree.query(shapely.points(lons[rows], lats[rows]), predicate="intersects")
        pairs = sorted(zip(rows[point].tolist(), number.tolist(), strict=True))
        for row, group in itertools.groupby(pairs, key=lambda pair: pair[0]):
            met[row] = tuple(number for _, number in group)
        return met

    def _in_force(self, met, span, instant):
        """Return those of the lands ``met`` that count at ``instant``; the same all through its span."""
        if (met, span) not in self._kept:
            here = [LandHere(self.lands.lands[number], self._area_m2(number)) for number in met]
            spot = Spot(0.0, 0.0, None, lands=here)
            self._kept[met, span] = tuple(lands_here(spot, self.zone, as_instant(instant)))
        return self._kept[met, span]

    def _area_m2(self, number):
        return float(shapely.area(self.metric(self.lands.shapes[number])))


def boxes(tree, lands, ground):
    """Return west, south, east and north of what lands may cover of each grid, and of no grid after the last.

    West is greater than east where none touches it.
    """
    grids = np.array([ground.boundaries.shapes[code] for code in ground.locator.codes], dtype=object)
    found = np.full((4, len(grids) + 1), np.inf)
    found[2:] = -np.inf
    grid, land = tree.query(grids, predicate="intersects")
    one, other = shapely.bounds(grids[grid]).T, shapely.bounds(lands[land]).T
    for side in range(2):
        np.minimum.at(found[side], grid, np.maximum(one[side], other[side]))
        np.maximum.at(found[side + 2], grid, np.minimum(one[side + 2], other[side + 2]))
    return found


def ends_of(land, staffing):
    """Yield the instants at which a land may begin or cease to count; microseconds.

    The clocks may go back over a midnight, so that its last day comes twice.
    """
    yield as_microseconds(land.valid_from)
    if land.valid_to is not None:
        yield as_microseconds(land.valid_to)
    if land.expires_on is not None:
        days = (land.expires_on, land.expires_on + DAY)
        yield from map(as_microseconds, itertools.chain.from_iterable(on_day(staffing, day, ()) for day in days))
