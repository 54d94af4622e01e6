"""Sharing work evenly between grids of blocks: connected, with few changes, as steps that can be taken one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain import balancing, workload
from gridmgr.domain.balancing import Blocks


def lattice(grids, loads, street=()):
    """Return the Blocks of a lattice of unit squares, row by row; a border in ``street`` costs nothing."""
    rows, columns = np.shape(grids)
    beside = [{} for _ in range(rows * columns)]
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            for other in ([here + 1] if column + 1 < columns else []) + ([here + columns] if row + 1 < rows else []):
                beside[here][other] = beside[other][here] = 0.0 if (here, other) in street else 1.0
    return Blocks(np.ravel(loads).tolist(), beside, np.ravel(grids).tolist())


def loads_of(blocks, grids):
    """Return the load of each grid, by number."""
    return np.bincount(grids, blocks.loads).tolist()


def test_the_overloaded_grid_gives_blocks_to_its_neighbour():
    blocks = lattice([[0, 0, 0, 1]], [[1, 1, 1, 1]])

    assert balancing.balanced(blocks) == [0, 0, 1, 1]


def test_blocks_are_handed_on_through_a_grid_between():
    blocks = lattice([[0, 0, 0, 0, 1, 1, 2]], [[1] * 7])

    after = balancing.balanced(blocks)

    assert sorted(loads_of(blocks, after)) == [2, 2, 3]


def test_a_block_that_holds_its_grid_together_stays():
    blocks = lattice([[0, 0, 0], [1, 1, 1]], [[1, 5, 1], [1, 1, 1]])

    after = balancing.balanced(blocks)

    assert balancing.parts_of({b for b, g in enumerate(after) if g == 0}, blocks.beside) == 1
    assert after[1] == 0


def test_what_is_even_stays_as_it_is():
    blocks = lattice([[0, 0, 1, 1]], [[1, 1, 1, 1]])

    assert balancing.balanced(blocks) == [0, 0, 1, 1]


def test_no_work_at_all_moves_nothing():
    blocks = lattice([[0, 0, 0, 1]], [[0, 0, 0, 0]])

    assert balancing.balanced(blocks) == [0, 0, 0, 1]


def test_of_two_equally_even_ways_the_border_takes_the_street():
    grids, loads = [[0, 0, 1], [0, 0, 1]], [[1, 1, 1], [1, 1, 1]]

    through_the_upper = balancing.balanced(lattice(grids, loads, street={(0, 1), (1, 4)}))
    through_the_lower = balancing.balanced(lattice(grids, loads, street={(3, 4), (1, 4)}))

    assert through_the_upper == [0, 1, 1, 0, 0, 1]
    assert through_the_lower == [0, 0, 1, 0, 1, 1]


@st.composite
def cities(draw):
    """A lattice whose grids are connected, with any loads."""
    rows, columns, count = draw(st.integers(2, 6)), draw(st.integers(2, 6)), draw(st.integers(2, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    blocks = lattice(np.zeros((rows, columns), int), rng.integers(0, 9, (rows, columns)))
    grids = [-1] * (rows * columns)
    for grid, seed in enumerate(rng.permutation(rows * columns)[:count].tolist()):
        grids[seed] = grid
    while -1 in grids:
        for block in rng.permutation(rows * columns).tolist():
            near = [grids[other] for other in blocks.beside[block] if grids[other] != -1]
            if grids[block] == -1 and near:
                grids[block] = near[int(rng.integers(len(near)))]
    return Blocks(blocks.loads, blocks.beside, grids)


@given(cities())
@settings(max_examples=150, deadline=None)
def test_whatever_the_city_it_becomes_no_less_even_and_stays_connected(blocks):
    after = balancing.balanced(blocks)

    before, now = (workload.balance(loads_of(blocks, grids)) for grids in (blocks.grids, after))
    assert set(after) == set(blocks.grids)
    assert now.variation is None or now.variation <= before.variation + 1e-12
    for grid in set(after):
        assert balancing.parts_of({b for b, g in enumerate(after) if g == grid}, blocks.beside) == 1


@given(cities(), st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_groups_in_their_order_lead_there_and_any_whose_needs_are_met_can_be_taken_alone(blocks, random):
    after = balancing.balanced(blocks)

    steps = balancing.groups(blocks, after)

    grids = list(blocks.grids)
    for step in steps:
        assert {grids[block] for block in step.blocks} == {step.source}
        for block in step.blocks:
            grids[block] = step.target
    assert grids == after
    if steps:
        number = random.randrange(len(steps))
        wanted = {number}
        for one in reversed(range(number + 1)):
            wanted |= set(steps[one].needs) if one in wanted else set()
        plan = balancing.Plan(blocks)
        for one in sorted(wanted):
            assert plan.allows(balancing.moves_of(steps[one])) or set(steps[one].needs) == set(range(one))
            plan.make(balancing.moves_of(steps[one]))


def test_the_same_city_gives_the_same_proposal():
    rng = np.random.default_rng(5)
    blocks = lattice(np.repeat(np.arange(4), 16).reshape(8, 8), rng.integers(1, 20, (8, 8)))

    first, second = balancing.balanced(blocks), balancing.balanced(blocks)

    assert first == second
    assert workload.balance(loads_of(blocks, first)).max_over_mean == pytest.approx(1.0, abs=0.1)
