"""Layers: what kinds of things the map holds, read from ``layers/catalogue.toml``."""

import dataclasses
import datetime as dt
from typing import Any

import shapely


@dataclasses.dataclass(eq=False)
class Feature:
    """A thing of a reference, overlay or object layer: a road, a component, a point of interest."""

    layer: str
    code: str
    name: str
    name_en: str = ""
    props: dict[str, Any] = dataclasses.field(default_factory=dict)
    valid_from: dt.datetime | None = None
    valid_to: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    recorded_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class FeatureShape:
    """The shape of a feature; lon/lat."""

    feature_id: int
    shape: shapely.Geometry
    id: int | None = None
