"""The index of the locator: whatever way it is asked, it says what the rule says of all shapes."""

import logging
import threading

import numpy as np
import pytest
import shapely
from geometry.random_coverages import coverages
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from gridmgr.errors import Invalid
from gridmgr.geometry.locator import Locator, measuring

WEST, SOUTH = 119.5, 39.9
CELLS = [None, 15.0, 90.0, 700.0]
CORNER = np.array([WEST, SOUTH])
NANOMETRES = 1e-8
"""By so much may two ways of measuring differ: the last digit of a coordinate is a nanometre or two."""


def lowest_touching(polygons, xy):
    """The rule word for word, by the tree of all shapes; positions in the order of the codes' bytes."""
    codes = sorted(polygons, key=str.encode)
    owners = np.full(len(xy), -1)
    finite = np.flatnonzero(np.isfinite(xy).all(axis=1))
    tree = shapely.STRtree([polygons[code] for code in codes])
    point, position = tree.query(shapely.points(xy[finite]), predicate="intersects")
    lowest = np.full(len(finite), len(codes))
    np.minimum.at(lowest, point, position)
    owners[finite] = np.where(lowest == len(codes), -1, lowest)
    return owners


def blob(rng, reach=0.05, corners=24):
    """A star-shaped polygon somewhere near."""
    angle, radius = np.sort(rng.uniform(0, 2 * np.pi, corners)), rng.uniform(0.3, 1, corners) * reach
    middle = rng.uniform(0, 0.1, 2) + CORNER
    return Polygon(np.round(np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) + middle, 9))


def overlapping(rng):
    return {f"b{i}": blob(rng) for i in range(rng.integers(1, 20))}


def crossing_themselves(rng):
    rings = (np.round(rng.uniform(0, 0.1, (rng.integers(4, 9), 2)) + CORNER, 9) for _ in range(8))
    return {f"w{i}": Polygon(ring) for i, ring in enumerate(rings)} | {"z": box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.1)}


def in_parts(rng):
    pairs = ((blob(rng, 0.03).buffer(0), blob(rng, 0.03).buffer(0)) for _ in range(5))
    grids = {f"m{i}": one.symmetric_difference(other) for i, (one, other) in enumerate(pairs)}
    return grids | {"x": MultiPolygon([blob(rng, 0.03), blob(rng, 0.03)])}


def with_holes_and_gaps(rng):
    points = shapely.multipoints(rng.uniform(0, 0.1, (30, 2)) + CORNER)
    frame = box(WEST, SOUTH, WEST + 0.1, SOUTH + 0.1)
    grids = {
        f"v{i}": part for i, part in enumerate(shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame)))
    }
    lake = Point(WEST + 0.05, SOUTH + 0.05).buffer(0.02)
    return {code: shape.difference(lake) for code, shape in grids.items() if code not in ("v3", "v7")}


def drawn_again(rng):
    shape = blob(rng)
    return {
        "a": shape,
        "b": shape,
        "c": Polygon(shape.exterior.coords[::-1]),
        "d": box(WEST, SOUTH, WEST + 0.02, SOUTH + 0.1),
    }


NASTY = [overlapping, crossing_themselves, in_parts, with_holes_and_gaps, drawn_again]


def places(polygons, rng, many=300):
    """Vertices, their neighbours one bit away, points on and next to edges, points anywhere, and what is no place."""
    shapes = np.array(list(polygons.values()), dtype=object)
    xy = shapely.get_coordinates(shapes)
    corner = xy[rng.integers(0, len(xy), many)]
    i = rng.integers(0, len(xy) - 1, many)
    on_edge = xy[i] + (xy[i + 1] - xy[i]) * rng.uniform(0, 1, (many, 1))
    bounds = shapely.total_bounds(shapes)
    anywhere = rng.uniform(bounds[:2] - 0.005, bounds[2:] + 0.005, (4 * many, 2))
    beside = np.nextafter(corner, corner + rng.choice([-1, 1], corner.shape))
    nowhere = np.array([[np.nan, SOUTH], [WEST, np.inf], [-np.inf, 0], [1e300, -1e300]])
    return np.vstack([corner, beside, on_edge, on_edge + rng.normal(0, 1e-9, on_edge.shape), anywhere, nowhere])


