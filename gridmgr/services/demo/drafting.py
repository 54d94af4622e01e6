"""A draft with something to do in it: one gap, one overlap, and one grid without a person."""

import numpy as np
import shapely

from gridmgr.domain.drafts import DraftGrid
from gridmgr.services.demo.plane import dice, shapes_to_lonlat, shapes_to_plane

GAP_M2, OVERLAP_M2 = 640.0, 480.0
NAME = "海港镇网格调整（示例草稿）"
REASON = "新建小区入住，两处边界随道路微调，一个网格拆成两个"
TOWN = "130302101"


def draft_grids(boundaries, seed):
    """Return [(DraftGrid, shape)] that differ from ``boundaries``; ``draft_id`` is 0.

    One grid draws back from a neighbour (a gap), one reaches into a neighbour
    (an overlap), one is split, and the new grid has nobody yet. A city without
    that town has no such draft.
    """
    rng = dice(seed, "draft")
    codes = [c for c in boundaries.at_level("responsibility_grid") if c.startswith(TOWN)]
    if not codes:
        return []
    tree = shapely.STRtree([boundaries.shapes[c] for c in codes])
    order = [codes[i] for i in rng.permutation(len(codes)).tolist()]
    gap, overlap = (moved_grids(boundaries, order, tree, area) for area in (-GAP_M2, OVERLAP_M2))
    first = next(gap)
    second = next(one for one in overlap if one[0] not in neighbourhood(boundaries, codes, first[0]))
    away = neighbourhood(boundaries, codes, first[0]) | neighbourhood(boundaries, codes, second[0])
    third = next(code for code in order if code not in away and is_plain(boundaries.shapes[code]))
    changes = [(changed(boundaries, code), shape) for code, shape in (first, second)]
    return changes + split_in_two(boundaries, third, codes)


def neighbourhood(boundaries, codes, code):
    """Return the grids among ``codes`` that touch the grid ``code``, itself included."""
    touches = shapely.intersects([boundaries.shapes[c] for c in codes], boundaries.shapes[code])
    return {c for c, touching in zip(codes, touches, strict=True) if touching}


def is_plain(shape):
    """Whether a shape is one ring of at least eight corners, so that a straight cut between two of them is safe."""
    return shape.geom_type == "Polygon" and not shape.interiors and shapely.get_num_coordinates(shape) > 16


def changed(boundaries, code):
    """Return the draft's row of a grid that only changes its shape."""
    state = boundaries.grids[code]
    return DraftGrid(0, state.level, code, state.name, state.role, state.parent_code, props=dict(state.props))


def moved_grids(boundaries, codes, tree, area_m2):
    """Yield (code, shape) of grids that take ``area_m2`` from a neighbour, or draw back where it is negative."""
    for code in codes:
        shape = boundaries.shapes[code]
        points = shapely.get_coordinates(shapely.get_exterior_ring(shapely.get_geometry(shape, 0)))[:-1]
        for corner in range(2, len(points) - 1):
            is_shared = [len(tree.query(shapely.points(p), "intersects")) == 2 for p in points[corner - 1 : corner + 2]]
            new = bent(shape, points, corner, area_m2) if all(is_shared) and is_plain(shape) else None
            if new is not None:
                yield code, new
                break


def bent(shape, points, corner, area_m2):
    """Return ``shape`` with one corner moved so that its area grows by ``area_m2``; None where that is no clean shape."""
    metres = shapes_to_plane(shapely.linestrings(points))
    plane = shapely.get_coordinates(metres)
    base = plane[corner + 1] - plane[corner - 1]
    width = np.hypot(*base)
    outward = np.array([base[1], -base[0]]) / width
    if not shapely.is_ccw(shapely.linearrings(plane)):
        outward = -outward
    plane[corner] += outward * 2 * area_m2 / width
    new = shapes_to_lonlat(shapely.polygons(plane))
    grown = shapely.area(shapes_to_plane(new)) - shapely.area(shapes_to_plane(shape))
    is_clean = new.is_valid and width > 60 and abs(grown - area_m2) < 0.05 * abs(area_m2)
    return new if is_clean else None


def split_in_two(boundaries, code, codes):
    """Return the rows of a grid and of the new one cut from it along a straight line between two of its corners."""
    state, shape = boundaries.grids[code], boundaries.shapes[code]
    points = shapely.get_coordinates(shape.exterior)[:-1]
    half = len(points) // 2
    cuts = [
        (
            shapely.polygons(points[i : i + half + 1]),
            shapely.polygons(np.concatenate([points[i + half :], points[: i + 1]])),
        )
        for i in range(half)
    ]
    one, other = next(
        pair for pair in cuts if all(p.is_valid for p in pair) and abs(pair[0].area + pair[1].area - shape.area) < 1e-12
    )
    highest = max(int(c[12:]) for c in codes if c[:12] == code[:12])
    new = f"{code[:12]}{highest + 1:02d}"
    name = state.name.replace(f" {code[12:]} ", f" {new[12:]} ")
    row = DraftGrid(0, state.level, new, name, "drawn", state.parent_code, props={"households": 0})
    return [(changed(boundaries, code), one), (row, other)]
