"""What lies on the ground, as points with an amount each: roads, components, shops, cases.

A point belongs to the one grid that owns it, so that whatever one grid loses another gains. A road
is cut into lengths of at most ``LENGTH_M``, and each length counts half on either side of its line:
a road along a border is half the one grid's and half the other's.
"""

import dataclasses
import datetime as dt

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.i18n import N_
from gridmgr.services.catalogue import catalogue
from gridmgr.store import revisions, scans
from gridmgr.store import things as thing_rows

LENGTH_M, ASIDE_M = 20.0, 1.0
FRESH_S = 600
DAYS_A_MONTH = 365.25 / 12
SHOP = "shop"
"""The layer of shops, where a city has one, and the class of points of interest that are shops."""
SOURCES = {
    "households": N_("households of the grids or of the areas above them, spread evenly over their ground"),
    "road_km": N_("the layer of roads; a road along a border counts half on either side"),
    "components": N_("the layer of components"),
    "shops": N_("the layer of shops, or points of interest of the class shop"),
    "open_cases": N_("cases that are open now"),
    "past_cases": N_("reports received in the last {months} months"),
}
POINTS = ("road_km", "components", "shops", "open_cases", "past_cases")


@dataclasses.dataclass(frozen=True, eq=False)
class Things:
    """Points of one measure: lon/lat, and how much of it is at each."""

    lons: npt.NDArray[np.float64]
    lats: npt.NDArray[np.float64]
    amounts: npt.NDArray[np.float64]

    def __len__(self):
        """Return the number of points."""
        return len(self.lons)

    @classmethod
    def of_points(cls, points):
        """Return one Thing at each of ``points``, shape (n, 2)."""
        lons, lats = np.ascontiguousarray(np.asarray(points, np.float64).reshape(-1, 2).T)
        return cls(lons, lats, np.ones(len(lons)))


def begins(at, months):
    """Return the instant so many months before ``at``."""
    return at - dt.timedelta(days=months * DAYS_A_MONTH)


def state(session, name, *, at, months):
    """Return what the things of a measure hang on: as long as it is the same, they are."""
    numbers = revisions.numbers(session)
    if name in ("open_cases", "past_cases"):
        return name, numbers.get(revisions.RESTORED), at.timestamp() // FRESH_S, months if name == "past_cases" else 0
    return name, numbers.get(revisions.RESTORED), numbers.get("features"), at.date()


def read(session, name, *, metric, at, months):
    """Return the Things of a measure, None where the city has no data for it.

    Parameters
    ----------
    name : str
        One of ``POINTS``.
    metric : callable
        Takes lon/lat geometries to metres.
    months : int
        How long ago the oldest of the past cases was received.
    """
    if name == "road_km":
        return of_roads(thing_rows.shapes(session, "road", at=at), metric)
    if name == "components":
        return of_shapes(thing_rows.shapes(session, "component", at=at))
    if name == "shops":
        return of_shapes(shops(session, at))
    if name == "open_cases":
        return (
            Things.of_points(np.array(thing_rows.open_places(session, at)).T) if thing_rows.has_cases(session) else None
        )
    return past_cases(session, begins(at, months), at) if thing_rows.has_reports(session) else None


def shops(session, at):
    """Return the shapes of the shops."""
    if SHOP in catalogue():
        return thing_rows.shapes(session, SHOP, at=at)
    return thing_rows.shapes(session, "point_of_interest", at=at, kind=SHOP)


def of_shapes(shapes):
    """Return one Thing for each shape, None for no shapes at all: a city has components, or has not entered them."""
    if not len(shapes):
        return None
    return Things.of_points(shapely.get_coordinates(shapely.point_on_surface(shapes)))


def past_cases(session, since, until):
    """Return one Thing for each report received in that time."""
    tables = list(scans.reports(session, ["lon", "lat"], begins=since, ends=until))
    lons, lats = (np.concatenate([t[name].to_numpy() for t in tables] or [np.empty(0)]) for name in ("lon", "lat"))
    return Things(lons, lats, np.ones(len(lons)))


def of_roads(lines, metric):
    """Return kilometres of road: two points beside the middle of each length, with half of it each; None for no roads."""
    if not len(lines):
        return None
    plane = shapely.segmentize(shapely.get_parts(metric(lines)), LENGTH_M)
    xy, line = shapely.get_coordinates(plane, return_index=True)
    same = line[1:] == line[:-1]
    one, other = xy[:-1][same], xy[1:][same]
    along = other - one
    length = np.hypot(*along.T)
    is_there = length > 0
    one, other, along, length = (part[is_there] for part in (one, other, along, length))
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) * (ASIDE_M / length)[:, None]
    middle = (one + other) / 2
    points = metric.back(shapely.points(np.concatenate([middle + aside, middle - aside])))
    lons, lats = np.ascontiguousarray(shapely.get_coordinates(points).T)
    return Things(lons, lats, np.tile(length / 2000, 2))
