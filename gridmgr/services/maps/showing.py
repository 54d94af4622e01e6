"""Things of a layer as they are shown: grids of a level, and features with their shapes."""

import dataclasses
from typing import Any

import numpy as np
import shapely

from gridmgr.errors import NotFound
from gridmgr.services import homes, standing
from gridmgr.services.catalogue import catalogue
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store import cases as case_rows
from gridmgr.store import features as feature_rows


class NoSuchLayer(NotFound):
    """There is no layer of that name."""

    slug = "no-such-layer"


@dataclasses.dataclass(frozen=True)
class Item:
    """A thing with its shape; lon/lat."""

    id: str
    properties: dict[str, Any]
    shape: shapely.Geometry


@dataclasses.dataclass(frozen=True)
class Collection:
    """Things of one layer; ``matched`` counts also those beyond the limit."""

    layer: str
    items: list[Item]
    matched: int


def the_layer(layer_id):
    """Return the Layer of the catalogue; raise NoSuchLayer where there is none."""
    layer = catalogue().get(layer_id)
    if layer is None:
        raise NoSuchLayer(
            "There is no layer {layer}: choose one of {known}.", layer=layer_id, known=", ".join(catalogue())
        )
    return layer


def grids(boundaries, level, box, limit):
    """Return the Collection of grids of ``level`` that touch ``box`` (west, south, east, north; None for all)."""
    codes = [code for code in boundaries.at_level(level) if code in boundaries.shapes]
    if box is not None and codes:
        shapes = np.array([boundaries.shapes[code] for code in codes], dtype=object)
        touching = shapely.intersects(shapely.box(*box), shapes)
        codes = [code for code, is_there in zip(codes, touching, strict=True) if is_there]
    return Collection(level, [grid_item(boundaries, code) for code in codes[:limit]], len(codes))


def grid_item(boundaries, code):
    """Return a grid as an Item."""
    grid = boundaries.grids[code]
    properties = {
        "code": code,
        "name": grid.name,
        "name_en": grid.name_en,
        "level": grid.level,
        "parent": grid.parent_code,
    }
    return Item(code, grid.props | properties, boundaries.shapes[code])


def features(engine, layer_id, box, *, at, limit):
    """Return the Collection of features of a layer in ``box`` that are true at ``at``."""
    with reading(engine) as session:
        found = feature_rows.at_layer(session, layer_id, bbox=box, at=at)
        items = [feature_item(feature, shape) for feature, shape in found[:limit]]
    return Collection(layer_id, items, len(found))


def feature_item(feature, shape):
    """Return a feature as an Item."""
    properties = {"code": feature.code, "name": feature.name, "name_en": feature.name_en}
    return Item(f"{feature.layer}.{feature.id}", feature.props | properties, shape)


def open_cases(engine, box, *, at, limit):
    """Return ([(Case, Report)] open at ``at`` in ``box``, the one due first before the others; categories by code)."""
    known = standing.in_force(engine, at)
    with reading(engine) as session:
        pairs = case_rows.open_places(session, at, box=box, limit=limit)
        if known is not None:
            pairs = homes.at_home(session, known.ground, pairs, at)
        return pairs, facts.known(session).categories
