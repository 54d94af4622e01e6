"""One door for files from outside: copy, look inside, read, check, place."""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Sequence

from gridmgr.geometry import archives
from gridmgr.geometry.formats import soundness, tables
from gridmgr.geometry.formats.features import Features
from gridmgr.geometry.formats.position import placed

Reader = Callable[[archives.Copy, str | None, str | None], Features]


def read(
    path: str | pathlib.Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str | None = None,
    city: Sequence[float] | None = None,
    family: str | None = None,
    folder: pathlib.Path | None = None,
) -> Features:
    """Return the features of a file from outside, lon/lat on WGS 84, rounded to 1e-9 degree.

    The file is told by its content: GeoJSON, Shapefile (``.shp`` with its parts
    beside it, or in a ZIP), GeoPackage, FlatGeobuf, GeoParquet, KML (KMZ), CSV
    with lon and lat columns or with well-known text. Nothing of it is left behind.

    Parameters
    ----------
    path : path
        The file.
    layer : str, optional
        Which layer of a GeoPackage, or which file of an archive.
    crs : str, optional
        The system of its numbers, against what the file declares: ``EPSG:n``, ``gcj02``, ``bd09``, …
    encoding : str, optional
        Of its texts, where that has to be said.
    city : (west, south, east, north), optional
        The city, lon/lat; nothing may land more than 30 km from it.
    family : str, optional
        What all shapes must be: ``point``, ``line`` or ``polygon``.
    folder : path, optional
        Where the private copy is kept while reading.

    Raises
    ------
    Invalid
        One sentence: what is wrong, in which file and feature, and what to do.
    """
    with archives.private_copy(path, member=layer, folder=folder) as copy:
        raw = reader_of(copy)(copy, encoding, layer)
    found = placed(soundness.checked(tables.cleaned(raw)), crs, city)
    return soundness.of_family(found, family) if family else found


def reader_of(copy: archives.Copy) -> Reader:
    """Return the reader for what the file holds, told by its first bytes, and by its ending where those are text."""
    with copy.path.open("rb") as file:
        head = file.read(4096)
    for magic, reader in READERS.items():
        if head.startswith(magic):
            return reader
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if text.startswith((b"{", b"[")):
        return read_as_geojson
    if text.startswith(b"<"):
        return read_as_kml
    if copy.path.suffix == ".csv":
        return read_as_csv
    raise archives.UnreadableFile(
        "{file} is none of the formats that can be read: GeoJSON, Shapefile, GeoPackage, FlatGeobuf, GeoParquet, KML, "
        "CSV with lon and lat. Export it as one of these.",
        file=copy.name,
    )  # fmt: skip


def read_as_geojson(copy: archives.Copy, encoding: str | None, layer: str | None) -> Features:
    from gridmgr.geometry.formats.geojson import read_geojson

    return read_geojson(copy, encoding)


def read_as_kml(copy: archives.Copy, encoding: str | None, layer: str | None) -> Features:
    from gridmgr.geometry.formats.kml import read_kml

    return read_kml(copy)


def read_as_csv(copy: archives.Copy, encoding: str | None, layer: str | None) -> Features:
    from gridmgr.geometry.formats.delimited import read_csv

    return read_csv(copy, encoding)


def read_as_parquet(copy: archives.Copy, encoding: str | None, layer: str | None) -> Features:
    from gridmgr.geometry.formats.parquet import read_parquet

    return read_parquet(copy)


def read_as_shapefile(copy: archives.Copy, encoding: str | None, layer: str | None) -> Features:
    from gridmgr.geometry.formats.ogr import read_shapefile

    if copy.path.suffix != ".shp":
        raise archives.UnreadableFile("{file} looks like a Shapefile. Give its .shp or a .zip of all parts.",
                                      file=copy.name)  # fmt: skip
    return read_shapefile(copy, encoding)


def read_as_geopackage(copy: archives.Copy, encoding: str | None, layer: str | None) -> Features:
    from gridmgr.geometry.formats.ogr import read_layers

    return read_layers(under(copy, ".gpkg"), "GeoPackage", layer)


def read_as_flatgeobuf(copy: archives.Copy, encoding: str | None, layer: str | None) -> Features:
    from gridmgr.geometry.formats.ogr import read_layers

    return read_layers(under(copy, ".fgb"), "FlatGeobuf", layer)


def under(copy: archives.Copy, ending: str) -> archives.Copy:
    """Return the copy renamed to the ending of what it holds, so that GDAL tries no other format."""
    return archives.Copy(copy.path.rename(copy.path.with_suffix(ending)), copy.name)


READERS: dict[bytes, Reader] = {
    b"SQLite format 3\0": read_as_geopackage,
    b"fgb\x03fgb": read_as_flatgeobuf,
    b"PAR1": read_as_parquet,
    b"\x00\x00\x27\x0a": read_as_shapefile,
}
