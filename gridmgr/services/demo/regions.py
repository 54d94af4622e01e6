"""The countryside of each subdistrict: which sample points outside the towns belong to whom."""

import numpy as np
import shapely

from gridmgr.services.demo.clusters import spread, squared_distances
from gridmgr.services.demo.outline import waves
from gridmgr.services.demo.plane import dice, to_plane

STEP_M = 360
WARP_M = 1500
FAR_M = 20_000


def sample(frame, step_m, rng):
    """Return points spread evenly over ``frame``, one on each square of ``step_m``, shape (n, 2)."""
    west, south, east, north = frame.bounds
    grid = np.stack(np.meshgrid(np.arange(west, east, step_m), np.arange(south, north, step_m)), axis=-1).reshape(-1, 2)
    points = grid + rng.uniform(0, step_m, grid.shape)
    shapely.prepare(frame)
    return points[shapely.contains_xy(frame, points)]


def countryside(frame, grounds, places, targets, seed):
    """Return {index of subdistrict: its sample points, shape (n, 2)} outside the towns.

    Parameters
    ----------
    grounds : Geometry
        The towns' ground.
    places : ndarray, shape (n, 2)
        Where each subdistrict lies, lon/lat; only those with a target take part.
    targets : ndarray, shape (n,)
        The share of the countryside each should get; 0 for none.
    """
    rng = dice(seed, "countryside")
    points = sample(frame, STEP_M, rng)
    shapely.prepare(grounds)
    points = points[~shapely.contains_xy(grounds, points)]
    warped = points + WARP_M * waves(points, 9000, rng)
    takes_part = np.flatnonzero(targets > 0)
    owner = takes_part[power_owner(warped, to_plane(places[takes_part]), targets[takes_part])]
    return {int(i): points[owner == i] for i in takes_part}


def power_owner(points, anchors, targets, rounds=60, power=2):
    """Return for each point the anchor that owns it, so that counts come near ``targets`` (a power diagram)."""
    distances = squared_distances(points, anchors, power)
    wanted = targets / targets.sum() * len(points)
    weights = np.zeros(len(anchors))
    limit = nearest_anchor_distance(anchors) ** 2 * 0.8
    for turn in range(rounds):
        owner = (distances - weights).argmin(axis=1)
        lack = (wanted - np.bincount(owner, minlength=len(anchors))) / wanted
        weights = np.clip(weights + limit * np.clip(lack, -1, 1) * 0.3 / (1 + turn / 15), -limit, limit)
    return owner


def nearest_anchor_distance(anchors):
    """Return for each anchor the distance of its nearest neighbour."""
    distances = squared_distances(anchors, anchors)
    np.fill_diagonal(distances, np.inf)
    return np.sqrt(np.minimum(distances.min(axis=1), FAR_M**2))


def seeds_in(points, count, rng):
    """Return ``count`` seeds spread over the region that ``points`` sample, shape (count, 2)."""
    while len(points) < 6 * count:
        points = np.concatenate([points, points + rng.uniform(-0.5, 0.5, points.shape) * STEP_M])
    return spread(points, count, rng)
