r"""Draws cities of grids: whole coverages of any size whose neighbours share wiggly borders vertex for vertex.

How: the cells of a Voronoi diagram; each border between two cells becomes a
wiggly line by midpoint displacement, rounded to 1e-9 degree like all stored
shapes. A border stays between its two seeds, within the kite of its ends and
them, so that no two borders cross::

          seed
         /    \
    end *~~~~~~* end      the kites of all borders tile the plane
         \    /
          seed

A ring of seeds around the box closes the outermost cells and is left away.
What was drawn is kept under ``.cache/bench``, by its parameters and this file.
"""

import dataclasses
import hashlib
import math
import os
import pathlib

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

ROOT = pathlib.Path(__file__).parents[1]
CACHE = pathlib.Path(os.environ.get("GRIDMGR_CACHE") or ROOT / ".cache") / "bench"
QINHUANGDAO = (119.5, 39.85, 119.7346, 40.03)
PROVINCE = (113.5, 36.1, 119.8, 42.6)
UNITS_PER_DEGREE = 1_000_000_000
WIDEST = 0.3  # of the length of a border, how far it strays at most
WITHIN = 0.9  # of the kite


@dataclasses.dataclass(frozen=True)
class City:
    """What is drawn: how many grids with about how many vertices in all, over which box, from which seed."""

    grids: int
    vertices: int
    box: tuple[float, float, float, float] = QINHUANGDAO
    seed: int = 1


SMALL = City(400, 40_000)
CITIES = {"a": City(2_000, 375_000), "b": City(20_000, 1_800_000, seed=2)}
PROVINCIAL = City(500_000, 12_000_000, PROVINCE, seed=3)


def polygons(city):
    """Return the grids of a City, drawn at the first call and read from the cache after; ndarray of Polygon."""
    path = CACHE / f"{fingerprint(city)}.parquet"
    if not path.exists():
        save(drawn(city), path)
    return shapely.from_wkb(pq.read_table(path)["wkb"].to_numpy(zero_copy_only=False))


def coded(shapes, seed=1):
    """Return {code: shape} with codes in no order of place."""
    numbers = np.random.default_rng(seed).permutation(len(shapes))
    return {f"{number:06d}": shape for number, shape in zip(numbers, shapes, strict=True)}


def fingerprint(city):
    """Return the name under which a City is kept: it changes with the parameters and with how it is drawn."""
    how = pathlib.Path(__file__).read_bytes() + repr(city).encode()
    return f"{city.grids}-{hashlib.sha256(how).hexdigest()[:12]}"


def save(shapes, path):
    """Write polygons to ``path``, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    pq.write_table(pa.table({"wkb": pa.array(shapely.to_wkb(shapes), pa.large_binary())}), part)
    part.replace(path)


def drawn(city):
    """Return the grids of a City; ndarray of Polygon.

    Raises
    ------
    AssertionError
        If neighbours do not share their borders exactly, or there is a gap inside.
    """
    random = np.random.default_rng(city.seed)
    seeds, count = placed(city, random)
    corners, cells = rounded_cells(seeds, count)
    borders = Borders.of(corners, cells, seeds)
    shapes = assembled(borders, cells, bent(borders, borders.pieces(city.vertices), random), count)
    assert_whole(shapes)
    return shapes


def assert_whole(shapes):
    """Raise AssertionError unless the polygons are a coverage without a gap inside."""
    assert shapely.is_valid(shapes).all(), "a drawn grid is not valid"
    assert shapely.coverage_is_valid(shapes), "neighbours do not share their borders"
    whole = shapely.coverage_union_all(shapes)
    assert shapely.get_num_geometries(whole) == 1, "the drawn city falls apart"
    assert shapely.get_num_interior_rings(shapely.get_geometry(whole, 0)) == 0, "there is a gap inside"


def placed(city, random):
    """Return seeds, shape (n, 2), and how many of them are the city's: those come first, the ring around follows."""
    west, south, east, north = city.box
    space = math.sqrt((east - west) * (north - south) / city.grids)
    inner = random.uniform((west, south), (east, north), (city.grids, 2))
    outer = ring((west - space, south - space, east + space, north + space), space)
    centres = cell_centres(np.vstack([inner, outer]), city.grids)
    relaxed = np.clip((inner + centres) / 2, (west, south), (east, north))
    return np.vstack([relaxed, outer]), city.grids


def ring(box, space):
    """Return points along the edge of a box, about ``space`` apart."""
    edge = shapely.segmentize(shapely.box(*box).exterior, space)
    return shapely.get_coordinates(edge)[:-1]


def voronoi(seeds, count):
    """Return the cells of the first ``count`` seeds, in the seeds' order."""
    return shapely.get_parts(shapely.voronoi_polygons(shapely.MultiPoint(seeds), ordered=True))[:count]


def cell_centres(seeds, count):
    """Return the centre of the cell of each of the first ``count`` seeds, shape (count, 2)."""
    return shapely.get_coordinates(shapely.centroid(voronoi(seeds, count)))


def rounded_cells(seeds, count):
    """Return corners and the cells' edges between them.

    Returns
    -------
    tuple of ndarray
        Corners in units of 1e-9 degree, int64, shape (m, 2); for each edge of each
        ring in order: its cell, its first corner, its last corner; shape (e, 3).
    """
    coordinates, cell = shapely.get_coordinates(voronoi(seeds, count), return_index=True)
    units = np.rint(coordinates * UNITS_PER_DEGREE).astype(np.int64)
    corners, number = np.unique(units, axis=0, return_inverse=True)
    number = number.ravel()
    same = (cell[1:] == cell[:-1]) & (number[1:] != number[:-1])
    return corners, np.stack([cell[:-1], number[:-1], number[1:]], axis=1)[same]


