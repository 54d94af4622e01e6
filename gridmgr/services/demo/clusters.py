"""Groups of points of about equal size: how ground is shared out among grids."""

import numpy as np


def squared_distances(points, centres, power=2):
    """Return squared distances, shape (points, centres); a higher ``power`` than 2 makes for boxes along the axes."""
    apart = np.abs(points[:, None, :] - centres[None, :, :])
    return (apart**power).sum(axis=2) ** (2 / power)


def spread(points, count, rng, rounds=2, power=2):
    """Return ``count`` centres spread over ``points`` (Lloyd's rounds from a random start), shape (count, 2)."""
    centres = points[rng.choice(len(points), count, replace=len(points) < count)].astype(float)
    for _ in range(rounds):
        nearest = squared_distances(points, centres, power).argmin(axis=1)
        members = np.bincount(nearest, minlength=count)
        sums = np.stack([np.bincount(nearest, points[:, axis], count) for axis in (0, 1)], axis=1)
        centres = np.where(members[:, None] > 0, sums / np.maximum(members, 1)[:, None], centres)
    return centres


def group(points, count, rng, rounds=12, power=2):
    """Return for each of ``points`` its group, 0 to count - 1; compact groups of about equal size, none empty.

    A group that grew is made less attractive, round by round (a power diagram with learned weights).
    """
    if count >= len(points):
        return np.arange(len(points)) % count
    centres = spread(points, count, rng, 4, power)
    weights = np.zeros(count)
    usual = len(points) / count
    reach = np.ptp(points, axis=0).prod() / count
    for _ in range(rounds):
        nearest = (squared_distances(points, centres, power) - weights).argmin(axis=1)
        members = np.bincount(nearest, minlength=count)
        weights += 0.25 * reach * np.clip((usual - members) / usual, -1, 1)
    return fill_empty(points, nearest, count)


def fill_empty(points, groups, count):
    """Return ``groups`` with each empty group given one point of the largest one."""
    groups = groups.copy()
    while len(empty := np.flatnonzero(np.bincount(groups, minlength=count) == 0)):
        largest = np.flatnonzero(groups == np.bincount(groups, minlength=count).argmax())
        corner = largest[points[largest].sum(axis=1).argmin()]
        groups[corner] = empty[0]
    return groups
