"""Spans: for many grids at once, how many of a grid's instants of change lie before an instant.

Most rows of a file lie close together in time, and most grids do not change in
between: only the rows of the others are looked up one by one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gridmgr.domain.times.clocks import Instants

Numbers = npt.NDArray[np.int64]


class Spans:
    """The spans between the instants at which something changes, of each of some grids.

    Parameters
    ----------
    changes : sequence of iterables of int
        For each grid the instants at which a new span begins; microseconds, each once.

    Attributes
    ----------
    counts : ndarray of int64, shape (number of grids,)
        How many spans each grid has.
    """

    def __init__(self, changes: Sequence[Iterable[int]]) -> None:
        rows = sorted((instant, grid) for grid, instants in enumerate(changes) for instant in instants)
        self._begins = np.array([instant for instant, _ in rows], np.int64)
        self._grids = np.array([grid for _, grid in rows], np.int64)
        self._places = len(changes) + 1
        self.counts = np.bincount(self._grids, minlength=self._places)[:-1] + 1

    def between(self, instants: Instants) -> tuple[int, int]:
        """Return which changes (from, before) lie between the first and the last of ``instants``."""
        low, high = self._begins.searchsorted((instants.min(), instants.max()), "right").tolist()
        return low, high

    def first(self, low: int) -> Numbers:
        """Return the span that each grid is in after the first ``low`` changes of all; one more place for no grid."""
        return np.bincount(self._grids[:low], minlength=self._places)

    def moved(self, grids: Numbers, instants: Instants, low: int, high: int) -> tuple[Any, Any]:
        """Return the rows whose grid goes on to a later span among the changes from ``low`` to ``high``, and by how many.

        ``instants`` has the shape of ``grids``.
        """
        begins, changing = self._begins[low:high], self._grids[low:high]
        is_changing = np.zeros(self._places, bool)
        is_changing[changing] = True
        rows = np.flatnonzero(is_changing.take(grids))
        # Grid and rank of the instant in one number, so that one search finds both.
        place, width = grids[rows], high - low + 1
        keys = np.sort(changing * width + np.arange(1, width))
        past = begins.searchsorted(instants[rows], "right")
        return rows, keys.searchsorted(place * width + past, "right") - keys.searchsorted(place * width)
