"""Person table: who answers for many rows, each a grid and an instant, at once.

Who answers for a grid changes only where a span of its posts, roster lines,
absences and services ends, and where its weekly lines begin or end. A cell of the
table is one such span of one grid in one state of its weekly lines; it is filled
by :func:`gridmgr.domain.staff.answering.answering` when a row first asks for it.
"""

import dataclasses
import threading
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from gridmgr.domain.staff import Staffing
from gridmgr.domain.staff.answering import Answer, answering
from gridmgr.domain.staff.vacancies import changes
from gridmgr.domain.tables.numbered import Numbered
from gridmgr.domain.tables.roster_weeks import RosterWeeks
from gridmgr.domain.tables.spans import Numbers, Spans
from gridmgr.domain.times.clocks import Instants, as_instant, as_microseconds

UNKNOWN, NOBODY = -1, 0


class PersonTable:
    """Who answers for each of some grids at every instant.

    Parameters
    ----------
    staffing : Staffing
        The rows of the city.
    chains : sequence of sequences of int
        For each grid its own identity and those above it, nearest first.

    Attributes
    ----------
    answers : Numbered of Answer or None
        Whom rows refer to; the first is None, for a row outside the city. ``tried``
        and ``runner_up`` are left out: they differ between rows of the same answer.
    """

    def __init__(self, staffing: Staffing, chains: Sequence[Sequence[int]]) -> None:
        self.answers: Numbered[Answer | None] = Numbered(None)
        self._staffing, self._chains = staffing, chains
        self._weeks = RosterWeeks(staffing, chains)
        self._spans = Spans(all_changes(staffing, chains))
        counts = self._spans.counts * self._weeks.counts
        self._start = np.concatenate([[0], np.cumsum(counts)])
        self._states = np.append(self._weeks.counts, 0)
        self._cells = np.full(self._start[-1] + 1, UNKNOWN, np.int32)
        self._cells[-1] = NOBODY
        self._first: tuple[int, Numbers] = (0, self._start)
        self._filling = threading.Lock()

    def look_up(self, grids: Numbers, instants: Instants) -> npt.NDArray[np.int32]:
        """Return for each row a position in ``answers``.

        Parameters
        ----------
        grids : ndarray of int64, shape (n,)
            Positions in ``chains``; its length for a row outside the city.
        instants : ndarray of int64, shape (n,) or ()
            Microseconds, UTC; one instant for all rows, or one each.
        """
        if not len(grids):
            return np.empty(0, np.int32)
        cells = self._cells_of(grids, instants)
        if (found := self._cells.take(cells)).min() == UNKNOWN:
            self._fill(cells, np.flatnonzero(found == UNKNOWN), grids, instants)
            found = self._cells.take(cells)
        return found

    def _cells_of(self, grids: Numbers, instants: Instants) -> Numbers:
        low, high = self._spans.between(instants)
        cells: Numbers = self._beginning(low).take(grids) + self._weeks.states(grids, instants)
        if high > low:
            rows, later = self._spans.moved(grids, instants, low, high)
            cells[rows] += later * self._states.take(grids[rows])
        return cells

    def _beginning(self, low: int) -> Numbers:
        """Return each grid's first cell after the first ``low`` changes; kept, as the next rows mostly ask the same."""
        known, cells = self._first
        if known != low:
            cells = self._start + self._spans.first(low) * self._states
            self._first = low, cells
        return cells

    def _fill(self, cells: Numbers, rows: Numbers, grids: Numbers, instants: Instants) -> None:
        """Fill the cells of ``rows``, each once, by the rules for the first row that asks for it."""
        cells_there, first = np.unique(cells[rows], return_index=True)
        when = np.broadcast_to(instants, grids.shape)
        with self._filling:
            is_missing = self._cells[cells_there] == UNKNOWN  # Of others' rows that asked meanwhile, some are there.
            for cell, row in zip(cells_there[is_missing].tolist(), rows[first][is_missing].tolist(), strict=True):
                self._cells[cell] = self._number(int(grids[row]), int(when[row]))

    def _number(self, grid: int, instant: int) -> int:
        found = answering(self._staffing, self._chains[grid], as_instant(instant))
        return self.answers.number(dataclasses.replace(found, tried=(), runner_up=None))


def all_changes(staffing: Staffing, chains: Sequence[Sequence[int]]) -> list[set[int]]:
    """Return for each chain the instants at which a span of its grid, or of one above it, begins; microseconds."""
    known: dict[int, set[int]] = {}
    for one in {identity for chain in chains for identity in chain}:
        known[one] = {as_microseconds(instant) for instant in changes(staffing, one)}
    return [joined(known[one] for one in chain) for chain in chains]


def joined(sets: Iterable[set[int]]) -> set[int]:
    """Return all numbers of ``sets``."""
    return set().union(*sets)
