"""An audit finds what keeps grids from covering a city, and nothing where it is whole."""

import numpy as np
import pytest
import shapely
from geometry.random_coverages import CELL, coverages, frame_of, lattice, shared_out
from hypothesis import given
from hypothesis import strategies as st
from shapely import box
from shapely.affinity import translate

from gridmgr.geometry.coverage import audit, audit_children, audit_codes
from gridmgr.geometry.crs import metric_of

# +---+---+
# | A | B |   each 0.01 degree wide, at 39.9 N
# +---+---+
A, B = box(119.50, 39.90, 119.51, 39.91), box(119.51, 39.90, 119.52, 39.91)
FRAME = box(119.50, 39.90, 119.52, 39.91)
METRE_EAST = 1.17e-5


def kinds(findings):
    return [f.kind for f in findings]


@given(coverages())
def test_a_whole_coverage_has_no_findings(polygons):
    assert audit(polygons, frame_of(polygons)) == []


@given(coverages(), st.data())
def test_a_missing_grid_is_a_gap_of_its_very_size(polygons, data):
    frame, metric = frame_of(polygons), metric_of(frame_of(polygons))
    code = data.draw(st.sampled_from(sorted(polygons)))
    left_out = polygons.pop(code)

    gaps = audit(polygons, frame, metric=metric)

    assert set(kinds(gaps)) == {"gap"}
    assert sum(f.area_m2 for f in gaps) == pytest.approx(metric(left_out).area, rel=1e-9)
    assert shapely.equals(shapely.union_all([f.geometry for f in gaps]), left_out)


@given(coverages(least=3), st.data(), st.floats(0.02, 0.2))
def test_a_moved_grid_overlaps_its_neighbours_or_leaves_a_gap(polygons, data, share):
    frame = frame_of(polygons)
    code = data.draw(st.sampled_from(sorted(polygons)))
    polygons[code] = shapely.transform(polygons[code], lambda xy: np.round(xy + share * CELL, 9))

    found = audit(polygons, frame)

    assert {"gap", "overlap", "outside_parent"} & set(kinds(found))
    assert code in {c for f in found for c in f.codes}
    assert all(f.severity == "error" for f in found if f.kind in ("gap", "overlap", "outside_parent"))


@given(coverages(least=3), st.data())
def test_each_finding_has_a_place_on_its_geometry_and_words(polygons, data):
    code = data.draw(st.sampled_from(sorted(polygons)))
    polygons[code] = shapely.transform(polygons[code], lambda xy: np.round(xy + 0.1 * CELL, 9))

    for found in audit(polygons, frame_of(polygons)):
        assert shapely.dwithin(found.geometry, shapely.Point(found.place), 1e-9)
        assert found.area_m2 >= 0
        assert list(found.codes) == sorted(found.codes, key=str.encode)
        assert "{" not in found.say("en")


def test_the_order_of_the_grids_does_not_change_the_findings():
    shapes = {"B": B, "A": translate(A, METRE_EAST)}

    there, back = audit(shapes, FRAME), audit(dict(reversed(shapes.items())), FRAME)

    assert [(f.kind, f.codes, f.area_m2) for f in there] == [(f.kind, f.codes, f.area_m2) for f in back]


def test_an_overlap_names_both_grids_and_the_ground_in_square_metres():
    wider = box(119.50, 39.90, 119.51 + METRE_EAST, 39.91)

    [found] = audit({"A": wider, "B": B}, FRAME)

    assert (found.kind, found.codes) == ("overlap", ("A", "B"))
    assert found.area_m2 == pytest.approx(1110, rel=0.01)


def test_a_grid_drawn_twice_under_two_codes_is_an_overlap():
    [found] = audit({"A": A, "B": B, "C": A}, FRAME)

    assert (found.kind, found.codes) == ("overlap", ("A", "C"))


def test_a_grid_drawn_on_top_of_another_without_touching_its_edge_is_an_overlap():
    inside = box(119.502, 39.902, 119.504, 39.904)

    [found] = audit({"A": A, "B": B, "C": inside}, FRAME)

    assert (found.kind, found.codes) == ("overlap", ("A", "C"))
    assert shapely.equals(found.geometry, inside)


def test_a_hole_is_a_gap_even_without_a_frame():
    holed = A.difference(box(119.502, 39.902, 119.504, 39.904))

    [found] = audit({"A": holed, "B": B})

    assert (found.kind, found.codes) == ("gap", ("A",))


