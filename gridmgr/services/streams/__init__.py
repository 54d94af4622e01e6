"""Streams of rows: files read and written a chunk at a time, whatever their size.

A chunk is a pyarrow Table. Where a file has shapes, they stand in the column
``geometry`` as well-known binary; no other column is called so.

::

    in.parquet ── opened ──> Source: part 0, part 1, … each read by itself, in any order
                               │
                  chunks(source, part)     a Table at a time
                               │
                  piece(path, suffix, schema)   what a part becomes, in a file of its own
                               │
    out.parquet <── joined ── pieces in their order; appears whole or not at all

Parts and pieces are what makes a run parallel, resumable and exactly-once: a piece
is written under another name and renamed when it is complete.
"""

from gridmgr.services.streams.sources import CHUNK, GEOMETRY, Source, chunks, free_name, kind_of, opened
from gridmgr.services.streams.targets import joined, piece, writing

__all__ = ["CHUNK", "GEOMETRY", "Source", "chunks", "free_name", "joined", "kind_of", "opened", "piece", "writing"]
