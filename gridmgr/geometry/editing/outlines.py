"""Outlines of several grids' common ground as sums of their edges, and where two of them differ."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.edges import Edges, Indices, edges_of
from gridmgr.geometry.editing.rings import ROUNDING_DEG


class Step(NamedTuple):
    """An edge of an outline, x + iy, with the ground of group ``group`` on the left."""

    start: complex
    end: complex
    group: int

    @property
    def middle(self) -> complex:
        """The place halfway."""
        return (self.start + self.end) / 2


def turned(shapes: Any) -> Edges:
    """Return the edges of valid ``shapes`` with the ground on the left."""
    return edges_of(np.asarray(shapely.orient_polygons(shapes), dtype=object))


def moved(before: Edges, after: Edges, groups: tuple[Indices, Indices]) -> tuple[list[Step], list[Step]]:
    """Return the steps of the outlines of groups of grids that are gone, and those that are new.

    Parameters
    ----------
    before, after : Edges
        As ``turned`` gives them.
    groups : pair of ndarray of int
        The group of each owner before, and after.

    Returns
    -------
    pair of lists of Step
        Both empty where each group covers the same ground as before. An edge that
        became several on the same straight line, or the other way, is not among them.
    """
    gone, new = _undivided(*_differing(before, after, groups))
    return _undivided(new, gone)[::-1]


def _undivided(whole: list[Step], parts: list[Step]) -> tuple[list[Step], list[Step]]:
    """Return both without the steps of the first that several of the second make up, and those."""
    following: dict[tuple[complex, int], list[Step]] = {}
    for step in parts:
        following.setdefault((step.start, step.group), []).append(step)
    left = [step for step in whole if not _divided(step, following)]
    return left, [step for steps in following.values() for step in steps]


def _differing(before: Edges, after: Edges, groups: tuple[Indices, Indices]) -> tuple[list[Step], list[Step]]:
    here, there = np.append(before.here, after.here), np.append(before.there, after.there)
    group = np.append(groups[0][before.owner], groups[1][after.owner])
    places, number = np.unique(np.append(here, there), return_inverse=True)
    start, end = number[: len(here)], number[len(here) :]
    key = (group * len(places) + np.minimum(start, end)) * len(places) + np.maximum(start, end)
    keys, which = np.unique(key, return_inverse=True)
    way = np.where(start < end, 1, -1)
    was = np.bincount(which[: len(before.here)], way[: len(before.here)], len(keys)).astype(int)
    now = np.bincount(which[len(before.here) :], way[len(before.here) :], len(keys)).astype(int)
    odd = np.flatnonzero(was != now)
    return _steps(keys[odd], was[odd], places), _steps(keys[odd], now[odd], places)


def _steps(keys: Indices, times: Indices, places: npt.NDArray[np.complex128]) -> list[Step]:
    pair, high = np.divmod(keys, len(places))
    group, low = np.divmod(pair, len(places))
    steps = []
    for i, count in enumerate(times.tolist()):
        one, other = complex(places[low[i]]), complex(places[high[i]])
        step = Step(one, other, int(group[i])) if count > 0 else Step(other, one, int(group[i]))
        steps += [step] * abs(count)
    return steps


def _divided(step: Step, following: dict[tuple[complex, int], list[Step]]) -> bool:
    """Take the steps that lie on ``step`` and lead from its start to its end out of ``following``; tell if there are."""
    path: list[Step] = []
    at = step.start
    while at != step.end:
        ahead = [one for one in following.get((at, step.group), []) if _lies_on(one, step)]
        if not ahead:
            return False
        path.append(ahead[0])
        at = ahead[0].end
    for one in path:
        following[one.start, one.group].remove(one)
    return True


def _lies_on(part: Step, whole: Step) -> bool:
    way = whole.end - whole.start
    first, last = ((place - whole.start) / way for place in (part.start, part.end))
    return first.real < last.real <= 1 and abs(last.imag) * abs(way) <= ROUNDING_DEG