@dataclasses.dataclass(frozen=True)
class Borders:
    """Each edge between two corners once.

    Attributes
    ----------
    starts, ends : ndarray, shape (b, 2)
        Units of 1e-9 degree.
    seeds : ndarray, shape (b, 2)
        The seed of one side; the other is its mirror image.
    of_edge : ndarray of int, shape (e,)
        The border of each edge of the cells.
    turned : ndarray of bool, shape (e,)
        Where the edge runs against its border.
    """

    starts: np.ndarray
    ends: np.ndarray
    seeds: np.ndarray
    of_edge: np.ndarray
    turned: np.ndarray

    @classmethod
    def of(cls, corners, cells, seeds):
        """Return the Borders of cells as ``rounded_cells`` gives them."""
        low, high = cells[:, 1:].min(axis=1), cells[:, 1:].max(axis=1)
        _, first, of_edge = np.unique(low * len(corners) + high, return_index=True, return_inverse=True)
        beside = seeds[cells[first, 0]] * UNITS_PER_DEGREE
        ends = (corners[low[first]].astype(float), corners[high[first]].astype(float))
        return cls(*ends, beside, of_edge, cells[:, 1] != low)

    def lengths(self):
        """Return the length of each border."""
        return np.hypot(*(self.ends - self.starts).T)

    def pieces(self, vertices):
        """Return the binary logarithm of how many pieces each border has, so that grids have ``vertices`` in all."""
        lengths, sides = self.lengths(), np.bincount(self.of_edge)
        low, high = lengths.sum() / vertices / 64, lengths.sum() / vertices * 64
        for _ in range(40):
            middle = math.sqrt(low * high)
            halvings = np.maximum(0, np.rint(np.log2(lengths / middle))).astype(int)
            low, high = (middle, high) if ((1 << halvings) * sides).sum() > vertices else (low, middle)
        return halvings


def bent(borders, halvings, random):
    """Return the vertices of each border without its last one, and where each border begins among them."""
    counts = 1 << halvings
    begin = np.concatenate([[0], np.cumsum(counts)])
    line = np.empty((begin[-1], 2))
    for halving in np.unique(halvings):
        some = np.flatnonzero(halvings == halving)
        line[begin[some][:, None] + np.arange(1 << halving)] = wiggly(borders, some, halving, random)
    return np.rint(line).astype(np.int64), begin


def wiggly(borders, some, halving, random):
    """Return the vertices of some borders, each in ``2**halving`` pieces, without the last; shape (n, pieces, 2)."""
    start, step = borders.starts[some], (borders.ends - borders.starts)[some]
    length = borders.lengths()[some]
    along = np.arange(1 << halving) / (1 << halving)
    room = np.minimum(WITHIN * kite(start, step, borders.seeds[some], along), WIDEST * length[:, None])
    strayed = room * displaced(len(some), halving, random)[:, :-1]
    across = np.stack([-step[:, 1], step[:, 0]], axis=1) / length[:, None]
    return start[:, None] + along[:, None] * step[:, None] + strayed[..., None] * across[:, None]


def kite(start, step, seeds, along):
    """Return how far the kite of each border reaches to either side, at shares ``along`` of the way; shape (n, k)."""
    length = np.hypot(*step.T)
    to_seed = seeds - start
    foot = ((to_seed * step).sum(axis=1) / length**2)[:, None]
    height = np.abs(step[:, 0] * to_seed[:, 1] - step[:, 1] * to_seed[:, 0]) / length
    rising = np.divide(along, foot, out=np.full((len(step), len(along)), np.inf), where=foot > 0)
    falling = np.divide(1 - along, 1 - foot, out=np.full((len(step), len(along)), np.inf), where=foot < 1)
    return height[:, None] * np.minimum(rising, falling)


def displaced(count, halving, random):
    """Return lines by midpoint displacement: offsets within -1 and 1, 0 at both ends; shape (count, 2**halving + 1)."""
    offsets, reach = np.zeros((count, 2)), 0.5
    for _ in range(halving):
        middles = (offsets[:, 1:] + offsets[:, :-1]) / 2
        middles += random.uniform(-reach, reach, middles.shape)
        finer = np.empty((count, offsets.shape[1] * 2 - 1))
        finer[:, 0::2], finer[:, 1::2] = offsets, middles
        offsets, reach = finer, reach / 2
    return offsets


def assembled(borders, cells, lines, count):
    """Return each cell's polygon, its ring put together from its borders."""
    line, begin = lines
    sizes = (begin[1:] - begin[:-1])[borders.of_edge]
    edge = np.repeat(np.arange(len(cells)), sizes)
    place = np.arange(len(edge)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    forward = begin[borders.of_edge][edge] + place
    backward = begin[borders.of_edge][edge] + sizes[edge] - place
    ends = np.rint(borders.ends).astype(np.int64)[borders.of_edge][edge]
    turned = borders.turned[edge]
    vertices = line[np.where(turned, np.minimum(backward, len(line) - 1), forward)]
    at_end = turned & (place == 0)
    vertices[at_end] = ends[at_end]
    return shapely.polygons(shapely.linearrings(vertices / UNITS_PER_DEGREE, indices=cells[edge, 0]))
