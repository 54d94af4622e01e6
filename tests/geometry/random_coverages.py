"""Random whole coverages: a lattice with moved nodes and bent edges, its cells shared out at random."""

import itertools

import numpy as np
import shapely
from hypothesis import strategies as st

CODES = ["2", "10", "a", "B", "网", "网2", "é", "Z9"]
WEST, SOUTH, CELL = 119.5, 39.9, 0.004
FRAME = "frame"


def lattice(columns, rows, seed, bends=2):
    """Return ``columns * rows`` cells that share their bent edges vertex for vertex; lon/lat."""
    rng = np.random.default_rng(seed)
    nodes = np.stack(np.meshgrid(np.arange(columns + 1), np.arange(rows + 1), indexing="ij"), -1).astype(float)
    nodes[1:-1, 1:-1] += rng.uniform(-0.3, 0.3, (columns - 1, rows - 1, 2))
    edges = {}

    def edge(here, there):
        low, high = min(here, there), max(here, there)
        if (low, high) not in edges:
            edges[low, high] = bent(nodes[low], nodes[high], rng, bends)
        return edges[low, high] if here == low else edges[low, high][::-1]

    def cell(i, j):
        corners = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
        ring = np.vstack([edge(a, b)[:-1] for a, b in itertools.pairwise(corners)])
        return shapely.Polygon(np.round(ring * CELL + (WEST, SOUTH), 9))

    return np.array([cell(i, j) for i in range(columns) for j in range(rows)], dtype=object)


def bent(here, there, rng, bends):
    """Return a line between two nodes with ``bends`` vertices off the straight way."""
    shares = np.linspace(0, 1, bends + 2)[:, None]
    line = here + (there - here) * shares
    line[1:-1] += rng.uniform(-0.05, 0.05, (bends, 2))
    return line


def shared_out(cells, codes, seed):
    """Return {code: polygon}: every code has a cell, the other cells go to random codes."""
    rng = np.random.default_rng(seed)
    owners = np.concatenate([np.arange(len(codes)), rng.integers(0, len(codes), len(cells) - len(codes))])
    rng.shuffle(owners)
    return {code: shapely.coverage_union_all(cells[owners == i]) for i, code in enumerate(codes)}


@st.composite
def coverages(draw, least=2):
    """Draw {code: polygon}, whole, with multipart grids, holes and grids inside grids."""
    columns, rows = draw(st.integers(2, 5)), draw(st.integers(2, 5))
    most = min(len(CODES), columns * rows)
    codes = draw(st.permutations(CODES))[: draw(st.integers(min(least, most), most))]
    seed = draw(st.integers(0, 2**16))
    return shared_out(lattice(columns, rows, seed, draw(st.integers(0, 3))), codes, seed)


def frame_of(polygons):
    """Return the outline of a whole coverage."""
    return shapely.coverage_union_all(list(polygons.values()))
