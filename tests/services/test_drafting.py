"""Drafts being edited: what each edit does to grids and areas, undone to the byte, and the same in every process."""

import contextlib

import divided_city
import numpy as np
import pytest
import shapely
import small_cities
from small_cities import NOON, SIDE, SOUTH, WEST, square

from bench import random_edits
from gridmgr.errors import Invalid
from gridmgr.geometry.editing import EditRefused
from gridmgr.services import auditing, drafts, publishing
from gridmgr.services.drafting import editing, marking, telling, travelling, workbench
from gridmgr.services.transactions import reading, writing
from gridmgr.store import drafts as draft_rows
from gridmgr.store import grids as grid_rows
from gridmgr.store.drafts import edits as edit_rows

DOING = {"by": "planner", "at": NOON}


@pytest.fixture
def four(engine):
    """The engine of the published city of four squares."""
    small_cities.whole_city(engine)
    return engine


@pytest.fixture
def divided(engine):
    """The engine of the published city with unit grids."""
    divided_city.found(engine)
    return engine


def begun(engine, **more):
    return drafts.begin(engine, "changes", **more, **DOING).id


def made(engine, draft, *edits):
    return editing.make(engine, draft, [(edit, "") for edit in edits], **DOING).whole


def spot(column, row):
    """Return a corner of the raster as a position."""
    return [round(WEST + column * SIDE, 9), round(SOUTH + row * SIDE, 9)]


def piece(column, row, width=1, height=1):
    """Return a rectangle of the raster as GeoJSON."""
    return shapely.geometry.mapping(square(column, row, width, height))


def stored(engine, draft):
    """Return code → (facts, shape as bytes) of all grids of a draft, as the database has them."""
    with reading(engine) as session:
        found = draft_rows.boundaries(session, draft)
    facts = {code: [getattr(grid, name) for name in grid_rows.STATE_FIELDS] for code, grid in found.grids.items()}
    return {code: (facts[code], found.shapes[code].wkb if code in found.shapes else None) for code in facts}


def on_desk(desk):
    """Return the same of a desk in memory."""
    facts = {code: [getattr(grid, name) for name in grid_rows.STATE_FIELDS] for code, grid in desk.states.items()}
    return {code: (facts[code], desk.shapes[code].wkb if code in desk.shapes else None) for code in facts}


def land(engine, draft):
    return [f for f in auditing.audit(engine, draft=draft, at=NOON).findings if auditing.part_of(f.kind) == "land"]


def children(engine, draft):
    return editing.look(engine, draft).children


EVERY = [
    {"op": "move_node", "at": spot(1, 1), "to": [119.6104, 39.9403]},
    {"op": "add_node", "at": [119.605, 39.940144]},
    {"op": "move_arc", "grids": ["A", "B"], "line": [spot(1, 0), [119.612, 39.935], [119.6104, 39.9403]]},
    {"op": "split", "grid": "C", "line": [spot(0.5, 0.9), spot(0.5, 2.1)], "codes": ["C", "E"], "names": {"E": "East"}},
    {"op": "transfer", "piece": piece(1.2, 1.2, 0.3, 0.3), "to": "E", "multipart": True},
    {"op": "carve", "piece": piece(1.6, 1.6, 0.2, 0.2), "code": "M", "name": "Market"},
    {"op": "merge", "grids": ["A", "B"], "code": "A"},
    {"op": "rename", "grid": "D", "name": "Docks", "name_en": "Docks"},
    {"op": "recode", "grid": "D", "code": "DD"},
    {"op": "assign", "grid": "M", "person": "pB"},
]


def test_every_kind_of_edit_leaves_the_land_whole_and_the_memory_as_the_database(four):
    draft = begun(four)
    for edit in EVERY:
        made(four, draft, edit)

        assert stored(four, draft) == on_desk(editing.look(four, draft)), edit["op"]
        assert land(four, draft) == [], edit["op"]
    names = {code: grid.name for code, grid in editing.look(four, draft).states.items()}
    assert (names["E"], names["M"], names["DD"]) == ("East", "Market", "Docks")


