"""KML (always lon/lat): placemarks with their names and extended data, never links or styles."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

import numpy as np
import shapely

from gridmgr.geometry.archives import Copy, UnreadableFile
from gridmgr.geometry.formats import tables
from gridmgr.geometry.formats.coordinates import BadCoordinates
from gridmgr.geometry.formats.features import Features, numbered

GEOMETRIES = ("Point", "LineString", "Polygon", "MultiGeometry")
DEEPEST_COLLECTION = 4


class RootReached(Exception):
    """Stops the parser as soon as the question is answered."""


def read_kml(copy: Copy) -> Features:
    """Return the placemarks of a KML file."""
    data = tables.content(copy)
    try:
        refuse_doctype(data, copy.name)
        root = ElementTree.fromstring(data)
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise UnreadableFile("{file} is not valid XML ({reason}). Export it again.", file=copy.name,
                             reason=str(error)[:80]) from error  # fmt: skip
    if local(root) != "kml":
        raise UnreadableFile("{file} is XML, but not KML. Export it as KML.", file=copy.name)
    marks = [e for e in root.iter() if local(e) == "Placemark"]
    columns = tables.columns_of([attributes(mark) for mark in marks], copy.name)
    shapes = np.full(len(marks), None, dtype=object)
    for i, mark in enumerate(marks):
        try:
            shapes[i] = placemark_shape(mark)
        except (ValueError, shapely.errors.GEOSException) as error:
            raise BadCoordinates(
                "{file}: feature {feature}: its coordinates are not what KML has there. Correct or remove the feature.",
                file=copy.name, feature=numbered([i], columns),
            ) from error  # fmt: skip
    return Features(copy.name, "KML", shapes, columns, "wgs84", "")


def refuse_doctype(data: bytes, file: str) -> None:
    """Refuse a document type before the root element: entities can swell without end or fetch files."""

    def root_reached(*_: Any) -> None:
        raise RootReached

    def doctype(*_: Any) -> None:
        raise UnreadableFile("{file} declares an XML document type, which KML has no use for. Remove it.", file=file)

    parser = expat.ParserCreate()
    parser.StartElementHandler = root_reached
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except RootReached:
        return


def local(element: ElementTree.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def children(element: ElementTree.Element, *names: str) -> Iterator[ElementTree.Element]:
    return (child for child in element if local(child) in names)


def text_of(element: ElementTree.Element | None) -> str | None:
    return element.text.strip() if element is not None and element.text else None


def attributes(mark: ElementTree.Element) -> dict[str, Any]:
    """Return name, description and extended data of a placemark."""
    found: dict[str, Any] = {local(child): text_of(child) for child in children(mark, "name", "description")}
    for data in (e for extended in children(mark, "ExtendedData") for e in extended.iter()):
        if local(data) == "SimpleData":
            found[data.get("name", "")] = text_of(data)
        elif local(data) == "Data":
            found[data.get("name", "")] = text_of(next(children(data, "value"), None))
    return found


def placemark_shape(mark: ElementTree.Element) -> shapely.Geometry | None:
    geometry = next(children(mark, *GEOMETRIES), None)
    return None if geometry is None else shape_of(geometry)


def shape_of(element: ElementTree.Element, depth: int = 0) -> shapely.Geometry:
    """Return the shape of a geometry element; a collection of one type becomes its multi-type."""
    kind = local(element)
    if kind == "Point":
        (only,) = positions(element)
        return shapely.Point(only)
    if kind == "LineString":
        return shapely.LineString(positions(element))
    if kind == "Polygon":
        return polygon(element)
    if depth == DEEPEST_COLLECTION:
        raise ValueError("collections nested too deeply")
    return gathered([shape_of(child, depth + 1) for child in children(element, *GEOMETRIES)])


def polygon(element: ElementTree.Element) -> shapely.Polygon:
    outer = [positions(ring) for border in children(element, "outerBoundaryIs") for ring in border]
    inner = [positions(ring) for border in children(element, "innerBoundaryIs") for ring in border]
    if len(outer) != 1:
        raise ValueError("a polygon needs one outer ring")
    return shapely.Polygon(outer[0], inner)


def positions(element: ElementTree.Element) -> list[list[float]]:
    """Return the positions of a ``coordinates`` element: tuples of lon,lat[,height] between blanks."""
    text = text_of(next(children(element, "coordinates"), None)) or ""
    return [[float(number) for number in position.split(",")[:3]] for position in text.split()]


def gathered(shapes: list[shapely.Geometry]) -> shapely.Geometry:
    kinds = {shape.geom_type for shape in shapes}
    multi = {"Polygon": shapely.MultiPolygon, "LineString": shapely.MultiLineString, "Point": shapely.MultiPoint}
    only = kinds.pop() if len(kinds) == 1 else ""
    return multi.get(only, shapely.GeometryCollection)(shapes)
