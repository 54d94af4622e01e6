"""Bordering: the neighbours of the rows near a border, and the grid nearest to those outside, many at once."""

import numpy as np
import pyarrow as pa

from gridmgr.domain.routing.spots import BORDER_M, MOST_NEIGHBOURS, REACH_M
from gridmgr.geometry.locator import NONE

ROUNDING = 1e-6


def neighbours(part):
    """Return for each row a position in a column of texts, and the column: the codes of the other grids in reach.

    In a whole coverage only a row near a border has any.
    """
    locator, owners, asked = part.tables.ground.locator, part.arrays["grid"], part.asked
    is_asked = part.arrays["near_border"] if locator.is_coverage else True
    rows = np.flatnonzero((owners != NONE) & is_asked)
    reach = np.clip(asked.accuracy_m, BORDER_M, REACH_M)
    point, grid, _ = locator.within_many(asked.lons[rows], asked.lats[rows], reach[rows] if reach.ndim else reach)
    other = grid != owners[rows][point]
    point, grid = point[other], grid[other]
    counts = np.bincount(point, minlength=len(rows))
    first = np.cumsum(counts) - counts
    found = np.full(len(owners), NONE, np.int32)
    found[rows[counts == 1]] = grid[first[counts == 1]]
    several = np.flatnonzero(counts > 1)
    pairs = zip(several.tolist(), first[several].tolist(), strict=True)
    groups = [tuple(grid[i : i + MOST_NEIGHBOURS][: counts[row]].tolist()) for row, i in pairs]
    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups), len(locator.codes))}
    found[rows[several]] = [numbers[group] for group in groups]
    joined = [" ".join(locator.codes[one] for one in group) for group in numbers]
    return found, pa.concat_arrays([part.tables.owners, pa.array(joined, pa.string())])


def nearest(part):
    """Return position and distance, to the decimetre, of the grid nearest to each row outside; -1 and NaN for none."""
    locator, asked = part.tables.ground.locator, part.asked
    rows = np.flatnonzero(part.arrays["outside"])
    codes, metres = np.full(len(asked), NONE, np.int32), np.full(len(asked), np.nan)
    if len(rows):
        codes[rows], distance = locator.nearest_many(asked.lons[rows], asked.lats[rows])
        metres[rows] = to_decimetre(distance)
    return codes, metres


def to_decimetre(metres):
    """Return distances rounded as ``round`` does one by one, also where the tenths are a hair from a half."""
    rounded = np.round(metres, 1)
    doubtful = np.abs(np.abs(metres * 10 - np.rint(metres * 10)) - 0.5) < ROUNDING * np.maximum(1, metres)
    rounded[doubtful] = [round(one, 1) for one in metres[doubtful].tolist()]
    return rounded
