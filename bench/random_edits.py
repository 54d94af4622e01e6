"""Draws edits as planners make them, and as nobody would, and tells whether an edit kept its promises.

``edit`` draws from a coverage and a generator of random numbers: half of the
positions are exact vertices, places on edges, or lines that leave and meet
borders at slight angles, since that is where a topology breaks.
"""

import numpy as np
import shapely

from gridmgr.geometry.coverage import audit
from gridmgr.geometry.editing import GEOMETRY_OPS, EditRefused, apply

WEIGHTS = {
    "move_arc": 3,
    "move_node": 3,
    "add_node": 1,
    "remove_node": 1,
    "split": 3,
    "carve": 3,
    "merge": 2,
    "transfer": 3,
    "repair": 0.2,
}
assert set(WEIGHTS) == set(GEOMETRY_OPS)
SHARES = np.array(list(WEIGHTS.values())) / sum(WEIGHTS.values())
TOLERANCE = 1e-9  # of the city's area, or of five square kilometres where it has less
SMALLEST_DEG2 = 5e-4


def edit(coverage, random):
    """Return a random edit of ``coverage``."""
    op = random.choice(list(WEIGHTS), p=SHARES)
    drawn = DRAWN[op](coverage, random) | {"op": str(op)}
    return drawn | {"multipart": True} if random.random() < 0.2 else drawn


def a_code(coverage, random):
    """Return one of the codes."""
    return str(random.choice(coverage.codes))


def size(coverage, code):
    """Return about how wide a grid is, degrees."""
    return float(np.sqrt(shapely.area(coverage.shape(code))))


def a_vertex(coverage, code, random):
    """Return a vertex of a grid, [x, y]."""
    return random.choice(shapely.get_coordinates(coverage.shape(code))).tolist()


def a_place(coverage, code, random, wide=1.0):
    """Return a vertex of the grid, a place on its edges, or one in its box, which may be wider; [x, y]."""
    kind, shape = random.random(), coverage.shape(code)
    if kind < 0.25:
        return a_vertex(coverage, code, random)
    if kind < 0.45:
        point = shapely.line_interpolate_point(shapely.boundary(shape), random.random(), normalized=True)
        return [point.x + random.normal() * random.choice([0, 1e-9, 1e-7]), point.y]
    west, south, east, north = shapely.bounds(shape)
    middle, half = np.array([(west + east) / 2, (south + north) / 2]), np.array([east - west, north - south]) / 2
    return (middle + half * wide * random.uniform(-1, 1, 2)).tolist()


def near(place, random, reach):
    """Return a place at a distance of the order of ``reach``, [x, y]."""
    return (np.array(place) + random.normal(0, reach, 2)).tolist()


def moved_node(coverage, random):
    """Draw where a vertex moves."""
    code = a_code(coverage, random)
    at = a_vertex(coverage, code, random)
    reach = size(coverage, code) * random.choice([0.001, 0.03, 0.1, 0.5])
    to = a_place(coverage, code, random) if random.random() < 0.2 else near(at, random, reach)
    return {"at": at, "to": to}


def node(coverage, random):
    """Draw a vertex or a place on an edge."""
    code = a_code(coverage, random)
    if random.random() < 0.5:
        return {"at": a_vertex(coverage, code, random)}
    place = shapely.line_interpolate_point(shapely.boundary(coverage.shape(code)), random.random(), normalized=True)
    return {"at": [place.x, place.y]}


def moved_arc(coverage, random):
    """Draw a border anew: with its vertices moved a little, or with a few others."""
    code = a_code(coverage, random)
    topology = coverage.topology([code])
    number = random.integers(len(topology.arcs))
    arc, reach = topology.arcs[number], size(coverage, code) * random.choice([0.01, 0.05, 0.2])
    if random.random() < 0.5:
        inner = arc[1:-1] + random.normal(0, reach, arc[1:-1].shape)
    else:
        count = random.integers(0, 4) + 2 * int((arc[0] == arc[-1]).all())
        shares = np.sort(random.random(count))
        inner = shapely.get_coordinates(
            shapely.line_interpolate_point(shapely.LineString(arc), shares, normalized=True)
        )
        inner = inner + random.normal(0, reach, inner.shape)
    line = np.vstack([arc[:1], inner, arc[-1:]])
    return {"grids": list(topology.sides[number]), "line": (line if random.random() < 0.5 else line[::-1]).tolist()}


