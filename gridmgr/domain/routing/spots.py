"""Spots: what the shapes say about one position, before any rule is asked."""

import dataclasses
from collections.abc import Sequence

from gridmgr.domain.responsibility import NobodysLand

BORDER_M = 15.0
REACH_M, MOST_NEIGHBOURS = 1000.0, 20
"""Neighbours are named no farther away and no more of them, however rough the position: 100 km hold the whole city."""


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
    distance to that grid's border, ``neighbours`` the nearest other grids
    within :func:`reach_m`. ``nearest`` is set outside the city. ``lands`` in any order.
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


def reach_m(accuracy_m: float | None) -> float:
    """Return within how many metres of a position its neighbours are named."""
    return min(max(accuracy_m or 0.0, BORDER_M), REACH_M)
