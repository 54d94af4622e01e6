"""Shapes that are hard to locate in, for the proof in ``verify.py``: each a list of polygons, lon/lat.

Beside drawn cities and tangled ones: edges that run along cell borders, hundreds
of corners in one point, hundreds of shapes over one another, needles thinner than
any cell, a village of one metre, a country.
"""

import numpy as np
import shapely
from shapely import affinity

from bench import partitions, points

MIDDLE = (119.6, 39.94)


def all_of_them():
    """Return name → function that gives the shapes, the large cities first."""
    return {
        "city (a)": lambda: partitions.polygons(partitions.CITIES["a"]),
        "city (b)": lambda: partitions.polygons(partitions.CITIES["b"]),
        "tangled, from 400 grids": lambda: points.tangled(partitions.polygons(partitions.SMALL)),
        "tangled, from (a)": lambda: points.tangled(partitions.polygons(partitions.CITIES["a"]), seed=10),
        "city with holes cut by a lattice": holed,
        "squares": lattice,
        "bricks, no vertex shared": bricks,
        "fan of 300 in one point": fan,
        "stack of 300": stack,
        "needles": needles,
        "village of a metre": village,
        "country": country,
        "one triangle": triangle,
        "far apart": far_apart,
        "combs between one another": combs,
        "slanting bricks, corners one step off the edges": slanting,
        "invalid shapes among sound ones": invalid,
    }


def holed():
    """Return a city whose grids have square holes, some filled by another grid, some by none, and islands in them."""
    shapes = partitions.polygons(partitions.SMALL)
    middles = shapely.point_on_surface(shapes)
    wide = shapely.buffer(middles, 0.0012, cap_style="square")
    small = shapely.buffer(middles, 0.0004, cap_style="square")
    rings = shapely.difference(shapes, wide)
    islands = [
        shapely.union(ring, dot) if i % 3 == 0 else ring for i, (ring, dot) in enumerate(zip(rings, small, strict=True))
    ]
    return [*islands, *shapely.difference(wide[::2], small[::2])]


def lattice():
    """Return 40 × 40 squares with edges along meridians and parallels, corners at round decimals."""
    return [moved(shapely.box(i, j, i + 1, j + 1), 0.001) for i in range(40) for j in range(40)]


def bricks():
    """Return bricks laid in bond: each corner lies within the edge of another brick, a vertex of neither."""
    return [
        moved(shapely.box(3 * i + j % 3, j, 3 * i + j % 3 + 3, j + 1), 0.0007) for i in range(15) for j in range(45)
    ]


def fan():
    """Return 300 triangles around one point."""
    turns = np.linspace(0, 2 * np.pi, 301)
    rim = [(np.cos(turn), np.sin(turn)) for turn in turns[:-1]]
    rim.append(rim[0])
    return [moved(shapely.Polygon([(0, 0), rim[i], rim[i + 1]]), 0.02) for i in range(300)]


def stack():
    """Return 300 polygons over one another, some of them the same."""
    random = np.random.default_rng(11)
    centres = shapely.points(random.normal(0, 0.5, (250, 2)))
    shapes = [moved(one, 0.01) for one in shapely.buffer(centres, random.uniform(0.2, 2, 250), quad_segs=5)]
    return [*shapes, *shapes[:50]]


def needles():
    """Return triangles as long as the city and down to 1e-9 degree wide, across one another."""
    random = np.random.default_rng(12)
    ends = random.uniform(-1, 1, (120, 2, 2))
    width = 10.0 ** random.uniform(-8, -3, 120)
    return [moved(shapely.Polygon([a, b, b + w]), 0.1) for (a, b), w in zip(ends, width, strict=True)]


def village():
    """Return a drawn city shrunk to some 1e-5 degrees, where doubles are coarse beside the grids."""
    return [affinity.scale(one, 1e-4, 1e-4, origin=MIDDLE) for one in partitions.polygons(partitions.SMALL)]


def country():
    """Return a drawn city blown up to a country."""
    return [affinity.scale(one, 200, 100, origin=MIDDLE) for one in partitions.polygons(partitions.SMALL)]


def triangle():
    """Return one triangle."""
    return [moved(shapely.Polygon([(0, 0), (1, 0.1), (0.3, 1)]), 0.01)]


def far_apart():
    """Return tiny squares at places all over the earth."""
    random = np.random.default_rng(13)
    return list(shapely.buffer(shapely.points(random.uniform((-170, -80), (170, 80), (200, 2))), 0.01))


def combs():
    """Return two combs whose teeth stand between one another, and the board behind them."""
    teeth = [shapely.box(i, 0, i + 1, 10) for i in range(60)]
    left = shapely.union_all([*teeth[::2], shapely.box(0, -1, 60, 0)])
    right = shapely.union_all([*teeth[1::2], shapely.box(0, 10, 60, 11)])
    return [moved(one, 0.001) for one in (left, right, shapely.box(-5, -5, 65, 15))]


def slanting():
    """Return the bricks turned by 33 degrees: corners of one lie a step of a double off the edge of another."""
    return [affinity.rotate(brick, 33, origin=MIDDLE) for brick in bricks()]


def invalid():
    """Return a city with bow ties, spikes and self-crossing rings among its grids."""
    random = np.random.default_rng(17)
    rings = random.uniform(-1, 1, (60, 7, 2))
    crossing = [
        affinity.translate(moved(shapely.Polygon(ring), 0.01), *random.uniform(-0.05, 0.05, 2)) for ring in rings
    ]
    spike = shapely.Polygon([(0, 0), (1, 0), (1, 1), (3, 3), (1, 1), (0, 1)])
    return [*crossing, moved(spike, 0.01), *partitions.polygons(partitions.SMALL)]


def moved(shape, scale):
    """Return a shape drawn around (0, 0) scaled to degrees and moved to the middle of the city."""
    return affinity.translate(affinity.scale(shape, scale, scale, origin=(0, 0)), *MIDDLE)
