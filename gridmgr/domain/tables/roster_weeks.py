"""Roster weeks: which weekly lines of a grid run at an instant, as one small number, for many rows at once.

A week is cut at every minute at which some line begins or ends. Grids with the
same lines make a group; pieces of the week in which the same of a group's lines
run are one *state* of that group, and there are few of them.
"""

import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gridmgr.domain.staff import Duty, Staffing, is_rostered
from gridmgr.domain.times.clocks import DAY_MINUTES, WEEK_MINUTES, Clocks, Instants

Line = tuple[int, int, tuple[int, ...]]
Numbers = npt.NDArray[np.int64]
UTC = zoneinfo.ZoneInfo("UTC")
A_MONDAY = dt.datetime(2024, 1, 1, tzinfo=UTC)


class RosterWeeks:
    """The states of the weekly lines of some grids.

    Parameters
    ----------
    staffing : Staffing
        The rows of the city.
    chains : sequence of sequences of int
        For each grid its own identity and those above it.

    Attributes
    ----------
    counts : ndarray of int64, shape (number of grids,)
        How many states each grid has.
    """

    def __init__(self, staffing: Staffing, chains: Sequence[Sequence[int]]) -> None:
        sets = [frozenset(line_of(duty) for one in chain for duty in staffing.duties.get(one, ())) for chain in chains]
        groups = {lines: number for number, lines in enumerate(dict.fromkeys(sets))}
        pieces = cuts(frozenset().union(*groups))
        states = [states_of(sorted(lines), pieces) for lines in groups]
        group = np.array([groups[lines] for lines in sets], np.int64)
        self.counts = np.array([one.max() + 1 for one in states], np.int64)[group]
        self._is_idle = not any(groups)
        self._clocks = Clocks(staffing.zone)
        self._piece_of_minute = np.repeat(np.arange(len(pieces)), np.diff([*pieces, WEEK_MINUTES]))
        self._row = np.append(group, len(groups)) * len(pieces)
        self._states = np.concatenate([*states, np.zeros(len(pieces), np.int64)])

    def states(self, grids: Numbers, instants: Instants) -> Any:
        """Return the state of each grid at its instant, 0 for no grid (the place after the last)."""
        if self._is_idle:
            return 0
        pieces = self._piece_of_minute.take(self._clocks.minutes_of_week(instants))
        return self._states.take(self._row.take(grids) + pieces)


def line_of(duty: Duty) -> Line:
    """Return what a roster line says of the week."""
    return duty.starts_minute, duty.ends_minute, tuple(duty.weekdays)


def cuts(lines: frozenset[Line]) -> list[int]:
    """Return the minutes of the week at which some of ``lines`` may begin or end, midnights among them."""
    minutes = {0, *(minute % DAY_MINUTES for line in lines for minute in line[:2])}
    return sorted(day * DAY_MINUTES + minute for day in range(7) for minute in minutes)


def states_of(lines: Sequence[Line], pieces: Sequence[int]) -> Numbers:
    """Return for each piece of the week a number that is the same where the same of ``lines`` run."""
    running = [tuple(runs(line, minute) for line in lines) for minute in pieces]
    numbers = {one: number for number, one in enumerate(dict.fromkeys(running))}
    return np.array([numbers[one] for one in running], np.int64)


def runs(line: Line, minute: int) -> bool:
    """Return whether ``line`` runs at a minute of the week."""
    starts, ends, weekdays = line
    duty = Duty(0, 0, list(weekdays), starts, ends, A_MONDAY)
    return is_rostered(duty, A_MONDAY + dt.timedelta(minutes=minute), UTC)
