"""Keeping what is costly to make."""

import pytest

from gridmgr.services.standing.keeping import Keeper


def test_what_could_not_be_made_leaves_nothing_behind():
    keeper = Keeper(2)

    for key in range(3):
        with pytest.raises(ZeroDivisionError):
            keeper.get(key, lambda: 1 / 0)

    assert (keeper.turns, dict(keeper.values)) == ({}, {})
    assert keeper.get(0, lambda: "made") == "made"


def test_the_longest_unused_makes_room():
    keeper = Keeper(2)

    for key in ("a", "b", "a", "c"):
        keeper.get(key, lambda key=key: key.upper())

    assert list(keeper.values) == ["a", "c"]
