"""The drawing board of the demo city: metres east and north of a point in its middle.

One affine step leads to lon/lat, so a straight edge stays straight and a shared
border stays shared. The scale is right to a few parts in a thousand over the
city, which is enough for a schematic map; nothing is measured on it.
"""

import numpy as np
import shapely

ORIGIN = np.array([119.2, 40.0])
METRES = np.array([85_395.0, 111_035.0])
PLACES = 9


def to_plane(positions):
    """Return metres for lon/lat ``positions``, shape (n, 2)."""
    return (np.asarray(positions, dtype=float) - ORIGIN) * METRES


def to_lonlat(points):
    """Return lon/lat for ``points`` in metres, shape (n, 2), rounded to 1e-9 degree."""
    return np.round(np.asarray(points) / METRES + ORIGIN, PLACES)


def shapes_to_lonlat(shapes):
    """Return ``shapes`` in lon/lat."""
    return shapely.transform(shapes, to_lonlat)


def shapes_to_plane(shapes):
    """Return ``shapes`` in metres."""
    return shapely.transform(shapes, to_plane)


def dice(seed, what):
    """Return the random generator of one purpose, so that changing one part leaves the others as they were."""
    return np.random.default_rng([int(seed), *what.encode()])
