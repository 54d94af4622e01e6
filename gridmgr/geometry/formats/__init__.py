"""FILES of shapes: read with suspicion, written with care."""

from gridmgr.geometry.formats.features import Features, Note
from gridmgr.geometry.formats.reading import read
from gridmgr.geometry.formats.writing import write

__all__ = ["Features", "Note", "read", "write"]
