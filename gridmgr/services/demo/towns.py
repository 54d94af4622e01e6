"""Towns: a bent lattice of main streets, its blocks cut by lanes into cells.

A town's ground is a set of blocks between main streets. Within a block every
lane is straight between the block's sides (a bilinear map of the unit square),
so lanes end exactly on streets, and neighbouring blocks may cut their sides
at different places, as real ones do.
"""

import dataclasses
import itertools

import numpy as np
import shapely

from gridmgr.services.demo.outline import waves
from gridmgr.services.demo.plane import dice, to_plane

CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=float)


@dataclasses.dataclass(frozen=True)
class Town:
    """The blocks and cells of one town, in metres.

    ``cells`` are quadrilaterals, shape (n,); ``piece_of`` numbers the quarter of a
    block each lies in. ``streets`` are (number, 'along' or 'across', line).
    """

    id: str
    bearing: float
    ground: shapely.Geometry
    cells: np.ndarray
    piece_of: np.ndarray
    streets: list


def build_town(plan, frame, seed):
    """Return the town that ``plan`` (an entry of geography.toml) asks for, on the land of ``frame``."""
    rng = dice(seed, "town " + plan["id"])
    nodes = street_nodes(plan, rng)
    blocks = [(i, j) for i in range(nodes.shape[0] - 1) for j in range(nodes.shape[1] - 1)]
    corners = {(i, j): nodes[[i, i + 1, i + 1, i], [j, j, j + 1, j + 1]] for i, j in blocks}
    kept = [key for key in blocks if is_built(key, nodes, plan, frame, rng)]
    parts = [cut_block(corners[key], plan["cell_m"], rng) for key in kept]
    piece_of = np.concatenate([pieces + 4 * n for n, (_, pieces) in enumerate(parts)])
    cells = np.concatenate([cells for cells, _ in parts])
    ground = shapely.union_all(shapely.polygons(np.array([corners[key] for key in kept])), grid_size=0.001)
    return Town(plan["id"], plan["bearing"], ground, cells, piece_of, list(main_streets(nodes, set(kept))))


def street_nodes(plan, rng):
    """Return the crossings of the main streets in metres, shape (across, along, 2)."""
    along = ticks(plan["length_m"], block_side(plan), rng)
    across = ticks(plan["width_m"], block_side(plan) * 0.9, rng)
    grid = np.stack(np.meshgrid(along, across, indexing="ij"), axis=-1)
    flat = grid.reshape(-1, 2)
    bend = waves(flat, plan["length_m"] * 0.7, rng) * block_side(plan) * 0.32
    jitter = rng.normal(0, block_side(plan) * 0.035, flat.shape)
    return turned(flat + bend + jitter, plan["bearing"]).reshape(grid.shape) + to_plane(plan["centre"])


def turned(points, bearing):
    """Return ``points`` turned anticlockwise by ``bearing`` degrees."""
    cos, sin = np.cos(np.radians(bearing)), np.sin(np.radians(bearing))
    return points @ np.array([[cos, sin], [-sin, cos]])


def block_side(plan):
    """Return the usual distance of main streets; m."""
    return plan["cell_m"] * (5 if plan.get("divided") else 2)


def ticks(length, step, rng):
    """Return the places of lines about ``step`` apart over ``length``, centred on 0; m."""
    gaps = step * rng.uniform(0.78, 1.22, max(2, round(length / step)))
    places = np.concatenate([[0], np.cumsum(gaps)])
    return (places - places[-1] / 2) * (length / places[-1])


def is_built(key, nodes, plan, frame, rng):
    """Whether the block is town: inside a rounded, slightly ragged shape, open to the sea, and on land."""
    if plan.get("is_square"):
        return True
    if plan.get("is_square"):
        return True
    i, j = key
    quad = nodes[[i, i + 1, i + 1, i], [j, j, j + 1, j + 1]]
    reach = (key + np.array([0.5, 0.5])) / (np.array(nodes.shape[:2]) - 1) * 2 - 1
    if plan.get("seaside"):
        reach = np.maximum(reach, (-1, 0))
    is_near = (np.abs(reach) ** 3.2).sum() < rng.uniform(0.85, 1.2)
    polygon = shapely.polygons(quad)
    return is_near and shapely.area(shapely.intersection(polygon, frame)) > 0.03 * shapely.area(polygon)


def cut_block(corners, cell_m, rng):
    """Return the cells of a block and the quarter each lies in: two rows and columns of pieces, cut by lanes."""
    width, height = np.hypot(*(corners[1] - corners[0])), np.hypot(*(corners[3] - corners[0]))
    columns, rows = lane_places(width, cell_m, rng), lane_places(height, cell_m, rng)
    cells, pieces = [], []
    for j in range(len(rows) - 1):
        for west, east in merged(len(columns) - 1, rng):
            square = np.array(
                [
                    [columns[west], rows[j]],
                    [columns[east], rows[j]],
                    [columns[east], rows[j + 1]],
                    [columns[west], rows[j + 1]],
                ]
            )
            cells.append(bilinear(corners, square))
            pieces.append(2 * (2 * west >= len(columns) - 1) + (2 * j >= len(rows) - 1))
    return shapely.polygons(np.array(cells)), np.array(pieces)


def merged(count, rng, share=0.12):
    """Return the runs (first, past the last) of ``count`` columns; a few are two wide, in one half of the block."""
    cuts = [0, *(i for i in range(1, count) if rng.random() > share or i == (count + 1) // 2), count]
    return list(itertools.pairwise(cuts))


def lane_places(length, cell_m, rng):
    """Return where lanes cut a side, as shares from 0 to 1."""
    count = max(2, round(length / cell_m * rng.uniform(0.88, 1.08)))
    inner = (np.arange(1, count) + rng.uniform(-0.13, 0.13, count - 1)) / count
    return np.concatenate([[0], inner, [1]])


def bilinear(corners, square):
    """Return the points of the unit square ``square`` inside the quadrilateral ``corners``."""
    u, v = square[:, :1], square[:, 1:]
    return corners[0] * (1 - u) * (1 - v) + corners[1] * u * (1 - v) + corners[2] * u * v + corners[3] * (1 - u) * v


def main_streets(nodes, kept):
    """Yield each main street as (number, 'along' or 'across', line) where it runs beside built blocks."""
    for j in range(nodes.shape[1]):
        run = [i for i in range(nodes.shape[0] - 1) if {(i, j), (i, j - 1)} & kept]
        if run:
            yield j, "along", shapely.linestrings(nodes[run[0] : run[-1] + 2, j])
    for i in range(nodes.shape[0]):
        run = [j for j in range(nodes.shape[1] - 1) if {(i, j), (i - 1, j)} & kept]
        if run:
            yield i, "across", shapely.linestrings(nodes[i, run[0] : run[-1] + 2])