def test_undoing_all_edits_gives_the_same_bytes_at_each_step_and_doing_them_again_too(four):
    draft = begun(four)
    states = [stored(four, draft)]
    for edit in EVERY:
        made(four, draft, edit)
        states.append(stored(four, draft))

    for state in reversed(states[:-1]):
        travelling.undo(four, draft, **DOING)
        assert stored(four, draft) == state
    with reading(four) as session:
        assert draft_rows.changes(session, draft) == []
    for state in states[1:]:
        travelling.redo(four, draft, **DOING)
        assert stored(four, draft) == state
    with pytest.raises(travelling.NothingToUndo, match="done again"):
        travelling.redo(four, draft, **DOING)


@pytest.mark.parametrize("seed", range(4))
def test_random_edits_leave_memory_and_database_alike_and_are_undone_to_the_byte(divided, seed):
    draft, random = begun(divided), np.random.default_rng(seed)
    first = stored(divided, draft)
    count = 0
    for _ in range(30):
        edit = random_edits.edit(editing.look(divided, draft).coverage, random)
        with contextlib.suppress(Invalid, grid_rows.CodeTaken):
            made(divided, draft, edit)
            count += 1

    assert count > 5
    assert stored(divided, draft) == on_desk(editing.look(divided, draft))
    assert [f for f in land(divided, draft) if f.severity == "error"] == []
    for _ in range(count):
        travelling.undo(divided, draft, **DOING)
    assert stored(divided, draft) == on_desk(editing.look(divided, draft)) == first


def test_an_edit_that_changes_nothing_is_refused(four):
    draft = begun(four)

    with pytest.raises(EditRefused, match="would change nothing"):
        made(four, draft, {"op": "repair", "grids": ["A"]})


def test_a_list_of_edits_in_one_go_is_that_list_one_by_one(four):
    one_by_one, at_once = begun(four), begun(four)
    for edit in EVERY:
        made(four, one_by_one, edit)

    made(four, at_once, *EVERY)

    def known(draft):
        return {code: (facts[:-1], shape) for code, (facts, shape) in stored(four, draft).items()}

    assert known(at_once) == known(one_by_one)
    assert editing.look(four, at_once).revision == 1


def test_a_list_with_an_edit_that_cannot_be_made_changes_nothing(four):
    draft = begun(four)

    with pytest.raises(EditRefused, match="no grid Z"):
        made(four, draft, EVERY[0], {"op": "rename", "grid": "Z", "name": "nowhere"})

    assert editing.look(four, draft).revision == 0
    with reading(four) as session:
        assert edit_rows.log(session, draft) == {}


def test_another_process_catches_up_from_the_edits_alone(four, monkeypatch):
    draft = begun(four)
    made(four, draft, EVERY[0])
    here = workbench.place(four, draft)
    before, state = here.desk, here.state
    made(four, draft, *EVERY[1:5])
    travelling.undo(four, draft, **DOING)
    made(four, draft, EVERY[6])
    now = here.desk
    here.desk, here.state = before, state
    monkeypatch.setattr(workbench, "read", lambda *_: pytest.fail("the draft was read from the beginning"))

    found = editing.look(four, draft)

    assert on_desk(found) == on_desk(now) == stored(four, draft)
    assert (found.revision, found.log) == (now.revision, now.log)


def test_what_was_done_to_a_draft_by_other_ways_is_read_anew_and_cannot_be_undone_through(four):
    draft = begun(four)
    made(four, draft, EVERY[0])
    with writing(four) as session:
        row = draft_rows.get(session, draft)
        change = draft_rows.DraftGrid(draft, "responsibility_grid", "A", "Renamed by an import", parent_code="130302")
        draft_rows.put(session, row, [(change, None)])
        edit_rows.close(session, row, {"op": "import", "level": "responsibility_grid", "file": "a.gpkg"}, **DOING)

    assert editing.look(four, draft).states["A"].name == "Renamed by an import"
    assert stored(four, draft) == on_desk(editing.look(four, draft))
    assert [one.edit["op"] for one in telling.told(four, draft).edits] == ["move_node", "import"]
    with pytest.raises(travelling.NothingToUndo):
        travelling.undo(four, draft, **DOING)


