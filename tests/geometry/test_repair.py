"""A repair keeps every code, says what it did, and leaves large holes to people."""

import numpy as np
import pytest
import shapely
from geometry.random_coverages import coverages, frame_of
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from gridmgr.geometry import defects
from gridmgr.geometry.coverage import audit, repair
from gridmgr.geometry.crs import metres_per_degree, metric_of
from gridmgr.geometry.repair import Unrepairable

LON, LAT = 1 / metres_per_degree(39.905).lon, 1 / metres_per_degree(39.905).lat


def metres(*bounds):
    """Return a box whose bounds are metres east and north of a place in Qinhuangdao."""
    west, south, east, north = bounds
    return box(*np.round([119.5 + west * LON, 39.9 + south * LAT, 119.5 + east * LON, 39.9 + north * LAT], 9))


def jittered(polygons, seed, amplitude_m):
    """Return ``polygons`` with each vertex moved on its own: neighbours no longer agree."""
    rng = np.random.default_rng(seed)

    def move(xy):
        moved = xy + rng.uniform(-amplitude_m, amplitude_m, xy.shape) * (LON, LAT)
        moved[-1] = moved[0]
        return np.round(moved, 9)

    def moved(shape):
        parts = [
            shapely.Polygon(move(shapely.get_coordinates(p.exterior)), [move(np.array(r.coords)) for r in p.interiors])
            for p in shapely.get_parts(shape)
        ]
        return shapely.MultiPolygon(parts) if len(parts) > 1 else parts[0]

    return {code: moved(shape) for code, shape in polygons.items()}


def is_whole(polygons):
    shapes = list(polygons.values())
    return bool(shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes))


def area_of(polygons, code, metric):
    return metric(polygons[code]).area


@given(coverages())
def test_a_whole_coverage_stays_as_it_is(polygons):
    mended, changes = repair(polygons, frame_of(polygons))

    assert changes == []
    assert all(shapely.equals_identical(mended[code], polygons[code]) for code in polygons)


@given(coverages(), st.integers(0, 99), st.sampled_from([0.005, 0.02, 0.3, 2.0]))
def test_a_jittered_coverage_ends_whole_with_every_code(polygons, seed, amplitude_m):
    given_shapes = jittered(polygons, seed, amplitude_m)

    mended, _ = repair(given_shapes, max_width=9, max_area=50_000)

    assert list(mended) == sorted(polygons, key=str.encode)
    assert is_whole(mended)
    assert {f.kind for f in audit(mended) if f.severity == "error"} <= set()


@given(coverages(), st.integers(0, 99), st.sampled_from([0.02, 0.3, 2.0]))
def test_no_ground_changes_hands_unreported(polygons, seed, amplitude_m):
    metric = metric_of(frame_of(polygons))
    given_shapes = jittered(polygons, seed, amplitude_m)

    mended, changes = repair(given_shapes, metric=metric)

    for code in polygons:
        moved = metric(shapely.symmetric_difference(shapely.make_valid(given_shapes[code]), mended[code])).area
        rounding = (
            0.01 + 1e-5 * metric(mended[code]).length
        )  # New vertices lie within 0.1 mm of the edge they are put into.
        assert moved <= sum(c.area_m2 for c in changes if code in c.codes) * 1.0001 + rounding


@given(coverages(least=3), st.data())
def test_the_hole_of_a_missing_grid_is_left_to_people(polygons, data):
    frame = frame_of(polygons)
    missing = polygons.pop(data.draw(st.sampled_from(sorted(polygons))))

    mended, changes = repair(polygons, frame)

    assert changes == []
    assert frame.difference(shapely.union_all(list(mended.values()))).equals(missing)


def test_a_gap_goes_to_the_neighbour_with_the_longest_shared_border():
    # +---+-----+
    # | B |     |
    # +---+ gap + C     2 m wide; C shares 20 m, A and B 10 m each
    # | A |     |
    # +---+-----+
    polygons = {"A": metres(0, 0, 50, 10), "B": metres(0, 10, 50, 20), "C": metres(52, 0, 99, 20)}

    mended, [change, *_] = repair(polygons, metres(0, 0, 99, 20))

    assert (change.rule, change.fields["to"], change.codes) == ("gap", "C", ("A", "B", "C"))
    assert change.area_m2 == pytest.approx(40, rel=1e-3)
    assert mended["C"].equals(metres(50, 0, 99, 20))


def test_between_equal_neighbours_a_gap_goes_to_the_lower_code():
    polygons = {"2": metres(0, 0, 50, 20), "10": metres(52, 0, 99, 20)}

    _, [change, *_] = repair(polygons, metres(0, 0, 99, 20))

    assert change.fields["to"] == "10"


@pytest.mark.parametrize(("width", "length", "closed"), [(4.9, 20, True), (5.1, 20, False), (4.9, 250, False)])
def test_only_gaps_up_to_five_metres_and_a_thousand_square_metres_are_closed(width, length, closed):
    polygons = {"A": metres(0, 0, 50, length), "B": metres(50 + width, 0, 99, length)}
    frame = metres(0, 0, 99, length)

    mended, changes = repair(polygons, frame)

    assert [c.rule for c in changes][:1] == (["gap"] if closed else [])
    assert [f.kind for f in audit(mended, frame)] == ([] if closed else ["gap"])


def test_limits_can_be_set():
    polygons = {"A": metres(0, 0, 50, 20), "B": metres(60, 0, 99, 20)}

    _, [change, *_] = repair(polygons, metres(0, 0, 99, 20), max_width=12, max_area=300)

    assert change.area_m2 == pytest.approx(200, rel=1e-3)


