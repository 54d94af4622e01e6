"""Edits beside what is locked, at the outer border, and the repair of a few grids."""

import shapely
from geometry.squares import CITY, SQUARES, S, geojson, is_whole, refusal, squares
from shapely import Polygon, box

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import apply


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
