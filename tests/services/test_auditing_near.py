"""The audit of the land near what an edit changed says what the audit of all the land says there."""

import dataclasses

import numpy as np
import pytest
import shapely
from geometry.random_coverages import lattice
from geometry.test_audit_near import DAMAGE, METRIC, told, usable
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.grids import Boundaries, GridState
from gridmgr.geometry import coverage
from gridmgr.geometry.arcs import Coverage
from gridmgr.services import auditing, nesting

LEVELS = ("city", "evaluated_area", "community", "responsibility_grid", "unit_grid")
SIDE = 6


# Six by six cells, west to east in columns of six. Two areas with shapes of their own, W and E, of
# three columns each; a community of derived shape is a column. The first two cells of a column are
# the unit grids of one derived grid, the others are drawn grids.
def whole_city(seed):
    cells = lattice(SIDE, SIDE, seed)
    states, shapes = [GridState(None, "city", "city", "city", role="reference")], {"city": shapely.union_all(cells)}
    for area, columns in (("W", range(3)), ("E", range(3, 6))):
        states.append(GridState(None, "evaluated_area", area, area, role="reference", parent_code="city"))
        shapes[area] = shapely.coverage_union_all(cells[columns.start * SIDE : columns.stop * SIDE])
        for column in columns:
            states += column_of(area, column)
            shapes |= {f"{column}-{row}": cells[column * SIDE + row] for row in range(SIDE)}
    return boundaries({state.code: state for state in states}, shapes)


def column_of(area, column):
    community, divided = f"c{column}", f"{column}-d"
    return [
        GridState(None, "community", community, community, role="derived", parent_code=area),
        GridState(None, "responsibility_grid", divided, divided, role="derived", parent_code=community),
        *(GridState(None, "unit_grid", f"{column}-{row}", "", parent_code=divided) for row in (0, 1)),
        *(GridState(None, "responsibility_grid", f"{column}-{n}", "", parent_code=community) for n in range(2, SIDE)),
    ]


def boundaries(states, shapes):
    own = {code: shape for code, shape in shapes.items() if states[code].role != "derived"}
    return Boundaries("draft 1", LEVELS, states, own | nesting.derived_shapes(states, own))


def leaves_of(city, frame):
    drawn = {code: city.shapes[code] for code, state in city.grids.items() if state.role == "drawn"}
    return Coverage.from_polygons(drawn, frame)


def land(city):
    return auditing.land_findings(city, "any", METRIC)


def near(city, codes, before):
    frame = auditing.frame_of(city)
    return auditing.land_findings_near(
        city, leaves_of(city, frame), codes, "any", METRIC, before=leaves_of(before, frame)
    )


@st.composite
def edited(draw):
    """Draw a whole city, the city after up to four changes of shapes and parents, and the codes these touched."""
    before = whole_city(draw(st.integers(0, 99)))
    states, shapes, touched = dict(before.grids), dict(before.shapes), set()
    leaves = sorted(code for code, state in states.items() if state.role == "drawn")
    for code, other, change, seed in draw(st.lists(edits(leaves), min_size=1, max_size=4)):
        random = np.random.default_rng(seed)
        if code not in states or other not in states:
            continue
        touched |= {code, states[code].parent_code}
        if change is None:
            states[code] = dataclasses.replace(states[code], parent_code=states[other].parent_code)
        elif usable(shapes[code]) and usable(shapes[other]):
            shapes[code] = change(shapes[code], shapes[other], random)
        if shapes[code] is None:
            del states[code], shapes[code]
    after = boundaries(states, shapes)
    return before, after, touched | redrawn(before, after)


def redrawn(before, after):
    """Return the derived areas whose shape an edit changed: whoever makes it has drawn them anew."""
    derived = (code for code, state in before.grids.items() if state.role == "derived" and code in before.shapes)
    return {code for code in derived if not same(before.shapes[code], after.shapes.get(code))}


def same(one, other):
    return other is not None and shapely.equals_exact(one, other, 0.0, normalize=True)


def edits(leaves):
    return st.tuples(
        st.sampled_from(leaves), st.sampled_from(leaves), st.sampled_from([None, *DAMAGE]), st.integers(0, 9999)
    )


@settings(max_examples=40, deadline=None)
@given(edited())
def test_what_is_found_near_an_edit_is_true_and_misses_nothing_new(edit):
    before, after, touched = edit

    here = told(near(after, touched, before))

    everything, known = told(land(after)), told(land(before))
    assert [one for one in here if one not in everything] == []
    assert [one for one in everything if one not in here and one not in known] == []


def test_a_whole_city_has_no_findings_near_any_grid():
    city = whole_city(1)

    assert land(city) == []
    assert near(city, ["0-0", "c3", "W"], city) == []


def test_a_grid_that_changes_its_community_is_missed_where_it_was_and_is_outside_where_it_is():
    before = whole_city(1)
    states = dict(before.grids)
    states["2-5"] = dataclasses.replace(states["2-5"], parent_code="c3")
    after = boundaries(states, before.shapes)

    found = near(after, ["2-5", "c2", "c3"], before)

    assert [(f.kind, f.codes) for f in found] == [("outside_parent", ("c3",)), ("parent_not_tiled", ("W",))]
    assert sum(f.area_m2 for f in found) == pytest.approx(2 * METRIC(before.shapes["2-5"]).area)


def test_codes_are_held_against_the_pattern_only_where_they_changed():
    city = whole_city(1)

    found = auditing.land_findings_near(
        city, leaves_of(city, auditing.frame_of(city)), ["0-3"], "cn", METRIC, before=None
    )

    assert [(f.kind, f.codes) for f in found] == [("bad_code", ("0-3",))]
    assert city.shapes["0-3"].contains(shapely.Point(found[0].place))


def test_far_grids_are_not_looked_at(monkeypatch):
    city = whole_city(2)
    leaves = leaves_of(city, auditing.frame_of(city))
    seen = []
    monkeypatch.setattr(
        Coverage, "shape", lambda self, code, shape=Coverage.shape: seen.append(code) or shape(self, code)
    )

    coverage.audit_near(leaves, ["2-2"], metric=METRIC)

    assert {code[0] for code in seen} <= {"0", "1", "2", "3", "4"}
    assert seen
