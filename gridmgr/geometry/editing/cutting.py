"""Grids cut along drawn lines into faces, which are then given out anew.

The faces of a grid are those that its own edges and the lines inside draw
together once both have common vertices (``noding``). Each is in one grid
before and goes to one after, so whoever gets which, the ground stays covered.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import Geometries
from gridmgr.geometry.edges import Complex, Edges, edges_of
from gridmgr.geometry.editing import noding, rings
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.editing.rings import Ends, Hood, edge_keys, pairs_of, segments


class Cut(NamedTuple):
    """What lines made of the grids that they run through.

    ``faces`` of each grid to be cut; ``shapes`` of grids that got vertices put in,
    ``inserted``; ``lines`` as they run, with a vertex wherever they meet a border.
    """

    faces: dict[str, Geometries]
    shapes: dict[str, Any]
    inserted: set[complex]
    lines: list[Complex]


def cut(coverage: Coverage, lines: list[Complex], to_cut: Callable[[list[str]], list[str]]) -> Cut:
    """Return the faces into which ``lines`` cut those of the grids near them that ``to_cut`` chooses."""
    around = rings.hood(coverage, rings.bounds_of(np.concatenate(lines)), margin=1e-6)
    chosen = to_cut(around.codes)
    mine = np.isin(around.edges.owner, [around.codes.index(code) for code in chosen])
    here, there, owner = around.edges
    noded = noding.noded(lines, Edges(here[mine], there[mine], owner[mine]))
    shapes = _with_vertices(around, noded.inserted)
    places = {place for points in noded.inserted.values() for place in points}
    faces = {code: _faces(shapes.get(code, coverage.shape(code)), noded.lines) for code in chosen}
    return Cut(faces, shapes, places, noded.lines)


def _with_vertices(around: Hood, inserted: Mapping[Ends, list[complex]]) -> dict[str, Any]:
    concerned: dict[str, dict[Ends, list[complex]]] = {}
    for (low, high), points in inserted.items():
        for code in around.beside(low, high):
            concerned.setdefault(code, {})[low, high] = points
    shape = dict(zip(around.codes, around.shapes, strict=True))
    return {code: rings.with_inserted(shape[code], some) for code, some in sorted(concerned.items())}


def _faces(shape: Any, lines: list[Complex]) -> Geometries:
    """Return the faces of a polygon that ``lines`` with common vertices draw."""
    drawn = _inside(shape, lines)
    if not len(drawn):
        return np.asarray(shapely.get_parts(shape), dtype=object)
    outlines = shapely.get_rings(shapely.get_parts(shape))
    nodes = np.concatenate([*lines, _where_rings_meet(outlines)])
    pieces = [piece for outline in outlines for piece in _broken(outline, nodes)]
    faces = shapely.get_parts(shapely.polygonize([*pieces, *drawn]))
    return np.asarray(faces[_holds(shape, faces)], dtype=object)


def _holds(shape: Any, faces: Geometries) -> npt.NDArray[np.bool_]:
    middle = shapely.point_on_surface(faces)
    return np.asarray(shapely.contains_xy(shape, shapely.get_x(middle), shapely.get_y(middle)))


def _inside(shape: Any, lines: list[Complex]) -> Geometries:
    """Return the segments of lines inside a polygon, each once."""
    own = edge_keys(edges_of(np.array([shape], dtype=object)))
    pairs = dict.fromkeys(pair for line in lines for pair in pairs_of(line) if pair not in own)
    low, high = np.array([p for p, _ in pairs], dtype=complex), np.array([q for _, q in pairs], dtype=complex)
    middle = (low + high) / 2
    inside = shapely.contains_xy(shape, middle.real, middle.imag)
    return segments(low[inside], high[inside])


def _where_rings_meet(outlines: Geometries) -> Complex:
    """Return the vertices that are in several rings."""
    xy, ring = shapely.get_coordinates(outlines, return_index=True)
    places = xy[:, 0] + 1j * xy[:, 1]
    unclosed = np.append(ring[1:] == ring[:-1], False)
    found, times = np.unique(places[unclosed], return_counts=True)
    return np.asarray(found[times > 1])


def _broken(ring: Any, places: Complex) -> list[Any]:
    """Return a ring as lines between its vertices at ``places``."""
    xy = shapely.get_coordinates(ring)
    at = np.flatnonzero(np.isin(xy[:, 0] + 1j * xy[:, 1], places))
    bounds = sorted({0, *at.tolist(), len(xy) - 1})
    return [shapely.LineString(xy[i : j + 1]) for i, j in itertools.pairwise(bounds)]


# --- giving out ----------------------------------------------------------------------


class Share(NamedTuple):
    """A face, the grid it was in, and the grid that gets it."""

    face: Any
    before: str
    after: str


def given_out(coverage: Coverage, made: Cut, shares: list[Share]) -> dict[str, Any]:
    """Return the shapes that change when the faces are given out: None for grids that lose all.

    Vertices put in where no new border begins are taken out again.
    """
    concerned = {share.before for share in shares if share.before != share.after}
    concerned |= {share.after for share in shares if share.before != share.after}
    shapes: dict[str, Any] = dict(made.shapes)
    for code in sorted(concerned, key=str.encode):
        faces = [share.face for share in shares if share.after == code]
        shapes[code] = joined(faces) if faces else None
    return _pruned(coverage, made, shapes)


def joined(shapes: Any) -> Any:
    """Return the common ground of polygons that share their borders, in one form whatever made them.

    Outer rings run counter-clockwise, rings begin at their lowest vertex, parts are ordered.
    """
    whole = shapely.coverage_union_all(np.asarray(shapes, dtype=object))
    return shapely.orient_polygons(shapely.normalize(whole))


def _pruned(coverage: Coverage, made: Cut, shapes: dict[str, Any]) -> dict[str, Any]:
    needless = made.inserted - _new_ends(made, shapes)
    result = {}
    for code, shape in shapes.items():
        kept = None if shape is None else rings.without(shape, needless) if needless else shape
        given = coverage.shape(code) if code in coverage else None
        if kept is None or given is None or not shapely.equals_identical(kept, given):
            result[code] = kept
    return result


def _new_ends(made: Cut, shapes: dict[str, Any]) -> set[complex]:
    """Return the ends of those segments of the lines that are borders now and were not."""
    present = np.array([shape for shape in shapes.values() if shape is not None], dtype=object)
    now = edge_keys(edges_of(present))
    was = edge_keys(edges_of(np.array([*made.shapes.values()], dtype=object)))
    drawn = {pair for line in made.lines for pair in pairs_of(line)}
    return {place for pair in drawn & now - was for place in pair}


def assert_in_one_piece(shape: Any, code: str, parts: int, multipart: bool) -> None:
    """Raise EditRefused where a grid would fall into more than ``parts`` parts."""
    pieces = shapely.get_parts(shape)
    if len(pieces) > parts and not multipart:
        smallest = shapely.point_on_surface(pieces[int(np.argmin(shapely.area(pieces)))])
        raise EditRefused(
            "{codes} would fall into {count} pieces.",
            place=(smallest.x, smallest.y),
            codes=[code],
            count=len(pieces),
        )
