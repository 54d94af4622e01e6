"""Asking for shapes near a place: the database's index proposes, shapely decides."""

from sqlalchemy import column, func, select, table

BOUNDS = ("minx", "miny", "maxx", "maxy")


def may_meet(session, shapes, box):
    """Return the condition that a shape's bounding box meets ``box``; a few more may pass on the file.

    Parameters
    ----------
    shapes : Table
        A table with a ``shape`` column and its index.
    box : tuple of float
        West, south, east, north; degrees.
    """
    west, south, east, north = box
    if session.connection().dialect.name == "postgresql":
        return shapes.c.shape.op("&&")(func.ST_MakeEnvelope(west, south, east, north))
    index = table(f"rtree_{shapes.name}_shape", column("id"), *map(column, BOUNDS))
    meets = (index.c.minx <= east, index.c.maxx >= west, index.c.miny <= north, index.c.maxy >= south)
    return shapes.c.id.in_(select(index.c.id).where(*meets))
