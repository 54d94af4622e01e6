"""One owner per point: on edges and vertices the lowest code as bytes."""

import numpy as np
import pytest
import shapely
from geometry.random_coverages import CODES, coverages, frame_of
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gridmgr.geometry.crs import metres_per_degree
from gridmgr.geometry.locator import Locator

EAST_SIDE_M, NORTH_SIDE_M = metres_per_degree(39.95).lon * 0.1, metres_per_degree(39.95).lat * 0.1


def lowest_touching(polygons, lon, lat):
    """The rule word for word, without any index."""
    touching = [code for code, shape in polygons.items() if shape.intersects(shapely.Point(lon, lat))]
    return min(touching, key=str.encode, default=None)


def test_a_point_inside_a_grid_belongs_to_it():
    locator = Locator({"A": box(0, 0, 1, 1), "B": box(1, 0, 2, 1)})

    assert locator.locate(1.5, 0.5) == "B"


def test_a_point_on_a_shared_edge_belongs_to_the_grid_with_the_lower_code():
    # +---+---+
    # | B * A |
    # +---+---+
    locator = Locator({"B": box(0, 0, 1, 1), "A": box(1, 0, 2, 1)})

    assert locator.locate(1, 0.5) == "A"


@pytest.mark.parametrize("order", [["2", "10", "a", "B"], ["B", "a", "10", "2"], ["网", "a", "B", "2"]])
def test_a_shared_corner_belongs_to_the_lowest_code_as_bytes(order):
    # +---+---+
    # | 2 | 3 |
    # +---*---+
    # | 0 | 1 |
    # +---+---+
    boxes = [box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 1, 2), box(1, 1, 2, 2)]
    locator = Locator(dict(zip(order, boxes, strict=True)))

    assert locator.locate(1, 1) == ("10" if "10" in order else "2")


def test_codes_are_in_the_order_of_their_bytes():
    locator = Locator({code: box(i, 0, i + 1, 1) for i, code in enumerate(["a", "网", "B", "2", "10"])})

    assert locator.codes == ["10", "2", "B", "a", "网"]


def test_the_outer_edge_and_its_corners_belong_to_the_city():
    locator = Locator({"A": box(0, 0, 1, 1)})

    assert [locator.locate(*place) for place in [(0, 0), (0.5, 1), (1, 1)]] == ["A", "A", "A"]


def test_outside_every_grid_there_is_no_owner():
    locator = Locator({"A": box(0, 0, 1, 1)})

    assert locator.locate(np.nextafter(1, 2), 0.5) is None
    assert list(locator.locate_many([2, 0.5], [0.5, 0.5])) == [-1, 0]


@pytest.mark.parametrize("place", [(np.nan, 0.5), (0.5, np.nan), (np.inf, 0.5), (0.5, -np.inf)])
def test_what_is_no_place_has_no_owner(place):
    locator = Locator({"A": box(0, 0, 1, 1)})

    assert locator.locate(*place) is None
    assert locator.nearest(*place) is None
    assert locator.within(*place, 15) == []
    assert list(locator.locate_many([place[0], 0.5], [place[1], 0.5])) == [-1, 0]


def test_a_city_without_grids_owns_nothing():
    locator = Locator({})

    assert locator.locate(0, 0) is None
    assert locator.nearest(0, 0) is None
    assert locator.border_distance(0, 0) is None
    assert list(locator.locate_many([0], [0])) == [-1]
    assert len(locator.locate_many([], [])) == 0


def test_positions_are_32_bit():
    assert Locator({"A": box(0, 0, 1, 1)}).locate_many([0.5], [0.5]).dtype == np.int32


@st.composite
def places(draw, polygons):
    """Draw vertices, points on edges and points anywhere, on the coverage and a little around it."""
    seed = draw(st.integers(0, 2**16))
    rng = np.random.default_rng(seed)
    xy = shapely.get_coordinates(list(polygons.values()))
    corner = xy[rng.integers(0, len(xy) - 1, 40)]
    i = rng.integers(0, len(xy) - 1, 40)
    on_edge = xy[i] + (xy[i + 1] - xy[i]) * rng.uniform(0, 1, (40, 1))
    west, south, east, north = frame_of(polygons).bounds
    anywhere = rng.uniform((west - 0.001, south - 0.001), (east + 0.001, north + 0.001), (40, 2))
    return np.vstack([corner, on_edge, anywhere])


@given(st.data(), coverages())
def test_every_point_vertex_and_edge_point_has_the_owner_of_the_rule(data, polygons):
    locator = Locator(polygons)
    xy = data.draw(places(polygons))

    many = [locator.codes[i] if i >= 0 else None for i in locator.locate_many(*xy.T)]

    assert many == [lowest_touching(polygons, *place) for place in xy]
    assert many == [locator.locate(*place) for place in xy]


@given(st.data(), coverages())
def test_no_point_of_a_whole_coverage_is_without_an_owner(data, polygons):
    locator = Locator(polygons)
    xy = data.draw(places(polygons))
    inside = shapely.intersects_xy(frame_of(polygons), xy)

    assert (locator.locate_many(*xy.T)[inside] >= 0).all()