def test_a_new_edit_takes_the_place_of_what_was_undone(four):
    draft = begun(four)
    made(four, draft, EVERY[0], EVERY[7])
    travelling.undo(four, draft, **DOING)
    made(four, draft, EVERY[8])

    told = telling.told(four, draft)

    assert [one.edit["op"] for one in told.edits] == ["move_node", "recode"]
    assert (told.can_undo, told.can_redo) == (True, False)


def test_a_checkpoint_that_other_edits_replaced_cannot_be_gone_back_to(four):
    draft = begun(four)
    made(four, draft, EVERY[0])
    mark = marking.add_checkpoint(four, draft, "first try", **DOING)
    travelling.undo(four, draft, **DOING)
    later = {"by": "planner", "at": NOON.replace(hour=6)}
    editing.make(four, draft, [(EVERY[7], "")], **later)

    with pytest.raises(marking.CheckpointGone, match="first try"):
        marking.restore(four, draft, mark.id, **later)


def test_a_code_that_another_grid_once_had_is_not_given_again(four):
    draft = begun(four)
    merge = {"op": "merge", "grids": ["A", "B"], "code": "A"}
    made(four, draft, merge, {"op": "assign", "grid": "C", "person": "pB", "post": "deputy"})
    publishing.publish(four, draft, by="other", at=NOON, reason="merged")
    second = begun(four)

    with pytest.raises(grid_rows.CodeTaken, match="B belonged to another grid"):
        made(four, second, {"op": "split", "grid": "A", "line": [spot(1, -1), spot(1, 2)], "codes": ["A", "B"]})


def test_a_split_without_codes_takes_the_next_free_number(divided):
    draft = begun(divided)

    change = made(divided, draft, {"op": "split", "grid": "B3", "line": [spot(1.5, -1), spot(1.5, 2)]})

    assert change.edit["codes"] == ["B3", "B4"]
    assert editing.look(divided, draft).states["B4"].parent_code == "B"


# --- divided areas -------------------------------------------------------------------


def test_a_drawn_line_between_divided_grids_hands_whole_unit_grids_over(divided):
    # | A1 | A2 |      the line runs below A3: A3 stays with A, and B1, more than half above it, goes to A
    # | A3 | B1 |
    draft = begun(divided)
    before = {code: shape.wkb for code, shape in editing.look(divided, draft).shapes.items()}

    change = made(
        divided,
        draft,
        {"op": "move_arc", "grids": ["A", "B"], "line": [spot(0, 1), spot(1, 1.1), spot(1.9, 1.3), spot(2, 2)]},
    )

    after = editing.look(divided, draft)
    assert change.handed_over == [("B1", "B", "A")]
    assert after.children["A"] == {"A1", "A2", "A3", "B1"} and after.children["B"] == {"B2", "B3"}
    assert {code for code, shape in after.shapes.items() if shape.wkb != before[code]} == {"A", "B"}
    assert land(divided, draft) == []


def test_a_drawn_piece_hands_over_the_unit_grids_that_lie_in_it_for_more_than_half(divided):
    draft = begun(divided)

    change = made(divided, draft, {"op": "transfer", "piece": piece(0, 0.6, 2, 1.2), "to": "A"})

    assert change.handed_over == [("B1", "B", "A")]
    assert land(divided, draft) == []


def test_a_divided_grid_is_split_along_its_unit_grids(divided):
    draft = begun(divided)

    change = made(
        divided, draft, {"op": "split", "grid": "A", "line": [spot(0.9, 0), spot(0.9, 4)], "codes": ["A", "A9"]}
    )

    kept, new = (children(divided, draft)[code] for code in ("A", "A9"))
    assert {kept, new} == {frozenset({"A1", "A3"}), frozenset({"A2"})}
    assert set(change.reshaped) == {"A", "A9"}
    assert editing.look(divided, draft).states["A9"].role == "derived"
    assert land(divided, draft) == []


