"""The drawn course of each edge: straight in towns and along the frame, natural in the countryside."""

import numpy as np
import shapely

from gridmgr.services.demo.plane import shapes_to_lonlat

STEP_M = 130
AMPLITUDE = 0.13


def edge_lines(mesh, is_rough, frame, rng):
    """Return the line of each edge of ``mesh`` in lon/lat; those of ``is_rough`` wander.

    Where two lines would cross, or one would leave the frame, both go straight.
    """
    straight = shapely.linestrings(mesh.vertices[mesh.edges])
    lines = straight.copy()
    rounds = np.ceil(np.log2(np.maximum(shapely.length(straight) / STEP_M, 1))).astype(int) * is_rough
    for count in range(1, rounds.max() + 1):
        chosen = np.flatnonzero(rounds == count)
        lines[chosen] = shapely.linestrings(displaced(mesh.vertices[mesh.edges[chosen]], count, rng))
    shapely.prepare(frame)
    while len(wrong := crossing(lines, frame)):
        lines[wrong] = straight[wrong]
    return shapes_to_lonlat(lines)


def displaced(paths, rounds, rng):
    """Return ``paths``, shape (n, 2, 2), with midpoints displaced ``rounds`` times, shape (n, 2**rounds + 1, 2)."""
    for _ in range(rounds):
        along = np.diff(paths, axis=1)
        normal = np.stack([-along[..., 1], along[..., 0]], axis=-1)
        shift = rng.uniform(-AMPLITUDE, AMPLITUDE, (*along.shape[:2], 1))
        finer = np.empty((len(paths), 2 * paths.shape[1] - 1, 2))
        finer[:, 0::2] = paths
        finer[:, 1::2] = (paths[:, 1:] + paths[:, :-1]) / 2 + normal * shift
        paths = finer
    return paths


def crossing(lines, frame):
    """Return the numbers of the bent ``lines`` that cross another, themselves or the frame."""
    bent = np.flatnonzero(shapely.get_num_points(lines) > 2)
    one, _ = shapely.STRtree(lines).query(lines[bent], predicate="crosses")
    crossed = bent[one]
    outside = bent[~shapely.covers(frame, lines[bent])]
    tangled = bent[~shapely.is_simple(lines[bent])]
    return np.unique(np.concatenate([crossed, outside, tangled]))
