"""Points to be located: spread evenly, in dense places, and the nasty ones; and shapes that are no coverage.

All functions return lon and lat as two float64 arrays.
"""

import numpy as np
import shapely

PLACES = 60
DENSE = 0.015  # of the box's width, how wide a dense place is


def uniform(box, count, seed=5):
    """Return points spread evenly over a box and a little beyond, where no grid is."""
    west, south, east, north = box
    over_x, over_y = (east - west) * 0.02, (north - south) * 0.02
    random = np.random.default_rng(seed)
    return (
        random.uniform(west - over_x, east + over_x, count),
        random.uniform(south - over_y, north + over_y, count),
    )


def clustered(box, count, seed=5):
    """Return points as a city reports them: in 60 dense places of unlike weight."""
    west, south, east, north = box
    random = np.random.default_rng(seed)
    middles = random.uniform((west, south), (east, north), (PLACES, 2))
    chosen = random.choice(PLACES, count, p=random.dirichlet(np.full(PLACES, 0.5)))
    strayed = random.normal(0, (east - west) * DENSE, (count, 2))
    return tuple(np.ascontiguousarray((middles[chosen] + strayed).T))


KINDS = {"uniform": uniform, "clustered": clustered}


def vertices(shapes):
    """Return every vertex of the shapes, the closing ones too."""
    return tuple(np.ascontiguousarray(shapely.get_coordinates(shapes).T))


def on_edges(shapes, seed=6):
    """Return the middle of each edge, then a random place on each; as near as doubles come."""
    starts, ends = edges(shapes)
    share = np.random.default_rng(seed).uniform(0, 1, (len(starts), 1))
    return tuple(np.ascontiguousarray(np.vstack([(starts + ends) / 2, starts + share * (ends - starts)]).T))


def one_ulp_off(lons, lats, seed=7):
    """Return the neighbours of points in the grid of doubles, each coordinate one step up or down or kept."""
    random = np.random.default_rng(seed)
    return tuple(np.nextafter(v, v + random.integers(-1, 2, len(v))) for v in (lons, lats))


def in_line_with_vertices(shapes, box, seed=8):
    """Return points that share their lon, or their lat, with a vertex: where a ray through them would meet it."""
    lons, lats = vertices(shapes)
    other = uniform(box, len(lons), seed)
    return np.concatenate([lons, other[0]]), np.concatenate([other[1], lats])


def nowhere():
    """Return points that are none, each mixed with good coordinates, and some that are far away."""
    odd = np.array([np.nan, np.inf, -np.inf, 119.6, 39.9, 0.0, -0.0, 5e-324, 1e300, -1e300, 180.0, -180.0, 360.0])
    return tuple(np.ascontiguousarray(grid.ravel()) for grid in np.meshgrid(odd, odd))


def edges(shapes):
    """Return the first and the last ends of all edges of the shapes, each shape (n, 2)."""
    rings = shapely.get_rings(shapely.get_parts(shapes))
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    return coordinates[:-1][same], coordinates[1:][same]


def tangled(shapes, seed=9):
    """Return shapes of all sorts from the grids of a coverage.

    A tenth is left out (gaps), a tenth is joined with its neighbours (overlaps), a
    tenth with another far away (multipart, overlapping), a tenth is cut out of its
    swollen self (holes), a tenth is blown up or shrunk; a few are there twice, one is
    a rectangle over a quarter of the city, one is empty; the rest stays.
    """
    random = np.random.default_rng(seed)
    what = random.integers(0, 10, len(shapes))
    width = np.sqrt(shapely.area(shapes)).mean()
    found = [one for one, kind in zip(shapes, what, strict=True) if kind > 4]
    found += [joined(shapes, one) for one in shapes[what == 1]]
    found += list(shapely.union(shapes[what == 2], random.permutation(shapes)[: (what == 2).sum()]))
    found += list(shapely.difference(shapely.buffer(shapes[what == 3], width, quad_segs=3), shapes[what == 3]))
    found += list(shapely.buffer(shapes[what == 4], random.uniform(-0.2, 0.4, (what == 4).sum()) * width, quad_segs=2))
    found += [*found[:5], quarter(shapes), shapely.Polygon()]
    order = random.permutation(len(found))
    return np.array(found, dtype=object)[order]


def joined(shapes, one):
    """Return a grid in one with all that touch it."""
    return shapely.union_all(shapes[shapely.intersects(shapes, one)])


def quarter(shapes):
    """Return the rectangle over the south-west of the shapes."""
    west, south, east, north = shapely.total_bounds(shapes)
    return shapely.box(west, south, (west + east) / 2, (south + north) / 2)