def a_split(coverage, random):
    """Draw a line across a grid, or a piece of it."""
    code = a_code(coverage, random)
    codes = [code, fresh(coverage)]
    codes = codes if random.random() < 0.5 else codes[::-1]
    if random.random() < 0.3:
        return {"grid": code, "codes": codes, "piece": a_piece(coverage, code, random)}
    line = [a_place(coverage, code, random, 1.5) for _ in range(random.integers(2, 5))]
    return {"grid": code, "codes": codes, "line": line}


def fresh(coverage):
    """Return a code that no grid has."""
    return next(f"n{i}" for i in range(10**6) if f"n{i}" not in coverage)


def a_piece(coverage, code, random):
    """Draw a polygon that meets a grid: a blob, or one through vertices and places on edges; GeoJSON."""
    centre = a_place(coverage, code, random)
    radius = size(coverage, code) * random.choice([0.05, 0.3, 0.7, 1.5])
    if random.random() < 0.4:
        others = [str(other) for other in coverage.neighbours(code)] or [code]
        places = [a_place(coverage, str(random.choice([code, *others])), random) for _ in range(random.integers(3, 8))]
        shape = shapely.convex_hull(shapely.MultiPoint(places))
    else:
        shape = blob(centre, radius, random)
    if random.random() < 0.1:
        shape = shape.difference(blob(centre, radius / 3, random))
    if random.random() < 0.1:
        shape = shape.union(blob(near(centre, random, 2 * radius), radius / 2, random))
    if random.random() < 0.1:
        shape = coverage.shape(code).intersection(shape)
    return shapely.geometry.mapping(shape)


def blob(centre, radius, random):
    """Return a polygon around a place."""
    angles = np.sort(random.uniform(0, 2 * np.pi, random.integers(4, 12)))
    reach = radius * random.uniform(0.5, 1, len(angles))
    return shapely.Polygon(
        np.array(centre) + np.column_stack([np.cos(angles), np.sin(angles)]) * reach[:, None]
    ).buffer(0)


def a_carving(coverage, random):
    """Draw a piece that becomes a grid."""
    return {"piece": a_piece(coverage, a_code(coverage, random), random), "code": fresh(coverage)}


def a_transfer(coverage, random):
    """Draw a piece that goes to a grid or one beside it."""
    code = a_code(coverage, random)
    return {"piece": a_piece(coverage, code, random), "to": str(random.choice([code, *coverage.neighbours(code)]))}


def a_merger(coverage, random):
    """Draw two grids, mostly neighbours."""
    code = a_code(coverage, random)
    others = coverage.neighbours(code) if random.random() < 0.8 else coverage.codes
    return {"grids": [code, str(random.choice(others or [code]))], "code": str(random.choice([code, fresh(coverage)]))}


def a_repair(coverage, random):
    """Draw a grid that has nothing to mend."""
    return {"grids": [a_code(coverage, random)]}


DRAWN = {
    "move_arc": moved_arc,
    "move_node": moved_node,
    "add_node": node,
    "remove_node": node,
    "split": a_split,
    "carve": a_carving,
    "merge": a_merger,
    "transfer": a_transfer,
    "repair": a_repair,
}


def sequence(coverage, random, count):
    """Make ``count`` random edits one after the other, each checked.

    Returns
    -------
    tuple
        The coverage after them, the edits that were made, and the reasons of the refusals.
    """
    made, refused = [], []
    for _ in range(count):
        drawn = edit(coverage, random)
        try:
            after = apply(coverage, drawn)
        except EditRefused as refusal:
            refused.append((drawn["op"], refusal.reason))
            continue
        assert_kept(coverage, after, drawn)
        coverage = after
        made.append(drawn)
    return coverage, made, refused


