"""Rivers, roads and railways: along borders near a drawn line, from the hills to the sea."""

import dataclasses
import heapq
from collections import defaultdict

import numpy as np
import shapely

from gridmgr.services.demo.mesh import label_pairs
from gridmgr.services.demo.outline import smooth_line
from gridmgr.services.demo.plane import dice, shapes_to_lonlat, to_plane

REACH_M = 5000
PULL_M = 700
RIM_M = 2500


@dataclasses.dataclass(frozen=True)
class Line:
    """A river, road or railway; ``shape`` in lon/lat, ``half_width_m`` to each side."""

    layer: str
    code: str
    name: str
    kind: str
    shape: shapely.Geometry
    half_width_m: float


def all_lines(places, ground, shares, seed):
    """Return the rivers, highways, streets and railways of the city."""
    geography = places.geography
    borders = Borders(ground, shares.community)
    rivers = [
        Line("river", r["code"], r["name"], "river", borders.path(r["line"]), r["width_m"] / 2)
        for r in geography["rivers"]
    ]
    roads = [Line("road", h["code"], h["name"], h["class"], borders.path(h["line"]), 10) for h in geography["highways"]]
    return rivers + roads + streets(places, ground) + railways(geography, ground, seed)


def railways(geography, ground, seed):
    """Return the railways, bent softly and free of borders."""
    rng = dice(seed, "railways")
    return [
        Line(
            "railway",
            r["code"],
            r["name"],
            "railway",
            on_land(smooth_line(r["line"], 700, 0.012, rng), ground),
            r["half_width_m"],
        )
        for r in geography["railways"]
    ]


def is_on_land(line, ground):
    """Whether most of a street is on land."""
    return shapely.length(shapely.intersection(line, ground.frame)) > 0.6 * shapely.length(line)


def on_land(line, ground):
    """Return the longest part of ``line`` inside the city, lon/lat."""
    parts = shapely.get_parts(shapely.intersection(line, ground.frame))
    return shapes_to_lonlat(parts[shapely.length(parts).argmax()])


def streets(places, ground):
    """Return the main streets of the towns under their names, a name to each line in turn."""
    found = []
    for town in ground.towns:
        names = places.geography["streets"][town.id]
        for way in ("along", "across"):
            lines = [line for _, where, line in town.streets if where == way and is_on_land(line, ground)]
            found += named(lines, names[way], town.id, way, ground)
    return found


def named(lines, names, town, way, ground):
    """Return as many streets as there are ``names``, spread over ``lines``; the rest have no name of their own."""
    chosen = np.unique(np.linspace(0, len(lines) - 1, min(len(names), len(lines))).round().astype(int))
    return [
        Line("road", f"S-{town}-{way}-{n:02d}", name, "street", on_land(lines[n], ground), 9)
        for name, n in zip(names, chosen.tolist(), strict=False)
    ]


class Borders:
    """The graph of the edges at which communities meet."""

    def __init__(self, ground, community):
        one, other = label_pairs(ground.mesh, community)
        self.ground = ground
        self.edges = np.flatnonzero((one != other) & (one >= 0) & (other >= 0))
        self.ends = ground.mesh.edges[self.edges]
        straight = ground.mesh.vertices[self.ends]
        self.middles = shapely.points(straight.mean(axis=1))
        at_rim = ground.mesh.edges[(ground.mesh.left < 0) | (ground.mesh.right < 0)]
        self.on_rim = np.isin(np.arange(len(ground.mesh.vertices)), at_rim)
        self.lengths = np.hypot(*(straight[:, 0] - straight[:, 1]).T)

    def path(self, positions):
        """Return the way along borders nearest to the line through ``positions`` (lon/lat), as one lon/lat line."""
        guide = shapely.linestrings(to_plane(positions))
        distance = shapely.distance(self.middles, guide)
        near = np.flatnonzero(distance < REACH_M)
        cost = self.lengths[near] * (1 + (distance[near] / PULL_M) ** 2)
        known = np.unique(self.ends[near])
        start, end = (self.nearest(known, shapely.get_point(guide, at)) for at in (0, -1))
        route = shortest(self.ends[near], cost, start, end)
        return joined(
            self.ground.lines[self.edges[near[[edge for edge, _ in route]]]], [forward for _, forward in route]
        )

    def nearest(self, known, point):
        """Return the vertex among ``known`` nearest to ``point``; one on the city's rim where the point is near it."""
        if shapely.distance(point, self.ground.frame.boundary) < RIM_M:
            known = known[self.on_rim[known]]
        apart = self.ground.mesh.vertices[known] - shapely.get_coordinates(point)
        return int(known[(apart**2).sum(axis=1).argmin()])


def shortest(ends, cost, start, end):
    """Return the cheapest route as [(edge, whether forward)] from one vertex to another; to the nearest reached, if cut off."""
    ways = defaultdict(list)
    for edge, ((a, b), price) in enumerate(zip(ends.tolist(), cost.tolist(), strict=True)):
        ways[a].append((b, price, edge, True))
        ways[b].append((a, price, edge, False))
    best, came, queue = {start: 0.0}, {}, [(0.0, start)]
    while queue:
        so_far, here = heapq.heappop(queue)
        if here == end:
            break
        for there, price, edge, forward in ways[here]:
            if so_far + price < best.get(there, np.inf):
                best[there], came[there] = so_far + price, (here, edge, forward)
                heapq.heappush(queue, (best[there], there))
    return back(came, end if end in came else max(best, key=best.get))


def back(came, vertex):
    """Return the edges that led to ``vertex``, from the start."""
    route = []
    while vertex in came:
        vertex, edge, forward = came[vertex]
        route.append((edge, forward))
    return route[::-1]


def joined(lines, forward):
    """Return ``lines`` one after the other as one line, each turned as ``forward`` says."""
    parts = [shapely.get_coordinates(line)[:: 1 if ahead else -1] for line, ahead in zip(lines, forward, strict=True)]
    return shapely.linestrings(np.concatenate([parts[0], *(part[1:] for part in parts[1:])]))
