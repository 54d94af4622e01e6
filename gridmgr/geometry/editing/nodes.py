"""Single vertices, moved, put in and taken out in every grid that has them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import metres_per_degree
from gridmgr.geometry.edges import Complex, Edges
from gridmgr.geometry.editing import reading, rings
from gridmgr.geometry.editing.crossing import distances
from gridmgr.geometry.editing.noding import ON_DEG, on_edge
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.editing.rings import Ends, Hood

FOUND_WITHIN_M = 0.01
ON_EDGE_WITHIN_M = 1.0
WIDEST_DEG = 1e-3


def move_node(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with the vertex at ``at`` moved to ``to`` in every grid that has it.

    ``{"op": "move_node", "at": [x, y], "to": [x, y]}``; the vertex is that within a centimetre of ``at``.
    """
    around = _around(coverage, reading.place(edit, "at"), FOUND_WITHIN_M)
    old, new = vertex(around, reading.place(edit, "at")), reading.place(edit, "to")
    if new == old:
        return coverage
    owners = around.owners(old)
    return coverage.replaced({code: rings.with_moved(coverage.shape(code), old, new) for code in owners})


def add_node(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with a vertex put into the edge nearest to ``at``, within a metre, in both grids that have it.

    ``{"op": "add_node", "at": [x, y]}``.
    """
    at = reading.place(edit, "at")
    around = _around(coverage, at, ON_EDGE_WITHIN_M)
    low, high = _nearest_edge(around.edges, at)
    new = on_edge(low, high, at, abs(at - low), abs(high - at))
    codes = around.beside(low, high)
    if min(abs(new - low), abs(new - high)) <= ON_DEG:
        raise EditRefused("There is a vertex at this place already.", place=at, codes=codes)
    ends = rings.ends(low, high)
    return coverage.replaced({code: rings.with_inserted(coverage.shape(code), {ends: [new]}) for code in codes})


def _nearest_edge(edges: Edges, place: complex) -> Ends:
    """Return the edge nearest to ``place``; of equals the one with the lowest ends."""
    here, there = _metres_from(place, edges.here), _metres_from(place, edges.there)
    away = distances(np.zeros(len(here), complex), here, there)
    if not len(away) or away.min() > ON_EDGE_WITHIN_M:
        raise EditRefused("There is no border within a metre of this place.", place=place)
    nearest = np.flatnonzero(away == away.min())
    found = [rings.ends(complex(edges.here[i]), complex(edges.there[i])) for i in nearest]
    return min(found, key=lambda pair: (pair[0].real, pair[0].imag, pair[1].real, pair[1].imag))


def remove_node(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage without the vertex at ``at``, in both grids that have it; three borders do not meet in it.

    ``{"op": "remove_node", "at": [x, y]}``.
    """
    at = reading.place(edit, "at")
    around = _around(coverage, at, FOUND_WITHIN_M)
    old = vertex(around, at)
    codes, edges = around.owners(old), around.edges
    ends = {*edges.there[edges.here == old].tolist(), *edges.here[edges.there == old].tolist()}
    if len(ends) != 2:
        raise EditRefused("Borders of {codes} meet in this vertex, so it has to stay.", place=old, codes=codes)
    shapes = {code: rings.without(coverage.shape(code), [old]) for code in codes}
    if any(shapely.equals_identical(shape, coverage.shape(code)) for code, shape in shapes.items()):
        raise EditRefused("A ring of {codes} has only three vertices; none can go.", place=old, codes=codes)
    return coverage.replaced(shapes)


def _around(coverage: Coverage, place: complex, within_m: float) -> Hood:
    margin = min(within_m / float(metres_per_degree(place.imag).lon), WIDEST_DEG)
    return rings.hood(coverage, rings.bounds_of(np.array([place])), margin)


def vertex(around: Hood, place: complex) -> complex:
    """Return the vertex at a place, or the nearest one within a centimetre.

    Raises
    ------
    EditRefused
        There is none.
    """
    places = around.edges.here
    away = distances_m(places, place)
    if not len(places) or away.min() > FOUND_WITHIN_M:
        raise EditRefused("There is no vertex at this place.", place=place)
    nearest = places[away == away.min()]
    return complex(nearest[np.lexsort((nearest.imag, nearest.real))[0]])


def distances_m(places: Complex, place: complex) -> npt.NDArray[np.float64]:
    """Return how far places are from one; metres."""
    return np.asarray(abs(_metres_from(place, places)))


def _metres_from(place: complex, places: Complex) -> Complex:
    """Return places as metres east (real) and north (imaginary) of one."""
    scale, way = metres_per_degree(place.imag), places - place
    return np.asarray(way.real * scale.lon + 1j * way.imag * scale.lat)