def test_without_a_frame_the_outer_edge_is_not_checked():
    assert audit({"A": A}) == []
    assert kinds(audit({"A": A}, FRAME)) == ["gap"]


def test_an_island_in_a_hole_is_no_gap():
    hole, island = box(119.502, 39.902, 119.508, 39.908), box(119.504, 39.904, 119.506, 39.906)

    [found] = audit({"A": A.difference(hole), "I": island})

    assert shapely.equals(found.geometry, hole.difference(island))


def test_a_lone_bowtie_is_invalid_though_the_coverage_is_called_valid():
    bowtie = shapely.Polygon([(119.50, 39.90), (119.52, 39.91), (119.52, 39.90), (119.50, 39.91)])
    assert shapely.coverage_is_valid([bowtie])

    [found] = audit({"A": bowtie})

    assert found.kind == "invalid"
    assert found.place == pytest.approx((119.51, 39.905))
    assert "crosses itself" in found.say("en")


@pytest.mark.parametrize(
    "shape",
    [
        None,
        shapely.Polygon(),
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.transform(A, lambda xy: np.where(xy == 39.91, np.nan, xy)),
    ],
)
def test_what_has_no_inside_is_invalid(shape):
    found = audit({"A": A, "B": B, "C": shape}, FRAME)

    assert [(f.kind, f.codes) for f in found] == [("invalid", ("C",))]


def test_no_grids_at_all_leave_the_whole_frame_a_gap():
    assert audit({}) == []
    assert kinds(audit({}, FRAME)) == ["gap"]


def test_a_vertex_that_only_one_side_has_is_a_near_miss():
    # B has a vertex in the middle of the shared edge; no ground is lost, but the next edit would tear it.
    extra = shapely.Polygon([(119.51, 39.90), (119.52, 39.90), (119.52, 39.91), (119.51, 39.91), (119.51, 39.905)])

    [found] = audit({"A": A, "B": extra}, FRAME)

    assert (found.kind, found.codes, found.severity) == ("near_miss", ("A", "B"), "error")


def test_outer_edges_that_nearly_meet_are_a_warning():
    apart = translate(B, 5e-8)

    [found] = audit({"A": A, "B": apart})

    assert (found.kind, found.codes, found.severity) == ("near_miss", ("A", "B"), "warning")


def test_a_thin_part_of_a_grid_is_a_sliver_and_only_a_warning():
    splinter = box(119.52, 39.90, 119.52 + METRE_EAST / 2, 39.91)

    found = audit({"A": A, "B": shapely.MultiPolygon([B, translate(splinter, 0.001)])})

    assert [(f.kind, f.codes, f.severity) for f in found] == [("sliver", ("B",), "warning")]


def test_what_reaches_out_of_the_frame_is_named_by_grid():
    [found] = audit({"A": A, "B": box(119.51, 39.90, 119.53, 39.91)}, FRAME)

    assert (found.kind, found.codes) == ("outside_parent", ("B",))
    assert shapely.equals(found.geometry, box(119.52, 39.90, 119.53, 39.91))


def test_small_gaps_are_advised_to_be_repaired_and_large_ones_to_be_drawn():
    narrow = box(119.50 + METRE_EAST, 39.90, 119.51, 39.9002)
    rest = box(119.50, 39.9002, 119.51, 39.91)

    small, large = audit({"A": rest, "C": narrow}, FRAME)[::-1]

    assert "repair" in small.say("en") and small.fields["width_m"] == pytest.approx(1, abs=0.02)
    assert "missing grid" in large.say("en")


def test_the_rounding_of_a_frame_drawn_separately_is_no_finding():
    hair = 4e-10
    frame = shapely.Polygon([(119.50, 39.90 + hair), (119.52, 39.90), (119.52, 39.91 - hair), (119.50, 39.91)])

    assert audit({"A": A, "B": B}, frame) == []


@given(coverages(least=3), st.data())
def test_children_that_tile_their_parents_have_no_findings(polygons, data):
    parent_of = {code: data.draw(st.sampled_from("PQ"), label=code) for code in polygons}
    parents = {
        parent: shapely.coverage_union_all([polygons[c] for c in polygons if parent_of[c] == parent])
        for parent in set(parent_of.values())
    }

    assert audit_children(polygons, parents, parent_of) == []


