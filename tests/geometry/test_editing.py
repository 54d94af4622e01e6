"""Edits of a coverage: what each does, and what it refuses."""

import json

import numpy as np
import pytest
import shapely
from shapely import Point, Polygon, box

from gridmgr.geometry import coverage
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import GEOMETRY_OPS, EditRefused, apply

# 0.02 +---+---+
#      | A | C |
# 0.01 +---+---+      each about a kilometre wide
#      | B | D |
# 0    +---+---+
#      0  0.01 0.02
S = 0.01
SQUARES = {
    "A": box(0, S, S, 2 * S),
    "B": box(0, 0, S, S),
    "C": box(S, S, 2 * S, 2 * S),
    "D": box(S, 0, 2 * S, S),
}
CITY = box(0, 0, 2 * S, 2 * S)


def squares(frame=None, parent_of=None):
    return Coverage.from_polygons(SQUARES, frame, parent_of)


def is_whole(coverage, ground=CITY):
    shapes = list(coverage.polygons().values())
    whole = shapely.coverage_union_all(shapes)
    return (
        shapely.is_valid(shapes).all()
        and shapely.coverage_is_valid(shapes)
        and abs(whole.symmetric_difference(ground).area) < 1e-9 * ground.area
    )


def has_vertex(shape, x, y):
    return (shapely.get_coordinates(shape) == (x, y)).all(axis=1).any()


def geojson(shape):
    return json.loads(shapely.to_geojson(shape))


def refusal(coverage, edit):
    with pytest.raises(EditRefused) as refused:
        apply(coverage, edit)
    return refused.value


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


def test_locked_parents_keep_their_ground():
    nested = squares(parent_of={"A": "P", "B": "P", "C": "Q", "D": "Q"})
    across = box(0.008, 0.012, 0.012, 0.014)
    edits = [
        {"op": "move_node", "at": [S, S], "to": [0.012, 0.013]},
        {"op": "move_arc", "grids": ["A", "C"], "line": [[S, S], [0.012, 0.015], [S, 2 * S]]},
        {"op": "merge", "grids": ["A", "C"], "code": "A"},
        {"op": "transfer", "piece": geojson(across), "to": "A"},
        {"op": "carve", "piece": geojson(across), "code": "X"},
    ]

    for edit in edits:
        refused = refusal(nested, edit)
        assert refused.fields["parents"] == "P, Q", edit
        assert refused.place is not None
        assert apply(squares(), edit) is not None


def test_what_is_made_lies_in_the_parent_of_what_it_was_made_of():
    nested = squares(parent_of={"A": "P", "B": "P", "C": "Q", "D": "Q"})

    after = apply(nested, {"op": "merge", "grids": ["A", "B"], "code": "new"})
    after = apply(after, {"op": "split", "grid": "new", "line": [[0, 0.015], [S, 0.015]], "codes": ["N", "S"]})
    after = apply(after, {"op": "carve", "piece": geojson(box(0.011, 0.001, 0.012, 0.002)), "code": "X"})

    assert {code: after.parent_of.get(code) for code in after.codes} == {
        "C": "Q",
        "D": "Q",
        "N": "P",
        "S": "P",
        "X": "Q",
    }


def test_the_outer_border_is_locked_by_a_frame_or_a_parent_and_else_moves():
    edit = {"op": "move_arc", "grids": ["A", None], "line": [[0, S], [-0.005, 0.025], [0.002, 0.03], [S, 2 * S]]}

    assert "outer border" in refusal(squares(CITY), edit).reason
    assert "outer border" in refusal(squares(parent_of=dict.fromkeys("ABCD", "P")), edit).reason
    after = apply(squares(), edit)
    assert after.shape("A").area > SQUARES["A"].area
    assert shapely.coverage_is_valid(list(after.polygons().values()))


def test_the_outer_border_does_not_move_over_other_grids():
    far = Coverage.from_polygons({**SQUARES, "E": box(0.0, 0.03, 0.01, 0.04)})
    line = [[0, S], [-0.005, 0.05], [0.012, 0.05], [S, 2 * S]]

    assert refusal(far, {"op": "move_arc", "grids": ["A", None], "line": line}).codes == ("A", "E")


def test_a_border_moves_into_a_gap_of_the_frame_and_not_back():
    bitten = Polygon([(0, S), (S, S), (S, 2 * S), (0.006, 2 * S), (0.005, 0.015), (0.004, 2 * S), (0, 2 * S)])
    gappy = Coverage.from_polygons({**SQUARES, "A": bitten}, CITY)

    after = apply(gappy, {"op": "move_node", "at": [0.005, 0.015], "to": [0.005, 0.018]})
    whole = apply(gappy, {"op": "remove_node", "at": [0.005, 0.015]})

    assert bitten.area < after.shape("A").area < SQUARES["A"].area
    assert is_whole(whole)
    assert "outer border" in refusal(gappy, {"op": "move_node", "at": [0.005, 0.015], "to": [0.005, 0.012]}).reason
    assert "outer border" in refusal(gappy, {"op": "move_node", "at": [0.005, 0.015], "to": [0.005, 0.021]}).reason


def test_a_repair_mends_grids_that_overlap_and_leaves_a_whole_city_alone():
    strayed = Coverage.from_polygons({**SQUARES, "A": box(0, 0.00999, S, 2 * S)}, CITY)

    after = apply(strayed, {"op": "repair", "grids": ["A"]})

    assert is_whole(after)
    assert not is_whole(strayed)
    whole = squares(CITY)
    assert apply(whole, {"op": "repair", "grids": ["A"]}).changed_from(whole) == {}