@given(st.data(), coverages(), st.randoms())
def test_the_order_in_which_grids_are_given_does_not_matter(data, polygons, random):
    xy = data.draw(places(polygons))
    shuffled = list(polygons.items())
    random.shuffle(shuffled)

    assert np.array_equal(Locator(polygons).locate_many(*xy.T), Locator(dict(shuffled)).locate_many(*xy.T))


def test_large_and_small_batches_agree():
    polygons = {code: box(i, 0, i + 1, 1) for i, code in enumerate(CODES)}
    lons = np.repeat(np.arange(0, len(CODES), 0.25), 60)
    locator = Locator(polygons)

    one_by_one = [locator.locate_many([lon], [1.0])[0] for lon in lons]

    assert list(locator.locate_many(lons, np.ones(len(lons)))) == one_by_one


# +---+---+
# | A | B |   each 0.1 degree wide, at 39.9 N
# +---+---+
PAIR = Locator({"A": box(119.5, 39.9, 119.6, 40.0), "B": box(119.6, 39.9, 119.7, 40.0)})


def test_neighbours_within_a_radius_are_named_nearest_first_the_owner_at_zero():
    ten_metres_west = 119.6 - 10 / EAST_SIDE_M * 0.1

    [(owner, zero), (neighbour, distance)] = PAIR.within(ten_metres_west, 39.95, 15)

    assert (owner, zero, neighbour) == ("A", 0, "B")
    assert distance == pytest.approx(10, abs=0.001)
    assert PAIR.within(ten_metres_west, 39.95, 9) == [("A", 0)]


def test_many_points_have_their_own_radius():
    lons = [119.6 - 10 / EAST_SIDE_M * 0.1] * 2

    point, position, distance = PAIR.within_many(lons, [39.95] * 2, [15, 5])

    assert list(zip(point, position, strict=True)) == [(0, 0), (0, 1), (1, 0)]
    assert distance == pytest.approx([0, 10, 0], abs=0.001)


def test_of_grids_equally_near_the_lower_code_comes_first_whoever_else_is_asked_for():
    # +---+---+
    # | C | B |     10 m from both, in a third grid above them
    # +---+---+
    lower = {"C": box(119.5, 39.9, 119.6, 39.95), "B": box(119.6, 39.9, 119.7, 39.95)}
    locator = Locator({"A": box(119.5, 39.95, 119.7, 40.0), **lower})
    place = (119.6, 39.95 + 10 / metres_per_degree(39.95).lat)

    alone = [code for code, _ in locator.within(*place, 15)]
    point, position, _ = locator.within_many([place[0], 119.55, 119.65], [place[1], 39.9001, 39.9999], 15)

    assert alone == ["A", "B", "C"]
    assert [locator.codes[grid] for grid in position[point == 0]] == alone


def test_the_border_of_the_owner_is_measured_from_inside():
    assert PAIR.border_distance(119.55, 39.95) == pytest.approx(EAST_SIDE_M / 2, rel=1e-6)
    assert PAIR.border_distance(119.6, 39.95) == 0


def test_outside_the_nearest_grid_is_named_with_its_distance():
    code, distance = PAIR.nearest(119.65, 40.001)

    assert code == "B"
    assert distance == pytest.approx(NORTH_SIDE_M / 100, rel=1e-4)
    assert PAIR.border_distance(119.65, 40.001) == distance


def test_nearest_is_nearest_in_metres_not_in_degrees():
    # At 60 N a degree of lon is half as long: B is nearer, though A is fewer degrees away.
    locator = Locator({"A": box(0, 61, 1, 62), "B": box(1.5, 59, 3, 60)})

    assert locator.nearest(0, 60.2)[0] == "B"
    assert locator.nearest(0.5, 60.5)[0] == "A"


def test_of_equally_near_grids_the_lower_code_is_named():
    assert PAIR.nearest(119.6, 40.001)[0] == "A"


def test_border_distances_follow_positions_and_leave_strangers_out():
    distances = PAIR.border_distances([119.5, 119.65, 5], [39.95, 39.95, 5], [0, 1, -1])

    assert distances[:2] == pytest.approx([0, EAST_SIDE_M / 2], rel=1e-6)
    assert np.isnan(distances[2])


@given(coverages(), st.floats(119.49, 119.53), st.floats(39.89, 39.93), st.floats(1, 2000))
def test_within_agrees_with_measuring_every_grid(polygons, lon, lat, radius_m):
    scale = metres_per_degree(lat)
    point = shapely.Point(lon * scale.lon, lat * scale.lat)

    found = dict(Locator(polygons).within(lon, lat, radius_m))

    true = {
        c: point.distance(shapely.transform(p, lambda xy: xy * (scale.lon, scale.lat))) for c, p in polygons.items()
    }
    assert found.keys() == {code for code, distance in true.items() if distance <= radius_m}
    assert [found[code] for code in found] == pytest.approx([true[code] for code in found], abs=1e-6)
