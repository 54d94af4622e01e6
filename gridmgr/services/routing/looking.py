"""Looking at many positions at once: what the shapes say about each, before any rule is asked."""

import dataclasses
import datetime as dt
from collections import defaultdict

import numpy as np
import shapely

from gridmgr.domain.routing.spots import MOST_NEIGHBOURS, LandHere, Neighbour, Spot, reach_m
from gridmgr.domain.staff import holds
from gridmgr.geometry.locator import NONE


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
    """Return the Spot at each of ``positions``: what ``routing.look`` says one by one, many times as fast."""
    ground, locator = known.ground, known.ground.locator
    lons, lats = (np.array([getattr(one, axis) for one in positions], dtype=float) for axis in ("lon", "lat"))
    owners = locator.locate_many(lons, lats)
    inside, outside = np.flatnonzero(owners != NONE), np.flatnonzero(owners == NONE)
    distances = locator.border_distances(lons[inside], lats[inside], owners[inside]).tolist()
    units = ground.unit_grids(owners[inside], lons[inside], lats[inside]).tolist()
    nearest = (found.tolist() for found in locator.nearest_many(lons[outside], lats[outside]))
    beside = neighbours(locator, lons, lats, owners, positions)
    lands = lands_at(known, lons, lats, positions)
    spots = [None] * len(positions)
    for i, distance, unit in zip(inside.tolist(), distances, units, strict=True):
        unit_grid = None if unit == NONE else ground.units.codes[unit]
        place = (locator.codes[owners[i]], unit_grid, distance, beside[i])
        spots[i] = Spot(positions[i].lon, positions[i].lat, *place, lands=lands[i], **given(positions[i]))
    for i, grid, distance in zip(outside.tolist(), *nearest, strict=True):
        near = None if grid == NONE else Neighbour(locator.codes[grid], distance)
        spots[i] = Spot(positions[i].lon, positions[i].lat, None, nearest=near, **given(positions[i]))
    return spots


def given(one):
    """Return how a position was given, as fields of a Spot."""
    return {
        "crs": one.crs,
        "x": one.lon if one.x is None else one.x,
        "y": one.lat if one.y is None else one.y,
        "accuracy_m": one.accuracy_m,
    }


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
