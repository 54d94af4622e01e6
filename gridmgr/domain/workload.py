"""Workload: how much there is to do in a grid, and how evenly the grids share it.

The load of a grid is a sum of what lies in it, each measured by what one grid should have of it: a
grid with 400 households and nothing else has a load of 1. A city may weigh otherwise.

Source: domain handbook, section 5 (proposed there; no ordinance fixes it).
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from gridmgr.errors import Invalid

WEIGHTS = {"households": 400.0, "road_km": 6.0, "shops": 120.0, "cases_per_week": 20.0, "components": 800.0}
"""How much of each makes a load of 1; 0 leaves it out."""
GOAL = 1.3
"""The heaviest grid should not have more than so many times the mean."""
Loads = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Balance:
    """How evenly grids share their work.

    ``max_over_mean`` is the heaviest load by the mean, ``variation`` the standard deviation by the
    mean (coefficient of variation); both None where there is no load at all.
    """

    grids: int
    mean: float
    max_over_mean: float | None
    variation: float | None


def read_weights(text: str, defaults: Mapping[str, float] = WEIGHTS) -> dict[str, float]:
    """Return the weights of a text like ``households:300,shops:0``; what is not named keeps its default.

    Raises
    ------
    Invalid
        A name is not one of ``WEIGHTS``, or a weight is no number from 0 on.
    """
    weights = dict(defaults)
    for entry in filter(None, (part.strip() for part in text.split(","))):
        name, _, value = entry.partition(":")
        weights[known_name(name.strip())] = weight_of(name.strip(), value.strip())
    return weights


def known_name(name: str) -> str:
    """Return ``name``, or raise Invalid where nothing of that name is weighed."""
    if name not in WEIGHTS:
        raise Invalid("Nothing called {name} is weighed: choose from {known}.", name=name, known=", ".join(WEIGHTS))
    return name


def weight_of(name: str, text: str) -> float:
    """Return a weight as a number."""
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not (math.isfinite(weight) and weight >= 0):
        raise Invalid(
            "The weight of {name} must be a number from 0 on; “{value}” is not. Write {name}:400.",
            name=name,
            value=text[:40],
        )
    return weight


def loads(amounts: Mapping[str, Loads | None], weights: Mapping[str, float] = WEIGHTS, *, grids: int) -> Loads:
    """Return the load of each grid.

    Parameters
    ----------
    amounts : mapping of str to ndarray of float64, shape (n,)
        What lies in each grid, by the names of ``WEIGHTS``; None for what the city has no data for,
        NaN where it has none for that grid: neither adds anything.
    weights : mapping of str to float
        How much of each makes a load of 1.
    grids : int
        How many there are, n.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    total = np.zeros(grids)
    for name, amount in amounts.items():
        if amount is not None and weights.get(name):
            total += np.nan_to_num(amount) / weights[name]
    return total


def balance(of_grids: Sequence[float] | Loads) -> Balance:
    """Return the Balance of the loads of some grids."""
    found = np.asarray(of_grids, np.float64)
    mean = float(found.mean()) if len(found) else 0.0
    if not mean > 0:
        return Balance(len(found), 0.0, None, None)
    return Balance(len(found), mean, float(found.max()) / mean, float(found.std()) / mean)


def polsby_popper(area_m2: Loads, perimeter_m: Loads) -> Loads:
    """Return how compact shapes are: 4π · area / perimeter², 1 for a circle, 0 for what has no perimeter.

    Source: D. Polsby and R. Popper, The Third Criterion, Yale Law & Policy Review 9 (1991).
    """
    square = np.asarray(perimeter_m, np.float64) ** 2
    return np.divide(4 * np.pi * np.asarray(area_m2), square, out=np.zeros_like(square), where=square > 0)