def every_way(polygons, cell_m):
    """The index of numpy and of numba, both drawn."""
    return [Locator(polygons, compiled=is_compiled, cell_m=cell_m).prepare() for is_compiled in (False, True)]


def one_by_one(locator, xy):
    """Positions as ``locate`` gives them."""
    position = {code: i for i, code in enumerate(locator.codes)} | {None: -1}
    return np.array([position[locator.locate(lon, lat)] for lon, lat in xy.tolist()])


@given(coverages(), st.integers(0, 2**32), st.sampled_from(CELLS))
@settings(max_examples=30)
def test_a_whole_coverage_is_answered_by_the_rule_in_every_way(polygons, seed, cell_m):
    xy = places(polygons, np.random.default_rng(seed))
    expected = lowest_touching(polygons, xy)

    for locator in every_way(polygons, cell_m):
        assert np.array_equal(locator.locate_many(*xy.T), expected)
        assert np.array_equal(one_by_one(locator, xy), expected)


@pytest.mark.parametrize("make", NASTY, ids=lambda make: make.__name__)
@given(st.integers(0, 2**32), st.sampled_from(CELLS[1:]))
@settings(max_examples=10)
def test_overlaps_holes_gaps_and_invalid_shapes_are_answered_by_the_rule_in_every_way(make, seed, cell_m):
    polygons = make(np.random.default_rng(seed))
    xy = places(polygons, np.random.default_rng(seed))
    expected = lowest_touching(polygons, xy)

    for locator in every_way(polygons, cell_m):
        assert np.array_equal(locator.locate_many(*xy.T), expected)
        assert np.array_equal(one_by_one(locator, xy), expected)


@pytest.mark.parametrize("make", NASTY, ids=lambda make: make.__name__)
@given(st.integers(0, 2**32), st.sampled_from(CELLS[1:]))
@settings(max_examples=10)
def test_after_changes_the_index_is_that_of_the_new_shapes(make, seed, cell_m):
    rng = np.random.default_rng(seed)
    before = make(rng)
    codes = sorted(before)
    changed = {codes[0]: blob(rng, 0.02), codes[-1]: None, "0 new": box(WEST + 0.03, SOUTH, WEST + 0.031, SOUTH + 0.01)}
    after = {code: shape for code, shape in (before | changed).items() if shape is not None}
    locator = Locator(before, compiled=False, cell_m=cell_m).prepare().replaced(changed)
    xy = np.vstack([places(before, rng, 100), places(after, rng)])

    assert locator.codes == sorted(after, key=str.encode)
    assert np.array_equal(locator.locate_many(*xy.T), lowest_touching(after, xy))
    assert np.array_equal(one_by_one(locator.prepare(), xy), lowest_touching(after, xy))


def quarters():
    # +---+---+
    # | C | D |   30 x 30 grids, each 0.01 degree wide
    # +---+---+
    # | A | B |
    # +---+---+
    return {f"{i:02}-{j:02}": box(i / 100, j / 100, (i + 1) / 100, (j + 1) / 100) for i in range(30) for j in range(30)}


def test_only_the_tiles_of_changed_grids_are_drawn_anew():
    grids = quarters()
    locator = Locator(grids, compiled=False, cell_m=50).prepare()

    other = locator.replaced({"10-10": box(0.1, 0.1, 0.105, 0.11), "11-10": box(0.105, 0.1, 0.12, 0.11)})

    assert (other._owners.raster.base != locator._owners.raster.base).mean() < 0.05
    assert other.locate(0.107, 0.105) == "11-10"
    assert locator.locate(0.107, 0.105) == "10-10"


