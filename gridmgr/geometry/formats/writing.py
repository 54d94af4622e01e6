"""Features into files that other programs open."""

from __future__ import annotations

import csv
import json
import pathlib
import tempfile
from collections.abc import Callable
from typing import Any

import shapely

from gridmgr.errors import Invalid
from gridmgr.geometry.formats.delimited import escaped
from gridmgr.geometry.formats.features import Features

DRIVERS = {".gpkg": "GPKG", ".fgb": "FlatGeobuf"}


class UnknownFormat(Invalid):
    """Files of this ending are not written."""

    slug = "unknown-format"


def write(path: str | pathlib.Path, features: Features) -> None:
    """Write lon/lat ``features`` in the format of the ending: gpkg, geojson, csv, fgb or parquet.

    The file appears whole or not at all. In CSV, points become lon and lat and
    other shapes well-known text; a text that a spreadsheet would take for a
    formula is written with an apostrophe before it.

    Raises
    ------
    UnknownFormat
        The ending is none of these.
    """
    target = pathlib.Path(path)
    writer = WRITERS.get(target.suffix.lower())
    if writer is None:
        raise UnknownFormat("{file}: choose one of the endings {endings}.", file=target.name,
                            endings=", ".join(WRITERS))  # fmt: skip
    if not target.absolute().parent.is_dir():
        raise UnknownFormat("There is no folder {folder} for {file}. Make it first.", folder=target.parent,
                            file=target.name)  # fmt: skip
    with tempfile.TemporaryDirectory(prefix=".gridmgr-", dir=target.absolute().parent) as private:
        whole = pathlib.Path(private) / f"data{target.suffix.lower()}"
        writer(whole, features)
        whole.replace(target)


def write_geojson(path: pathlib.Path, features: Features) -> None:
    """Write a FeatureCollection, one feature a line (RFC 7946)."""
    shapes = shapely.to_geojson(features.shapes)
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for i, shape in enumerate(shapes):
            values = json.dumps(row(features, i), ensure_ascii=False)
            comma = ",\n" if i else ""
            file.write(f'{comma}{{"type": "Feature", "properties": {values}, "geometry": {shape or "null"}}}')
        file.write("\n]}\n")


def row(features: Features, i: int) -> dict[str, Any]:
    """Return the attributes of feature ``i``."""
    return {name: values[i] for name, values in features.columns.items()}


def write_csv(path: pathlib.Path, features: Features) -> None:
    """Write UTF-8 with a byte order mark, which spreadsheets need."""
    points = all(shape is not None and shape.geom_type == "Point" for shape in features.shapes)
    names = [*features.columns, *(("lon", "lat") if points else ("wkt",))]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([escaped(name) for name in names])
        for i, shape in enumerate(features.shapes):
            place = (shape.x, shape.y) if points else (shapely.to_wkt(shape, rounding_precision=9),)
            writer.writerow([*(escaped(value) for value in row(features, i).values()), *place])


def write_parquet(path: pathlib.Path, features: Features) -> None:
    frame(features).to_parquet(path, index=False)


def write_layer(path: pathlib.Path, features: Features) -> None:
    """Write a GeoPackage or FlatGeobuf file of one layer."""
    layer = frame(features)
    layer.to_file(path, layer=features.kind or "layer", driver=DRIVERS[path.suffix], engine="pyogrio")


def frame(features: Features) -> Any:
    """Return ``features`` as a GeoDataFrame, lon/lat."""
    import geopandas

    return geopandas.GeoDataFrame(features.columns, geometry=list(features.shapes), crs=features.crs or "EPSG:4326")


WRITERS: dict[str, Callable[[pathlib.Path, Features], None]] = {
    ".gpkg": write_layer,
    ".geojson": write_geojson,
    ".csv": write_csv,
    ".fgb": write_layer,
    ".parquet": write_parquet,
}
