"""Where the borders of grids in a file run otherwise than those of a draft, as edits that move them."""

import dataclasses
import itertools
import math

import numpy as np
import shapely

from gridmgr.geometry.crs import metres_per_degree
from gridmgr.services.drafting.round_trip.recognising import TOLERANCE_M

LEAST_M2, LEAST_WIDTH_M = 1.0, 0.1
"""Pieces that are smaller or thinner are the rounding of two drawings of one line."""


@dataclasses.dataclass
class Compared:
    """What the comparison of borders came to.

    ``edits`` move borders, ``unchanged`` counts the arcs that run as before, ``disputed`` are the
    pairs of grids that draw their common border differently.
    """

    edits: list[dict]
    unchanged: int
    disputed: list[tuple[str, str]]


def moved_corners(coverage, changed):
    """Return the edits of corners that all grids around them have at one other place in a file.

    Parameters
    ----------
    coverage : Coverage
    changed : dict of str to Polygon or MultiPolygon
        The grids that differ, as the file has them.
    """
    new = {code: places_of(shape) - places_of(coverage.shape(code)) for code, shape in changed.items()}
    found = []
    for node in map(place_of, coverage.topology(changed).nodes if changed else ()):
        around = [code for code in coverage.near((*node, *node)) if node in places_of(coverage.shape(code))]
        if len(around) > 1 and all(code in changed and node not in places_of(changed[code]) for code in around):
            common = set.intersection(*(new[code] for code in around))
            if common:
                nearest = min(common, key=lambda place: (math.dist(place, node), place))
                found.append({"op": "move_node", "at": list(node), "to": list(nearest)})
    return found


def places_of(shape):
    """Return the vertices of a shape as a set of pairs."""
    return set(map(tuple, shapely.get_coordinates(shape).tolist()))


def moved_borders(coverage, changed):
    """Return the Compared of borders between nodes that stayed where they were.

    Parameters
    ----------
    coverage : Coverage
    changed : dict of str to Polygon or MultiPolygon
        The grids that differ, as the file has them.
    """
    if not changed:
        return Compared([], 0, [])
    found = coverage.topology(changed)
    drawn: dict[int, dict[str, list]] = {}
    for code, shape in changed.items():
        for number, path in paths(found, code, shape):
            drawn.setdefault(number, {})[code] = path
    result = Compared([], 0, [])
    for number, lines in sorted(drawn.items()):
        settle(result, found, number, lines)
    return result


def settle(result, topology, number, lines):
    """Add what is to be done with one arc, as the grids on its sides draw it, to the result."""
    old, sides = topology.arcs[number], topology.sides[number]
    moved = {code: line for code, line in lines.items() if not runs_along(line, old)}
    distinct = {tuple(map(tuple, line)) for line in moved.values()}
    if not moved:
        result.unchanged += 1
    elif len(distinct) > 1:
        result.disputed.append(sides)
    else:
        line = next(iter(moved.values()))
        result.edits.append({"op": "move_arc", "grids": list(sides), "line": [list(place) for place in line]})


def runs_along(line, old):
    """Return whether a line is within the tolerance of an old one everywhere."""
    if len(line) == len(old) and np.array_equal(np.array(line), old):
        return True
    scale = metres_per_degree(float(old[:, 1].mean()))
    metres = np.array([scale.lon, scale.lat])
    one, other = (shapely.linestrings(np.asarray(each) * metres) for each in (line, old))
    return float(shapely.hausdorff_distance(one, other, densify=0.25)) < TOLERANCE_M


def paths(topology, code, shape):
    """Yield (arc number, its new line from node to node as the arc runs) where both ends are vertices of the new shape."""
    rings = [ring_of(r) for part in shapely.get_parts(shape) for r in (part.exterior, *part.interiors)]
    for arcs in itertools.chain.from_iterable(topology.rings[code]):
        nodes = {place_of(end) for arc in arcs for end in ends(topology, arc)}
        ring = next((r for r in rings if len(arcs) > 1 and sum(n in r.position for n in nodes) >= 2), None)
        if ring is not None:
            yield from along(topology, arcs, ring.directed(old_ring(topology, arcs)), nodes)


def along(topology, arcs, ring, nodes):
    """Yield (arc number, its new line) of the arcs of one old ring, found in the new ring."""
    for arc in arcs:
        start, end = (place_of(one) for one in ends(topology, arc))
        if start in ring.position and end in ring.position and start != end:
            path = ring.between(start, end)
            if not nodes.intersection(path[1:-1]):
                yield (arc, path) if arc >= 0 else (~arc, path[::-1])


def ends(topology, arc):
    """Return the two ends of an arc as the ring runs."""
    line = topology.arcs[arc if arc >= 0 else ~arc]
    return (line[0], line[-1]) if arc >= 0 else (line[-1], line[0])


def place_of(xy):
    """Return a vertex as a pair of numbers."""
    return float(xy[0]), float(xy[1])


def old_ring(topology, arcs):
    """Return the vertices of a ring, the closing one left out."""
    lines = [topology.arcs[arc] if arc >= 0 else topology.arcs[~arc][::-1] for arc in arcs]
    return np.vstack([line[:-1] for line in lines])


@dataclasses.dataclass(frozen=True)
class Ring:
    """A ring of a shape in a file: its vertices in order without the closing one, and where each stands."""

    places: list[tuple[float, float]]
    position: dict[tuple[float, float], int]

    def directed(self, old):
        """Return the ring so that it runs around as an old one does."""
        return self if signed_area(np.array(self.places)) * signed_area(old) > 0 else ring(self.places[::-1])

    def between(self, start, end):
        """Return the vertices from one to another, both included."""
        first, last = self.position[start], self.position[end]
        if first < last:
            return self.places[first : last + 1]
        return self.places[first:] + self.places[: last + 1]


def ring(places):
    """Return the Ring of these vertices."""
    return Ring(places, {place: number for number, place in enumerate(places)})


def ring_of(line):
    """Return the Ring of a closed line."""
    return ring([place_of(xy) for xy in shapely.get_coordinates(line)[:-1]])


def signed_area(xy):
    """Return twice the area of a ring, below zero where it runs clockwise."""
    x, y = (xy - xy.mean(axis=0)).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())


def pieces(ground, metric):
    """Return (pieces of ground worth an edit, largest first; how many were left out as rounding, their area)."""
    parts = shapely.get_parts(ground)
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    flat = metric(parts)
    area = shapely.area(flat)
    width = 2 * area / np.maximum(shapely.length(flat), 1e-12)
    is_worth = (area >= LEAST_M2) & (width >= LEAST_WIDTH_M)
    order = np.argsort(-area[is_worth], kind="stable")
    return list(parts[is_worth][order]), int((~is_worth).sum()), float(area[~is_worth].sum())
