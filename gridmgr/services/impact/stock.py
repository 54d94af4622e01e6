"""The stock of a version: how much of each measure lies in each of its grids, counted once and kept.

A published version never changes, so its sums are asked for after every edit of a draft and
counted again only when the things themselves change.
"""

import dataclasses
import functools
import weakref

import numpy as np

from gridmgr.services.impact import things
from gridmgr.services.impact.things import Things
from gridmgr.services.standing.keeping import Keeper

MOST_KEPT, OUTSIDE = 24, -1
_things: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_counts: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


@dataclasses.dataclass(frozen=True, eq=False)
class Count:
    """The things of one measure by the grid of a locator that owns them.

    Attributes
    ----------
    sums : ndarray of float64, shape (grids,)
    order : ndarray of int64, shape (n,)
        The things sorted by their owner, those outside of all grids first.
    starts : ndarray of int64, shape (grids + 2,)
        Where each owner's begin in ``order``; those outside are owner 0, a grid is its position + 1.
    """

    things: Things
    owners: np.ndarray
    sums: np.ndarray
    order: np.ndarray
    starts: np.ndarray

    @classmethod
    def by(cls, locator, found):
        """Return the Count of Things by the grids of ``locator``."""
        owners = locator.locate_many(found.lons, found.lats) if locator.codes else np.full(len(found), -1)
        owners = owners.astype(np.int64) + 1
        sums = np.bincount(owners, found.amounts, len(locator.codes) + 1)[1:]
        order = np.argsort(owners, kind="stable")
        starts = np.searchsorted(owners[order], np.arange(len(locator.codes) + 2))
        return cls(found, owners - 1, sums, order, starts)

    def among(self, positions):
        """Return which things lie in these grids (-1 is outside of all), as positions among all things."""
        slices = [self.order[self.starts[one + 1] : self.starts[one + 2]] for one in positions]
        return np.concatenate(slices) if slices else np.empty(0, np.int64)


@dataclasses.dataclass(frozen=True, eq=False)
class Stock:
    """The Counts of the measures in a ground, None for what the city has no data for."""

    counts: dict

    def known(self, name):
        """Return whether the city has data for a measure."""
        return self.counts.get(name) is not None

    def sums(self, name):
        """Return the sums of a measure by grid, None where there is no data."""
        return self.counts[name].sums if self.known(name) else None


def stock(session, ground, *, at, months, names=things.POINTS):
    """Return the Stock of a ground as things stand at ``at``.

    Parameters
    ----------
    ground : Ground
        Its sums are kept as long as it is.
    months : int
        How far back the past cases go.
    """
    kept = _things.setdefault(session.get_bind().pool, Keeper(MOST_KEPT))
    counted = _counts.setdefault(ground.locator, Keeper(MOST_KEPT))
    read = functools.partial(things.read, session, metric=ground.metric, at=at, months=months)
    counts = {}
    for name in names:
        key = things.state(session, name, at=at, months=months)
        found = kept.get(key, functools.partial(read, name))
        counts[name] = counted.get(key, functools.partial(count, ground.locator, found))
    return Stock(counts)


def count(locator, found):
    """Return the Count of Things by a locator's grids; None stays None."""
    return None if found is None else Count.by(locator, found)
