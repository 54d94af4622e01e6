"""Rows of Parquet files, by row groups; the shapes of a GeoParquet file by its own description."""

import pyarrow as pa
import pyarrow.parquet

from gridmgr.geometry.archives import display_name
from gridmgr.geometry.formats import parquet
from gridmgr.services.streams import sources
from gridmgr.services.streams.sources import GEOMETRY, Source, with_geometry


def opened(path):
    """Return the Source of a Parquet file."""
    with pa.parquet.ParquetFile(path) as file:
        schema = file.schema_arrow
        primary, column = shapes_of(schema, path)
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
        crs = parquet.declared_crs(column, display_name(path)) if column else None
        plain = with_geometry(pa.table({f.name: pa.array([], f.type) for f in schema}), primary).schema
        return Source(path, plain, tuple(parts_of(sizes)), file.metadata.num_rows, crs)


def shapes_of(schema, path):
    """Return the column of shapes, and its description where there is one; (None, None) without shapes."""
    described = parquet.geo_metadata(schema, display_name(path))
    if described is not None:
        return described
    is_there = GEOMETRY in schema.names and pa.types.is_binary(schema.field(GEOMETRY).type)
    return (GEOMETRY if is_there else None), None


def parts_of(sizes):
    """Yield (first row group, the one behind the last, first row, rows) of each part.

    Small row groups are read together. Of a large one each part is a stretch; what
    stands before it in the group must be decoded too, which is why most programs write
    groups of a million rows at most.
    """
    group = 0
    while group < len(sizes):
        behind, rows = group + 1, sizes[group]
        while behind < len(sizes) and rows + sizes[behind] <= sources.PART:
            rows += sizes[behind]
            behind += 1
        for first in range(0, rows, sources.PART):
            yield group, behind, first, min(sources.PART, rows - first)
        group = behind


def chunks(source, part, coded=()):
    """Yield the rows of one part; columns of texts among ``coded`` as dictionaries."""
    first_group, behind, first, rows = part
    texts = [name for name in coded if pa.types.is_string(source.schema.field(name).type)]
    with pa.parquet.ParquetFile(source.path, read_dictionary=texts) as file:
        primary, _ = shapes_of(file.schema_arrow, source.path)
        passed = 0
        for batch in file.iter_batches(sources.CHUNK, row_groups=range(first_group, behind), use_threads=False):
            here = batch.slice(max(first - passed, 0), max(first + rows - max(passed, first), 0))
            passed += len(batch)
            if len(here):
                yield with_geometry(pa.Table.from_batches([here]), primary)
            if passed >= first + rows:
                return
