"""Rows of GeoJSON and GeoPackage files, through GDAL, under our own name: GDAL takes ``!`` and ``/vsi`` for orders."""

import contextlib
import pathlib
import tempfile

import pyarrow as pa

from gridmgr.errors import Invalid
from gridmgr.geometry.archives import display_name
from gridmgr.geometry.formats import ogr
from gridmgr.services.streams import sources
from gridmgr.services.streams.sources import Source, with_geometry

FIRST_BYTES = {".gpkg": b"SQLite format 3\0", ".geojson": b"{", ".json": b"{"}
BATCH = 1 << 16


def opened(path):
    """Return the Source of a GeoJSON or GeoPackage file."""
    import pyogrio

    check_first_bytes(path)
    with complaints(path), own_name(path) as own:
        ogr.refuse_endless(path, display_name(path))
        refuse_several_layers(own, path)
        count = pyogrio.read_info(own)["features"]
        with pyogrio.open_arrow(own, batch_size=1, use_pyarrow=True) as (meta, reader):
            schema = with_geometry(reader.schema.empty_table(), shapes_of(meta)).schema
    return Source(path, schema, tuple(parts_of(path, count)), count if count >= 0 else None, meta["crs"])


def parts_of(path, count):
    """Return (features to skip, most to read) of each part; of GeoJSON, read from its beginning each time, one."""
    if path.suffix.lower() != ".gpkg" or count < 0:
        return [(0, None)]
    return [(first, sources.PART) for first in range(0, count, sources.PART)]


def chunks(source, part, coded=()):
    """Yield the rows of one part."""
    import pyogrio

    skipped, most = part
    size = min(BATCH, sources.CHUNK)
    with (
        complaints(source.path),
        own_name(source.path) as own,
        pyogrio.open_arrow(own, batch_size=size, use_pyarrow=True, skip_features=skipped) as (meta, reader),
    ):
        for batch in first_rows(reader, most):
            yield with_geometry(pa.Table.from_batches([batch]), shapes_of(meta))


def first_rows(batches, most):
    """Yield batches of ``most`` rows together; of all without a number."""
    passed = 0
    for batch in batches:
        here = batch if most is None else batch.slice(0, most - passed)
        passed += len(here)
        if len(here):
            yield here
        if passed == most:
            return


def shapes_of(meta):
    """Return the name of the column of shapes."""
    return meta["geometry_name"] or "wkb_geometry"


@contextlib.contextmanager
def own_name(path):
    """Give ``path`` a name of ours for a while."""
    with tempfile.TemporaryDirectory(prefix="gridmgr-") as folder:
        own = pathlib.Path(folder) / f"rows{path.suffix.lower()}"
        own.symlink_to(path.absolute())
        yield own


@contextlib.contextmanager
def complaints(path):
    """Turn what GDAL says of a file that is no such file into a sentence."""
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    try:
        yield
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise Invalid("{file} is damaged and cannot be read. Export it again.", file=path) from error


def refuse_several_layers(own, path):
    """Raise Invalid where the file, known as ``own``, holds more than one layer with shapes."""
    import pyogrio

    layers = [name for name, geometry in pyogrio.list_layers(own) if geometry is not None]
    if len(layers) > 1:
        raise Invalid(
            "{file} holds the layers {layers}. Export the one with the rows into a file of its own.",
            file=display_name(path),
            layers=", ".join(layers)[:300],
        )


def check_first_bytes(path):
    """Raise Invalid where a file does not begin as its ending says: GDAL goes by content, not by name."""
    with path.open("rb") as file:
        head = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(FIRST_BYTES[path.suffix.lower()]):
        raise Invalid("{file} is not what its ending says. Export it again.", file=path)