def test_a_long_gap_is_closed_where_the_limits_allow_its_area():
    # The hole between A and B is 4 m wide and 700 m long.
    polygons = {"A": metres(0, 0, 50, 700), "B": metres(54, 0, 99, 700)}
    frame = metres(0, 0, 99, 700)

    mended, [change, *_] = repair(polygons, frame, max_area=3_000)

    assert change.area_m2 == pytest.approx(2_800, rel=1e-3)
    assert audit(mended, frame) == []


def test_an_overlap_goes_to_the_claimant_with_the_longest_shared_border():
    # B reaches 3 m into A over the whole of its width: the piece shares 20 m with B, but 20 + 3 + 3 m with A.
    polygons = {"A": metres(0, -9, 50, 29), "B": metres(47, 0, 99, 20)}

    mended, changes = repair(polygons)

    [change] = [c for c in changes if c.rule == "overlap"]
    assert (change.codes, change.fields["to"]) == (("A", "B"), "A")
    assert change.area_m2 == pytest.approx(60, rel=1e-3)
    assert mended["A"].equals(polygons["A"]) and is_whole(mended)


def test_an_equal_overlap_goes_to_the_lower_code():
    polygons = {"2": metres(0, 0, 50, 20), "10": metres(48, 0, 98, 20)}

    _, changes = repair(polygons)

    assert [c.fields["to"] for c in changes if c.rule == "overlap"] == ["10"]


def test_a_grid_drawn_on_top_of_another_is_carved_out_of_it():
    market, stall = metres(10, 10, 30, 30), metres(12, 12, 16, 16)
    polygons = {"A": metres(0, 0, 50, 50), "M": market, "S": stall}

    mended, changes = repair(polygons)

    assert mended["S"].equals(stall)
    assert mended["M"].equals(market.difference(stall))
    assert mended["A"].equals(polygons["A"].difference(market))
    assert {c.fields["to"] for c in changes if c.rule == "overlap"} == {"M", "S"}
    assert "lost most of its ground" in changes[0].say("en")


def test_a_vertex_that_one_side_lacks_is_taken_over_without_moving_ground():
    west, east = metres(0, 0, 50, 20), metres(50, 0, 99, 20)
    extra = shapely.Point(east.bounds[0], 39.90007)
    bent = shapely.Polygon([*east.exterior.coords[:3], extra, *east.exterior.coords[3:]])

    mended, [change] = repair({"A": west, "B": bent})

    assert (change.rule, change.codes, change.fields["count"]) == ("match", ("A",), 1)
    assert is_whole(mended) and mended["A"].equals(west)


def test_vertices_within_five_centimetres_become_one():
    polygons = {"A": metres(0, 0, 50, 20), "B": metres(50.03, 0, 99, 20)}

    mended, [change] = repair(polygons)

    assert (change.rule, change.codes) == ("snap", ("B",))
    assert change.fields["moved_m"] == pytest.approx(0.03, abs=0.001)
    assert is_whole(mended) and mended["A"].equals(polygons["A"])


def test_a_bowtie_is_rebuilt_over_the_same_ground():
    bowtie = shapely.Polygon([(119.50, 39.90), (119.52, 39.91), (119.52, 39.90), (119.50, 39.91)])

    mended, [change] = repair({"A": bowtie})

    assert (change.rule, change.codes) == ("make_valid", ("A",))
    assert mended["A"].geom_type == "MultiPolygon" and audit(mended) == []


def test_narrow_strips_outside_the_frame_are_cut_off_and_wide_ones_left():
    frame = metres(0, 0, 50, 20)

    mended, [change] = repair({"A": metres(0, 0, 52, 20)}, frame)
    kept, none = repair({"A": metres(0, 0, 90, 20)}, frame)

    assert (change.rule, change.area_m2) == ("cut", pytest.approx(40, rel=1e-3))
    assert mended["A"].equals(frame)
    assert (none, kept["A"].equals(metres(0, 0, 90, 20))) == ([], True)


@pytest.mark.parametrize("other", [shapely.Polygon(), None, metres(0, 0, 50, 20)])
def test_a_grid_without_ground_of_its_own_cannot_be_kept_and_is_named(other):
    with pytest.raises(Unrepairable) as refused:
        repair({"A": metres(0, 0, 50, 20), "B": other})

    assert refused.value.fields["codes"] == "B"


def test_nothing_is_repaired_to_nothing():
    assert repair({}) == ({}, [])


@given(coverages(), st.integers(0, 99))
def test_each_change_has_a_rule_a_place_a_size_and_words(polygons, seed):
    _, changes = repair(jittered(polygons, seed, 1.0))

    for change in changes:
        assert shapely.dwithin(change.geometry, shapely.Point(change.place), 1e-9)
        assert change.area_m2 >= 0
        assert set(change.codes) <= set(polygons)
        assert "{" not in change.say("en")


@given(coverages(), st.integers(0, 99))
def test_the_order_of_the_grids_does_not_change_the_repair(polygons, seed):
    given_shapes = jittered(polygons, seed, 0.5)

    there, _ = repair(given_shapes)
    back, _ = repair(dict(reversed(given_shapes.items())))

    assert all(shapely.equals_identical(there[code], back[code]) for code in polygons)


def test_a_part_of_many_that_shrinks_to_a_point_is_dropped():
    dot = [(119.5035, 39.905)] * 4
    shapes = np.array([shapely.MultiPolygon([box(119.5, 39.9, 119.502, 39.902), shapely.Polygon(dot)])], dtype=object)

    [left] = defects.without_repeats(shapes)

    assert left.equals(box(119.5, 39.9, 119.502, 39.902))