def test_a_repair_closes_a_narrow_gap_and_no_grid_takes_the_ground_of_one_that_is_not_mended():
    inner = box(0.004, 0.004, 0.00401, 0.00401)
    ring = box(0.002, 0.002, 0.008, 0.008)
    gap = box(0.0079, 0.005, 0.00791, 0.0051)
    city = Coverage.from_polygons({"in": inner, "ring": ring - inner - gap, "out": CITY - ring})

    after = apply(city, {"op": "repair", "grids": ["out"]})

    assert after.shape("in") is inner
    assert after.shape("ring").equals(ring - inner)


def test_a_grid_beside_the_mended_ones_takes_over_their_new_vertices():
    # +-------+
    # |   A   |
    # +---++--+     B and C overlap, and F below, which A does not touch, has a vertex at neither's corner.
    # | B || C|
    # +---++--+
    # |   F   |
    # +-------+
    upper, lower = box(0, S, 2 * S, 2 * S), box(0, -S, 2 * S, 0)
    shapes = {"A": upper, "B": box(0, 0, S + 1e-5, S), "C": box(S, 0, 2 * S, S), "F": lower}

    after = apply(Coverage.from_polygons(shapes), {"op": "repair", "grids": ["A"]})

    assert is_whole(after, box(0, -S, 2 * S, 2 * S))
    assert len(shapely.get_coordinates(after.shape("F"))) > len(shapely.get_coordinates(lower))


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


PIECE = geojson(box(0.001, 0.011, 0.002, 0.012))
LINE = [[0, 0.015], [S, 0.015]]


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {"op": "explode"},
        {"op": None},
        {"op": "move_node"},
        {"op": "move_node", "at": [S, S], "to": "there"},
        {"op": "move_node", "at": [S, S], "to": [float("nan"), 0]},
        {"op": "move_node", "at": [S, S], "to": [200, 0]},
        {"op": "move_node", "at": [S, S], "to": [[1, 2]]},
        {"op": "add_node", "at": {"x": 1}},
        {"op": "move_arc", "grids": ["A"], "line": LINE},
        {"op": "move_arc", "grids": [None, None], "line": LINE},
        {"op": "move_arc", "grids": ["A", "Z"], "line": LINE},
        {"op": "move_arc", "grids": ["A", "D"], "line": LINE},
        {"op": "move_arc", "grids": ["A", "B"], "line": [[0, S]]},
        {"op": "move_arc", "grids": ["A", "B"], "line": [[0, S], [0, S]]},
        {"op": "split", "grid": "Z", "line": LINE, "codes": ["Z", "Y"]},
        {"op": "split", "grid": ["A"], "line": LINE, "codes": ["A", "Y"]},
        {"op": "split", "grid": "A", "line": LINE, "codes": ["A", "A"]},
        {"op": "split", "grid": "A", "line": LINE, "codes": ["A", "B"]},
        {"op": "split", "grid": "A", "line": LINE, "codes": ["A", ""]},
        {"op": "split", "grid": "A", "line": LINE, "codes": "AY"},
        {
            "op": "split",
            "grid": "A",
            "line": [[0, 0.015], [S, 0.015], [0.005, 0.02], [0.005, 0.01]],
            "codes": ["A", "Y"],
        },
        {"op": "split", "grid": "A", "piece": geojson(box(0, 0, 1, 1)), "codes": ["A", "Y"]},
        {"op": "split", "grid": "A", "piece": None, "codes": ["A", "Y"]},
        {"op": "carve", "piece": PIECE, "code": "A"},
        {"op": "carve", "piece": PIECE, "code": 7},
        {"op": "carve", "piece": {"type": "Point", "coordinates": [0, 0]}, "code": "X"},
        {"op": "carve", "piece": {"type": "Polygon"}, "code": "X"},
        {"op": "carve", "piece": {"type": "Polygon", "coordinates": []}, "code": "X"},
        {"op": "carve", "piece": geojson(Polygon([(0, 0), (S, S), (S, 0), (0, S)])), "code": "X"},
        {"op": "carve", "piece": geojson(box(1, 1, 2, 2)), "code": "X"},
        {"op": "carve", "piece": geojson(box(0.001, 0.011, 0.0010000001, 0.0110000001)), "code": "X"},
        {"op": "carve", "piece": geojson(box(0.001, 0.011, 0.0010000000001, 0.0110000000001)), "code": "X"},
        {"op": "carve", "piece": geojson(box(0.001, 0.011, 0.001000004, 0.012)), "code": "X"},
        {"op": "transfer", "piece": PIECE, "to": "Z"},
        {"op": "transfer", "piece": PIECE, "to": "A"},
        {"op": "transfer", "piece": PIECE, "to": "D"},
        {"op": "merge", "grids": ["A"], "code": "A"},
        {"op": "merge", "grids": ["A", "A"], "code": "A"},
        {"op": "merge", "grids": ["A", "B"], "code": "C"},
        {"op": "merge", "grids": ["A", "B"]},
        {"op": "merge", "grids": "AB", "code": "A"},
        {"op": "merge", "grids": [["A"], "B"], "code": "A"},
        {"op": "repair", "grids": []},
    ],
    ids=str,
)
def test_an_edit_that_cannot_be_made_is_refused_in_a_sentence(edit):
    refused = refusal(squares(), edit)

    for language in ("en", "zh"):
        said = refused.say(language)
        assert "repair" not in refused.reason
        assert said and "{" not in said.replace(str(edit), "")
    assert refused.slug == "edit-refused"


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
