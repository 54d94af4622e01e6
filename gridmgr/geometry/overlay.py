"""Overlay: the ground that two sets of shapes have in common, pair by pair."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import shapely

from gridmgr.geometry.crs import Metric

LEAST_M2 = 1.0


class Shared(NamedTuple):
    """Ground that lies in one shape of the first set and in one of the second; lon/lat."""

    first: Any
    second: Any
    area_m2: float
    shape: Any


def shared_ground(
    first: Mapping[Any, Any], second: Mapping[Any, Any], *, metric: Metric, least_m2: float = LEAST_M2
) -> list[Shared]:
    """Return the ground that shapes of ``first`` share with those of ``second`` that have another key.

    Parameters
    ----------
    first, second : mapping of key to Polygon or MultiPolygon
        Lon/lat; invalid ones are made valid for this.
    metric : Metric
        Takes lon/lat to metres.
    least_m2 : float
        Less ground in common is left out; m².
    """
    found = [*_pairs(first, second)]
    shapes = np.array([shape for _, _, shape in found], dtype=object)
    areas = shapely.area(metric(shapes)) if found else ()
    return [
        Shared(one, other, float(area), shape)
        for (one, other, shape), area in zip(found, areas, strict=True)
        if area >= least_m2
    ]


def _pairs(first: Mapping[Any, Any], second: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (key, key, common ground) of each pair of shapes whose interiors meet and whose keys differ."""
    keys, others = list(first), list(second)
    ground, against = (_sound(list(shapes.values())) for shapes in (first, second))
    if not keys or not others:
        return
    for i, j in zip(*shapely.STRtree(against).query(ground, predicate="intersects"), strict=True):
        if keys[i] != others[j]:
            common = _areal(shapely.intersection(ground[i], against[j]))
            if not common.is_empty:
                yield keys[i], others[j], common


def _sound(shapes: list[Any]) -> Any:
    """Return valid shapes to measure with."""
    return shapely.make_valid(np.array(shapes, dtype=object))


def _areal(shape: Any) -> Any:
    """Return what of a shape has an area; lines and points go."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [one for one in shapely.get_parts(shape) if one.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()
