"""Whether new edges keep clear of all others: two edges may meet in their common ends only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import Geometries
from gridmgr.geometry.edges import Complex, Edges, edges_of
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.editing.rings import Hood, bounds_of, hood, segments
from gridmgr.i18n import N_

CLEAR_DEG = 1e-12
"""Nearer than this (a ten-millionth of a metre) is on it."""


def assert_clear(before: Geometries, after: Geometries, coverage: Coverage) -> None:
    """Raise EditRefused where an edge that ``after`` has and ``before`` has not runs into another of ``coverage``."""
    here, there = _new_edges(edges_of(before), edges_of(after))
    if not len(here):
        return
    around = hood(coverage, bounds_of(np.append(here, there)))
    if (here == there).any():
        twice = complex(here[here == there][0])
        text = N_("Two vertices of {codes} would lie in one place; remove one of them instead.")
        raise EditRefused(text, place=twice, codes=around.beside(twice, twice))
    trouble = first_trouble(here, there, around.edges)
    if trouble is not None:
        k, i = trouble
        raise _refusal(complex(here[k]), complex(there[k]), i, around)


def _new_edges(before: Edges, after: Edges) -> tuple[Complex, Complex]:
    """Return the ends of edges that only ``after`` has, each once."""
    start, end = np.append(after.here, before.here), np.append(after.there, before.there)
    places, number = np.unique(np.append(start, end), return_inverse=True)
    one, other = number[: len(start)], number[len(start) :]
    key = np.minimum(one, other) * len(places) + np.maximum(one, other)
    keys, first = np.unique(key[: len(after.here)], return_index=True)
    only = first[~np.isin(keys, key[len(after.here) :])]
    return after.here[only], after.there[only]


def first_trouble(here: Complex, there: Complex, others: Edges) -> tuple[int, int] | None:
    """Return the first new edge that runs into one of ``others``, and that one, by position; None where none does."""
    near = np.flatnonzero(_within(others, bounds_of(np.append(here, there))))
    tree = shapely.STRtree(segments(others.here[near], others.there[near]))
    new, found = tree.query(segments(here, there), predicate="dwithin", distance=CLEAR_DEG)
    other = near[found]
    touching = _touch(here[new], there[new], others.here[other], others.there[other])
    if not touching.any():
        return None
    first = np.lexsort((other[touching], new[touching]))[0]
    return int(new[touching][first]), int(other[touching][first])


def _within(edges: Edges, bounds: tuple[float, float, float, float]) -> npt.NDArray[np.bool_]:
    west, south, east, north = bounds
    x, y = (edges.here.real, edges.there.real), (edges.here.imag, edges.there.imag)
    meets = (np.minimum(*x) <= east + CLEAR_DEG) & (np.maximum(*x) >= west - CLEAR_DEG)
    return np.asarray(meets & (np.minimum(*y) <= north + CLEAR_DEG) & (np.maximum(*y) >= south - CLEAR_DEG))


def _touch(a: Complex, b: Complex, c: Complex, d: Complex) -> npt.NDArray[np.bool_]:
    """Tell which edges a–b and c–d, known to be near each other, meet elsewhere than in a common end."""
    common = (a == c).astype(int) + (a == d) + (b == c) + (b == d)
    on_other = np.zeros(len(a), bool)
    for place, one, two in ((a, c, d), (b, c, d), (c, a, b), (d, a, b)):
        on_other |= (place != one) & (place != two) & (distances(place, one, two) < CLEAR_DEG)
    return np.asarray((common == 0) | ((common == 1) & on_other))


def distances(place: Complex, one: Complex, other: Complex) -> npt.NDArray[np.float64]:
    """Return how far each place is from the edge between ``one`` and ``other``; degrees."""
    way = other - one
    share = np.clip(((place - one) * way.conj()).real / np.maximum(abs(way) ** 2, 1e-300), 0, 1)
    return np.asarray(abs(place - (one + share * way)))


def _refusal(one: complex, other: complex, i: int, around: Hood) -> EditRefused:
    c, d = complex(around.edges.here[i]), complex(around.edges.there[i])
    line, crossed = segments(np.array([one, c]), np.array([other, d]))
    at = shapely.get_coordinates(shapely.shortest_line(line, crossed))[0]
    codes = [*around.beside(one, other), *around.beside(c, d)]
    return EditRefused(
        "Here the new border would cross or touch another one, at {codes}.", place=tuple(at.tolist()), codes=codes
    )