def test_two_changes_of_one_index_know_nothing_of_each_other():
    locator = Locator(quarters(), compiled=False, cell_m=50).prepare()

    one = locator.replaced({"10-10": box(0.1, 0.1, 0.105, 0.11), "11-10": box(0.105, 0.1, 0.12, 0.11)})
    other = locator.replaced({"10-10": box(0.1, 0.1, 0.115, 0.11), "11-10": box(0.115, 0.1, 0.12, 0.11)})
    third = one.replaced({"20-20": None})

    places = [(0.107, 0.105), (0.113, 0.105), (0.205, 0.205)]
    found = [[each.locate(*place) for place in places] for each in (locator, one, other, third)]
    assert found == [
        ["10-10", "11-10", "20-20"],
        ["11-10", "11-10", "20-20"],
        ["10-10", "10-10", "20-20"],
        ["11-10", "11-10", None],
    ]


def test_a_change_beyond_the_frame_is_answered_too():
    locator = Locator(quarters(), compiled=False).prepare().replaced({"far": box(5, 5, 6, 6)})

    assert locator.prepare().locate(5.5, 5.5) == "far"
    assert locator.locate(0.005, 0.005) == "00-00"


def test_positions_in_arrays_of_any_layout_are_taken():
    locator = Locator(quarters(), compiled=True).prepare()
    xy = np.random.default_rng(1).uniform(0, 0.3, (5000, 2))

    assert np.array_equal(locator.locate_many(*xy.T), locator.locate_many(xy[:, 0].tolist(), xy[:, 1].tolist()))
    assert np.array_equal(locator.locate_many(*xy[::-2].T), locator.locate_many(*xy.T)[::-2])


def test_a_grid_wider_than_half_the_earth_is_refused():
    with pytest.raises(Invalid, match="antimeridian"):
        Locator({"A": box(-179, 60, 179, 61)}).prepare()


def test_the_other_ways_are_as_exact_far_from_the_meridian_and_near_the_pole():
    grids = {f"{i}": box(-179.9 + i, 70 + i / 10, -178.9 + i, 71 + i / 10) for i in range(300)}
    xy = places(grids, np.random.default_rng(3))

    for locator in every_way(grids, None):
        assert np.array_equal(locator.locate_many(*xy.T), lowest_touching(grids, xy))


# --- borders -----------------------------------------------------------------------------


@given(coverages(), st.integers(0, 2**32), st.sampled_from([0.5, 15.0, 16.5, 200.0, 3000.0]))
@settings(max_examples=30)
def test_one_point_and_many_and_compiled_code_measure_the_same(polygons, seed, radius_m):
    xy = places(polygons, np.random.default_rng(seed), 60)[:-4]
    few, numpy, numba = (Locator(polygons, compiled=is_compiled) for is_compiled in (False, False, True))
    numpy.within_many(np.repeat(xy[:, 0], 9), np.repeat(xy[:, 1], 9), radius_m)  # So many that the borders are sorted.
    point, grid, metres = numpy.within_many(*xy.T, radius_m)
    owners = numpy.locate_many(*xy.T)

    for locator in (few, numpy.prepare()):
        for i in range(0, len(xy), 7):
            found = locator.within(*xy[i], radius_m)
            assert [code for code, _ in found] == [numpy.codes[g] for g in grid[point == i]]
            assert [away for _, away in found] == pytest.approx(metres[point == i].tolist(), abs=NANOMETRES)
            assert locator.border_distance(*xy[i]) == pytest.approx(
                numpy.nearest_many(*xy[i : i + 1].T)[1][0]
                if owners[i] < 0
                else numpy.border_distances(*xy[i : i + 1].T, owners[i : i + 1])[0],
                abs=NANOMETRES,
            )
    near = numpy.near_border_many(*xy.T, radius_m)
    inside = owners >= 0
    assert np.array_equal(near[inside], numpy.border_distances(*xy.T, owners)[inside] <= radius_m)
    assert np.array_equal(near[~inside], numpy.nearest_many(*xy.T)[1][~inside] <= radius_m)
    assert np.array_equal(numba.near_border_many(*xy.T, radius_m), near)
    assert np.array_equal(few.near_border_many(*xy[:50].T, radius_m), near[:50])


