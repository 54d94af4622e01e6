"""What an edit of a draft leaves to mend: as the audit of the whole draft says it, and only near the edit."""

import dataclasses

import divided_city
import numpy as np
import pytest
import shapely
import small_cities
from services import drafted
from small_cities import NOON, SIDE, SOUTH, WEST, square

from gridmgr.domain.drafts import DraftGrid
from gridmgr.services import auditing, drafts, reporting
from gridmgr.services.drafting import changing, checking, deriving, desk, editing, passing


@pytest.fixture
def four(engine):
    """The engine of the city of four squares with ten open cases, nine of them in the west, and 100 households in A."""
    small_cities.whole_city(engine)
    counted = DraftGrid(0, "responsibility_grid", "A", "Grid A", parent_code="130302", props={"households": 100})
    small_cities.publish(engine, drafted.begin(engine, [(counted, None)]), at=NOON)
    for n in range(9):
        reporting.report(engine, x=WEST + 0.1 * SIDE, y=SOUTH + (n + 0.5) / 10 * SIDE, category="06010", at=NOON)
    reporting.report(engine, x=WEST + 0.9 * SIDE, y=SOUTH + 0.5 * SIDE, category="06010", at=NOON)
    drafted.file_cases(engine, at=NOON)
    return engine


@pytest.fixture
def divided(engine):
    """The engine of the published city with unit grids."""
    divided_city.found(engine)
    return engine


@pytest.fixture
def whole(divided):
    """The desk of a draft of the city with unit grids."""
    return editing.look(divided, drafts.begin(divided, "changes", by="planner", at=NOON).id)


def strip(engine, draft, share, to="B"):
    """Return what an edit would take to ``to`` that hands over the east of A."""
    piece = shapely.geometry.mapping(square(1 - share, 0, share, 1))
    tried = editing.preview(engine, draft, {"op": "transfer", "piece": piece, "to": to})
    return passing.passed(engine, tried.whole, at=NOON)


def test_households_and_open_cases_pass_with_their_ground(four):
    draft = drafts.begin(four, "changes", by="planner", at=NOON).id

    assert strip(four, draft, 0.25) == passing.Passed(pytest.approx(25, abs=0.01), 1)
    assert strip(four, draft, 0.95) == passing.Passed(pytest.approx(95, abs=0.01), 10)


def test_what_stays_with_its_people_does_not_pass(divided):
    """A border between two unit grids of one grid moves nobody to another grid."""
    draft = drafts.begin(divided, "changes", by="planner", at=NOON).id
    tried = editing.preview(divided, draft, {"op": "merge", "grids": ["A1", "A2"], "code": "A1"})

    assert passing.hands(tried.whole) == []
    assert passing.moved_m2(tried.whole) > 0
    assert passing.passed(divided, tried.whole, at=NOON).open_cases == 0


def test_a_unit_grid_that_is_handed_over_passes_whole(divided):
    draft = drafts.begin(divided, "changes", by="planner", at=NOON).id
    tried = editing.preview(divided, draft, {"op": "hand_over", "grids": ["A3"], "to": "B"})

    [(source, shape)] = passing.hands(tried.whole)

    assert source == "A" and shape.equals(divided_city.UNITS["A3"][1])


def with_rows(before, **states):
    """Return the Change that gives grids other states or, by None, dissolves them; nobody looks whether it is whole."""
    has = desk.rows_of(before, states, deriving.derived(before, states, {}))
    return changing.Change({}, "", before, desk.laid(before, has), dict.fromkeys(has), has)


def told(findings):
    return {(one.kind, one.codes, one.area_m2) for one in findings if one.kind != "bad_code"}


def everything(desk):
    return told(auditing.land_findings(desk.boundaries, desk.profile, desk.metric))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_found_near_a_change_is_what_the_whole_audit_says_there(whole, seed):
    random, before, seen = np.random.default_rng(seed), whole, set()
    for _ in range(5):
        code, other = random.choice(before.coverage.codes, 2, replace=False)
        state, parent = before.states[code], before.states[other].parent_code
        change = with_rows(before, **{code: random.choice([None, dataclasses.replace(state, parent_code=parent)])})

        here, there = told(checking.land(change)), everything(change.after)

        assert here <= there
        assert there - everything(before) <= here
        before, seen = change.after, seen | here
    assert seen


def test_a_hole_where_a_grid_was_is_found_from_the_grid_that_is_gone(whole):
    change = with_rows(whole, C=None)

    found = checking.land(change)

    assert [(one.kind, one.codes) for one in found] == [("gap", ("A2", "B1", "B3", "X", "Y"))]
    assert told(found) == everything(change.after)


def test_an_imported_area_is_asked_for_when_a_grid_comes_to_lie_in_another(engine):
    small_cities.whole_city(engine)
    before = editing.look(engine, drafts.begin(engine, "changes", by="planner", at=NOON).id)
    as_imported = {code: dataclasses.replace(state, role="reference") for code, state in before.states.items()
                   if state.level == "evaluated_area"}  # fmt: skip
    before = with_rows(before, **as_imported).after
    area, *others = sorted(as_imported)
    grid = next(code for code in sorted(before.children[area]) if code in before.coverage)

    change = with_rows(before, **{grid: dataclasses.replace(before.states[grid], parent_code=(others or [None])[0])})

    assert ("parent_not_tiled", (area,)) in {(one.kind, one.codes) for one in checking.land(change)}