def assert_kept(before, after, drawn):
    """Raise AssertionError unless an edit kept every promise."""
    changed = after.changed_from(before)
    assert_sound(after, changed)
    assert_whole(before, after)
    assert_parents_kept(before, after)
    for code, shape in changed.items():
        if not concerns(drawn, code, before):
            assert shape is not None and only_gained(before.shape(code), shape), f"{code} changed by {drawn}"


def assert_sound(after, changed):
    """Raise AssertionError unless the changed shapes are valid polygons of rounded coordinates."""
    for code, shape in changed.items():
        if shape is not None:
            assert shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty and shape.is_valid, code
            xy = shapely.get_coordinates(shape)
            assert (np.round(xy, 9) == xy).all(), f"{code} has coordinates that are not rounded"
            assert len(xy) == shapely.get_num_coordinates(shapely.remove_repeated_points(shape)), f"{code} repeats some"


def assert_whole(before, after):
    """Raise AssertionError unless the grids share their borders and cover the same ground as before, once."""
    shapes = list(after.polygons().values())
    assert shapely.coverage_is_valid(shapes), "borders are not shared"
    was, now = shapely.coverage_union_all(list(before.polygons().values())), shapely.coverage_union_all(shapes)
    assert holes(now) == holes(was), "a gap opened or closed"
    if before.frame is not None:
        strayed = shapely.area(shapely.symmetric_difference(now, before.frame)) / allowed(shapely.area(before.frame))
        assert strayed <= 1, f"the city changed by {strayed:.2g} of what is allowed"
    assert abs(shapely.area(shapes).sum() - shapely.area(now)) <= 1e-12 * shapely.area(now), "grids overlap"


def allowed(area):
    """Return by how much the ground of a city of ``area`` may change through the rounding of vertices on its border."""
    return TOLERANCE * max(area, SMALLEST_DEG2)


def holes(shape):
    """Return how many holes a shape has."""
    return int(shapely.get_num_interior_rings(shapely.get_parts(shape)).sum())


def assert_parents_kept(before, after):
    """Raise AssertionError unless each parent has the ground that it had."""
    for parent in {before.parent_of.get(code) for code in before.codes} - {None}:
        was, now = (
            shapely.coverage_union_all([c.shape(code) for code in c.codes if c.parent_of.get(code) == parent])
            for c in (before, after)
        )
        city = sum(shapely.area(list(before.polygons().values())))
        strayed = shapely.area(shapely.symmetric_difference(was, now)) / allowed(city)
        assert strayed <= 1, f"{parent} changed by {strayed:.2g} of what is allowed"


def concerns(drawn, code, before):
    """Tell whether an edit may change more of a grid than to put vertices into it."""
    named = [drawn.get("grid"), drawn.get("code"), drawn.get("to"), *drawn.get("grids", []), *drawn.get("codes", [])]
    if code in named:
        return True
    if drawn["op"] in ("move_node", "remove_node"):
        return shapely.dwithin(before.shape(code), shapely.Point(drawn["at"]), 1e-7)
    if drawn["op"] in ("carve", "transfer"):
        return shapely.intersects(before.shape(code), shapely.geometry.shape(drawn["piece"]))
    return False


def only_gained(before, after):
    """Tell whether a shape has all its vertices in their order, and only others in between."""
    return all(
        is_within(shapely.get_coordinates(one), shapely.get_coordinates(other))
        for one, other in zip(
            shapely.get_rings(shapely.get_parts(before)), shapely.get_rings(shapely.get_parts(after)), strict=True
        )
    )


def is_within(few, many):
    """Tell whether the rows of one array are among those of another, in order."""
    rest = iter(map(tuple, many.tolist()))
    return all(tuple(row) in rest for row in few.tolist())


def assert_no_findings(coverage):
    """Raise AssertionError unless a full audit has nothing but warnings."""
    found = [f for f in audit(coverage.polygons(), coverage.frame) if f.severity == "error"]
    assert not found, [f.say("en") for f in found]
