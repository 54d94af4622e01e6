"""How much each grid has open, against the mean."""

import dataclasses
import datetime as dt
import weakref

from gridmgr.store import desk as rows

TOO_MUCH = 1.3
"""From so many times the mean on somebody has too much."""
GOOD_FOR = dt.timedelta(seconds=15)
_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


@dataclasses.dataclass(frozen=True)
class Load:
    """Open cases of a grid, and how many times the mean of the grids with any that is; None where nothing is open."""

    open: int
    ratio: float | None


@dataclasses.dataclass(frozen=True)
class Loads:
    """Open cases by grid (identity), and the mean over the grids that have any."""

    open: dict[int, int]
    mean: float

    def of(self, grid_id, more=0):
        """Return the Load of a grid with so many cases more."""
        count = self.open.get(grid_id, 0) + more
        return Load(count, round(count / self.mean, 2) if self.mean else None)


def loads(session, at):
    """Return the Loads of a city; at most a quarter of a minute old."""
    engine = session.get_bind()
    kept = _kept.get(engine)
    if kept is None or abs(at - kept[0]) > GOOD_FOR:
        counted = rows.open_by_grid(session)
        kept = at, Loads(counted, sum(counted.values()) / max(len(counted), 1))
        _kept[engine] = kept
    return kept[1]
