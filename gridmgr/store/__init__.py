"""ROWS: the only room that imports SQLAlchemy and GeoAlchemy2."""
