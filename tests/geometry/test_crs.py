"""Coordinates of every system land where they belong, and come back."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgr.geometry.crs import (
    UnknownCrs,
    from_wgs84,
    likely_crs,
    metres_per_degree,
    metric_for,
    metric_of,
    to_wgs84,
    transform_shapes,
)

QINHUANGDAO = (119.6, 39.935)
BOSTON = (-71.06, 42.36)


def metres_between(lon, lat, other_lon, other_lat):
    scale = metres_per_degree(lat)
    return np.hypot((other_lon - lon) * scale.lon, (other_lat - lat) * scale.lat)


def test_gcj02_moves_the_example_of_the_handbook_east_and_north():
    lon, lat = from_wgs84(*QINHUANGDAO, "gcj02")

    assert (round(lon, 7), round(lat, 7)) == (119.6057709, 39.9361081)


def test_bd09_moves_qinhuangdao_by_about_thirteen_hundred_metres():
    lon, lat = np.meshgrid(np.linspace(119.30, 119.85, 40), np.linspace(39.80, 40.05, 40))

    moved = metres_between(lon, lat, *from_wgs84(lon, lat, "bd09"))

    assert moved.min() == pytest.approx(1297, abs=3)
    assert moved.max() == pytest.approx(1393, abs=3)


def test_gcj02_moves_qinhuangdao_by_about_five_hundred_and_thirty_metres():
    lon, lat = np.meshgrid(np.linspace(119.30, 119.85, 40), np.linspace(39.80, 40.05, 40))

    moved = metres_between(lon, lat, *from_wgs84(lon, lat, "gcj02"))

    assert moved.mean() == pytest.approx(530, abs=3)
    assert (moved.min() > 495) & (moved.max() < 568)


@given(st.floats(74, 135), st.floats(18, 53), st.sampled_from(["gcj02", "bd09"]))
def test_offset_systems_come_back_within_a_millimetre_all_over_china(lon, lat, crs):
    back = to_wgs84(*from_wgs84(lon, lat, crs), crs)

    assert metres_between(lon, lat, *back) < 1e-3


@given(st.floats(118.6, 121.4), st.floats(30, 45), st.sampled_from(["EPSG:4549", "epsg:4528", "EPSG:32650"]))
def test_projected_systems_come_back_within_a_millimetre(lon, lat, crs):
    back = to_wgs84(*from_wgs84(lon, lat, crs), crs)

    assert metres_between(lon, lat, *back) < 1e-3


@pytest.mark.parametrize("crs", ["gcj02", "bd09"])
@pytest.mark.parametrize("place", [BOSTON, (139.7, 35.7), (-0.1, 51.5)])
def test_outside_china_gcj02_moves_nothing(crs, place):
    assert to_wgs84(*place, "gcj02") == pytest.approx(place, abs=1e-12)
    assert to_wgs84(*from_wgs84(*place, crs), crs) == pytest.approx(place, abs=1e-9)


@pytest.mark.parametrize("crs", ["wgs84", "WGS84", "cgcs2000", "EPSG:4326", "epsg:4490", "OGC:CRS84"])
def test_geographic_systems_are_taken_as_lon_lat_and_left_alone(crs):
    assert to_wgs84(*QINHUANGDAO, crs) == QINHUANGDAO


def test_easting_comes_before_northing_whatever_the_registry_says():
    easting, northing = from_wgs84(*QINHUANGDAO, "EPSG:4549")

    assert 400_000 < easting < 600_000
    assert 4_400_000 < northing < 4_500_000


def test_zone_40_is_the_same_plane_with_the_zone_before_the_easting():
    plain = from_wgs84(*QINHUANGDAO, "EPSG:4549")
    prefixed = from_wgs84(*QINHUANGDAO, "EPSG:4528")

    assert prefixed == pytest.approx((plain[0] + 40_000_000, plain[1]), abs=1e-6)


def test_arrays_give_arrays_and_agree_with_scalars():
    lons, lats = np.array([119.5, 119.6, BOSTON[0]]), np.array([39.9, 40.0, BOSTON[1]])

    many = from_wgs84(lons, lats, "gcj02")

    assert np.array_equal(np.array(many).T, [from_wgs84(x, y, "gcj02") for x, y in zip(lons, lats, strict=True)])
    assert isinstance(from_wgs84(119.5, 39.9, "gcj02")[0], float)


@pytest.mark.parametrize("crs", ["gcj02", "bd09", "EPSG:4549", "wgs84"])
def test_what_is_no_number_stays_none(crs):
    lon, lat = to_wgs84(np.array([np.nan, np.inf]), np.array([39.9, -np.inf]), crs)

    assert not (np.isfinite(lon) & np.isfinite(lat)).any()


@pytest.mark.parametrize("crs", ["", "mars", "EPSG:", "EPSG:999999", "EPSG:5703", "/etc/hosts", "+proj=longlat"])
def test_an_unknown_system_is_refused_by_name(crs):
    with pytest.raises(UnknownCrs) as refused:
        to_wgs84(0, 0, crs)

    assert refused.value.fields["crs"] == crs


def test_long_projected_edges_are_divided_so_that_they_stay_in_place():
    square = shapely.box(480_000, 4_400_000, 500_000, 4_420_000)

    [shape] = transform_shapes([square], "EPSG:4549")

    back = shapely.transform(shape, lambda xy: np.column_stack(from_wgs84(*xy.T, "EPSG:4549")))
    assert shapely.get_num_coordinates(shape) == 401
    assert shapely.hausdorff_distance(shapely.segmentize(back, 10), square) < 0.001


def test_neighbours_still_share_a_divided_edge_vertex_for_vertex():
    slanted = [(500_000.13, 4_400_000.7), (507_123.77, 4_409_876.1)]
    left = shapely.Polygon([*slanted, (490_000, 4_409_000)])
    right = shapely.Polygon([*slanted[::-1], (517_000, 4_401_000)])

    shapes = transform_shapes([left, right, shapely.MultiPolygon([left])], "EPSG:4549")

    assert shapely.coverage_is_valid(shapes[:2])
    assert shapely.equals_exact(shapes[2].geoms[0], shapes[0])


def test_edges_are_measured_in_metres_where_the_plane_is_in_feet():
    line = shapely.LineString([(770_000, 2_950_000), (771_312, 2_950_000)])

    [shape] = transform_shapes([line], "EPSG:2249")

    assert shapely.get_num_coordinates(shape) == 3


def test_points_holes_and_empty_shapes_pass_through():
    holed = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    shapes = [shapely.Point(119.6, 39.9, 7), holed, shapely.Polygon(), None]

    point, polygon, empty, nothing = transform_shapes(shapes, "EPSG:4326")

    assert (point.has_z, point.x) == (False, 119.6)
    assert shapely.equals_exact(polygon, holed)
    assert shapely.is_empty(empty) and nothing is None


def test_coordinates_are_rounded_to_a_billionth_of_a_degree():
    [point] = transform_shapes([shapely.Point(119.6000000004, 39.93500000061)], "wgs84")

    assert (point.x, point.y) == (119.6, 39.935000001)


def test_a_city_in_china_is_measured_in_the_plane_of_its_own_meridian():
    assert metric_for(*QINHUANGDAO).crs == "EPSG:4549"
    assert metric_for(116.4, 39.9).crs == "EPSG:4548"
    assert metric_for(87.6, 43.8).crs == "EPSG:4538"


@pytest.mark.parametrize("place", [QINHUANGDAO, BOSTON])
def test_a_metric_measures_as_the_ellipsoid_does_and_comes_back(place):
    lon, lat = place
    square = shapely.box(lon, lat, lon + 0.001, lat + 0.001)
    metric = metric_of(square)

    scale = metres_per_degree(lat + 0.0005)
    assert metric(square).area == pytest.approx(scale.lon * scale.lat * 1e-6, rel=1e-4)
    assert shapely.equals_exact(metric.back(metric(square)), square, tolerance=1e-8)


def test_feet_in_boston_are_recognised():
    bounds = (739_715, 2_908_202, 795_000, 2_970_000)

    assert likely_crs(bounds, BOSTON)[0] == "EPSG:2249"


@pytest.mark.parametrize("crs", ["EPSG:4549", "EPSG:4528", "EPSG:32650"])
def test_metres_in_qinhuangdao_are_recognised(crs):
    x, y = from_wgs84(*QINHUANGDAO, crs)

    assert likely_crs((x - 500, y - 500, x + 500, y + 500), (119.4, 39.8, 119.9, 40.1))[0] == crs


def test_swapped_axes_are_recognised():
    x, y = from_wgs84(*QINHUANGDAO, "EPSG:4549")

    assert likely_crs((39.9, 119.5, 40.0, 119.6), QINHUANGDAO) == ["EPSG:4326 (y, x)"]
    assert likely_crs((y, x, y + 9, x + 9), QINHUANGDAO)[0] == "EPSG:4549 (y, x)"


def test_without_a_city_only_what_shows_by_itself_is_named():
    assert likely_crs((119.5, 39.9, 119.6, 40.0)) == ["EPSG:4326"]
    assert likely_crs((40_480_000, 4_400_000, 40_490_000, 4_410_000)) == ["EPSG:4528"]
    assert likely_crs((1e12, 1e12, 2e12, 2e12)) == []
    assert likely_crs((np.nan, 0, 1, 1), BOSTON) == []