def test_divided_grids_are_merged_by_their_children(divided):
    draft = begun(divided)

    change = made(divided, draft, {"op": "merge", "grids": ["A", "B"], "code": "B"})

    assert change.removed == ["A"]
    assert len(children(divided, draft)["B"]) == 6
    assert land(divided, draft) == []


def test_recoding_an_area_names_it_so_in_the_grids_below(divided):
    draft = begun(divided, moves_level="community")

    change = made(divided, draft, {"op": "recode", "grid": "A", "code": "A-new"})

    after = editing.look(divided, draft)
    assert after.children["A-new"] == {"A1", "A2", "A3"} and change.handed_over == []
    assert after.states["A-new"].grid_id == after.base.grids["A"].grid_id


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"op": "merge", "grids": ["A", "C"], "code": "A"}, "not divided alike"),
        ({"op": "hand_over", "grids": ["A1"], "to": "C"}, "is not divided"),
        ({"op": "hand_over", "grids": ["A1"], "to": "K1"}, "needs an area of the level responsibility_grid"),
        ({"op": "hand_over", "grids": ["A1", "A2", "A3"], "to": "B"}, "A would have no ground left"),
        ({"op": "hand_over", "grids": ["C"], "to": "K2"}, "borders this draft does not move"),
        ({"op": "transfer", "piece": piece(1.5, 0, 0.5, 1), "to": "C"}, "wholly divided or not"),
        ({"op": "transfer", "piece": piece(0.9, 0.9, 0.2, 0.2), "to": "A"}, "more than half"),
        ({"op": "move_arc", "grids": ["A", None], "line": [spot(0, 1), spot(0, 3)]}, "belongs to grids below"),
        ({"op": "move_arc", "grids": ["C", "Y"], "line": [spot(2, 3), spot(2.5, 3.1), spot(3, 3)]}, "which is locked"),
    ],
)
def test_what_would_break_the_nesting_is_refused_and_changes_nothing(divided, edit, words):
    draft = begun(divided)

    with pytest.raises(EditRefused, match=words):
        made(divided, draft, edit)

    assert editing.look(divided, draft).revision == 0


def test_the_last_unit_grid_of_a_grid_is_not_merged_away(divided):
    draft = begun(divided)
    made(divided, draft, {"op": "merge", "grids": ["A1", "A2", "A3"], "code": "A1"})

    with pytest.raises(EditRefused, match="A would have no ground left"):
        made(divided, draft, {"op": "merge", "grids": ["B1", "A1"], "code": "B1"})


def test_a_draft_that_moves_communities_moves_both_levels_together(divided):
    draft = begun(divided, moves_level="community")

    moved = made(
        divided, draft, {"op": "move_arc", "grids": ["C", "Y"], "line": [spot(2, 3), spot(2.5, 3.1), spot(3, 3)]}
    )
    handed = made(divided, draft, {"op": "hand_over", "grids": ["C"], "to": "K2"})

    assert set(moved.reshaped) == {"C", "Y", "K1", "K2"}
    assert handed.handed_over == [("C", "K1", "K2")] and set(handed.reshaped) == {"K1", "K2"}
    assert land(divided, draft) == []
    assert stored(divided, draft) == on_desk(editing.look(divided, draft))


def test_a_market_is_carved_out_of_a_divided_grid_as_a_grid_of_its_own(divided):
    draft = begun(divided)

    made(divided, draft, {"op": "carve", "piece": piece(0.2, 0.2, 0.4, 0.4), "code": "M"})

    grid = editing.look(divided, draft).states["M"]
    assert (grid.level, grid.parent_code, grid.role) == ("responsibility_grid", "K1", "drawn")
    assert land(divided, draft) == []
