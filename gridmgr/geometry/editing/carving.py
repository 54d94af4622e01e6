"""Drawn pieces that become a grid of their own, or go to another grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import Geometries
from gridmgr.geometry.edges import Complex
from gridmgr.geometry.editing import cutting, reading
from gridmgr.geometry.editing.cutting import Cut, Share
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.i18n import N_


def carve(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with a new grid ``code``: what ``piece`` cuts out of every grid that it meets.

    ``{"op": "carve", "piece": polygon, "code": "C"}``; what of the piece is in no grid is left out.
    """
    piece, code = reading.piece(edit), reading.new_code(edit.get("code"), coverage)
    made = _cut(coverage, piece, [])
    shares = _shares(made, piece, code)
    losers = [share.before for share in shares if share.after != share.before]
    if not losers:
        raise _in_no_grid(piece)
    shapes = cutting.given_out(coverage, made, shares)
    _assert_kept(coverage, shapes, edit)
    parts = int(shapely.get_num_geometries(piece))
    cutting.assert_in_one_piece(shapes[code], code, parts, reading.multipart(edit))
    return coverage.replaced(shapes, {code: coverage.parent_of.get(losers[0])})


def transfer(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with what of other grids lies in ``piece`` given to the grid ``to``.

    ``{"op": "transfer", "piece": polygon, "to": "B"}``.
    """
    piece, to = reading.piece(edit), reading.grid(edit, coverage, "to")
    made = _cut(coverage, piece, [to])
    shares = _shares(made, piece, to)
    if all(share.before == share.after for share in shares):
        raise _in_no_grid(piece)
    shapes = cutting.given_out(coverage, made, shares)
    _assert_kept(coverage, shapes, edit)
    return coverage.replaced(shapes)


def _cut(coverage: Coverage, piece: Any, always: list[str]) -> Cut:
    """Return the faces of all grids that ``piece`` meets inside, and of those ``always`` there."""

    def meeting(codes: list[str]) -> list[str]:
        meets = shapely.relate_pattern(piece, coverage.shapes(codes), "T********")
        return [code for code, meet in zip(codes, meets, strict=True) if meet]

    made = cutting.cut(coverage, outlines_of(piece), meeting)
    for code in always:
        made.faces.setdefault(code, shapely.get_parts(made.shapes.get(code, coverage.shape(code))))
    return made


def outlines_of(piece: Any) -> list[Complex]:
    """Return the rings of a (multi)polygon as closed lines, x + iy."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(piece))]
    return [np.asarray(xy[:, 0] + 1j * xy[:, 1]) for xy in rings]


def holds(piece: Any, faces: Geometries) -> npt.NDArray[np.bool_]:
    """Tell which faces lie in a piece whose outline they do not cross."""
    middle = shapely.point_on_surface(faces)
    return np.asarray(shapely.contains_xy(piece, shapely.get_x(middle), shapely.get_y(middle)))


def _shares(made: Cut, piece: Any, to: str) -> list[Share]:
    return [
        Share(face, code, to if inside else code)
        for code, faces in made.faces.items()
        for face, inside in zip(faces, holds(piece, faces), strict=True)
    ]


def _assert_kept(coverage: Coverage, shapes: dict[str, Any], edit: Edit) -> None:
    """Raise EditRefused where a grid loses all its ground or falls into more parts than it had."""
    for code, shape in shapes.items():
        if code not in coverage:
            continue
        given = coverage.shape(code)
        if shape is None:
            at = shapely.point_on_surface(given)
            text = N_("The piece holds all of {codes}; merge the grid instead, or leave some of it.")
            raise EditRefused(text, place=(at.x, at.y), codes=[code])
        cutting.assert_in_one_piece(shape, code, int(shapely.get_num_geometries(given)), reading.multipart(edit))


def _in_no_grid(piece: Any) -> EditRefused:
    at = shapely.point_on_surface(piece)
    return EditRefused("The piece holds no ground of another grid.", place=(at.x, at.y))
