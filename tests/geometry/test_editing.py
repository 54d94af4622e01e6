"""Borders and vertices of a coverage that are moved, and what all edits have in common."""

import numpy as np
import shapely
from geometry.squares import CITY, SQUARES, S, geojson, has_vertex, is_whole, refusal, squares
from shapely import Point, Polygon, box

from gridmgr.geometry import coverage
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import GEOMETRY_OPS, apply


def test_a_corner_of_four_grids_moves_in_all_of_them():
    after = apply(squares(CITY), {"op": "move_node", "at": [S, S], "to": [0.012, 0.013]})

    assert all(has_vertex(shape, 0.012, 0.013) and not has_vertex(shape, S, S) for shape in after.polygons().values())
    assert is_whole(after)


def test_a_vertex_is_found_within_a_centimetre():
    after = apply(squares(), {"op": "move_node", "at": [S + 4e-8, S], "to": [0.012, 0.013]})

    assert has_vertex(after.shape("A"), 0.012, 0.013)
    assert refusal(squares(), {"op": "move_node", "at": [S + 2e-6, S], "to": [0, 0]}).place == (S + 2e-6, S)


def test_a_corner_cannot_move_across_another_border():
    before = apply(squares(), {"op": "split", "grid": "A", "line": [[0, 0.012], [S, 0.012]], "codes": ["A", "A2"]})

    refused = refusal(before, {"op": "move_node", "at": [S, S], "to": [0.005, 0.015]})

    assert {"A", "A2"} <= set(refused.codes)
    assert refused.place is not None and abs(refused.place[1] - 0.012) < 1e-9


def test_a_vertex_does_not_move_onto_the_next_one():
    assert refusal(squares(), {"op": "move_node", "at": [S, S], "to": [S, 0]}).place == (S, 0)


def test_both_grids_follow_their_border():
    line = [[0, S], [0.004, 0.008], [0.007, 0.013], [S, S]]
    for drawn in (line, line[::-1]):
        after = apply(squares(CITY), {"op": "move_arc", "grids": ["B", "A"], "line": drawn})

        assert all(has_vertex(after.shape(code), 0.007, 0.013) for code in "AB")
        assert is_whole(after)
        assert after.shape("C") is SQUARES["C"]


def test_a_border_cannot_be_drawn_across_another_one():
    refused = refusal(squares(), {"op": "move_arc", "grids": ["A", "B"], "line": [[0, S], [0.015, 0.015], [S, S]]})

    assert refused.place is not None and abs(refused.place[0] - S) < 1e-9
    assert {"A", "B", "C"} <= set(refused.codes)
    assert "cross" in refused.reason


def test_a_border_keeps_its_ends():
    refused = refusal(squares(), {"op": "move_arc", "grids": ["A", "B"], "line": [[0, 0.011], [S, S]]})

    assert refused.codes == ("A", "B")


def test_the_border_of_an_island_is_drawn_anew_around():
    hole = box(0.004, 0.004, 0.006, 0.006)
    island = Coverage.from_polygons({"A": CITY - hole, "B": hole}, CITY)
    ring = [[0.004, 0.004], [0.005, 0.009], [0.008, 0.004], [0.004, 0.004]]

    for line in (ring, ring[::-1]):
        after = apply(island, {"op": "move_arc", "grids": ["A", "B"], "line": line})

        assert after.shape("B").equals(Polygon(ring))
        assert is_whole(after)


def test_a_vertex_is_put_into_the_nearest_edge_of_both_grids_and_taken_out_again():
    between = apply(squares(), {"op": "add_node", "at": [0.003, S + 4e-6]})

    assert all(has_vertex(between.shape(code), 0.003, S) for code in "AB")
    assert between.shape("C") is SQUARES["C"]

    after = apply(between, {"op": "remove_node", "at": [0.003, S]})

    assert all(after.shape(code).wkb == SQUARES[code].wkb for code in "AB")


def test_a_vertex_is_put_in_within_a_metre_only():
    assert refusal(squares(), {"op": "add_node", "at": [0.003, S + 2e-5]}).place == (0.003, S + 2e-5)
    assert refusal(squares(), {"op": "add_node", "at": [S, S]}).codes


def test_a_vertex_in_which_borders_meet_stays():
    assert refusal(squares(), {"op": "remove_node", "at": [S, S]}).codes == ("A", "B", "C", "D")


def test_an_edit_leaves_the_coverage_it_starts_from_and_gives_the_same_bytes_again():
    before = squares(CITY)
    edit = {"op": "carve", "piece": geojson(Point(S, S).buffer(0.003)), "code": "X"}

    first, second = apply(before, edit), apply(before, edit)

    assert [shape.wkb for shape in first.polygons().values()] == [shape.wkb for shape in second.polygons().values()]
    assert before.polygons() == SQUARES


def test_one_edit_undone_gives_back_the_same_objects():
    before = squares(CITY)
    after = apply(before, {"op": "carve", "piece": geojson(Point(S, S).buffer(0.003)), "code": "X"})

    undone = after.replaced(before.changed_from(after))

    assert all(undone.shape(code) is SQUARES[code] for code in SQUARES) and "X" not in undone


def test_every_operation_of_the_contract_is_there():
    assert set(GEOMETRY_OPS) == {
        "move_arc",
        "move_node",
        "add_node",
        "remove_node",
        "split",
        "carve",
        "merge",
        "transfer",
        "repair",
    }


def test_a_vertex_put_into_an_outer_edge_bends_it_by_next_to_nothing():
    skew = Polygon([(0, 0), (0.02, 0.00317), (0.018, 0.02), (0.001, 0.017)])
    lone = Coverage.from_polygons({"A": skew}, skew)
    rng = np.random.default_rng(4)

    for x in rng.uniform(0.003, 0.016, 40):
        after = apply(lone, {"op": "split", "grid": "A", "line": [[x, -1], [x + 0.001, 1]], "codes": ["A", "B"]})
        assert shapely.union_all(list(after.polygons().values())).symmetric_difference(skew).area < 2.5e-10 * skew.area


def test_a_vertex_put_into_a_long_outer_edge_is_nothing_to_an_audit():
    # Straight in lon/lat is bent in the plane of a survey: over eight kilometres by more than half a metre.
    quarter = Polygon([(119.5, 39.9), (119.6, 39.913), (119.58, 40.0), (119.51, 39.98)])
    lone = Coverage.from_polygons({"A": quarter}, quarter)

    for lon in np.linspace(119.52, 119.57, 11):
        after = apply(lone, {"op": "split", "grid": "A", "line": [[lon, 39], [lon, 41]], "codes": ["A", "B"]})
        assert coverage.audit(after.polygons(), quarter) == []
