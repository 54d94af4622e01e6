"""ROWS: the only room that imports SQLAlchemy and GeoAlchemy2."""

from gridmgr.store import mapping  # noqa: F401  which class lives where must stand before the first query
