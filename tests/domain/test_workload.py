"""The load of grids and how evenly it is shared."""

import numpy as np
import pytest

from gridmgr.domain import workload
from gridmgr.errors import Invalid


def test_a_grid_with_a_full_share_of_each_has_a_load_of_one_for_each():
    amounts = {name: np.array([weight, 0.0]) for name, weight in workload.WEIGHTS.items()}

    assert workload.loads(amounts, grids=2).tolist() == [len(workload.WEIGHTS), 0.0]


def test_what_a_city_has_no_data_for_adds_nothing():
    amounts = {"households": np.array([400.0, np.nan]), "shops": None, "road_km": np.array([6.0, 6.0])}

    assert workload.loads(amounts, grids=2).tolist() == [2.0, 1.0]


def test_in_a_city_without_any_data_no_grid_has_a_load():
    assert workload.loads(dict.fromkeys(workload.WEIGHTS), grids=3).tolist() == [0.0, 0.0, 0.0]


def test_a_weight_of_nothing_leaves_the_measure_out():
    amounts = {"households": np.array([400.0]), "road_km": np.array([6.0])}

    assert workload.loads(amounts, workload.WEIGHTS | {"road_km": 0.0}, grids=1).tolist() == [1.0]


def test_balance_compares_the_heaviest_and_the_spread_with_the_mean():
    found = workload.balance([1.0, 1.0, 4.0])

    assert (found.grids, found.mean, found.max_over_mean) == (3, 2.0, 2.0)
    assert found.variation == pytest.approx(2**0.5 / 2)


@pytest.mark.parametrize("of_grids", [[], [0.0, 0.0]])
def test_without_any_load_there_is_no_balance_to_speak_of(of_grids):
    found = workload.balance(of_grids)

    assert (found.mean, found.max_over_mean, found.variation) == (0.0, None, None)


def test_compactness_is_one_for_a_circle_and_less_for_a_square_and_a_strip():
    area, perimeter = np.array([np.pi, 1.0, 1.0, 0.0]), np.array([2 * np.pi, 4.0, 20.2, 0.0])

    circle, square, strip, nothing = workload.polsby_popper(area, perimeter)

    assert circle == pytest.approx(1.0)
    assert square == pytest.approx(np.pi / 4)
    assert strip < 0.04
    assert nothing == 0


def test_weights_are_read_over_the_defaults():
    weights = workload.read_weights(" households:300, shops:0 ")

    assert weights == workload.WEIGHTS | {"households": 300.0, "shops": 0.0}
    assert workload.read_weights("") == workload.WEIGHTS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("trees:3", "Nothing called trees"),
        ("shops", "must be a number"),
        ("shops:-1", "must be a number"),
        ("shops:nan", "must be a number"),
        ("shops:x", "“x” is not"),
    ],
)
def test_a_weight_that_is_none_is_refused(text, words):
    with pytest.raises(Invalid, match=words):
        workload.read_weights(text)