def test_one_point_does_not_wait_while_the_borders_are_sorted():
    locator, lon, lat = Locator(quarters()), 0.105, 0.104
    before, found = (locator.border_distance(lon, lat), locator.within(lon, lat, 2000)), []
    locator._borders._asked = measuring.WORTH_SORTING
    asker = threading.Thread(
        target=lambda: found.append((locator.border_distance(lon, lat), locator.within(lon, lat, 2000)))
    )

    with locator._borders._sorting:
        asker.start()
        asker.join(30)
        answered = list(found)
    asker.join()

    assert answered == [before]


def test_a_file_full_of_one_senseless_position_is_one_question(monkeypatch):
    locator = Locator(quarters(), compiled=False)
    asked, nearing = [], locator._nearing
    monkeypatch.setattr(
        nearing, "_by_boxes", lambda lon, lat, ask=nearing._by_boxes: asked.append(len(lon)) or ask(lon, lat)
    )

    position, distance = locator.nearest_many(np.zeros(50_000) - 3, np.zeros(50_000) - 4)

    assert asked == [1]
    assert set(position) == {locator.codes.index("00-00")}
    assert distance.max() == distance.min() > 500_000


def test_far_positions_are_asked_about_in_parts(monkeypatch):
    locator = Locator(quarters(), compiled=False)
    monkeypatch.setattr("gridmgr.geometry.locator.nearing.PAIRS_AT_ONCE", 2000)
    xy = np.random.default_rng(5).uniform(-3, -1, (50, 2))

    position, distance = locator.nearest_many(*xy.T)

    assert [(locator.codes[p], d) for p, d in zip(position, distance, strict=True)] == [
        locator.nearest(*one) for one in xy
    ]


@given(grids=coverages(), dropped=st.booleans(), seed=st.integers(0, 2**16))
@settings(max_examples=60, deadline=None)
def test_outside_a_coverage_its_outer_edges_alone_give_the_same_grid_and_distance(grids, dropped, seed):
    if dropped:
        grids.pop(next(iter(grids)))
    by_edges, by_boxes = Locator(grids, compiled=False), Locator(grids, compiled=False)
    places = beside_and_around(grids, np.random.default_rng(seed))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gridmgr.geometry.locator.nearing.WORTH_LOOKING", 0)
        patch.setattr("gridmgr.geometry.locator.nearing.EDGES_FOR_A_POINT", 10**9)
        found = by_edges.nearest_many(*places.T)
    known = by_boxes.nearest_many(*places.T)

    assert by_edges._nearing._outer is not None and by_boxes._nearing._outer is None
    assert np.array_equal(found[0], known[0])
    np.testing.assert_allclose(found[1], known[1], rtol=0, atol=1e-9)


def beside_and_around(grids, rng):
    """Return places about the city: anywhere, and so near to corners that several grids are equally near or all but."""
    corners = shapely.get_coordinates(list(grids.values()))
    corners = corners[rng.integers(0, len(corners), 200)]
    ways = rng.normal(size=(200, 2)) * 10.0 ** rng.uniform(-9, -2, (200, 1))
    low, high = corners.min(axis=0), corners.max(axis=0)
    return np.vstack([corners + ways, rng.uniform(2 * low - high, 2 * high - low, (200, 2))])


def test_where_grids_overlap_or_the_point_is_near_a_pole_all_edges_are_measured(monkeypatch):
    monkeypatch.setattr("gridmgr.geometry.locator.nearing.WORTH_LOOKING", 0)
    monkeypatch.setattr("gridmgr.geometry.locator.nearing.EDGES_FOR_A_POINT", 10**9)
    within = Locator({"A": box(0, 0, 2, 2), "B": box(1, 0, 2, 1)}, compiled=False)
    beside = Locator({"A": box(0, 0, 1, 1), "B": box(1, 0, 2, 1)}, compiled=False)

    assert within.nearest(3, 0.5)[0] == "A" and within._nearing._outer is None
    assert beside.nearest(1.5, 89.9)[0] == "B" and beside._nearing._outer is not None


