"""Lines that look natural: displaced midpoints, smoothed coasts, the frame of the city."""

import numpy as np
import shapely

from gridmgr.services.demo.plane import to_plane


def roughen(points, step_m, amplitude, rng):
    """Return the polyline ``points`` with midpoints displaced until its segments are about ``step_m`` long.

    Each round moves the midpoints sideways by up to ``amplitude`` of the segment's length.
    """
    points = np.asarray(points, dtype=float)
    while (lengths := np.hypot(*np.diff(points, axis=0).T)).max() > step_m:
        long = lengths > step_m
        middle = (points[1:] + points[:-1]) / 2 + sideways(points) * rng.uniform(-amplitude, amplitude, len(long))[
            :, None
        ]
        points = np.insert(points, np.flatnonzero(long) + 1, middle[long], axis=0)
    return points


def sideways(points):
    """Return the normal of each segment, as long as the segment."""
    along = np.diff(points, axis=0)
    return np.stack([-along[:, 1], along[:, 0]], axis=1)


def smooth(points, rounds=2):
    """Return the polyline ``points`` with its corners cut (Chaikin), its ends kept."""
    points = np.asarray(points, dtype=float)
    for _ in range(rounds):
        cut = np.empty((2 * len(points) - 2, 2))
        cut[0::2] = 0.75 * points[:-1] + 0.25 * points[1:]
        cut[1::2] = 0.25 * points[:-1] + 0.75 * points[1:]
        points = np.vstack([points[:1], cut, points[-1:]])
    return points


def frame(outline, rng):
    """Return the city's outer boundary in metres: a rough land border and a smoother coast."""
    land = roughen(to_plane(outline["land"]), 260, 0.16, rng)
    coast = roughen(smooth(to_plane(outline["coast"]), 1), 120, 0.045, rng)
    ring = np.vstack([land[:-1], coast[:-1]])
    return shapely.make_valid(shapely.Polygon(ring))


def smooth_line(positions, step_m, amplitude, rng):
    """Return a line in metres through about ``positions`` (lon/lat), bent softly."""
    return shapely.linestrings(roughen(smooth(to_plane(positions), 3), step_m, amplitude, rng))


def waves(points, length_m, rng, count=6):
    """Return a smooth random field between about -1 and 1 at ``points``, shape (n, 2): sums of waves."""
    angles = rng.uniform(0, 2 * np.pi, (2, count))
    numbers = 2 * np.pi / (length_m * rng.uniform(0.6, 1.6, (2, count)))
    phases = rng.uniform(0, 2 * np.pi, (2, count))
    x, y = np.asarray(points)[:, 0, None, None], np.asarray(points)[:, 1, None, None]
    field = np.sin(numbers * (x * np.cos(angles) + y * np.sin(angles)) + phases)
    return field.mean(axis=2) * 2
