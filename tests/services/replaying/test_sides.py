"""Both sides of a replay are what the versions and the other boundaries say, each asked by itself."""

import dataclasses

import numpy as np
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from services import random_cities
from services.random_cities import CODES, position

from gridmgr.domain.grids import GridState
from gridmgr.domain.times.clocks import as_microseconds
from gridmgr.services import standing
from gridmgr.services.replaying import sides as replayed_sides
from gridmgr.services.replaying.sides import Beside, Numbers, answered
from gridmgr.services.standing import facts, ground


def asked_about(questions):
    """Return questions of random cities as a replay asks them."""
    lons, lats = np.array([position(place) for place, *_ in questions], float).T
    instants = np.array([[as_microseconds(at) for at in one[2:4]] for one in questions], np.int64)
    return lons, lats, np.array([one[1] for one in questions], np.int32), CODES, *instants.T.copy()


def told(side, numbers):
    """Return the answers of a Side, row by row."""
    return [
        [getattr(numbers, name).values[one] for one in getattr(side, name).tolist()]
        for name in ("grid", "department", "person")
    ]


def assert_each_as_by_itself(before, after, asked):
    """Assert that two Knowledges beside each other answer as each does alone."""
    numbers, alone = Numbers(), Numbers()
    timelines = standing.Fixed(before), standing.Fixed(after)

    sides = Beside(timelines[0], after, numbers).sides(asked)

    expected = [told(answered(one, asked, alone), alone) for one in timelines]
    assert [told(side, numbers) for side in sides] == expected


@settings(max_examples=120, deadline=None)
@given(
    random_cities.cities(),
    random_cities.boundaries("draft 2"),
    st.lists(random_cities.questions, min_size=1, max_size=25),
)
def test_in_any_city_both_sides_are_what_each_says_by_itself(before, boundaries, questions):
    after = dataclasses.replace(before, ground=ground.survey(boundaries))
    assume(before.ground.locator.codes and after.ground.locator.codes)

    assert_each_as_by_itself(before, after, asked_about(questions))


def regrouped(known, **differs):
    """Return a Knowledge in which the grid ``a`` differs by some facts, none of them its shape."""
    bounds = known.ground.boundaries
    grids = bounds.grids | {"a": dataclasses.replace(bounds.grids["a"], **differs)}
    return dataclasses.replace(known, ground=ground.survey(dataclasses.replace(bounds, label="draft 2", grids=grids)))


def test_a_grid_has_a_twin_only_where_it_and_all_above_it_are_the_same():
    known = random_cities.one_square("Asia/Shanghai")

    def twins(one, other):
        return replayed_sides.twins(one.ground, other.ground).tolist()

    assert twins(known, regrouped(known, name="another name")) == [0, -1]
    assert twins(known, regrouped(known, grid_id=7)) == [-2, -1]
    below = regrouped(known, parent_code="area")
    below.ground.boundaries.grids["area"] = GridState(8, "evaluated_area", "area", "area")
    assert twins(below, below) == [0, -1]
    assert twins(known, below) == twins(below, known) == [-2, -1]


def test_other_facts_are_not_taken_for_the_same():
    known = random_cities.one_square("Asia/Shanghai")
    no_lands = facts.Lands((), (), shapely.STRtree([]))
    other = dataclasses.replace(known, facts=dataclasses.replace(known.facts, lands=no_lands, tables={}))
    asked = asked_about([((0.5, 0.5), 0, *[random_cities.BEGAN] * 2)])

    assert_each_as_by_itself(known, other, asked)
