"""Vector tiles of the grids of one level (Mapbox Vector Tile 2.1).

Three layers: ``fill`` (polygons; id = position of the code, ``code``, ``shade`` from 0 to 5),
``border`` (each border once; ``level``, the highest that it divides) and
``label`` (a point well inside; ``code`` and what else is known).

Up to zoom 14 the whole coverage is simplified at once, by half a pixel, so that
neighbours keep sharing their borders and tiles fit together; a drawing serves
two zooms (13 and 14, 11 and 12, …), which halves the wait for the first tile.
From zoom 15 on a tile holds few grids and they are drawn as they are.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import shapely

from gridmgr.geometry import defects
from gridmgr.geometry.borders import Borders, Ranks, borders
from gridmgr.geometry.crs import Geometries, Numbers
from gridmgr.geometry.shades import shades

EXTENT = 4096
MARGIN = 64
PIXELS = 256
SIMPLIFIED_TO = 14
NORTHERNMOST = 85.05112877980659
Feature = dict[str, Any]


class Drawing(NamedTuple):
    """What is drawn at one zoom, on the unit square of Web Mercator."""

    fills: Geometries
    fill_tree: shapely.STRtree
    borders: Borders
    border_tree: shapely.STRtree


class TileSet:
    """The grids of one level, cut into tiles on demand.

    Parameters
    ----------
    shapes : mapping of str to Polygon or MultiPolygon
        By code, lon/lat; a draft may hold broken ones.
    props : mapping of str to mapping, optional
        By code: what goes with a label, such as ``name``.
    level : str
        Of these grids.
    levels : sequence of str
        All levels from the top down.
    ancestors : mapping of str to mapping of str to str, optional
        Code → level → code of the ancestor there.
    """

    def __init__(
        self,
        shapes: Mapping[str, Any],
        props: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        level: str = "grid",
        levels: Sequence[str] = (),
        ancestors: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.codes = sorted(shapes, key=str.encode)
        self._props = props or {}
        above = list(levels[: list(levels).index(level)]) if level in levels else []
        self._ranks = Ranks(self.codes, [*above, level], ancestors or {})
        valid = defects.made_valid(np.array([shapes[code] for code in self.codes], dtype=object))
        self._shapes = np.asarray(shapely.orient_polygons(shapely.transform(valid, on_unit_square)), dtype=object)
        self._shades = shades(self._shapes)
        self._labels = label_points(self._shapes)
        self._drawing = threading.Lock()
        self._drawn: dict[int, Drawing] = {}

    def mvt(self, z: int, x: int, y: int) -> bytes:
        """Return the tile at ``z``, ``x``, ``y``; no bytes where it is empty."""
        drawing = self._at_zoom(z)
        box = _box(z, x, y, MARGIN)
        layers = {
            "fill": self._fills(drawing, box, (z, x, y)),
            "border": self._borders(drawing, box, (z, x, y)),
            "label": self._points((z, x, y)),
        }
        return _encoded({name: features for name, features in layers.items() if features})

    def _at_zoom(self, z: int) -> Drawing:
        zoom = min(z + z % 2, SIMPLIFIED_TO + 1)
        with self._drawing:
            if zoom not in self._drawn:
                self._drawn[zoom] = self._draw(zoom)
            return self._drawn[zoom]

    def _draw(self, zoom: int) -> Drawing:
        finer = [self._drawn[other].fills for other in sorted(self._drawn) if other > zoom]
        fills = finer[0] if finer else self._shapes
        if zoom <= SIMPLIFIED_TO:
            fills = simplified(fills, 0.5 / (PIXELS * 2**zoom))
        lines = borders(fills, self._ranks)
        return Drawing(fills, shapely.STRtree(fills), lines, shapely.STRtree(lines.lines))

    def _fills(self, drawing: Drawing, box: tuple[float, ...], tile: tuple[int, int, int]) -> list[Feature]:
        here = np.sort(drawing.fill_tree.query(shapely.box(*box)))
        shapes = shapely.orient_polygons(on_tile(_clipped(drawing.fills[here], box), tile))
        return [
            {"id": int(i), "geometry": shape, "properties": {"code": self.codes[i], "shade": int(self._shades[i])}}
            for i, shape, area in zip(here, shapes, shapely.area(shapes), strict=True)
            if area > 0
        ]

    def _borders(self, drawing: Drawing, box: tuple[float, ...], tile: tuple[int, int, int]) -> list[Feature]:
        here = np.sort(drawing.border_tree.query(shapely.box(*box)))
        lines = on_tile(_clipped(drawing.borders.lines[here], box), tile)
        level = drawing.borders.level[here]
        features = []
        for rank in np.unique(level):
            parts = shapely.get_parts(lines[level == rank])
            parts = parts[shapely.length(parts) > 0]
            if len(parts):
                name = self._ranks.levels[rank]
                joined = shapely.line_merge(shapely.multilinestrings(parts))
                features.append({"geometry": joined, "properties": {"level": name}})
        return features

    def _points(self, tile: tuple[int, int, int]) -> list[Feature]:
        west, north, east, south = _box(*tile, 0)
        x, y = self._labels.T
        here = np.flatnonzero((x >= west) & (x < east) & (y >= north) & (y < south))
        points = on_tile(shapely.points(self._labels[here]), tile)
        return [
            {"id": int(i), "geometry": point, "properties": {"code": self.codes[i], **self._known(self.codes[i])}}
            for i, point in zip(here, points, strict=True)
        ]

    def _known(self, code: str) -> dict[str, Any]:
        return {key: value for key, value in self._props.get(code, {}).items() if value is not None}


def on_unit_square(lonlat: Numbers) -> Numbers:
    """Return lon/lat as Web Mercator on the unit square, y downwards; shape (n, 2)."""
    lat = np.radians(np.clip(lonlat[:, 1], -NORTHERNMOST, NORTHERNMOST))
    return np.column_stack([lonlat[:, 0] / 360 + 0.5, 0.5 - np.arcsinh(np.tan(lat)) / (2 * np.pi)])


def simplified(shapes: Geometries, tolerance: float) -> Geometries:
    """Return ``shapes`` with fewer vertices, still a coverage where they were one."""
    present = np.flatnonzero(~shapely.is_empty(shapes))
    result = shapes.copy()
    if len(present):
        result[present] = shapely.orient_polygons(shapely.coverage_simplify(shapes[present], tolerance))
    return result


def label_points(shapes: Geometries) -> Numbers:
    """Return a point well inside the largest part of each shape; NaN for empty ones; shape (n, 2)."""
    present = np.flatnonzero(~shapely.is_empty(shapes))
    parts, owner = shapely.get_parts(shapes[present], return_index=True)
    order = np.lexsort((-shapely.area(parts), owner))
    some, first = np.unique(owner[order], return_index=True)
    points = shapely.point_on_surface(parts[order][first])
    result = np.full((len(shapes), 2), np.nan)
    result[present[some]] = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    return result


def on_tile(shapes: Any, tile: tuple[int, int, int]) -> Geometries:
    """Return ``shapes`` in whole units of the tile, y downwards."""
    z, x, y = tile
    scale = EXTENT * 2.0**z

    def units(xy: Numbers) -> Numbers:
        return np.round(xy * scale - (x * EXTENT, y * EXTENT))

    return np.asarray(shapely.transform(shapes, units), dtype=object)


def _box(z: int, x: int, y: int, margin: int) -> tuple[float, float, float, float]:
    side, edge = 2.0**-z, margin / EXTENT
    return ((x - edge) * side, (y - edge) * side, (x + 1 + edge) * side, (y + 1 + edge) * side)


def _clipped(shapes: Geometries, box: tuple[float, ...]) -> Geometries:
    """Return ``shapes`` inside ``box``; those wholly inside are left alone."""
    bounds = shapely.bounds(shapes)
    across = (bounds[:, :2] < box[:2]).any(axis=1) | (bounds[:, 2:] > box[2:]).any(axis=1)
    result = shapes.copy()
    result[across] = shapely.clip_by_rect(shapes[across], *box)
    return result


def _encoded(layers: Mapping[str, list[Feature]]) -> bytes:
    import mapbox_vector_tile

    if not layers:
        return b""
    content = [{"name": name, "features": features} for name, features in layers.items()]
    options = {"y_coord_down": True, "extents": EXTENT, "check_winding_order": False}
    return bytes(mapbox_vector_tile.encode(content, default_options=options))
