"""Borders between two grids, drawn anew."""

from __future__ import annotations

import numpy as np

from gridmgr.geometry.arcs import Coverage, Topology
from gridmgr.geometry.crs import Numbers
from gridmgr.geometry.edges import Complex
from gridmgr.geometry.editing import reading
from gridmgr.geometry.editing.nodes import FOUND_WITHIN_M, distances_m
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.topology import polygon


def move_arc(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with a border between two grids along another line, in both of them.

    ``{"op": "move_arc", "grids": ["A", "B"], "line": [[x, y], …]}``: the whole new border between its
    two ends, which stay; None among the grids is the outside. Where they have several borders, it
    is the one with these ends. The border of an island has no ends and is closed: so is the line.
    """
    first, second = reading.sides(edit, coverage)
    line = reading.line(edit)
    codes = [first] if second is None else [first, second]
    topology = coverage.topology(codes)
    candidates = [i for i, pair in enumerate(topology.sides) if pair == (first, second)]
    number, arc = _found(topology, candidates, line, codes)
    arcs = [arc if i == number else old for i, old in enumerate(topology.arcs)]
    moved = topology._replace(arcs=arcs)
    if not all(_has_inside(moved, rings) for code in codes for rings in moved.rings[code]):
        raise EditRefused(
            "With this border a ring of {codes} would have no inside.", place=complex(line[0]), codes=codes
        )
    return coverage.replaced({code: polygon(moved, code) for code in codes})


def _found(topology: Topology, candidates: list[int], line: Complex, codes: list[str]) -> tuple[int, Numbers]:
    """Return the number of the arc that ``line`` stands for, and the line in its direction, between its very ends."""
    if not candidates:
        raise EditRefused("{codes} have no common border.", place=complex(line[0]), codes=codes)
    arcs = {i: topology.arcs[i][:, 0] + 1j * topology.arcs[i][:, 1] for i in candidates}
    for way in (line, line[::-1]):
        for i, arc in arcs.items():
            if _meet(arc[0], way[0]) and _meet(arc[-1], way[-1]):
                return i, _xy(np.array([arc[0], *way[1:-1], arc[-1]]))
    islands = [i for i in candidates if not _is_at_node(topology, i) and arcs[i][0] == arcs[i][-1]]
    if _meet(line[0], line[-1]) and len(line) > 3:
        holding = [i for i in islands if any(_meet(place, line[0]) for place in arcs[i])] or islands
        if len(holding) == 1:
            return holding[0], _turned_like(arcs[holding[0]], np.array([*line[:-1], line[0]]))
    raise EditRefused(
        "The line has to begin and end where the border of {codes} does.", place=complex(line[0]), codes=codes
    )


def _has_inside(topology: Topology, rings: list[list[int]]) -> bool:
    """Tell whether all rings of a part have three vertices or more."""
    return all(sum(len(topology.arcs[max(i, ~i)]) - 1 for i in ring) >= 3 for ring in rings)


def _meet(one: complex, other: complex) -> bool:
    return bool(distances_m(np.array([one]), complex(other))[0] <= FOUND_WITHIN_M)


def _is_at_node(topology: Topology, i: int) -> bool:
    return bool((topology.nodes == topology.arcs[i][0]).all(axis=1).any())


def _turned_like(arc: Complex, line: Complex) -> Numbers:
    """Return a closed line so that it runs around as ``arc`` does."""
    return _xy(line if (_twice_area(arc) > 0) == (_twice_area(line) > 0) else line[::-1])


def _twice_area(ring: Complex) -> float:
    local = ring - ring[0]
    return float((local[:-1].conj() * local[1:]).imag.sum())


def _xy(line: Complex) -> Numbers:
    return np.column_stack([line.real, line.imag])
