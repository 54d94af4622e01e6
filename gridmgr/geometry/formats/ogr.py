"""Shapefile, GeoPackage and FlatGeobuf, through GDAL; it only ever sees names that are ours."""

from __future__ import annotations

import contextlib
import dataclasses
import pathlib
import sqlite3
import time
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from gridmgr.geometry.archives import Copy, UnreadableFile
from gridmgr.geometry.formats import encodings, tables
from gridmgr.geometry.formats.features import Features, Shapes
from gridmgr.geometry.formats.wkb import from_wkb

if TYPE_CHECKING:
    import pyarrow as pa

QUERY_S = 5.0
BYTE_TRUE = "ISO-8859-1"
"""GDAL passes every byte of this encoding through, so that the texts can be judged here."""
LANGUAGE_DRIVERS = {0x4D: "gb18030", 0x4F: "big5", 0x7A: "gb18030", 0x78: "big5"}
"""Byte 29 of a .dbf, where it is telling; most programs leave 0 or a Western code page there."""
WESTERN = ("iso8859-1", "cp1252")


def read_layers(copy: Copy, kind: str, layer: str | None = None) -> Features:
    """Return the features of a GeoPackage or FlatGeobuf file."""
    refuse_endless(copy.path, copy.name)
    with complaints(copy):
        table, meta = read_arrow(copy, layer=chosen_layer(copy, layer))
        return assembled(copy, kind, table, meta)


def read_shapefile(copy: Copy, encoding: str | None = None) -> Features:
    """Return the features of a Shapefile, its texts decoded as declared, as asked, or as recognised."""
    missing = [part for part in (".shx", ".dbf") if not copy.path.with_suffix(part).exists()]
    if missing:
        raise UnreadableFile(
            "{file} comes without its {parts}. Put all parts of the Shapefile beside it or into one .zip.",
            file=copy.name, parts=", ".join(missing),
        )  # fmt: skip
    declared = declared_encoding(copy)
    copy.path.with_suffix(".cpg").unlink(missing_ok=True)
    with complaints(copy):
        table, meta = read_arrow(copy, encoding=BYTE_TRUE)
        features = assembled(copy, "Shapefile", table, meta)
    return decoded(features, encoding, declared)


def read_arrow(copy: Copy, **options: Any) -> tuple[pa.Table, dict[str, Any]]:
    """Return GDAL's table, and what it says of it: crs, geometry_name, …"""
    import pyogrio

    tables.check_length(pyogrio.read_info(copy.path, **options)["features"], copy.name)
    meta, table = pyogrio.raw.read_arrow(copy.path, datetime_as_string=True, **options)
    return table, meta


def chosen_layer(copy: Copy, layer: str | None) -> str:
    """Return the one layer with shapes, or the one called ``layer``."""
    import pyogrio

    names = [str(name) for name, geometry in pyogrio.list_layers(copy.path) if geometry is not None]
    if layer in names:
        return str(layer)
    if len(names) == 1:
        return names[0]
    if not names:
        raise UnreadableFile("{file} holds no layer with shapes. Export the layer again.", file=copy.name)
    raise UnreadableFile(
        "{file} holds the layers {layers}. Say which with --dataset.", file=copy.name, layers=", ".join(names)[:300]
    )


def refuse_endless(path: pathlib.Path, name: str) -> None:
    """Raise UnreadableFile where a GeoPackage has a query for a layer that does not come to an end in time."""
    with contextlib.suppress(sqlite3.DatabaseError):  # GDAL says what is wrong with those, and reads other formats
        for query in queries(path):
            if not comes_to_an_end(path, query):
                raise UnreadableFile("{file}: its layer {layer} is a query that does not come to an end. "
                                     "Export it again, as a plain layer.", file=name, layer=query[:100])  # fmt: skip


def queries(path: pathlib.Path) -> list[str]:
    """Return the views and virtual tables that a GeoPackage uses for its layers or its own description, sorted."""
    with opened(path) as database:
        kinds = "type = 'view' OR sql LIKE 'CREATE VIRTUAL TABLE%'"
        found = {name for (name,) in database.execute(f"SELECT name FROM sqlite_master WHERE {kinds}")}
        own = sorted(name for name in found if name.lower().startswith("gpkg_"))
        if own:
            return own
        listed = {name for (name,) in database.execute("SELECT lower(table_name) FROM gpkg_contents")}
        return sorted(name for name in found if name.lower() in listed)


def comes_to_an_end(path: pathlib.Path, query: str) -> bool:
    """Return whether all rows of a view can be read within seconds."""
    ends = time.monotonic() + QUERY_S
    with opened(path) as database:
        database.set_progress_handler(lambda: time.monotonic() > ends, 100_000)
        quoted = query.replace('"', '""')
        try:
            return all(time.monotonic() < ends for _ in database.execute(f'SELECT * FROM "{quoted}"'))
        except sqlite3.OperationalError:
            return False


