"""Each border between two grids once, with the highest level that it divides.

A border of the responsibility grids is at the same time one of the community or
of the district where their ancestors differ; it is drawn once, as that. The
outline of all grids divides the city from the rest of the world, the top level;
the rim of a hole inside, a gap of a draft, divides only the lowest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import Geometries, Numbers
from gridmgr.geometry.edges import OUTSIDE, Indices, Shared, edges_of, shared


class Borders(NamedTuple):
    """Lines, and for each the position of its level in the list of levels."""

    lines: Geometries
    level: Indices


class Ranks:
    """At which level two grids part.

    Parameters
    ----------
    codes : sequence of str
        The grids; positions refer to it.
    levels : sequence of str
        From the top down to the level of the grids themselves.
    ancestors : mapping of str to mapping of str to str
        Code of a grid → level → code of its ancestor there.
    """

    def __init__(self, codes: Sequence[str], levels: Sequence[str], ancestors: Mapping[str, Mapping[str, str]]) -> None:
        self.levels = list(levels)
        above = [[ancestors.get(code, {}).get(level, "") for level in self.levels[:-1]] for code in codes]
        own = np.arange(len(codes))[:, None]
        table = np.array(above, dtype=object).reshape(len(codes), len(self.levels) - 1)
        numbered = [np.unique(column.astype(str), return_inverse=True)[1] for column in table.T]
        self._table = np.column_stack([*numbered, own]) if numbered else own

    def of(self, first: Indices, second: Indices) -> Indices:
        """Return the position of the highest level at which each pair differs."""
        return np.asarray(np.argmax(self._table[first] != self._table[second], axis=1))


def borders(shapes: Geometries, ranks: Ranks) -> Borders:
    """Return the borders of ``shapes``, valid polygons with exteriors counter-clockwise, each once."""
    edges = shared(edges_of(shapes))
    inner = edges.second != OUTSIDE
    between = _between(_some(edges, inner), ranks)
    rims = _rims(_some(edges, ~inner), len(ranks.levels) - 1)
    return Borders(np.concatenate([between.lines, rims.lines]), np.concatenate([between.level, rims.level]))


def _some(edges: Shared, chosen: npt.NDArray[np.bool_]) -> Shared:
    return Shared(edges.here[chosen], edges.there[chosen], edges.first[chosen], edges.second[chosen])


def _between(edges: Shared, ranks: Ranks) -> Borders:
    pairs, which = np.unique(np.column_stack([edges.first, edges.second]), axis=0, return_inverse=True)
    return Borders(_joined(edges, which.ravel()), ranks.of(pairs[:, 0], pairs[:, 1]))


def _rims(edges: Shared, lowest: int) -> Borders:
    """Return the outer edges: the outline runs counter-clockwise, as exteriors do, and the rim of a hole the other way."""
    lines = np.asarray(shapely.get_parts(_directed(edges)), dtype=object)
    is_hole = shapely.is_closed(lines) & ~shapely.is_ccw(lines)
    return Borders(lines, np.where(is_hole, lowest, 0))


def _directed(edges: Shared) -> Geometries:
    if not len(edges.here):
        return np.empty(0, dtype=object)
    return np.asarray(shapely.line_merge([shapely.multilinestrings(_segments(edges))], directed=True), dtype=object)


def _joined(edges: Shared, group: Indices) -> Geometries:
    if not len(group):
        return np.empty(0, dtype=object)
    order = np.argsort(group, kind="stable")
    lines = shapely.multilinestrings(shapely.linestrings(_segments(edges)[order]), indices=group[order])
    return np.asarray(shapely.line_merge(lines), dtype=object)


def _segments(edges: Shared) -> Numbers:
    ends = np.stack([edges.here, edges.there], axis=1)
    return np.asarray(np.stack([ends.real, ends.imag], axis=-1))
