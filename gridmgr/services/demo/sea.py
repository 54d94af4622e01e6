"""The sea before the city: from its coast out to where nobody looks any more."""

import shapely

from gridmgr.domain.layers import Feature
from gridmgr.services.demo.plane import shapes_to_lonlat


def sea(places, ground, since, by):
    """Yield (Feature, shape) of the sea, lon/lat, where the city has a coast."""
    drawn = places.geography.get("sea")
    if drawn is None:
        return
    beyond = shapely.Polygon([*places.geography["outline"]["coast"], *drawn["offshore"]])
    shape = shapely.difference(beyond, shapely.make_valid(shapes_to_lonlat(ground.frame)))
    yield (
        Feature("water", "W-sea", drawn["name"], props={"class": "sea"}, valid_from=since, recorded_by=by),
        largest(shape),
    )


def largest(shape):
    """Return the largest part of ``shape``: scraps along the coast are left out."""
    return max(shapely.get_parts(shape), key=shapely.area)
