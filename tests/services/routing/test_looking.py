"""Looking at many positions at once says of each what looking at it alone says."""

import numpy as np
import pytest
import small_cities

from gridmgr.domain.routing import spots
from gridmgr.services import routing
from gridmgr.services.routing import looking

CORNER = (small_cities.WEST + small_cities.SIDE, small_cities.SOUTH + small_cities.SIDE)


def scattered():
    """Return positions inside, on edges and corners, near them and outside."""
    rng = np.random.default_rng(7)
    spread = rng.uniform([119.595, 39.925], [119.625, 39.955], (400, 2))
    near = np.array(CORNER) + rng.normal(0, 1e-4, (100, 2))
    return [tuple(map(float, one)) for one in (*spread, *near, CORNER, (CORNER[0], small_cities.SOUTH))]


def test_each_spot_is_the_same_as_by_itself(engine):
    small_cities.whole_city(engine)
    known = routing.knowledge(engine, at=small_cities.NOON)
    positions = [looking.Position(lon, lat, small_cities.NOON, accuracy_m=20.0) for lon, lat in scattered()]

    found = looking.look_many(known, positions)

    for one, spot in zip(positions, found, strict=True):
        alone = routing.look(known, one.lon, one.lat, one.at, accuracy_m=one.accuracy_m)
        assert (spot.grid, spot.unit_grid, spot.nearest) == (alone.grid, alone.unit_grid, alone.nearest)
        assert [n.code for n in spot.neighbours] == [n.code for n in alone.neighbours]
        assert spot.border_distance_m == pytest.approx(alone.border_distance_m, abs=1e-3)
        assert (spot.x, spot.y, spot.crs, spot.accuracy_m) == (alone.x, alone.y, alone.crs, alone.accuracy_m)


def test_however_rough_a_position_only_the_nearest_grids_are_named(demo_engine, demo_now):
    known = routing.knowledge(demo_engine, at=demo_now)
    lon, lat = demo_places(known)[0]
    rough = {"accuracy_m": 100_000.0}

    alone = routing.look(known, lon, lat, demo_now, **rough)
    [spot] = looking.look_many(known, [looking.Position(lon, lat, demo_now, **rough)])

    assert 0 < len(alone.neighbours) <= spots.MOST_NEIGHBOURS
    assert max(one.distance_m for one in alone.neighbours) <= spots.REACH_M
    assert [n.code for n in spot.neighbours] == [n.code for n in alone.neighbours]


def test_unit_grids_and_lands_are_found_as_by_themselves(demo_engine, demo_now):
    known = routing.knowledge(demo_engine, at=demo_now)
    places = demo_places(known)
    positions = [looking.Position(lon, lat, demo_now) for lon, lat in places]

    found = looking.look_many(known, positions)

    alone = [routing.look(known, lon, lat, demo_now) for lon, lat in places]
    assert [spot.unit_grid for spot in found] == [one.unit_grid for one in alone]
    assert [list(spot.lands) for spot in found] == [list(one.lands) for one in alone]
    assert sum(len(spot.lands) for spot in found) > 40


def demo_places(known):
    """Return a point in every nobody's land, and a corner of every fiftieth unit grid."""
    boundaries = known.ground.boundaries
    units = boundaries.at_level("unit_grid")[::50]
    inside = [shape.representative_point() for shape in known.facts.lands.shapes]
    corners = [boundaries.shapes[code].representative_point() for code in units]
    return [(point.x, point.y) for point in (*inside, *corners)]
