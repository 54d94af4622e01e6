"""What an edit of a draft leaves to mend: as the audit of the whole draft says it, and only near the edit."""

import dataclasses

import divided_city
import numpy as np
import pytest
import small_cities
from small_cities import NOON

from gridmgr.services import auditing, drafts
from gridmgr.services.drafting import changing, checking, deriving, desk, editing


@pytest.fixture
def whole(engine):
    """The desk of a draft of the city with unit grids."""
    divided_city.found(engine)
    return editing.look(engine, drafts.begin(engine, "changes", by="planner", at=NOON).id)


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
