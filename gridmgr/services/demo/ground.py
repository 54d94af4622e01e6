"""The bare ground of the demo city: one mesh of cells, town blocks and countryside, noded once."""

import dataclasses
from collections import defaultdict

import numpy as np
import shapely

from gridmgr.services.demo import regions, towns
from gridmgr.services.demo.borders import edge_lines
from gridmgr.services.demo.mesh import Mesh, mesh_of, neighbours, pieces_of
from gridmgr.services.demo.outline import frame
from gridmgr.services.demo.places import positions
from gridmgr.services.demo.plane import dice

FACES_PER_VILLAGE = 4
SCRAP_SHARE = 0.35
SCRAP_M2 = 60_000.0


@dataclasses.dataclass(frozen=True)
class Ground:
    """The mesh and what each face is.

    lines : ndarray of LineString, the drawn edges, lon/lat.
    cell : int, shape (faces,): the towns' cells first, then the countryside's seeds.
    town : int, shape (faces,): which town, -1 in the countryside.
    piece : int, shape (faces,): the quarter of a town's block, -1 in the countryside.
    owner : int, shape (faces,): the subdistrict of a face in the countryside, -1 in towns.
    centres : float, shape (faces, 2): a middle of each face, metres.
    frame : the outer boundary, metres.
    """

    mesh: Mesh
    lines: np.ndarray
    cell: np.ndarray
    town: np.ndarray
    piece: np.ndarray
    owner: np.ndarray
    centres: np.ndarray
    towns: list
    frame: shapely.Geometry


def lay_out(places, seed):
    """Return the ground of the whole city."""
    outer = frame(places.geography["outline"], dice(seed, "frame"))
    built = [towns.build_town(plan, outer, seed) for plan in places.geography["towns"]]
    built_up = shapely.union_all([town.ground for town in built])
    seeds, seed_owner = village_seeds(places, outer, built_up, seed)
    mesh = mesh_of(all_lines(seeds, built, built_up, outer), outer)
    quads = np.concatenate([town.cells for town in built])
    cell = without_scraps(mesh, cells_of(mesh, quads, seeds), quads)
    town, piece = (np.append(table, np.full(len(seeds), -1))[cell] for table in town_tables(built))
    owner = np.append(np.full(len(quads), -1), seed_owner)[cell]
    lines = edge_lines(mesh, in_countryside(mesh, town), outer, dice(seed, "borders"))
    centres = shapely.get_coordinates(shapely.centroid(mesh.faces))
    return Ground(mesh, lines, cell, town, piece, owner, centres, built, outer)


def town_tables(built):
    """Return for each town cell its town and its piece, numbered over all towns."""
    town = np.repeat(np.arange(len(built)), [len(t.cells) for t in built])
    starts = np.cumsum([0] + [t.piece_of.max() + 1 for t in built])
    return town, np.concatenate([t.piece_of + start for t, start in zip(built, starts, strict=False)])


def in_countryside(mesh, town):
    """Return which edges are borders in open country: no street, no frame."""
    padded = np.append(town, 0)
    return (padded[mesh.left] < 0) & (padded[mesh.right] < 0)


def village_seeds(places, outer, built_up, seed):
    """Return the seeds of the countryside's cells, shape (n, 2), and the subdistrict of each."""
    counts = rural_counts(places)
    targets = rural_targets(places, counts)
    rng = dice(seed, "villages")
    land = regions.countryside(outer, built_up, positions(places.subdistricts), targets, seed)
    seeds = {i: regions.seeds_in(points, FACES_PER_VILLAGE * counts[i], rng) for i, points in land.items()}
    return np.concatenate(list(seeds.values())), np.repeat(list(seeds), [len(s) for s in seeds.values()])


def rural_counts(places):
    """Return for each subdistrict the number of its communities outside the towns."""
    index = {s.code: i for i, s in enumerate(places.subdistricts)}
    outside = [
        index[c.subdistrict] for c in places.communities if not is_in_town(c, places.subdistricts[index[c.subdistrict]])
    ]
    return np.bincount(outside, minlength=len(places.subdistricts))


def is_in_town(community, subdistrict):
    """Whether ``community`` lies on the town ground of its ``subdistrict``."""
    return bool(subdistrict.town) and community.is_urban


def rural_targets(places, counts):
    """Return the km² of countryside each subdistrict should get."""
    in_area = defaultdict(int)
    for one, count in zip(places.subdistricts, counts, strict=True):
        in_area[one.area] += int(count)
    km2 = {a.code: a.km2 for a in places.areas}
    return np.array([km2[s.area] * n / in_area[s.area] for s, n in zip(places.subdistricts, counts, strict=True)])


def all_lines(seeds, built, built_up, outer):
    """Return the lines to node: Voronoi edges of the countryside, the sides of the towns' cells."""
    voronoi = shapely.voronoi_polygons(shapely.multipoints(seeds), only_edges=True, extend_to=outer.envelope)
    edges = shapely.get_parts(voronoi)
    open_land = shapely.difference(outer, built_up)
    shapely.prepare(open_land)
    whole = shapely.contains(open_land, edges)
    cut = shapely.intersection(edges[~whole & shapely.intersects(open_land, edges)], open_land)
    sides = [shapely.intersection(shapely.boundary(town.cells), outer) for town in built]
    lines = np.concatenate([edges[whole], cut, *sides, [shapely.intersection(built_up.boundary, outer)]])
    return lines[~shapely.is_empty(lines)]


def cells_of(mesh, quads, seeds):
    """Return for each face the number of its cell: ``quads`` first, then the nearest of ``seeds``."""
    inside = shapely.point_on_surface(mesh.faces)
    cell = len(quads) + shapely.STRtree(shapely.points(seeds)).nearest(inside)
    face, quad = shapely.STRtree(quads).query(inside, predicate="within")
    cell[face] = quad
    return cell


def without_scraps(mesh, cell, quads):
    """Return ``cell`` with scraps, cut off by the coast or by streets, given to a neighbour."""
    area = shapely.area(mesh.faces)
    least = np.append(SCRAP_SHARE * shapely.area(quads), SCRAP_M2)
    for _ in range(4):
        piece = pieces_of(mesh, cell)
        size = np.bincount(piece, area, minlength=len(piece))[piece]
        small = size < least[np.minimum(cell, len(quads))]
        if not small.any():
            break
        cell = give_away(mesh, cell, piece, small, lambda a, b: (a < len(quads)) == (b < len(quads)))
    return cell


def give_away(mesh, labels, piece, chosen, prefers):
    """Return ``labels`` where each connected ``piece`` of ``chosen`` faces takes a neighbour's label.

    The neighbour with the longest shared border wins; among those that ``prefers(own, other)``, first.
    """
    beside = neighbours(mesh, piece)
    label_of = dict(zip(piece.tolist(), labels.tolist(), strict=True))
    new = np.full(len(piece), -1)
    for one in np.unique(piece[chosen]).tolist():
        others = [(prefers(label_of[one], label_of[o]), length, o) for o, length in beside[one].items() if o >= 0]
        new[one] = label_of[max(others)[2]] if others else label_of[one]
    return np.where(new[piece] >= 0, new[piece], labels)
