"""GeoJSON, read by our own hand: every complaint names its feature and the place in it.

Source: RFC 7946; the ``crs`` member of its 2008 forerunner is honoured.
"""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np

from gridmgr.geometry.archives import Copy, UnreadableFile
from gridmgr.geometry.formats import coordinates, tables
from gridmgr.geometry.formats.encodings import decode
from gridmgr.geometry.formats.features import Features, Shapes, numbered


def read_geojson(copy: Copy, encoding: str | None = None) -> Features:
    """Return the features of a GeoJSON file; ``crs`` is None where it declares none."""
    text, codec = decode(tables.content(copy), copy.name, encoding)
    document = parse(text, copy.name)
    members = feature_members(document, copy.name)
    columns = tables.columns_of([properties(m, i, copy.name) for i, m in enumerate(members)], copy.name)
    shapes, peculiar = shapes_of(members, columns, copy.name)
    features = Features(copy.name, "GeoJSON", shapes, columns, declared_crs(document, copy.name), codec)
    if opened := peculiar[coordinates.OPEN_RING]:
        features = features.noted(tables.CLOSED, count=len(opened), features=features.at(opened))
    if high := peculiar[coordinates.HEIGHT]:
        features = features.noted(tables.FLATTENED, count=len(high))
    return features


def parse(text: str, file: str) -> dict[str, Any]:
    """Return the JSON object in ``text``."""
    try:
        document = json.loads(text)
    except RecursionError as error:
        raise UnreadableFile("{file} is nested too deeply to be GeoJSON. Export it again.", file=file) from error
    except json.JSONDecodeError as error:
        raise UnreadableFile(
            "{file}: line {line}, column {column} is not valid JSON ({reason}). Export it again.",
            file=file, line=error.lineno, column=error.colno, reason=error.msg,
        ) from error  # fmt: skip
    except ValueError as error:
        raise UnreadableFile("{file} holds a number of thousands of digits. Correct it.", file=file) from error
    if not isinstance(document, dict):
        raise UnreadableFile("{file} is JSON, but no GeoJSON object. Export it as GeoJSON.", file=file)
    return document


def feature_members(document: dict[str, Any], file: str) -> list[dict[str, Any]]:
    """Return the features of a FeatureCollection, of a lone Feature or of a lone geometry."""
    kind = document.get("type")
    if kind == "Feature":
        return checked([document], file)
    if isinstance(kind, str) and kind in coordinates.BUILDERS:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    members = document.get("features")
    if kind != "FeatureCollection" or not isinstance(members, list):
        named = "TopoJSON" if kind == "Topology" else "Esri JSON" if "geometryType" in document else "JSON"
        raise UnreadableFile(
            "{file} is {kind}, not a GeoJSON FeatureCollection. Export it as GeoJSON.", file=file, kind=named
        )
    return checked(members, file)


def checked(members: list[Any], file: str) -> list[dict[str, Any]]:
    """Return ``members`` if each is a Feature as RFC 7946 has it."""
    for i, member in enumerate(members, 1):
        if not (isinstance(member, dict) and isinstance(member.get("geometry"), dict | None)):
            raise UnreadableFile("{file}: feature {feature} is no GeoJSON Feature. Export the file again.",
                                 file=file, feature=i)  # fmt: skip
    return members


def properties(member: dict[str, Any], i: int, file: str) -> dict[str, Any]:
    """Return the attributes of a feature, its ``id`` among them."""
    values = member.get("properties") or {}
    if not isinstance(values, dict):
        raise UnreadableFile("{file}: the properties of feature {feature} are no object. Export the file again.",
                             file=file, feature=i + 1)  # fmt: skip
    identity = member.get("id")
    return values if identity is None or "id" in values else {**values, "id": identity}


def shapes_of(
    members: list[dict[str, Any]], columns: dict[str, list[Any]], file: str
) -> tuple[Shapes, dict[str, list[int]]]:
    """Return the shapes, and which features (from 0) had open rings or heights."""
    shapes = np.full(len(members), None, dtype=object)
    peculiar: dict[str, list[int]] = {coordinates.OPEN_RING: [], coordinates.HEIGHT: []}
    for i, member in enumerate(members):
        seen: set[str] = set()
        try:
            shapes[i] = coordinates.shape_of(member.get("geometry"), seen)
        except coordinates.BadCoordinates as error:
            error.fields.update(file=file, feature=numbered([i], columns))
            raise
        for what in seen:
            peculiar[what].append(i)
    return shapes, peculiar


def declared_crs(document: dict[str, Any], file: str) -> str | None:
    """Return the system that a ``crs`` member names, as ``EPSG:n``; None without one."""
    member = document.get("crs")
    if member is None:
        return None
    values = member.get("properties") if isinstance(member, dict) else None
    name = values.get("name") if isinstance(values, dict) else None
    if not isinstance(name, str):
        raise UnreadableFile("{file}: its crs member names no system. Say which it is with --crs.", file=file)
    if name.endswith("CRS84"):
        return "OGC:CRS84"
    number = re.search(r"EPSG[:/](?:[\d.]*[:/])?(\d{4,6})$", name, re.IGNORECASE)
    return f"EPSG:{number[1]}" if number else name
