"""A difference as a file: its grids and the pieces that changed hands, one row each."""

import pathlib

import numpy as np

from gridmgr.errors import NotFound
from gridmgr.geometry import formats
from gridmgr.store import backups

COLUMNS = (
    "feature",
    "kind",
    "level",
    "code",
    "name",
    "code_before",
    "name_before",
    "parent_before",
    "parent_after",
    "differs",
    "from",
    "to",
    "area_before_m2",
    "area_after_m2",
    "area_m2",
)


def write(found, path):
    """Write a Difference into a file (gpkg, geojson, csv, fgb, parquet) and return how many rows it has.

    A grid has the shape that it has after; one that is gone, the shape that it had.

    Raises
    ------
    NotFound
        Nothing differs.
    """
    backups.refuse_city(pathlib.Path(path))
    rows = [grid_row(found, one) for one in found.changes] + [piece_row(one) for one in found.moves]
    rows = [(values, shape) for values, shape in rows if shape is not None]
    if not rows:
        raise NotFound("{before} and {after} have the same boundaries.", before=found.before, after=found.after)
    columns = {name: [values.get(name) for values, _ in rows] for name in COLUMNS}
    shapes = np.empty(len(rows), dtype=object)
    shapes[:] = [shape for _, shape in rows]
    formats.write(path, formats.Features(str(path), "difference", shapes, columns, "EPSG:4326"))
    return len(rows)


def grid_row(found, one):
    """Return (attributes, shape) of a grid that differs."""
    before, after = one.before, one.after
    values = {
        "feature": "grid",
        "kind": one.kind,
        "level": one.grid.level,
        "code": one.grid.code,
        "name": one.grid.name,
        "code_before": before and before.code,
        "name_before": before and before.name,
        "parent_before": before and before.parent_code,
        "parent_after": after and after.parent_code,
        "differs": " ".join(one.differs),
        "area_before_m2": found.area_m2(one.shape_before),
        "area_after_m2": found.area_m2(one.shape_after),
    }
    return values, one.shape_after if after is not None else one.shape_before


def piece_row(move):
    """Return (attributes, shape) of ground that changed hands."""
    values = {"feature": "piece", "kind": "moved", "level": move.after.level, "from": move.before.code}
    return {**values, "to": move.after.code, "area_m2": move.area_m2}, move.shape
