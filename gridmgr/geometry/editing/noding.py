"""Drawn lines and the borders they run into, given common vertices.

Within a millimetre a line is on a vertex or an edge. Where it meets an edge, a
vertex is put into the edge, for all grids that have it; coordinates are
rounded, so of the places within two centimetres along the edge (ten, where it
runs nearly along an axis) the nearest is taken that lies exactly enough on it.
So an edge is never bent by more than a rounding, and as a rule by less than a
hundredth of one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.crs import DECIMALS
from gridmgr.geometry.edges import Complex, Edges, Indices
from gridmgr.geometry.editing.crossing import distances
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.editing.rings import Ends, segments

ON_DEG = 1e-8
"""A millimetre."""
STEP_DEG = 10.0**-DECIMALS
USUAL_STEPS, MOST_STEPS = 200, 1000
EXACT_DEG = 5e-12
"""Nearer than this to an edge is as good as on it: half a thousandth of a millimetre."""
ROUNDS = 64
Floats = npt.NDArray[np.float64]


class Noded(NamedTuple):
    """Drawn ``lines`` with a vertex wherever they meet an edge, and the vertices put into edges, lower end to higher."""

    lines: list[Complex]
    inserted: dict[Ends, list[complex]]


class _Borders:
    """Edges, each once, that get vertices put in."""

    def __init__(self, edges: Edges) -> None:
        low = np.where(edges.here < edges.there, edges.here, edges.there)
        high = np.where(edges.here < edges.there, edges.there, edges.here)
        order = np.lexsort((high, low))
        low, high = low[order], high[order]
        once = np.append(True, (low[1:] != low[:-1]) | (high[1:] != high[:-1])) if len(low) else np.empty(0, bool)
        self.low, self.high, self.origin = low[once], high[once], np.arange(int(once.sum()))
        self.known = set(self.low.tolist()) | set(self.high.tolist())
        self.inserted: dict[Ends, list[complex]] = {}
        self._whole = (self.low, self.high)
        self._tree: shapely.STRtree | None = None

    def near(self, shapes: npt.NDArray[np.object_]) -> tuple[Indices, Indices]:
        """Return the pairs of shapes and edges that are within ``ON_DEG`` of each other, in order."""
        if self._tree is None:
            self._tree = shapely.STRtree(segments(self.low, self.high))
        shape, edge = self._tree.query(shapes, predicate="dwithin", distance=ON_DEG)
        order = np.lexsort((edge, shape))
        return shape[order], edge[order]

    def insert(self, points: dict[int, list[complex]]) -> None:
        """Put ``points`` (from the lower end to the higher) into edges."""
        for edge, new in points.items():
            whole = self.origin[edge]
            ends = (complex(self._whole[0][whole]), complex(self._whole[1][whole]))
            every = [*self.inserted.get(ends, []), *new]
            self.inserted[ends] = sorted(every, key=lambda place: _share(place, *ends))
            self.known.update(new)
        kept = np.setdiff1d(np.arange(len(self.low)), list(points))
        chains = [[complex(self.low[k]), *new, complex(self.high[k])] for k, new in points.items()]
        self.low = np.append(self.low[kept], [place for chain in chains for place in chain[:-1]])
        self.high = np.append(self.high[kept], [place for chain in chains for place in chain[1:]])
        of_new = [self.origin[k] for k, new in points.items() for _ in range(len(new) + 1)]
        self.origin = np.append(self.origin[kept], of_new).astype(np.intp)
        self._tree = None


def noded(lines: list[Complex], edges: Edges) -> Noded:
    """Return drawn ``lines`` (x + iy) and ``edges`` with common vertices where they meet.

    Raises
    ------
    EditRefused
        A line runs to and fro along borders so closely that there is no telling where it meets them.
    """
    borders = _Borders(_around(edges, lines))
    lines = [_spaced(line) for line in lines]
    for _ in range(ROUNDS):
        lines, moved = _on_borders(lines, borders)
        if not moved:
            lines, met = _met(lines, borders)
            if not met:
                return Noded(lines, borders.inserted)
    start = complex(lines[0][0])
    raise EditRefused("The line runs along a border too closely; draw it on the border or clear of it.", place=start)


def _around(edges: Edges, lines: list[Complex]) -> Edges:
    """Return the edges whose box meets that of the lines."""
    every = np.concatenate(lines)
    margin = 100 * ON_DEG
    x, y = (edges.here.real, edges.there.real), (edges.here.imag, edges.there.imag)
    near = (np.minimum(*x) <= every.real.max() + margin) & (np.maximum(*x) >= every.real.min() - margin)
    near &= (np.minimum(*y) <= every.imag.max() + margin) & (np.maximum(*y) >= every.imag.min() - margin)
    return Edges(edges.here[near], edges.there[near], edges.owner[near])


def _spaced(line: Complex) -> Complex:
    """Return a line without vertices within a millimetre of the one before; its ends stay."""
    kept = [0]
    for k in range(1, len(line) - 1):
        if abs(line[k] - line[kept[-1]]) > ON_DEG and abs(line[k] - line[-1]) > ON_DEG:
            kept.append(k)
    return np.asarray(line[[*kept, len(line) - 1]])


def _on_borders(lines: list[Complex], borders: _Borders) -> tuple[list[Complex], bool]:
    """Put the vertices of lines that are near a border on it; tell whether there was one."""
    free = [place for place in dict.fromkeys(np.concatenate(lines).tolist()) if place not in borders.known]
    if not free:
        return lines, False
    places = np.array(free)
    point, edge = borders.near(shapely.points(places.real, places.imag))
    target: dict[complex, complex] = {}
    onto: dict[int, list[complex]] = {}
    for k in np.unique(point).tolist():
        place, candidates = free[k], edge[point == k]
        low, high = borders.low[candidates], borders.high[candidates]
        corners = np.concatenate([low, high])
        nearest = corners[np.argmin(abs(corners - place))]
        if abs(nearest - place) <= ON_DEG:
            target[place] = complex(nearest)
            continue
        best = int(np.argmin(distances(np.full(len(low), place), low, high)))
        if int(candidates[best]) not in onto:
            one, other = complex(low[best]), complex(high[best])
            target[place] = on_edge(one, other, place, abs(place - one), abs(other - place))
            onto[int(candidates[best])] = [target[place]]
    borders.insert(onto)
    return [_without_repeats(_mapped(line, target)) for line in lines], bool(target)


def _mapped(line: Complex, target: dict[complex, complex]) -> Complex:
    return np.array([target.get(place, place) for place in line.tolist()])


def _without_repeats(line: Complex) -> Complex:
    return np.asarray(line[np.append(True, line[1:] != line[:-1])])


def _met(lines: list[Complex], borders: _Borders) -> tuple[list[Complex], bool]:
    """Give lines and edges a common vertex where they meet; tell whether one was missing."""
    here, there = np.concatenate([x[:-1] for x in lines]), np.concatenate([x[1:] for x in lines])
    if not len(here):
        return lines, False
    segment, edge = borders.near(segments(here, there))
    p, q, low, high = here[segment], there[segment], borders.low[edge], borders.high[edge]
    passed = [_passes(place, p, q) for place in (low, high)]
    crossing = ~passed[0] & ~passed[1] & _cross(p, q, low, high)
    added: dict[int, list[complex]] = {}
    for ends, passing in zip((low, high), passed, strict=True):
        for k in np.flatnonzero(passing):
            added.setdefault(int(segment[k]), []).append(complex(ends[k]))
    _add_crossings(np.flatnonzero(crossing), (segment, edge), (p, q), borders, added)
    return _with_added(lines, added), bool(added)


def _passes(place: Complex, p: Complex, q: Complex) -> npt.NDArray[np.bool_]:
    """Tell which segments p–q run over a place between their ends."""
    between = (abs(place - p) > ON_DEG) & (abs(place - q) > ON_DEG)
    return np.asarray(between & (distances(place, p, q) <= ON_DEG))


def _cross(p: Complex, q: Complex, low: Complex, high: Complex) -> npt.NDArray[np.bool_]:
    """Tell which segments p–q cross edges low–high inside of both."""
    apart = (p != low) & (p != high) & (q != low) & (q != high)
    over_edge = _turn(low, high, p) * _turn(low, high, q) < 0
    over_line = _turn(p, q, low) * _turn(p, q, high) < 0
    return np.asarray(apart & over_edge & over_line)


def _turn(one: Complex, other: Complex, place: Complex) -> Floats:
    return np.asarray(np.sign(((other - one).conj() * (place - one)).imag))


def _add_crossings(
    crossing: Indices,
    pair: tuple[Indices, Indices],
    line: tuple[Complex, Complex],
    borders: _Borders,
    added: dict[int, list[complex]],
) -> None:
    segment, edge = pair
    points: dict[int, list[complex]] = {}
    for number in np.unique(edge[crossing]):
        low, high = complex(borders.low[number]), complex(borders.high[number])
        here = crossing[edge[crossing] == number]
        share = _crossing_shares(line[0][here], line[1][here], low, high)
        order = np.argsort(share, kind="stable")
        gaps = np.diff(np.concatenate([[0.0], share[order], [1.0]])) * abs(high - low)
        placed = [low, high]
        for k, i in enumerate(order.tolist()):
            exact = low + share[i] * (high - low)
            new = on_edge(low, high, exact, float(gaps[k]), float(gaps[k + 1]))
            near = [place for place in placed if abs(place - new) <= ON_DEG]
            if not near:
                placed.append(new)
            added.setdefault(int(segment[here[i]]), []).append(near[0] if near else new)
        if placed[2:]:
            points[int(number)] = placed[2:]
    borders.insert(points)


def _crossing_shares(p: Complex, q: Complex, low: complex, high: complex) -> Floats:
    """Return at which share of the way from ``low`` to ``high`` the segments p–q cross."""
    way, step = high - low, q - p
    return np.asarray(((p - low).conj() * step).imag / (np.conj(way) * step).imag)


def on_edge(low: complex, high: complex, place: complex, down: float, up: float) -> complex:
    """Return the rounded place that lies most exactly on an edge, near ``place``.

    ``down`` and ``up`` tell how far the next vertex is towards the lower and the higher end, degrees;
    no more than a fifth of the way is gone.
    """
    way = high - low
    foot = low + way * min(max(_share(place, low, high), 0.0), 1.0)
    if abs(way.real) >= abs(way.imag):
        x, y = _rounded(foot.real, low, way, _offsets(down, up, way))
        return complex(x, y)
    turned = complex(low.imag, low.real), complex(way.imag, way.real)
    y, x = _rounded(foot.imag, *turned, _offsets(down, up, turned[1]))
    return complex(x, y)


def _offsets(down: float, up: float, way: complex) -> Floats:
    """Return the steps to try along x, the axis in which an edge runs farther, ``way`` in all, from its lower end.

    Where it nearly runs along the axis, it is the same fraction off the lattice for long.
    """
    most = min(MOST_STEPS, USUAL_STEPS + abs(way.real) / max(abs(way.imag), STEP_DEG))
    back, forth = (int(min(most, room / 5 / STEP_DEG)) for room in (down, up))
    return np.asarray(np.sign(way.real) * np.arange(-back, forth + 1) * STEP_DEG)


def _rounded(x: float, low: complex, way: complex, offsets: Floats) -> tuple[float, float]:
    """Return the nearest place that is on the edge for all purposes, or else the one that lies most exactly on it."""
    xs = np.round(x + offsets, DECIMALS)
    exact = low.imag + (xs - low.real) * (way.imag / way.real)
    off = np.maximum(np.abs(np.round(exact, DECIMALS) - exact), EXACT_DEG)
    best = np.lexsort((abs(offsets), off))[0]
    return float(xs[best]), float(np.round(exact[best], DECIMALS))


def _share(place: complex, low: complex, high: complex) -> float:
    way = high - low
    return float(((place - low) * way.conjugate()).real / (abs(way) ** 2))


def _with_added(lines: list[Complex], added: dict[int, list[complex]]) -> list[Complex]:
    """Return lines with places put into their segments, which are numbered through all lines."""
    result, number = [], 0
    for line in lines:
        made: list[complex] = []
        for p, q in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
            made += [p, *_along(added.get(number, []), p, q)]
            number += 1
        result.append(np.array([*made, complex(line[-1])]))
    return result


def _along(places: list[complex], p: complex, q: complex) -> list[complex]:
    return sorted(set(places), key=lambda place: _share(place, p, q))
