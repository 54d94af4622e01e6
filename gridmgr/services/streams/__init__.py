"""Streams of rows: files read and written a chunk at a time, whatever their size.

A chunk is a pyarrow Table. Where a file has shapes, they stand in the column
``geometry`` as well-known binary; no other column is called so.
"""

from gridmgr.services.streams.sources import Source, reading
from gridmgr.services.streams.targets import writing

__all__ = ["Source", "reading", "writing"]
