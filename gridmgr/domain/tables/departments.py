"""Department table: which department owns what for many rows, each a grid, a category and an instant, at once.

Three small tables stand for the whole of grids times categories: a category's *kind*
(categories with the same entries), a grid's *class* as that kind sees it (the areas that
its entries and units name), and the *situation*: the span between two changes of the matrix,
and the nobody's lands that count at the spot. A cell is one kind and class in one situation; it is
filled by :func:`gridmgr.domain.routing.owner_of` when a row first asks for it.
"""

import dataclasses
import itertools
import threading
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gridmgr.domain.categories import Category
from gridmgr.domain.responsibility import Matrix, NobodysLand, Responsibility, Unit
from gridmgr.domain.responsibility.resolving import Resolution
from gridmgr.domain.routing import owner_of
from gridmgr.domain.tables.area_classes import Areas, classes, named_areas
from gridmgr.domain.tables.numbered import Numbered
from gridmgr.domain.times.clocks import Instants, as_instant, as_microseconds

Numbers = npt.NDArray[np.int64]
Lands = tuple[NobodysLand, ...]
UNKNOWN, NONE = -1, 0


class DepartmentTable:
    """Which department owns each category in each of some grids, at every instant.

    Parameters
    ----------
    matrix : Matrix
        The rows of the city.
    categories : sequence of Category
        Rows refer to them by position; their number stands for no category.
    chains : sequence of mappings of level to code
        For each grid itself and the areas above it, most specific first.
    lands : sequence of NobodysLand
        All that a row may lie in.

    Attributes
    ----------
    resolutions : Numbered of Resolution or None
        What rows refer to; the first is None, for a row without a category or outside
        the city. ``tried`` and ``assisting`` are left out: they differ between rows of
        the same resolution.
    """

    def __init__(
        self, matrix: Matrix, categories: Sequence[Category], chains: Sequence[Areas], lands: Sequence[NobodysLand] = ()
    ) -> None:
        self.resolutions: Numbered[Resolution | None] = Numbered(None)
        self._matrix, self._categories, self._chains = matrix, categories, chains
        self._changes = changes_of(matrix)
        self._lay_out(*named_areas(matrix, categories, lands))
        self._situations: dict[tuple[int, Lands], int] = {}
        self._lands: list[Lands] = []
        self._cells = np.empty(0, np.int32)
        self._filling = threading.Lock()

    def _lay_out(self, kinds: Sequence[int], names: Sequence[frozenset[str]]) -> None:
        """Give each kind of category its cells, one for each class of grids and one for outside.

        The cells of one situation begin with that of the rows without a category.
        """
        rows = {one: number for number, one in enumerate(dict.fromkeys(names), 1)}
        by_row = [np.zeros(len(self._chains), np.int64), *(classes(self._chains, one) for one in rows)]
        counts = [1, *(int(one.max(initial=-1)) + 2 for one in by_row[1:])]
        self._classes = np.concatenate([np.append(one, count - 1) for one, count in zip(by_row, counts, strict=True)])
        row = np.array([rows[one] for one in names], np.int64)
        start = np.cumsum([1, *(counts[one] for one in row)])
        self._outside = np.concatenate([[0], start[1:] - 1])
        self._width = int(start[-1])
        kind = np.array(kinds, np.int64)
        self._row = np.append(row[kind], 0) * (len(self._chains) + 1)
        self._start = np.append(start[kind], 0)

    def slots(self, instants: Instants) -> Any:
        """Return between which changes of the matrix each instant lies; one number where it is the same for all."""
        low, high = self._changes.searchsorted((instants.min(), instants.max()), "right").tolist()
        return low if low == high else self._changes.searchsorted(instants, "right")

    def situation(self, slot: int, lands: Lands = ()) -> int:
        """Return the number of the situation in which these lands count, the first before the next, in that slot."""
        with self._filling:
            if (slot, lands) not in self._situations:
                number = len(self._lands)
                self._make_room(number + 1)
                self._cells[number * self._width + self._outside] = NONE
                self._lands.append(lands)
                self._situations[slot, lands] = number
            return self._situations[slot, lands]

    def _make_room(self, situations: int) -> None:
        """Have cells for so many situations: twice as many as before, so that each is copied once or twice in all."""
        needed = situations * self._width
        if needed > len(self._cells):
            more = np.full(max(needed, 2 * len(self._cells)) - len(self._cells), UNKNOWN, np.int32)
            self._cells = np.concatenate([self._cells, more])

    def situations(self, slots: Any) -> Any:
        """Return the situations in ``slots`` where no land counts; one number for one."""
        if np.ndim(slots) == 0:
            return self.situation(int(slots))
        low, high = int(slots.min()), int(slots.max())
        return np.array([self.situation(slot) for slot in range(low, high + 1)], np.int64).take(slots - low)

    def look_up(
        self, grids: Numbers, categories: Numbers, situations: Any, instants: Instants
    ) -> npt.NDArray[np.int32]:
        """Return for each row a position in ``resolutions``.

        Parameters
        ----------
        grids, categories : ndarray of int64, shape (n,)
            Positions; one after the last for a row outside the city or without a category.
        situations : int, or ndarray of int64, shape (n,)
            As :meth:`situation` gives them.
        instants : ndarray of int64, shape (n,) or ()
            Microseconds, UTC.
        """
        if not len(grids):
            return np.empty(0, np.int32)
        kinds = self._classes.take(self._row.take(categories) + grids)
        cells = self._start.take(categories) + kinds + situations * self._width
        found: npt.NDArray[np.int32] = self._cells.take(cells)
        if found.min() == UNKNOWN:
            self._fill(cells, np.flatnonzero(found == UNKNOWN), grids, categories, instants)
            found = self._cells.take(cells)
        return found

    def _fill(self, cells: Numbers, rows: Numbers, grids: Numbers, categories: Numbers, instants: Instants) -> None:
        """Fill the cells of ``rows``, each once, by the rules for the first row that asks for it."""
        cells_there, first = np.unique(cells[rows], return_index=True)
        when = np.broadcast_to(instants, grids.shape)
        with self._filling:
            is_missing = self._cells[cells_there] == UNKNOWN  # Of others' rows that asked meanwhile, some are there.
            for cell, row in zip(cells_there[is_missing].tolist(), rows[first][is_missing].tolist(), strict=True):
                lands = self._lands[cell // self._width]
                self._cells[cell] = self._number(int(grids[row]), int(categories[row]), lands, int(when[row]))

    def _number(self, grid: int, category: int, lands: Lands, instant: int) -> int:
        at = as_instant(instant)
        found = owner_of(self._categories[category], self._chains[grid], lands, self._matrix, at)
        assert found is not None
        return self.resolutions.number(dataclasses.replace(found, tried=(), assisting=()))


def changes_of(matrix: Matrix) -> Instants:
    """Return the instants at which an entry or a unit begins or ends, rising; microseconds."""
    rows: Iterable[Responsibility | Unit]
    rows = itertools.chain(*matrix.entries.values(), *matrix.units.values())
    ends = {end for row in rows for end in (row.valid_from, row.valid_to) if end is not None}
    return np.array(sorted(map(as_microseconds, ends)), np.int64)
