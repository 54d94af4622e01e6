"""Looking at many positions at once: what the shapes say about each, before any rule is asked."""

import dataclasses
import datetime as dt
from collections import defaultdict

import numpy as np
import shapely

from gridmgr.domain.spots import MOST_NEIGHBOURS, LandHere, Neighbour, Spot, reach_m
from gridmgr.domain.staff import holds
from gridmgr.services import routing


@dataclasses.dataclass(frozen=True)
class Position:
    """A position on WGS 84 at an instant; ``x, y`` as given in ``crs``, where it was given in another system."""

    lon: float
    lat: float
    at: dt.datetime
    accuracy_m: float | None = None
    crs: str = "wgs84"
    x: float | None = None
    y: float | None = None


def look_many(known, positions):
    """Return the Spot at each of ``positions``: what ``routing.look`` says one by one, ten times as fast."""
    locator = known.ground.locator
    lons, lats = (np.array([getattr(one, axis) for one in positions], dtype=float) for axis in ("lon", "lat"))
    owners = locator.locate_many(lons, lats)
    distances = locator.border_distances(lons, lats, owners)
    beside = neighbours(locator, lons, lats, owners, positions)
    lands = lands_at(known, lons, lats, positions)
    return [
        spot(known, one, int(owner), float(distance), beside[i], lands[i])
        for i, (one, owner, distance) in enumerate(zip(positions, owners, distances, strict=True))
    ]


def spot(known, one, owner, distance, beside, lands):
    """Return one Spot from what was found for it."""
    given = {
        "crs": one.crs,
        "x": one.lon if one.x is None else one.x,
        "y": one.lat if one.y is None else one.y,
        "accuracy_m": one.accuracy_m,
    }
    if owner < 0:
        return Spot(one.lon, one.lat, None, nearest=routing.nearest(known.ground.locator, one.lon, one.lat), **given)
    code = known.ground.locator.codes[owner]
    unit_grid = known.ground.unit_grid(code, one.lon, one.lat)
    return Spot(one.lon, one.lat, code, unit_grid, distance, beside, lands=lands, **given)


def neighbours(locator, lons, lats, owners, positions):
    """Return position number → the other grids within its reach, nearest first."""
    reach = np.array([reach_m(one.accuracy_m) for one in positions])
    point, grid, distance = locator.within_many(lons, lats, reach)
    found = defaultdict(list)
    for place, one, metres in zip(point.tolist(), grid.tolist(), distance.tolist(), strict=True):
        if one != owners[place] and len(found[place]) < MOST_NEIGHBOURS:
            found[place].append(Neighbour(locator.codes[one], metres))
    return found


def lands_at(known, lons, lats, positions):
    """Return position number → the nobody's lands there, with their sizes."""
    lands = known.facts.lands
    point, number = lands.tree.query(shapely.points(lons, lats), predicate="intersects")
    area_m2 = {n: float(shapely.area(known.ground.metric(lands.shapes[n]))) for n in np.unique(number).tolist()}
    found = defaultdict(list)
    for i, n in sorted(zip(point.tolist(), number.tolist(), strict=True)):
        if holds(lands.lands[n], positions[i].at):
            found[i].append(LandHere(lands.lands[n], area_m2[n]))
    return found