def test_a_child_outside_its_parent_and_the_rest_it_leaves_are_two_findings():
    children = {"a": box(119.50, 39.90, 119.512, 39.91), "b": box(119.512, 39.90, 119.52, 39.91)}

    outside, untiled = audit_children(children, {"A": A, "B": B}, {"a": "A", "b": "B"})

    assert (outside.kind, outside.codes, untiled.kind, untiled.codes) == (
        "outside_parent",
        ("a",),
        "parent_not_tiled",
        ("B",),
    )
    assert shapely.equals(outside.geometry, untiled.geometry)


def test_a_parent_without_children_is_untiled_unless_division_is_optional():
    children, parents = {"a": A}, {"A": A, "B": B}

    assert [(f.kind, f.codes) for f in audit_children(children, parents, {"a": "A"})] == [("parent_not_tiled", ("B",))]
    assert audit_children(children, parents, {"a": "A"}, division_optional=True) == []


def test_a_grid_with_unit_grids_in_one_half_is_partly_divided():
    half = box(119.50, 39.90, 119.505, 39.91)

    [found] = audit_children({"a": half}, {"A": A}, {"a": "A"}, division_optional=True)

    assert (found.kind, found.codes) == ("partly_divided", ("A",))


def test_a_child_that_names_no_known_parent_is_outside():
    [found] = audit_children({"a": A, "b": B}, {"A": A}, {"a": "A", "b": "Z"})

    assert (found.kind, found.codes) == ("outside_parent", ("b",))
    assert "Z" in found.say("en")


def test_repeated_and_odd_codes_are_found():
    found = audit_codes(["01", "02", "01", "x"], r"\d{2}", {"01": A})

    assert [(f.kind, f.codes, f.severity) for f in found] == [
        ("duplicate_code", ("01",), "error"),
        ("bad_code", ("x",), "warning"),
    ]
    assert shapely.contains_xy(A, *found[0].place)


def test_a_large_whole_coverage_is_audited_without_overlaying_it(monkeypatch):
    cells = lattice(40, 40, seed=1)
    polygons = shared_out(cells, [f"{i:04}" for i in range(len(cells))], seed=1)
    monkeypatch.setattr(shapely, "union_all", None)
    monkeypatch.setattr(shapely, "intersection", lambda first, second: pytest.fail("overlaid") if len(first) else first)

    assert audit(polygons, shapely.coverage_union_all(cells)) == []


def test_ground_covered_twice_by_two_divisions_that_share_all_their_edges_is_overlaps():
    # Each cell of the block has another one over it, and both divisions are whole in themselves.
    cells = lattice(4, 4, seed=1)
    block = shapely.coverage_union_all(cells)
    again = [shapely.coverage_union_all(cells[i : i + 4]) for i in range(0, 16, 4)]
    polygons = {f"a{i:02}": cell for i, cell in enumerate(cells)} | {f"b{i}": strip for i, strip in enumerate(again)}

    found = audit(polygons, block)

    assert set(kinds(found)) == {"overlap"}
    assert {f.codes for f in found} == {(f"a{i:02}", f"b{i // 4}") for i in range(16)}


def test_ground_between_two_parts_that_touch_in_two_points_is_a_gap_without_a_frame():
    west = shapely.Polygon([(119.50, 39.90), (119.51, 39.90), (119.505, 39.905), (119.51, 39.91), (119.50, 39.91)])
    east = shapely.Polygon([(119.51, 39.90), (119.52, 39.90), (119.52, 39.91), (119.51, 39.91), (119.515, 39.905)])

    [found] = audit({"A": west, "B": east})

    assert (found.kind, found.codes) == ("gap", ("A", "B"))
    assert found.area_m2 == pytest.approx(0.25 * metric_of(FRAME)(FRAME).area, rel=1e-3)


@pytest.mark.parametrize("metres", [0.2, 1.5, 4.0])
def test_a_long_winding_gap_is_as_wide_as_it_is_to_a_tenth(metres):
    along = np.linspace(0, 1, 60)
    line = np.column_stack([119.51 + 2e-5 * np.sin(30 * along), 39.90 + 0.003 * along])
    west = shapely.Polygon([*line, (119.50, 39.903), (119.50, 39.90)])
    moved = line + np.array([metres * METRE_EAST, 0])
    east = shapely.Polygon([*moved, (119.52, 39.903), (119.52, 39.90)])

    [found] = audit({"A": west, "B": east}, box(119.50, 39.90, 119.52, 39.903))

    assert found.fields["width_m"] == pytest.approx(metres, rel=0.12)
