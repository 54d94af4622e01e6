"""Succeeding: the ground of a version made from that of the version before it, by what the two do not share."""

import numpy as np

from gridmgr.geometry.crs import metric_of
from gridmgr.geometry.locator import Locator
from gridmgr.services.catalogue import answering_level, finer_level
from gridmgr.services.standing import ground
from gridmgr.services.standing.ground import Ground
from gridmgr.store import grids as grid_rows

MOST_CHANGED = 0.1
"""Where a larger share of the grids changed, an index drawn anew is made sooner than one drawn over."""


def ground_after(session, before, number):
    """Return the Ground of version ``number`` from that of version ``number`` - 1; what a new one would be."""
    return after(before, grid_rows.boundaries_after(session, before.boundaries, number))


def after(before, boundaries):
    """Return the Ground of ``boundaries`` from that of others that share most of their shapes, as the same objects."""
    locator = drawn_over(before.locator, before.boundaries, boundaries, answering_level)
    units = drawn_over(before.units, before.boundaries, boundaries, lambda _: finer_level())
    metric = metric_of(np.array(list(boundaries.shapes.values()), dtype=object)) if boundaries.shapes else None
    parents = ground.parents_of(boundaries, units.codes, locator.codes)
    return Ground(boundaries, locator, units, parents, ground.divided_grids(boundaries), metric)


def drawn_over(locator, before, after, level_of):
    """Return the locator of a level of the boundaries ``after``, from the one of ``before``."""
    had, has = ground.shaped(before, level_of(before)), ground.shaped(after, level_of(after))
    changed = {code: has.get(code) for code in had.keys() | has.keys() if had.get(code) is not has.get(code)}
    if not changed:
        return locator
    return Locator(has) if len(changed) > MOST_CHANGED * len(had) else locator.replaced(changed)
