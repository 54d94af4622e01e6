"""Shapes fit to be land, lines or points: what no repair could mend is refused here, feature by feature."""

from __future__ import annotations

import dataclasses

import numpy as np
import shapely

from gridmgr.errors import Invalid
from gridmgr.geometry.formats.features import Features, Mask, Shapes
from gridmgr.geometry.formats.tables import FLATTENED
from gridmgr.i18n import N_

FAMILIES = {
    "point": (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT),
    "line": (shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING, shapely.GeometryType.MULTILINESTRING),
    "polygon": (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
}


class UnsoundShapes(Invalid):
    """Some shapes of the file cannot be used."""

    slug = "unsound-shapes"


def refuse(features: Features, bad: Mask, message: str, **fields: object) -> None:
    """Raise ``UnsoundShapes`` naming the features where ``bad`` is true, if there are any."""
    if bad.any():
        raise UnsoundShapes(message, file=features.file, features=features.at(np.flatnonzero(bad)),
                            count=int(bad.sum()), **fields)  # fmt: skip


def checked(features: Features) -> Features:
    """Return ``features`` flat (heights dropped, noted), in any system.

    Raises
    ------
    UnsoundShapes
        There is no feature, or some have no shape, or a number that is none.
    """
    if not len(features):
        raise UnsoundShapes("{file} holds no features. Export it again.", file=features.file)
    shapes = features.shapes
    refuse(features, shapely.is_missing(shapes) | shapely.is_empty(shapes),
           N_("{file}: these features have no geometry: {features}. Draw them, or leave them out."))  # fmt: skip
    refuse(features, ~all_finite(shapes),
           N_("{file}: these features have a coordinate that is no finite number: {features}. "
              "Correct or remove them."))  # fmt: skip
    high = shapely.has_z(shapes) | shapely.has_m(shapes)
    flat = dataclasses.replace(features, shapes=np.asarray(shapely.force_2d(shapes), dtype=object))
    return flat.noted(FLATTENED, count=int(high.sum())) if high.any() else flat


def all_finite(shapes: Shapes) -> Mask:
    """Return for each shape whether x and y of all its positions are finite."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    bad = np.zeros(len(shapes), bool)
    bad[owner[~np.isfinite(xy).all(axis=1)]] = True
    return np.asarray(~bad)


TAKES = {
    "point": N_("{file}: this layer takes points, but these features are {kinds}: {features}. Leave them out."),
    "line": N_("{file}: this layer takes lines, but these features are {kinds}: {features}. Leave them out."),
    "polygon": N_("{file}: this layer takes polygons, but these features are {kinds}: {features}. Leave them out."),
}


def of_family(features: Features, family: str) -> Features:
    """Return ``features`` if all are of the layer's geometry: ``point``, ``line`` or ``polygon``.

    Raises
    ------
    UnsoundShapes
        Another type is among them, a polygon has no area, or a ring crosses
        the antimeridian (no city does, and an edge the long way round the
        earth is what comes of it).
    """
    other = ~np.isin(shapely.get_type_id(features.shapes), FAMILIES[family])
    kinds = ", ".join(sorted({shape.geom_type for shape in features.shapes[other]}))
    refuse(features, other, TAKES[family], kinds=kinds)
    west, _, east, _ = shapely.bounds(features.shapes).T
    refuse(features, east - west > 180,
           N_("{file}: these features cross the antimeridian (180°): {features}. Split them there."))  # fmt: skip
    if family == "polygon":
        refuse(features, shapely.area(features.shapes) == 0,
               N_("{file}: these polygons have no area: {features}. Draw them again, or leave them out."))  # fmt: skip
    return features
