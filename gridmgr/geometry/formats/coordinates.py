"""GeoJSON geometries into shapes: what is wrong is named by its path, ``coordinates[0][2]``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry.archives import UnreadableFile
from gridmgr.i18n import N_

OPEN_RING, HEIGHT = "open ring", "height"


class BadCoordinates(UnreadableFile):
    """Some coordinates cannot be read."""

    slug = "bad-coordinates"


def shape_of(geometry: dict[str, Any] | None, seen: set[str]) -> shapely.Geometry | None:
    """Return the shape of a GeoJSON geometry object, flat; None for null.

    ``seen`` gains ``OPEN_RING`` where a ring had to be closed and ``HEIGHT``
    where a third coordinate was left out. ``BadCoordinates`` is raised without
    the file and the feature, which the caller knows.
    """
    if geometry is None:
        return None
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        return collection(geometry.get("geometries"), seen)
    if not isinstance(kind, str) or kind not in BUILDERS:
        raise BadCoordinates(
            N_("{file}: feature {feature} has a geometry of the unknown type {kind}. Correct or remove it."),
            kind=repr(kind)[:40],
        )
    return BUILDERS[kind](a_list(geometry.get("coordinates"), "coordinates"), "coordinates", seen)


def collection(members: Any, seen: set[str]) -> shapely.GeometryCollection:
    for i, member in enumerate(a_list(members, "geometries")):
        if not isinstance(member, dict) or member.get("type") == "GeometryCollection":
            raise unusable(f"geometries[{i}]")
    return shapely.GeometryCollection([shape_of(member, seen) for member in members])


def unusable(where: str) -> BadCoordinates:
    return BadCoordinates(
        N_("{file}: feature {feature}: {where} is not what GeoJSON has there. Correct or remove the feature."),
        where=where,
    )


def a_list(values: Any, where: str) -> list[Any]:
    if not isinstance(values, list):
        raise unusable(where)
    return values


def positions(values: Any, where: str, seen: set[str]) -> npt.NDArray[np.float64]:
    """Return the positions of a line, shape (n, 2)."""
    for i, position in enumerate(a_list(values, where)):
        if not (isinstance(position, list) and 2 <= len(position) <= 4):
            raise unusable(f"{where}[{i}]")
        if not all(type(number) in (int, float) for number in position):
            raise BadCoordinates(
                N_("{file}: feature {feature}: {where} is not made of numbers. Correct or remove the feature."),
                where=f"{where}[{i}]",
            )
        if len(position) > 2:
            seen.add(HEIGHT)
    try:
        points = np.array([position[:2] for position in values], dtype=np.float64).reshape(-1, 2)
    except OverflowError as error:
        raise not_finite(where) from error
    if not (finite := np.isfinite(points).all(axis=1)).all():
        raise not_finite(f"{where}[{np.argmin(finite)}]")
    return points


def not_finite(where: str) -> BadCoordinates:
    return BadCoordinates(
        N_("{file}: feature {feature}: {where} is no finite number. Correct or remove the feature."), where=where
    )


def ring(values: Any, where: str, seen: set[str]) -> npt.NDArray[np.float64]:
    """Return the positions of a closed ring."""
    points = positions(values, where, seen)
    if len(points) and not np.array_equal(points[0], points[-1], equal_nan=True):
        seen.add(OPEN_RING)
        points = np.vstack([points, points[:1]])
    if len(points) < 4:
        raise BadCoordinates(
            N_("{file}: feature {feature}: {where} has fewer than four positions. Correct or remove the feature."),
            where=where,
        )
    return points


def polygon(values: Any, where: str, seen: set[str]) -> shapely.Polygon:
    rings = [ring(r, f"{where}[{i}]", seen) for i, r in enumerate(a_list(values, where))]
    return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()


def line(values: Any, where: str, seen: set[str]) -> shapely.LineString:
    points = positions(values, where, seen)
    if len(points) == 1:
        raise unusable(where)
    return shapely.LineString(points)


def point(values: Any, where: str, seen: set[str]) -> shapely.Point:
    return shapely.Point(*positions([values], where, seen)) if values else shapely.Point()


def multi_point(values: Any, where: str, seen: set[str]) -> shapely.MultiPoint:
    return shapely.MultiPoint(positions(values, where, seen))


def multi_line(values: Any, where: str, seen: set[str]) -> shapely.MultiLineString:
    return shapely.MultiLineString([line(v, f"{where}[{i}]", seen) for i, v in enumerate(values)])


def multi_polygon(values: Any, where: str, seen: set[str]) -> shapely.MultiPolygon:
    return shapely.MultiPolygon([polygon(v, f"{where}[{i}]", seen) for i, v in enumerate(values)])


BUILDERS: dict[str, Callable[[Any, str, set[str]], shapely.Geometry]] = {
    "Point": point,
    "MultiPoint": multi_point,
    "LineString": line,
    "MultiLineString": multi_line,
    "Polygon": polygon,
    "MultiPolygon": multi_polygon,
}
