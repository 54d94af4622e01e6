"""One grid made two, along a line or around a piece."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import DECIMALS, metres_per_degree
from gridmgr.geometry.edges import Complex, edges_of
from gridmgr.geometry.editing import cutting, reading
from gridmgr.geometry.editing.carving import holds, outlines_of
from gridmgr.geometry.editing.cutting import Cut, Share
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.i18n import N_

REACH_M = 1.0
"""An end of the line inside the grid and this near its border is drawn on to it."""


def split(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage with ``grid`` divided between the two ``codes``, of which one may be its own.

    ``{"op": "split", "grid": "A", "line": [[x, y], …], "codes": ["A", "A2"]}``: the first code gets what
    lies left of the line, and parts that it does not touch; ``"piece": polygon`` instead of the line:
    the second code gets what lies in the piece.
    """
    code = reading.grid(edit, coverage)
    codes = reading.new_codes(edit, coverage, code)
    made, is_second = _by_piece(coverage, edit, code) if "piece" in edit else _by_line(coverage, edit, code)
    shares = [Share(face, code, codes[int(second)]) for face, second in zip(made.faces[code], is_second, strict=True)]
    _assert_divided(is_second, edit, code)
    shapes = {code: None, **cutting.given_out(coverage, made, shares)}
    parts = shapely.get_num_geometries(coverage.shape(code))
    for new in codes:
        cutting.assert_in_one_piece(shapes[new], new, int(parts), reading.multipart(edit))
    parent = coverage.parent_of.get(code)
    return coverage.replaced(shapes, dict.fromkeys(codes, parent))


def _assert_divided(is_second: list[bool], edit: Edit, code: str) -> None:
    if len(set(is_second)) == 2:
        return
    if "piece" in edit:
        at = shapely.point_on_surface(reading.piece(edit))
        text = N_("The piece has to hold a part of {codes} and leave another.")
        raise EditRefused(text, place=(at.x, at.y), codes=[code])
    line = reading.line(edit)
    raise EditRefused(
        "The line does not divide {codes}; draw it right across, from border to border.",
        place=complex(line[-1]),
        codes=[code],
    )


def _by_piece(coverage: Coverage, edit: Edit, code: str) -> tuple[Cut, list[bool]]:
    piece = reading.piece(edit)
    made = cutting.cut(coverage, outlines_of(piece), lambda codes: [one for one in codes if one == code])
    made.faces.setdefault(code, shapely.get_parts(coverage.shape(code)))
    return made, [bool(inside) for inside in holds(piece, made.faces[code])]


def _by_line(coverage: Coverage, edit: Edit, code: str) -> tuple[Cut, list[bool]]:
    line = reading.line(edit)
    if not shapely.is_simple(shapely.LineString(np.column_stack([line.real, line.imag]))):
        raise EditRefused("The line crosses itself; draw it without a loop.", place=complex(line[0]), codes=[code])
    line = _drawn_on(line, coverage.shape(code))
    made = cutting.cut(coverage, [line], lambda codes: [one for one in codes if one == code])
    made.faces.setdefault(code, shapely.get_parts(coverage.shape(code)))
    return made, _right_of(made, code)


def _drawn_on(line: Complex, shape: Any) -> Complex:
    """Return a line with those ends drawn on to the border that lie inside, near it."""
    first, last = _border_near(complex(line[0]), shape), _border_near(complex(line[-1]), shape)
    return np.array([*first, *line.tolist(), *last])


def _border_near(end: complex, shape: Any) -> list[complex]:
    point = shapely.Point(end.real, end.imag)
    if not shapely.contains(shape, point):
        return []
    to_border = shapely.get_coordinates(shapely.shortest_line(point, shapely.boundary(shape)))[1]
    x, y = np.round(to_border, DECIMALS).tolist()
    there = complex(x, y)
    scale = metres_per_degree(end.imag)
    away = there - end
    near = 0 < np.hypot(away.real * scale.lon, away.imag * scale.lat) <= REACH_M
    return [there] if near else []


def _right_of(made: Cut, code: str) -> list[bool]:
    """Tell which faces lie right of the line; one that is on both sides of it is refused."""
    steps = {pair for line in made.lines for pair in zip(line[:-1].tolist(), line[1:].tolist(), strict=True)}
    result = []
    for face in made.faces[code]:
        edges = edges_of(np.array([shapely.orient_polygons(face)], dtype=object))
        run = set(zip(edges.here.tolist(), edges.there.tolist(), strict=True))
        left, right = bool(run & steps), bool({(q, p) for p, q in run} & steps)
        if left and right:
            at = shapely.point_on_surface(face)
            text = N_("The line winds about so that this part of {codes} is on both sides of it.")
            raise EditRefused(text, place=(at.x, at.y), codes=[code])
        result.append(right)
    return result
