"""Households of any piece of ground, from the numbers that grids or the areas above them carry."""

import functools
import weakref

import numpy as np
import shapely

FIELD = "households"
_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


def households(ground, level):
    """Return the Households of a ground, kept as long as it is."""
    if ground.locator not in _kept:
        _kept[ground.locator] = Households(ground.boundaries, level, ground.metric)
    return _kept[ground.locator]


class Households:
    """The households of a version's grids.

    A number stands with the grid itself, else with the unit grids in it, else it is the grid's share
    of the nearest area above that has one. Within a grid they are spread evenly over the ground,
    or over each of its unit grids where those carry the numbers.
    """

    def __init__(self, boundaries, level, metric):
        self._boundaries, self._level, self._metric = boundaries, level, metric
        self._area = functools.cache(self._area_of)
        self._of = {}

    @functools.cached_property
    def is_known(self):
        """Return whether any grid carries a number."""
        return any(number(grid) is not None for grid in self._boundaries.grids.values())

    def of(self, code):
        """Return the households of a grid of the level reports go to, None where nobody knows."""
        if code not in self._of:
            self._of[code] = self._found(code)
        return self._of[code]

    def within(self, code, shape):
        """Return the households of the grid ``code`` that live on ``shape``, a part of it; None where nobody knows."""
        total = None if code is None else self.of(code)
        if not total:
            return total
        units = self._units(code)
        if number(self._boundaries.grids[code]) is None and units:
            return sum(amount * self._share(unit, shape) for unit, amount in units.items())
        return total * self._share(code, shape)

    def _found(self, code):
        grid = self._boundaries.grids[code]
        own = number(grid)
        if own is not None:
            return own
        units = self._units(code)
        return sum(units.values()) if units else self._from_above(code)

    def _units(self, code):
        below = self._children.get(code, ())
        found = {one: number(self._boundaries.grids[one]) for one in below if one in self._boundaries.shapes}
        return {one: amount for one, amount in found.items() if amount is not None}

    def _from_above(self, code):
        grids = self._boundaries.grids
        above = next((one for one in self._boundaries.ancestors(code) if number(grids[one]) is not None), None)
        if above is None:
            return None
        alike = [one for one in self._below(above) if number(grids[one]) is None and one in self._boundaries.shapes]
        rest = number(grids[above]) - sum(number(grids[one]) or 0.0 for one in self._below(above))
        whole = sum(self._area(one) for one in alike)
        return max(rest, 0.0) * self._area(code) / whole if whole else None

    def _below(self, area):
        """Return the codes of the level reports go to inside an area."""
        found = []
        for code in self._children.get(area, ()):
            found += [code] if self._boundaries.grids[code].level == self._level else self._below(code)
        return found

    @functools.cached_property
    def _children(self):
        return self._boundaries.children()

    def _area_of(self, code):
        return float(shapely.area(self._metric(self._boundaries.shapes[code])))

    def _share(self, code, shape):
        whole = self._boundaries.shapes[code]
        common = shapely.area(self._metric(shapely.intersection(whole, shape)))
        return min(float(common) / self._area(code), 1.0) if self._area(code) else 0.0

    def all(self, codes):
        """Return the households of grids as ndarray of float64, NaN where nobody knows."""
        return np.array([np.nan if (found := self.of(code)) is None else found for code in codes], np.float64)


def number(grid):
    """Return the households that a grid's attributes name, None where they name none."""
    found = (grid.props or {}).get(FIELD)
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return float(found) if is_number and found >= 0 else None
