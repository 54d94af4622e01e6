"""Edits that cannot be made are refused in a sentence."""

import pytest
from geometry.squares import S, geojson, refusal, squares
from shapely import Polygon, box

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