def opened(path: pathlib.Path) -> contextlib.closing[sqlite3.Connection]:
    """Return a connection that only reads, and closes at the end of a ``with``."""
    return contextlib.closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True))


@contextlib.contextmanager
def complaints(copy: Copy) -> Iterator[None]:
    """Turn what GDAL raises into a sentence without the private path; its warnings our own checks repeat."""
    from pyogrio import errors

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnboundLocalError as error:  # what pyogrio raises where GDAL cannot make sense of a .prj
        raise UnreadableFile("{file}: its coordinate system cannot be read. Take the .prj away and say --crs.",
                             file=copy.name) from error  # fmt: skip
    except (errors.DataSourceError, errors.DataLayerError, errors.FeatureError, errors.FieldError,
            errors.GeometryError, errors.CRSError, ValueError, RuntimeError, OSError) as error:  # fmt: skip
        reason = str(error).replace(str(copy.path), copy.name).replace(str(copy.path.parent), "")
        raise UnreadableFile("{file} is damaged ({reason}). Export it again.",
                             file=copy.name, reason=reason[:120]) from error  # fmt: skip


def assembled(copy: Copy, kind: str, table: pa.Table, meta: dict[str, Any]) -> Features:
    """Return the features of GDAL's table."""
    geometry = meta["geometry_name"] or "wkb_geometry"
    if geometry not in table.column_names:
        raise UnreadableFile("{file} holds no shapes, only a table. Export it with its shapes.", file=copy.name)
    shapes: Shapes = from_wkb(table.column(geometry).to_pylist(), copy.name)
    names = [name for name in table.column_names if name not in (geometry, meta["fid_column"] or geometry)]
    tables.check_width(len(names), copy.name)
    return Features(copy.name, kind, shapes, {name: table.column(name).to_pylist() for name in names}, meta["crs"], "")


# --- texts of a Shapefile ------------------------------------------------------------


def declared_encoding(copy: Copy) -> str | None:
    """Return the encoding that the .cpg or the .dbf's own mark declares; None where neither does."""
    cpg = copy.path.with_suffix(".cpg")
    if cpg.exists():
        name = cpg.read_bytes()[:40].decode("ascii", "ignore").strip()
        with contextlib.suppress(encodings.UnclearText):
            return encodings.codec(name, copy.name)
    with copy.path.with_suffix(".dbf").open("rb") as file:
        mark = file.read(32)[29:30]
    return LANGUAGE_DRIVERS.get(mark[0]) if mark else None


def decoded(features: Features, wanted: str | None, declared: str | None) -> Features:
    """Return ``features`` with its texts, read byte by byte, in the encoding that is theirs."""
    codec = text_codec(features, wanted, declared)
    columns: dict[str, list[Any]] = {}
    cut = 0
    for name, values in features.columns.items():
        texts = [text_of(value, codec, features.file, name, i) for i, value in enumerate(values)]
        cut += sum(was_cut for _, was_cut in texts)
        columns[text_of(name, codec, features.file, name, 0)[0]] = [text for text, _ in texts]
    result = dataclasses.replace(features, columns=columns, encoding=codec)
    if cut:
        result = result.noted("{file}: {count} texts end in half a character, cut off by the file; it was left out.",
                              count=cut)  # fmt: skip
    if declared and codec != declared and not wanted:
        result = result.noted("{file} declares its texts as {declared}, but they are {encoding}.",
                              declared=declared, encoding=codec)  # fmt: skip
    return result


def text_codec(features: Features, wanted: str | None, declared: str | None) -> str:
    """Return the encoding of the texts: as asked, as declared where that fits, or as recognised."""
    if wanted:
        return encodings.codec(wanted, features.file)
    values = [value for column in features.columns.values() for value in column if isinstance(value, str)]
    texts = list({text.encode("latin-1") for text in (*features.columns, *values) if not text.isascii()})
    if declared and all(encodings.decodes(text, declared) for text in texts):
        if declared not in WESTERN or not encodings.is_chinese(texts):
            return declared
        raise encodings.UnclearText(
            "{file} declares its texts as {declared}, but they look like GB 18030. Say which with --encoding.",
            file=features.file, declared=declared,
        )  # fmt: skip
    return encodings.recognise(texts, features.file)


def text_of(value: Any, codec: str, file: str, column: str, i: int) -> tuple[Any, bool]:
    """Return a value with its text decoded, and whether its last character was cut off."""
    if not isinstance(value, str) or value.isascii():
        return value, False
    try:
        return encodings.decode_field(value.encode("latin-1"), codec)
    except UnicodeDecodeError as error:
        raise encodings.UnclearText(
            "{file}: feature {feature}, field {field}: its text is not {encoding}. Name the right encoding.",
            file=file, feature=i + 1, field=ascii(column)[1:-1], encoding=codec,
        ) from error  # fmt: skip
