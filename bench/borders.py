"""Whether points lie near a border, worked out by GEOS alone: what ``near_border_many`` is held against."""

import numpy as np
import shapely

from gridmgr.geometry.crs import metres_per_degree

DOUBT = 1e-6
"""Of the radius: so near to it that rounding may decide either way."""


def distances_m(reference, lons, lats, owners, radius_m):
    """Return the metres from each point to the border of its owner, outside to that of any grid; inf beyond reach.

    A border is measured on the plane that has the scale of lon and lat at the point.
    """
    scale = metres_per_degree(np.where(np.isfinite(lats), lats, 0))
    borders = shapely.boundary(reference.shapes)
    found = np.full(len(lons), np.inf)
    for i in np.flatnonzero(np.isfinite(lons) & np.isfinite(lats)):
        here, factors = np.array([lons[i], lats[i]]), np.array([scale.lon[i], scale.lat[i]])
        reach = 2 * radius_m / np.maximum(factors, 1e-9)
        near = [owners[i]] if owners[i] >= 0 else reference.tree.query(shapely.box(*(here - reach), *(here + reach)))
        lines = [cut(borders[grid], here, reach) for grid in near]
        flat = shapely.transform(lines, lambda xy, here=here, factors=factors: (xy - here) * factors)
        metres = shapely.distance(flat, shapely.Point(0, 0))  # NaN to what has no edge in reach
        found[i] = np.fmin.reduce(metres, initial=np.inf)
    return found


def cut(border, here, reach):
    """Return the edges of a border whose boxes come near a point, as one shape."""
    ends = np.array([part for line in shapely.get_parts(border) for part in pairs(line)]).reshape(-1, 2, 2)
    near = ((ends.min(axis=1) <= here + reach) & (ends.max(axis=1) >= here - reach)).all(axis=1)
    return shapely.multilinestrings(shapely.linestrings(ends[near])) if near.any() else shapely.MultiLineString()


def pairs(line):
    """Return the edges of a line, shape (n, 2, 2)."""
    corners = shapely.get_coordinates(line)
    return np.stack([corners[:-1], corners[1:]], axis=1)


def wrong_flags(reference, locator, lons, lats, radius_m):
    """Return the numbers of the points whose flag from the locator is not what GEOS finds."""
    metres = distances_m(reference, lons, lats, reference.owners(lons, lats), radius_m)
    flags = locator.near_border_many(lons, lats, radius_m)
    sure = np.abs(metres - radius_m) > DOUBT * radius_m + 1e-6
    return np.flatnonzero(sure & (flags != (metres <= radius_m)))
