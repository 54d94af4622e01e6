"""Edits from outside: what can be read comes back clean, what cannot is said in one sentence, and each has words."""

import json
import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridmgr.domain.drafts import edits
from gridmgr.domain.drafts.draft_rows import DraftRow, from_values, of_state
from gridmgr.domain.grids import GridState
from gridmgr.i18n import LANGUAGES

SQUARE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
GOOD = [
    {"op": "move_arc", "grids": ["A", None], "line": [[0, 0], [1, 1]]},
    {"op": "move_node", "at": [0, 0], "to": [1, 1]},
    {"op": "add_node", "at": [119.6, 39.9]},
    {"op": "remove_node", "at": [119.6, 39.9]},
    {"op": "split", "grid": "A", "line": [[0, 0], [1, 1]], "codes": ["A", "B"], "names": {"B": "East"}},
    {"op": "split", "grid": "A", "piece": SQUARE},
    {"op": "carve", "piece": SQUARE, "code": "C", "name": "Market"},
    {"op": "merge", "grids": ["A", "B"], "code": "A"},
    {"op": "transfer", "piece": {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]}, "to": "B"},
    {"op": "repair", "grids": ["A"]},
    {"op": "hand_over", "grids": ["U1"], "to": "B"},
    {"op": "rename", "grid": "A", "name": "海港"},
    {"op": "recode", "grid": "A", "code": "B"},
    {"op": "assign", "grid": "A", "person": "P1", "post": "deputy"},
]
BAD = [
    (None, "object with a field op; None is none"),
    ([], "object with a field op"),
    ({}, "op must be one of"),
    ({"op": ["merge"]}, "op must be one of"),
    ({"op": "merge", "grids": ["A", "B"]}, "An edit merge needs code"),
    ({"op": "merge", "grids": ["A", "B"], "code": "A", "colour": 1}, "has no field colour"),
    ({"op": "merge", "grids": ["A"], "code": "A"}, "two different codes"),
    ({"op": "merge", "grids": ["A", "A"], "code": "A"}, "names a code twice"),
    ({"op": "merge", "grids": "AB", "code": "A"}, "must be a list"),
    ({"op": "merge", "grids": [], "code": "A"}, "too few"),
    ({"op": "merge", "grids": ["A", " B"], "code": "A"}, "without spaces"),
    ({"op": "merge", "grids": ["A", "B" * 65], "code": "A"}, "too long"),
    ({"op": "merge", "grids": ["A", "B\x00"], "code": "A"}, "cannot be stored"),
    ({"op": "merge", "grids": ["A", "\ud800"], "code": "A"}, "cannot be stored"),
    ({"op": "split", "grid": "A"}, "either a line or a piece"),
    ({"op": "split", "grid": "A", "piece": SQUARE, "line": [[0, 0], [1, 1]]}, "either a line or a piece"),
    ({"op": "split", "grid": "A", "line": [[0, 0]]}, "too few"),
    ({"op": "split", "grid": "A", "line": [[0, 0], [1, math.nan]]}, "must be positions"),
    ({"op": "split", "grid": "A", "line": [[0, 0], [1, True]]}, "must be positions"),
    ({"op": "split", "grid": "A", "line": [[0, 0], [1, 91]]}, "must be positions"),
    ({"op": "carve", "code": "C", "piece": {"type": "Point", "coordinates": [0, 0]}}, "Polygon or MultiPolygon"),
    ({"op": "carve", "code": "C", "piece": {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}}, "not closed"),
    ({"op": "move_arc", "grids": [None, None], "line": [[0, 0], [1, 1]]}, "two sides of a border"),
    ({"op": "move_arc", "grids": ["A", "B", "C"], "line": [[0, 0], [1, 1]]}, "two sides of a border"),
    ({"op": "rename", "grid": "A"}, "needs name"),
    ({"op": "rename", "grid": "A", "name": 7}, "must be text"),
    ({"op": "assign", "grid": "A", "person": "P1", "post": "king"}, "must be one of chief, deputy, officer"),
    ({"op": "transfer", "to": "B", "piece": SQUARE, "multipart": "yes"}, "true or false"),
]  # fmt: skip


