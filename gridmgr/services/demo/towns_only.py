"""A city of any size for measurements: nothing but streets, blocks and unit grids, on a square.

It keeps the nine evaluated areas; what lies below them is made up and numbered.
"""

import math

import numpy as np
import shapely

from gridmgr.services.demo import editions, levels, numbering, towns
from gridmgr.services.demo.borders import edge_lines
from gridmgr.services.demo.clusters import group
from gridmgr.services.demo.ground import Ground, town_tables, without_scraps
from gridmgr.services.demo.mesh import mesh_of, pieces_of
from gridmgr.services.demo.places import Community, Places, Subdistrict, places
from gridmgr.services.demo.plane import dice, to_lonlat, to_plane
from gridmgr.services.demo.shares import BOXY, Shares, joined

CENTRE = [119.45, 39.98]
GRIDS_PER_COMMUNITY, COMMUNITIES_PER_SUBDISTRICT = 4, 12
CELL_M = 120
LEAST_CELLS = 2
CELLS_PER_UNIT = 1.12
AT_ONCE = 8


def draw(grids, unit_grids, seed):
    """Return the Plan, the register of grid codes and the Shares of a city of about so many grids.

    Parameters
    ----------
    grids : int
        Responsibility grids.
    unit_grids : int
        Unit grids; 0 leaves the responsibility grids undivided.
    """
    cells = max(unit_grids, LEAST_CELLS * grids)
    divisions = made_up(grids, math.sqrt(cells * CELLS_PER_UNIT) * CELL_M)
    laid = lay_out(divisions, seed)
    first = share_out(divisions, laid, grids, unit_grids > 0, seed)
    names = [c.code for c in divisions.communities]
    grid_codes = numbering.codes(first.grid, first.community, laid.centres, names, 2)
    unit_codes = numbering.codes(first.unit, first.community, laid.centres, names, 3) if unit_grids else []
    return levels.Plan(divisions, laid, first, grid_codes, unit_codes), editions.Register(grid_codes), first


def made_up(grids, side_m):
    """Return numbered divisions for so many grids, and a square town of ``side_m`` to put them in."""
    areas = places().areas
    communities = max(2 * len(areas), round(grids / GRIDS_PER_COMMUNITY))
    subdistricts = max(len(areas), round(communities / COMMUNITIES_PER_SUBDISTRICT))
    wards = [ward(n, areas[n * len(areas) // subdistricts].code) for n in range(subdistricts)]
    blocks = [block(n, wards[n * subdistricts // communities].code) for n in range(communities)]
    town = {"id": "square", "name": "方城", "centre": CENTRE, "bearing": 8, "length_m": side_m, "width_m": side_m}
    town |= {"cell_m": CELL_M, "divided": True, "is_square": True}
    streets = {"square": {"along": ["纬一路", "纬二路", "纬三路"], "across": ["经一路", "经二路", "经三路"]}}
    lines = {"rivers": [], "highways": [], "railways": [railway(side_m)]}
    return Places(areas, wards, blocks, {"towns": [town], "streets": streets, **lines})


def ward(number, area):
    """Return a numbered subdistrict."""
    code = f"{area}{number % 900 + 1:03d}"
    return Subdistrict(code, f"第{number + 1}街道", f"Ward {number + 1}", area, area, "square", tuple(CENTRE))


def block(number, subdistrict):
    """Return a numbered community."""
    return Community(
        f"{subdistrict}{number % 900 + 1:03d}", f"第{number + 1}社区", f"Block {number + 1}", subdistrict, True
    )


def railway(side_m):
    """Return one railway across the square."""
    ends = to_lonlat(to_plane(CENTRE) + np.array([[-0.4, -0.3], [0.4, 0.3]]) * side_m)
    return {"code": "W001", "name": "城际铁路", "line": ends.tolist(), "half_width_m": 20}


def lay_out(divisions, seed):
    """Return the ground: the town's blocks are all there is."""
    plan = divisions.geography["towns"][0]
    everywhere = shapely.buffer(shapely.points(to_plane(plan["centre"])), 2 * plan["length_m"])
    town = towns.build_town(plan, everywhere, seed)
    mesh = mesh_of(shapely.boundary(town.cells), town.ground)
    face, quad = shapely.STRtree(town.cells).query(shapely.point_on_surface(mesh.faces), predicate="within")
    cell = np.zeros(len(mesh.faces), dtype=int)
    cell[face] = quad
    cell = without_scraps(mesh, cell, town.cells)
    numbers, pieces = town_tables([town])
    lines = edge_lines(mesh, np.zeros(len(mesh.edges), dtype=bool), town.ground, dice(seed, "borders"))
    centres = shapely.get_coordinates(shapely.centroid(mesh.faces))
    nobody = np.full(len(mesh.faces), -1)
    return Ground(mesh, lines, cell, numbers[cell], pieces[cell], nobody, centres, [town], town.ground)


def share_out(divisions, ground, grids, is_divided, seed):
    """Return the Shares: the square is halved again and again into wards, communities and grids of about equal size."""
    rng = dice(seed, "square shares")
    everything = np.zeros(len(ground.centres), dtype=int)
    number = {s.code: i for i, s in enumerate(divisions.subdistricts)}
    home = np.array([number[c.subdistrict] for c in divisions.communities])
    subdistrict = parted(ground.centres, everything, [len(number)], rng)
    community = parted(ground.centres, subdistrict, np.bincount(home), rng)
    community = joined(ground.mesh, community, home)
    wanted = np.diff(np.linspace(0, grids, len(home) + 1).round().astype(int))
    grid = joined(ground.mesh, parted(ground.centres, community, wanted, rng), None, community)
    grid = np.unique(grid, return_inverse=True)[1]
    unit = pieces_of(ground.mesh, ground.cell) if is_divided else np.full(len(grid), -1)
    return Shares(home[community], community, grid, unit)


def parted(points, parents, counts, rng):
    """Return for each point its part: each parent is cut into ``counts[parent]`` groups, numbered on."""
    found, total = np.zeros(len(points), dtype=int), 0
    for parent, count in enumerate(np.asarray(counts).tolist()):
        here = np.flatnonzero(parents == parent)
        if len(here):
            found[here] = total + halved(points[here], count, rng)
        total += count
    return found


def halved(points, count, rng):
    """Return groups 0 to ``count`` - 1 of ``points``: many are halved along the longer side first."""
    if count <= AT_ONCE:
        return group(points, count, rng, power=BOXY)
    axis = int(np.ptp(points[:, 1]) > np.ptp(points[:, 0]))
    low = count // 2
    order = points[:, axis].argsort(kind="stable")
    first, rest = np.split(order, [len(points) * low // count])
    found = np.empty(len(points), dtype=int)
    found[first] = halved(points[first], low, rng)
    found[rest] = low + halved(points[rest], count - low, rng)
    return found
