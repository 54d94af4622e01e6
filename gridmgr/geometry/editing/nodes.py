"""Single vertices, moved, put in and taken out in every grid that has them."""

from __future__ import annotations

import numpy as np

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import metres_per_degree
from gridmgr.geometry.edges import Complex
from gridmgr.geometry.editing import reading, rings
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.editing.rings import Hood

FOUND_WITHIN_M = 0.01
ON_EDGE_WITHIN_M = 1.0
METRE_DEG = 2e-5
"""A metre is less than this, in longitude too, up to 63 degrees north."""


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


def _around(coverage: Coverage, place: complex, within_m: float) -> Hood:
    return rings.hood(coverage, rings.bounds_of(np.array([place])), within_m / float(metres_per_degree(place.imag).lon))


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


def distances_m(places: Complex, place: complex) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return how far places are from one; metres."""
    scale = metres_per_degree(place.imag)
    away = places - place
    return np.asarray(np.hypot(away.real * scale.lon, away.imag * scale.lat))
