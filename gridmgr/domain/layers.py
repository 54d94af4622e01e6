"""Layers: what kinds of things the map holds, read from ``layers/catalogue.toml``."""

import dataclasses
import datetime as dt
import re
import tomllib
from typing import Any

import shapely

from gridmgr.errors import Invalid

GEOMETRIES = ("polygon", "line", "point")
KINDS = ("level", "reference", "overlay", "object")


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


@dataclasses.dataclass(frozen=True)
class Field:
    """An attribute of a layer's features: its name, titles, and whether a feature must have it."""

    name: str
    title_zh: str
    title_en: str
    required: bool = False
    type: str = "text"


@dataclasses.dataclass(frozen=True)
class Layer:
    """A layer of the map: a level of the hierarchy, or what lies over and beside it.

    ``kind`` is ``level`` (grids that nest), ``reference`` (compared, never
    routed by), ``overlay`` or ``object``. ``parent`` is the level above a level,
    or the level that places an object. ``posts`` is true for the level whose
    grids need a person, ``evaluated`` for the one that is ranked, and ``office``
    is the department code that means this level's own office (SUB, COM, …).
    ``code_patterns`` is by profile of the city; ``style`` names tokens.
    """

    id: str
    title_zh: str
    title_en: str
    geometry: str
    kind: str
    parent: str | None = None
    posts: bool = False
    evaluated: bool = False
    office: str = ""
    zoom_min: int = 0
    zoom_max: int = 22
    code_patterns: dict[str, str] = dataclasses.field(default_factory=dict)
    fields: tuple[Field, ...] = ()
    style: dict[str, str] = dataclasses.field(default_factory=dict)

    def title(self, language: str) -> str:
        """Return the title in ``"zh"`` or ``"en"``."""
        return self.title_zh if language == "zh" else self.title_en

    def code_pattern(self, profile: str) -> str:
        """Return the regular expression that a whole code matches; any text where the profile says nothing."""
        return self.code_patterns.get(profile, self.code_patterns.get("any", ".+"))


def read_catalogue(text: str) -> dict[str, Layer]:
    """Return the layers of a catalogue by id, in its order.

    Raises
    ------
    Invalid
        The text is no TOML, or a layer has an unknown kind, geometry, parent,
        key or a pattern that is no regular expression.
    """
    try:
        tables = tomllib.loads(text).get("layer", [])
    except tomllib.TOMLDecodeError as error:
        raise Invalid("The layer catalogue is not readable TOML: {reason}. Correct that line.", reason=error) from error
    layers = {layer.id: layer for layer in map(read_layer, tables)}
    for layer in layers.values():
        check_layer(layer, layers)
    return layers


def read_layer(table: dict[str, Any]) -> Layer:
    """Return the layer of one ``[[layer]]`` table."""
    values = dict(table)
    try:
        fields = tuple(Field(name=name, **about) for name, about in values.pop("fields", {}).items())
        return Layer(fields=fields, **values)
    except TypeError as error:
        raise Invalid("Layer {layer} of the catalogue: {reason}.", layer=table.get("id", "?"), reason=error) from error


def check_layer(layer: Layer, layers: dict[str, Layer]) -> None:
    """Raise Invalid where ``layer`` does not fit the catalogue it stands in."""
    if layer.kind not in KINDS:
        raise Invalid(
            "Layer {layer}: its kind is {value}; write one of {choices}.",
            layer=layer.id,
            value=layer.kind,
            choices=", ".join(KINDS),
        )
    if layer.geometry not in GEOMETRIES:
        raise Invalid(
            "Layer {layer}: its geometry is {value}; write one of {choices}.",
            layer=layer.id,
            value=layer.geometry,
            choices=", ".join(GEOMETRIES),
        )
    if layer.parent is not None and layer.parent not in layers:
        raise Invalid("Layer {layer}: there is no layer {parent} above it.", layer=layer.id, parent=layer.parent)
    for pattern in layer.code_patterns.values():
        check_pattern(layer.id, pattern)


def check_pattern(layer_id: str, pattern: str) -> None:
    """Raise Invalid where ``pattern`` is no regular expression."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise Invalid(
            "Layer {layer}: {pattern} is no regular expression: {reason}.",
            layer=layer_id,
            pattern=pattern,
            reason=error,
        ) from error


def levels(catalogue: dict[str, Layer]) -> tuple[str, ...]:
    """Return the ids of the levels from the top down.

    Raises
    ------
    Invalid
        The levels do not form one chain.
    """
    ids = {layer.parent: layer.id for layer in catalogue.values() if layer.kind == "level"}
    chain = [ids[None]] if None in ids else []
    while chain and chain[-1] in ids and len(chain) <= len(ids):
        chain.append(ids[chain[-1]])
    if len(chain) != sum(layer.kind == "level" for layer in catalogue.values()):
        raise Invalid(
            "The levels of the catalogue must form one chain, each with one parent; the chain reads {chain}.",
            chain=" > ".join(chain),
        )
    return tuple(chain)


def posts_level(catalogue: dict[str, Layer]) -> str:
    """Return the level whose grids need a person: the one reports are routed to."""
    return only(catalogue, "posts")


def evaluated_level(catalogue: dict[str, Layer]) -> str:
    """Return the level that is ranked, by which departments have their units."""
    return only(catalogue, "evaluated")


def only(catalogue: dict[str, Layer], mark: str) -> str:
    """Return the one level that carries ``mark``."""
    marked = [layer.id for layer in catalogue.values() if layer.kind == "level" and getattr(layer, mark)]
    if len(marked) != 1:
        raise Invalid(
            "Exactly one level of the catalogue must say {mark} = true; these do: {layers}.",
            mark=mark,
            layers=", ".join(marked),
        )
    return marked[0]


def offices(catalogue: dict[str, Layer]) -> dict[str, str]:
    """Return department code → the level whose own office it is, like ``{"SUB": "subdistrict"}``."""
    return {layer.office: layer.id for layer in catalogue.values() if layer.office}
