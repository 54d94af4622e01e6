"""Neighbours on a map are told apart."""

import numpy as np
import shapely
from geometry import random_coverages
from hypothesis import given
from hypothesis import strategies as st

from gridmgr.geometry.shades import SHADES, neighbours, shades


def test_four_squares_around_a_corner_differ_across_each_edge():
    # +---+---+
    # | 2 | 3 |
    # +---+---+
    # | 0 | 1 |
    # +---+---+
    squares = np.array([shapely.box(x, y, x + 1, y + 1) for y in (0, 1) for x in (0, 1)], dtype=object)

    found = shades(squares)

    assert neighbours(squares) == [{1, 2}, {0, 3}, {0, 3}, {1, 2}]
    assert all(found[one] != found[other] for one, near in enumerate(neighbours(squares)) for other in near)


@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 2**16))
def test_grids_in_one_piece_never_share_a_shade_with_a_neighbour(columns, rows, seed):
    cells = random_coverages.lattice(columns, rows, seed)

    found = shades(cells)

    assert set(found.tolist()) <= set(range(SHADES))
    assert all(found[one] != found[other] for one, near in enumerate(neighbours(cells)) for other in near)


def test_no_shapes_have_no_shades():
    assert shades(np.empty(0, dtype=object)).tolist() == []


def test_the_same_coverage_has_the_same_shades():
    cells = random_coverages.lattice(6, 6, 1)

    assert shades(cells).tolist() == shades(cells).tolist()
