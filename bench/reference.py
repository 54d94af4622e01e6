"""The answer that all others are held against: STRtree, GEOS's exact test, the lowest code."""

import numpy as np
import shapely

BATCH = 500_000


class Reference:
    """Shapes in the order of their codes as bytes, and a tree over them.

    Parameters
    ----------
    polygons : dict of str to Polygon or MultiPolygon
        As a Locator takes them.
    """

    def __init__(self, polygons):
        self.codes = sorted(polygons, key=str.encode)
        self.shapes = np.array([polygons[code] for code in self.codes], dtype=object)
        self.tree = shapely.STRtree(self.shapes)

    def owners(self, lons, lats):
        """Return the position in ``codes`` of the lowest shape that touches each point, -1 for none; int32."""
        batches = range(0, len(lons), BATCH)
        return np.concatenate([self.batch(lons[i : i + BATCH], lats[i : i + BATCH]) for i in batches])

    def batch(self, lons, lats):
        """Return the owners of one batch."""
        finite = np.isfinite(lons) & np.isfinite(lats)
        point, shape = self.tree.query(shapely.points(lons[finite], lats[finite]), predicate="intersects")
        return lowest(np.flatnonzero(finite)[point], shape, len(lons))


def lowest(point, shape, count):
    """Return the lowest of the shapes that pairs name for each of ``count`` points, -1 for none; int32."""
    none = np.iinfo(np.int32).max
    found = np.full(count, none, np.int32)
    np.minimum.at(found, point, np.asarray(shape, np.int32))
    found[found == none] = -1
    return found
