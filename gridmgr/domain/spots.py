"""Spots: what the shapes say about one position, before any rule is asked."""

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Sequence

from gridmgr.domain.responsibility import NobodysLand
from gridmgr.domain.staff import holds

BORDER_M = 15.0


@dataclasses.dataclass(frozen=True)
class Neighbour:
    """A grid and how far away it is."""

    code: str
    distance_m: float


@dataclasses.dataclass(frozen=True)
class LandHere:
    """A nobody's land that covers the spot, with its size for the tie rule."""

    land: NobodysLand
    area_m2: float


@dataclasses.dataclass(frozen=True)
class Spot:
    """Where something is: what the shapes say about one position.

    ``lon, lat`` are WGS 84; ``x, y`` as given in ``crs``. ``grid`` is the code of
    the responsibility grid, None outside the city. ``border_distance_m`` is the
    distance to that grid's border, ``neighbours`` the other grids within the
    tolerance. ``nearest`` is set outside the city. ``lands`` in any order.
    """

    lon: float
    lat: float
    grid: str | None
    unit_grid: str | None = None
    border_distance_m: float | None = None
    neighbours: Sequence[Neighbour] = ()
    nearest: Neighbour | None = None
    lands: Sequence[LandHere] = ()
    crs: str = "wgs84"
    x: float | None = None
    y: float | None = None
    accuracy_m: float | None = None

    @property
    def tolerance_m(self) -> float:
        """Return within how many metres a border makes the spot near it."""
        return max(self.accuracy_m or 0.0, BORDER_M)


def lands_here(spot: Spot, zone: zoneinfo.ZoneInfo, at: dt.datetime) -> list[NobodysLand]:
    """Return the nobody's lands in force at the spot: highest priority, then smaller, then lower code first."""
    valid = [here for here in spot.lands if is_registered(here.land, zone, at)]
    valid.sort(key=lambda here: (-here.land.priority, here.area_m2, here.land.code.encode()))
    return [here.land for here in valid]


def is_registered(land: NobodysLand, zone: zoneinfo.ZoneInfo, at: dt.datetime) -> bool:
    """Return whether the registration of ``land`` counts at ``at``: its last day is a day of the city's calendar."""
    expired = land.expires_on is not None and at.astimezone(zone).date() > land.expires_on
    return holds(land, at) and not expired
