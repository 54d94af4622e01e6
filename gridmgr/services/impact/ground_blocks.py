"""The blocks of some grids of a draft: unit grids, or the ground between streets, with the work in each."""

import dataclasses

import numpy as np
import shapely

from gridmgr.domain import balancing, workload
from gridmgr.geometry import blocks as block_shapes
from gridmgr.geometry.locator import NONE, Locator
from gridmgr.services.impact import loading
from gridmgr.services.impact.things import DAYS_A_MONTH
from gridmgr.store import features

LINES = ("road", "river", "railway")
"""Layers whose lines are good borders."""
WEEKS = loading.MONTHS * DAYS_A_MONTH / 7
LARGEST_SHARE = 0.5
"""A block with a larger share than this of a grid is cut by straight lines: nothing could be balanced with it."""


@dataclasses.dataclass(frozen=True, eq=False)
class Ground:
    """Blocks of some grids.

    Attributes
    ----------
    grids : list of str
        The grids, lowest code first.
    units : list of str or None
        Codes of the blocks where they are unit grids.
    shapes : ndarray of geometry
        lon/lat.
    owner : ndarray of int64
        For each block the position of its grid in ``grids``.
    loads : ndarray of float64
    beside : list of dict
        As ``geometry.blocks.beside`` gives them.
    """

    grids: list
    units: list | None
    shapes: np.ndarray
    owner: np.ndarray
    loads: np.ndarray
    beside: list

    def blocks(self):
        """Return them as the search takes them."""
        return balancing.Blocks(self.loads.tolist(), self.beside, self.owner.tolist())


class Surveyor:
    """Makes the blocks of grids of one draft; holds what all of them are made from.

    Parameters
    ----------
    session : Session
        In which streets are looked up.
    counts : Stock
        The things of the city.
    households : Households
        Of the base.
    mean_load : float
        Of all grids of the base.
    """

    def __init__(self, session, comparison, counts, households, weights, mean_load):
        self.session, self.comparison, self.counts = session, comparison, counts
        self.households, self.weights, self.mean_load = households, weights, mean_load
        self.metric = comparison.metric
        children = comparison.after.children()
        shapes = comparison.after.shapes
        self.units = {
            code: [one for one in children.get(code, ()) if one in shapes] for code in comparison.owners.codes
        }

    def ground(self, grids):
        """Return the Ground of grids that are all divided into unit grids, or none of them is."""
        grids = sorted(grids, key=str.encode)
        if self.units[grids[0]]:
            units = [unit for code in grids for unit in self.units[code]]
            shapes = np.array([self.comparison.after.shapes[unit] for unit in units], dtype=object)
            owner = np.repeat(np.arange(len(grids)), [len(self.units[code]) for code in grids])
        else:
            units = None
            shapes, owner = self.between_streets(grids)
        lines = self.lines(shapely.total_bounds(shapes))
        loads = self.loads(grids, shapes, owner)
        return Ground(grids, units, shapes, owner, loads, block_shapes.beside(shapes, lines, metric=self.metric))

    def between_streets(self, grids):
        """Return the ground of undivided grids between streets, and whose it is; large blocks are cut straight."""
        areas = np.array([self.comparison.after.shapes[code] for code in grids], dtype=object)
        lines = self.lines(shapely.total_bounds(areas))
        found, owner = block_shapes.between_streets(areas, lines, metric=self.metric)
        loads = self.loads(grids, found, owner)
        of_grid = np.bincount(owner, loads, len(grids))
        share = loads / np.where(of_grid > 0, of_grid, np.inf)[owner]
        shapes, owners = [], []
        for shape, one, part in zip(found, owner.tolist(), share.tolist(), strict=True):
            parts = (
                block_shapes.cut_by_lattice(shape, 4 * part / LARGEST_SHARE, metric=self.metric)
                if part > LARGEST_SHARE
                else [shape]
            )
            shapes += list(parts)
            owners += [one] * len(parts)
        return noded(np.array(shapes, dtype=object), np.array(owners))

    def lines(self, bounds):
        """Return the streets, rivers and railways that meet a box, lon/lat."""
        box = tuple(float(one) for one in bounds)
        found = [shape for layer in LINES for _, shape in features.at_layer(self.session, layer, bbox=box)]
        return np.array(found, dtype=object)

    def loads(self, grids, shapes, owner):
        """Return the work in each block: what lies in it, and the households of its ground."""
        locator = Locator({str(number): shape for number, shape in enumerate(shapes)})
        place = np.array([int(code) for code in locator.codes])
        box = shapely.total_bounds(shapes)
        amounts = {name: self.sums(locator, place, box, name) for name in loading.POINTS}
        amounts["households"] = self.people(grids, shapes, owner) if self.households.is_known else None
        return workload.loads(loading.as_weighed(amounts), self.weights, grids=len(shapes))

    def people(self, grids, shapes, owner):
        """Return the households of each block, by the ground of the base that it is; NaN where nobody knows."""
        old = self.comparison.touched[0]
        before = self.comparison.before.shapes
        tree = shapely.STRtree([before[code] for code in old])
        touched = set(self.comparison.touched[1])
        found = np.full(len(shapes), np.nan)
        for number, (shape, one) in enumerate(zip(shapes, owner.tolist(), strict=True)):
            under = [old[i] for i in tree.query(shape, "intersects")] if grids[one] in touched else [grids[one]]
            counts = [self.households.within(code, shape) for code in under]
            known = [count for count in counts if count is not None]
            found[number] = sum(known) if known else np.nan
        return found

    def sums(self, locator, place, box, name):
        """Return how much of a measure lies in each block, None for what the city has no data for."""
        if not self.counts.known(name):
            return None
        found = self.counts.counts[name].things
        west, south, east, north = box
        here = (found.lons >= west) & (found.lons <= east) & (found.lats >= south) & (found.lats <= north)
        blocks = locator.locate_many(found.lons[here], found.lats[here])
        inside = blocks != NONE
        return np.bincount(place[blocks[inside]], found.amounts[here][inside], len(place))


def noded(shapes, owner):
    """Return blocks that share their borders vertex for vertex, and whose each is."""
    network = shapely.union_all(shapely.boundary(shapes))
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    place, block = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    first = np.unique(place, return_index=True)[1]
    return faces[place[first]], owner[block[first]]
