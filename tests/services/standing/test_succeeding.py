"""The ground of a version that follows another is the one that a new process would build."""

import dataclasses

import numpy as np
import pytest
import shapely
import small_cities
from small_cities import square

from gridmgr.services import routing, standing
from gridmgr.services.standing import ground, succeeding
from gridmgr.services.transactions import reading

CHANGES = {
    "two grids change places": {"A": square(1, 0), "B": square(0, 0)},
    "one grid dissolves into another": {"A": shapely.union_all([square(0, 0), square(1, 0)]), "B": None},
    "nothing changes": {},
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_second_ground_made_from_the_first_is_what_a_new_one_is(engine, change):
    small_cities.whole_city(engine)
    first = routing.knowledge(engine, at=small_cities.NOON).ground
    first.locator.prepare()
    small_cities.second_version(engine, CHANGES[change])

    with reading(engine) as session:
        made, anew = succeeding.ground_after(session, first, 2), ground.of_version(session, 2)

    assert same(made, anew)


def same(made, anew):
    """Return whether two grounds have the same grids, and find the same owners, borders and corners included."""
    one, other = made.boundaries, anew.boundaries
    lons, lats = shapely.get_coordinates(list(other.shapes.values())).T
    lons, lats = np.concatenate([lons, lons + 1e-4]), np.concatenate([lats, lats + 1e-4])
    shapes_agree = {code: shape.wkb for code, shape in one.shapes.items()} == {
        code: shape.wkb for code, shape in other.shapes.items()
    }
    return (
        (one.label, one.levels, list(one.grids)) == (other.label, other.levels, list(other.grids))
        and list(map(dataclasses.asdict, one.grids.values())) == list(map(dataclasses.asdict, other.grids.values()))
        and shapes_agree
        and made.locator.codes == anew.locator.codes
        and np.array_equal(made.locator.locate_many(lons, lats), anew.locator.locate_many(lons, lats))
        and np.array_equal(made.parents, anew.parents)
        and made.divided == anew.divided
    )


def test_each_version_of_the_demo_city_follows_from_the_one_before(demo_engine):
    with reading(demo_engine) as session:
        first = ground.of_version(session, 1)
        made = succeeding.ground_after(session, first, 2)

        assert same(made, ground.of_version(session, 2))


def test_a_process_that_knows_the_first_version_answers_by_the_second(engine):
    small_cities.whole_city(engine)
    spot = {"x": small_cities.WEST + 0.005, "y": small_cities.SOUTH + 0.005, "at": small_cities.NOON}
    before = routing.where(standing.in_force(engine, small_cities.NOON), **spot)

    small_cities.second_version(engine, CHANGES["two grids change places"])
    after = routing.where(standing.in_force(engine, small_cities.NOON), **spot)

    assert (before.grid["code"], after.grid["code"]) == ("A", "B")
    assert (before.version, after.version) == ("v1", "v2")
