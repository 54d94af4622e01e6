"""Grids that are divided, carved out, handed over in pieces and merged."""

import pytest
import shapely
from geometry.squares import CITY, SQUARES, S, geojson, has_vertex, is_whole, refusal, squares
from shapely import Point, Polygon, box

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import apply


def test_a_line_divides_a_grid_and_the_neighbours_get_its_ends_as_vertices():
    line = [[0.004, 0.025], [0.004, 0.015], [0.006, 0.005]]

    after = apply(squares(CITY), {"op": "split", "grid": "A", "line": line, "codes": ["A", "A2"]})

    assert after.codes == ["A", "A2", "B", "C", "D"]
    assert after.shape("A").contains(Point(0.008, 0.015)), "the first code is left of the line"
    assert after.shape("A2").contains(Point(0.001, 0.015))
    assert len(shapely.get_coordinates(after.shape("B"))) == 6
    assert after.shape("D") is SQUARES["D"]
    assert is_whole(after)


def test_a_line_that_ends_within_a_metre_of_the_border_is_drawn_on_to_it():
    after = apply(
        squares(), {"op": "split", "grid": "A", "line": [[0.002, 0.010005], [0.002, 0.019995]], "codes": ["A", "A2"]}
    )

    assert is_whole(after) and "A2" in after


@pytest.mark.parametrize("line", [[[0.002, 0.012], [0.002, 0.025]], [[0.1, 0.1], [0.2, 0.2]], [[0, S], [S, S]]])
def test_a_line_has_to_run_right_across(line):
    refused = refusal(squares(), {"op": "split", "grid": "A", "line": line, "codes": ["A", "A2"]})

    assert refused.codes == ("A",)
    assert refused.place == tuple(line[-1])


def test_a_line_through_a_hole_and_along_a_border_divides_as_well():
    hole = box(0.004, 0.004, 0.006, 0.006)
    island = Coverage.from_polygons({"A": CITY - hole, "B": hole}, CITY)

    after = apply(
        island,
        {
            "op": "split",
            "grid": "A",
            "line": [[0, 0], [0.004, 0.004], [0.006, 0.004], [0.02, 0.004]],
            "codes": ["A", "A2"],
        },
    )

    assert is_whole(after) and after.shape("B") is hole
    assert after.shape("A2").area < after.shape("A").area


def test_a_piece_divides_a_grid():
    piece = box(0.002, 0.012, 0.03, 0.014)

    after = apply(squares(), {"op": "split", "grid": "A", "piece": geojson(piece), "codes": ["new", "A"]})

    assert after.shape("A").equals(box(0.002, 0.012, S, 0.014))
    assert after.shape("C").area == SQUARES["C"].area
    assert is_whole(after)


def test_an_exclusive_grid_is_carved_out_of_all_that_it_meets():
    piece = Point(S, S).buffer(0.003)

    after = apply(squares(CITY), {"op": "carve", "piece": geojson(piece), "code": "X"})

    assert after.shape("X").symmetric_difference(piece).area < 1e-5 * piece.area
    assert is_whole(after)


def test_a_carved_grid_may_be_a_hole():
    after = apply(squares(CITY), {"op": "carve", "piece": geojson(box(0.002, 0.012, 0.004, 0.014)), "code": "X"})

    assert len(after.shape("A").interiors) == 1
    assert [after.shape(code) is SQUARES[code] for code in "BCD"] == [True] * 3
    assert is_whole(after)


def test_a_piece_does_not_swallow_a_grid_or_cut_it_in_two_unless_that_is_meant():
    swallowing = {"op": "carve", "piece": geojson(box(-1, S, S, 1)), "code": "X"}
    cutting = {"op": "carve", "piece": geojson(box(-1, 0.012, 1, 0.014)), "code": "X"}

    assert refusal(squares(), swallowing).codes == ("A",)
    assert refusal(squares(), cutting).codes in {("A",), ("C",)}
    assert len(apply(squares(), cutting | {"multipart": True}).shape("A").geoms) == 2


def test_a_piece_changes_hands_as_far_as_others_hold_it():
    piece = box(0.005, -1, 0.012, 0.005)

    after = apply(squares(CITY), {"op": "transfer", "piece": geojson(piece), "to": "D"})

    assert after.shape("D").equals(SQUARES["D"] | box(0.005, 0, S, 0.005))
    assert has_vertex(after.shape("B"), S, 0.005) and not has_vertex(after.shape("D"), 0.012, 0.0)
    assert is_whole(after)


def test_a_piece_drawn_within_a_millimetre_of_borders_leaves_no_sliver():
    piece = Polygon([(0.005, 3e-9), (0.005, S - 5e-9), (S + 4e-9, S - 2e-9), (S - 3e-9, -2e-9)])

    after = apply(squares(CITY), {"op": "transfer", "piece": geojson(piece), "to": "D"})

    assert after.shape("B").equals(box(0, 0, 0.005, S))
    assert is_whole(after)


def test_grids_are_merged_under_either_code_or_a_new_one():
    for code in ("A", "B", "new"):
        after = apply(squares(), {"op": "merge", "grids": ["A", "B"], "code": code})

        assert after.shape(code).equals(box(0, 0, S, 2 * S))
        assert len(after) == 3 and is_whole(after)


def test_grids_that_meet_in_a_corner_only_are_not_merged_unless_that_is_meant():
    edit = {"op": "merge", "grids": ["A", "D"], "code": "A"}

    assert refusal(squares(), edit).codes == ("A", "D")
    assert len(apply(squares(), edit | {"multipart": True}).shape("A").geoms) == 2