def test_after_many_changes_the_index_is_no_larger_than_twice(monkeypatch):
    locator = Locator(quarters(), compiled=False, cell_m=100).prepare()
    size = locator.nbytes

    for step in range(1, 60):
        east = 0.1 + step / 10_000
        locator = locator.replaced({"10-10": box(0.1, 0.1, east, 0.11), "11-10": box(east, 0.1, 0.12, 0.11)}).prepare()

    assert locator.nbytes < 3 * size
    assert locator.locate(0.1058, 0.105) == "10-10"


# --- saved -----------------------------------------------------------------------------


@pytest.fixture
def saved(tmp_path):
    """A saved index, the shapes, and points over all its tiles."""
    grids = quarters()
    path = tmp_path / "v1.index"
    Locator(grids, compiled=False).save(path, "city v1")
    return path, grids, np.random.default_rng(2).uniform(-0.01, 0.31, (5000, 2))


def test_a_saved_index_answers_as_before(saved):
    path, grids, xy = saved

    loaded = Locator.load(path, "city v1", grids)

    assert np.array_equal(loaded.locate_many(*xy.T), lowest_touching(grids, xy))
    assert np.array_equal(one_by_one(Locator.load(path, "city v1", grids), xy), lowest_touching(grids, xy))
    assert np.array_equal(
        loaded.near_border_many(*xy.T, 100), Locator(grids, compiled=False).near_border_many(*xy.T, 100)
    )


def test_an_index_that_was_changed_is_saved_with_its_changes(tmp_path):
    grids = quarters()
    changed = {"00-00": None, "a": box(0, 0, 0.01, 0.01)}
    Locator(grids, compiled=False).prepare().replaced(changed).save(tmp_path / "i", "k")
    after = {code: shape for code, shape in (grids | changed).items() if shape is not None}

    loaded = Locator.load(tmp_path / "i", "k", after)

    assert loaded.locate(0.005, 0.005) == "a"
    xy = np.random.default_rng(2).uniform(0, 0.3, (5000, 2))
    assert np.array_equal(loaded.locate_many(*xy.T), lowest_touching(after, xy))


def test_an_index_of_other_boundaries_or_none_at_all_is_not_used(saved):
    path, grids, _ = saved

    assert Locator.load(path, "city v2", grids) is None
    assert Locator.load(path, "city v1", {"A": box(0, 0, 1, 1)}) is None
    assert Locator.load(path.with_name("v9.index"), "city v1", grids) is None


@pytest.mark.parametrize("spoil", ["cut short", "grown", "another file", "description"])
def test_a_file_that_is_not_what_it_says_is_not_used(saved, spoil, caplog):
    path, grids, _ = saved
    whole = path.read_bytes()
    spoilt = {
        "cut short": whole[: len(whole) // 2],
        "grown": whole + b"more",
        "another file": b"PK\x03\x04" + whole,
        "description": whole.replace(b"city v1", b"city v2", 1),
    }
    path.write_bytes(spoilt[spoil])

    with caplog.at_level(logging.WARNING):
        assert Locator.load(path, "city v2" if spoil == "description" else "city v1", grids) is None
    assert "drawn anew" in caplog.text


@pytest.mark.parametrize("place", np.linspace(0.05, 0.98, 8))
def test_damage_anywhere_in_the_file_changes_no_answer(saved, place, caplog):
    path, grids, xy = saved
    whole = bytearray(path.read_bytes())
    begin = int(len(whole) * place)
    whole[begin : begin + 4096] = bytes(byte ^ 0x5A for byte in whole[begin : begin + 4096])
    path.write_bytes(whole)

    for ask in (lambda locator: locator.locate_many(*xy.T), lambda locator: one_by_one(locator, xy)):
        locator = Locator.load(path, "city v1", grids) or Locator(grids)
        assert np.array_equal(ask(locator), lowest_touching(grids, xy))
        assert np.array_equal(locator.near_border_many(*xy.T, 100), Locator(grids).near_border_many(*xy.T, 100))
    assert "drawn anew" in caplog.text or "sorted anew" in caplog.text


def test_a_saved_index_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        Locator(quarters(), compiled=False).save(tmp_path / "i", "k")

    assert list(tmp_path.iterdir()) == []