@pytest.mark.parametrize("edit", GOOD, ids=lambda edit: edit["op"])
def test_an_edit_comes_back_as_it_was_given_and_has_words_in_both_languages(edit):
    read = edits.checked(edit)

    assert read == edit
    assert edits.checked(json.loads(json.dumps(read))) == read
    words = [edits.say(read, language) for language in LANGUAGES]
    assert len(set(words)) == 2 and all("{" not in one for one in words)


@pytest.mark.parametrize(("edit", "words"), BAD)
def test_what_cannot_be_read_is_said_in_one_sentence(edit, words):
    with pytest.raises(edits.BadEdit) as refused:
        edits.checked(edit)

    said = str(refused.value)
    assert words in said
    assert said.endswith(".") and "\n" not in said and len(said) < 300


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(GOOD), st.data())
def test_whatever_stands_in_a_field_is_read_or_refused(edit, data):
    field = data.draw(st.sampled_from(sorted(edit)))
    spoilt = {**edit, field: data.draw(json_values)}

    try:
        read = edits.checked(spoilt)
    except edits.BadEdit as error:
        assert error.say("zh") and error.say("en")
    else:
        assert edits.say(read, "en")


def test_every_operation_can_be_read_and_said():
    assert set(edits.FIELDS) == {*edits.GEOMETRY_OPS, *edits.ROW_OPS}
    assert set(edits.WORDS) == {*edits.FIELDS, *edits.CLOSING_OPS}
    assert {edit["op"] for edit in GOOD} == set(edits.FIELDS)
    assert all(edits.say({"op": op}, "en") for op in edits.CLOSING_OPS)


def test_many_grids_are_said_as_the_first_few_and_their_number():
    said = edits.say(edits.checked({"op": "hand_over", "grids": [f"U{n}" for n in range(9)], "to": "B"}), "en")

    assert said == "U0, U1, U2, U3 … (9) handed over to B"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"op": "merge", "grids": ["A", "B"], "code": "A"}, "Harbour (A), B merged into Harbour (A)"),
        ({"op": "move_arc", "grids": ["A", None], "line": [[0, 0], [1, 1]]}, "Border between Harbour (A) and the outside moved"),
        ({"op": "rename", "grid": "A", "name": "Harbour"}, "A named Harbour"),
        ({"op": "recode", "grid": "A", "code": "C"}, "Harbour (A) given the code C"),
        ({"op": "assign", "grid": "A", "person": "P1"}, "Li Lei (P1) posted on Harbour (A) (chief)"),
        ({"op": "move_node", "at": [0, 0], "to": [1, 1]}, "Corner at 0.00000, 0.00000 moved"),
    ],
    ids=lambda value: value["op"] if isinstance(value, dict) else "",
)  # fmt: skip
def test_grids_and_people_are_said_by_name_and_code(edit, said):
    assert edits.say(edits.checked(edit), "en", {"A": "Harbour", "B": "B"}, {"P1": "Li Lei"}) == said


def test_the_codes_of_grids_that_an_edit_names_are_told_with_the_names_it_gives():
    split = edits.checked(
        {"op": "split", "grid": "A", "line": [[0, 0], [1, 1]], "codes": ["A", "A2"], "names": {"A2": "East"}}
    )

    assert edits.codes_in(split) == ["A", "A2", "A"]
    assert edits.names_given(split) == {"A2": ("East", "")}
    assert edits.codes_in({"op": "move_node", "at": [0, 0], "to": [1, 1]}) == []


def test_a_row_kept_as_values_comes_back_byte_for_byte():
    shape = shapely.Polygon([(0.1 + 0.2, 1 / 3), (1, 0), (1, 1)])
    state = GridState(7, "community", "K", "海港", "derived", "S", "Haigang", {"households": 5})
    row = DraftRow(state, shape=shape)

    values = json.loads(json.dumps(row.to_values()))
    back = from_values("K", values)

    assert back.shape.wkb == shape.wkb
    assert back.to_values() == row.to_values()
    assert back.state.code == "K" and back.over(None).grid_id == 7
    assert from_values("K", None) is None
    assert from_values("K", of_state(state, shape, removed=True).to_values()).shape is None
