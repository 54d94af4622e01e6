"""The tables of the boundaries: versions, grids as they were from version to version, and who comes from whom."""

from sqlalchemy import Column, Double, ForeignKey, Integer, String, UniqueConstraint

from gridmgr.domain import grids
from gridmgr.store.tables.columns import (
    code,
    document,
    instant,
    lives,
    only_one_open,
    role_of_shape,
    row_of,
    table,
    version_number,
    words,
)
from gridmgr.store.types import Shape

version = table(
    "version",
    Column("number", Integer, nullable=False, unique=True),
    instant("effective_from"),
    instant("published_at"),
    words("published_by"),
    words("name"),
    words("reason"),
    instant("withdrawn_at", nullable=True),
    words("withdrawn_reason"),
    words("approved_by"),
)
acceptance = table(
    "acceptance",
    version_number("version_number"),
    Column("kind", String(32), nullable=False),
    words("reason"),
    words("accepted_by"),
    instant("accepted_at"),
    UniqueConstraint("version_number", "kind"),
)
grid = table("grid", Column("level", String(32), nullable=False))
grid_state = table(
    "grid_state",
    row_of("grid"),
    Column("level", String(32), nullable=False),
    code("code"),
    words("name"),
    *role_of_shape(),
    code("parent_code", nullable=True),
    words("name_en"),
    document("props"),
    *lives(),
    UniqueConstraint("code", "from_version"),
    UniqueConstraint("grid_id", "from_version"),
)
only_one_open("grid_state", "grid_id")
only_one_open("grid_state", "code")
grid_shape = table(
    "grid_shape",
    row_of("grid"),
    *lives(),
    Column("shape", Shape("MULTIPOLYGON"), nullable=False),
    UniqueConstraint("grid_id", "from_version"),
)
only_one_open("grid_shape", "grid_id")
lineage = table(
    "lineage",
    version_number("version_number"),
    Column("from_id", Integer, ForeignKey("grid.id"), nullable=False),
    Column("to_id", Integer, ForeignKey("grid.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("area_m2", Double, nullable=False),
    UniqueConstraint("version_number", "from_id", "to_id"),
)

HOMES = {
    grids.Version: version,
    grids.Acceptance: acceptance,
    grids.Grid: grid,
    grids.GridState: grid_state,
    grids.GridShape: grid_shape,
    grids.Lineage: lineage,
}
