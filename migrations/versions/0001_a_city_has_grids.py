"""A city has grids, versions and drafts of its boundaries, and other things on its map.

An outsider with QGIS sees the layers ``grids`` (the newest boundaries) and ``features``.
"""

from alembic import op
from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, String, Text, UniqueConstraint, text

from gridmgr.store import upgrades
from gridmgr.store.types import Code, Document, Instant, Shape

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STILL_OPEN = {"sqlite_where": text("to_version IS NULL"), "postgresql_where": text("to_version IS NULL")}
NEWEST_GRIDS = """
SELECT s.id AS ogc_fid, t.code, t.name, t.name_en, t.level, t.role, t.parent_code, t.from_version, s.shape
FROM grid_shape s
JOIN grid_state t ON t.grid_id = s.grid_id
JOIN (SELECT max(number) AS number FROM version WHERE withdrawn_at IS NULL) v
  ON s.from_version <= v.number AND (s.to_version IS NULL OR s.to_version > v.number)
  AND t.from_version <= v.number AND (t.to_version IS NULL OR t.to_version > v.number)
"""
FEATURES = """
SELECT s.id AS ogc_fid, f.layer, f.code, f.name, f.name_en, f.props, f.valid_from, f.valid_to, s.shape
FROM feature_shape s
JOIN feature f ON f.id = s.feature_id
"""


def version():
    """Return a reference to a version, checked at the end of the transaction."""
    return ForeignKey("version.number", deferrable=True, initially="DEFERRED")


def upgrade():
    upgrades.enable_postgis()
    op.create_table(
        "city",
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        Column("timezone", String(64), nullable=False),
        Column("srid", Integer, nullable=False),
        Column("name_en", Text, nullable=False),
        Column("code", Code, nullable=False),
        Column("profile", String(16), nullable=False),
        Column("is_demo", Boolean, nullable=False),
        Column("is_schematic", Boolean, nullable=False),
        Column("settings", Document, nullable=False),
        Column("created_at", Instant),
        CheckConstraint("id = 1", name="only_one"),
    )
    op.create_table(
        "version",
        Column("id", Integer, primary_key=True),
        Column("number", Integer, unique=True, nullable=False),
        Column("effective_from", Instant, nullable=False),
        Column("published_at", Instant, nullable=False),
        Column("published_by", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("withdrawn_at", Instant),
        Column("withdrawn_reason", Text, nullable=False),
    )
    op.create_table(
        "acceptance",
        Column("id", Integer, primary_key=True),
        Column("version_number", Integer, version(), nullable=False),
        Column("kind", String(32), nullable=False),
        Column("reason", Text, nullable=False),
        Column("accepted_by", Text, nullable=False),
        Column("accepted_at", Instant, nullable=False),
        UniqueConstraint("version_number", "kind"),
    )
    op.create_table(
        "grid",
        Column("id", Integer, primary_key=True),
        Column("level", String(32), nullable=False),
    )
    op.create_table(
        "grid_state",
        Column("id", Integer, primary_key=True),
        Column("grid_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("level", String(32), nullable=False),
        Column("code", Code, nullable=False),
        Column("name", Text, nullable=False),
        Column("role", String(16), nullable=False),
        Column("parent_code", Code),
        Column("name_en", Text, nullable=False),
        Column("props", Document, nullable=False),
        Column("from_version", Integer, version(), nullable=False),
        Column("to_version", Integer, version()),
        CheckConstraint("to_version IS NULL OR to_version > from_version", name="ends_later"),
        CheckConstraint("role IN ('drawn', 'derived', 'reference')", name="role"),
        UniqueConstraint("code", "from_version"),
        UniqueConstraint("grid_id", "from_version"),
    )
    op.create_index("uq_grid_state_open_code", "grid_state", ["code"], unique=True, **STILL_OPEN)
    op.create_index("uq_grid_state_open_grid_id", "grid_state", ["grid_id"], unique=True, **STILL_OPEN)
    op.create_table(
        "grid_shape",
        Column("id", Integer, primary_key=True),
        Column("grid_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("from_version", Integer, version(), nullable=False),
        Column("to_version", Integer, version()),
        Column("shape", Shape("MULTIPOLYGON", upgrades.srid()), nullable=False),
        CheckConstraint("to_version IS NULL OR to_version > from_version", name="ends_later"),
        UniqueConstraint("grid_id", "from_version"),
    )
    op.create_index("uq_grid_shape_open_grid_id", "grid_shape", ["grid_id"], unique=True, **STILL_OPEN)
    op.create_table(
        "draft",
        Column("id", Integer, primary_key=True),
        Column("name", Text, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("created_by", Text, nullable=False),
        Column("base_number", Integer, version()),
        Column("reason", Text, nullable=False),
        Column("status", String(16), nullable=False),
        Column("published_number", Integer, version()),
    )
    op.create_table(
        "draft_grid",
        Column("id", Integer, primary_key=True),
        Column("draft_id", Integer, ForeignKey("draft.id"), nullable=False),
        Column("level", String(32), nullable=False),
        Column("code", Code, nullable=False),
        Column("name", Text, nullable=False),
        Column("role", String(16), nullable=False),
        Column("parent_code", Code),
        Column("grid_id", Integer, ForeignKey("grid.id")),
        Column("removed", Boolean, nullable=False),
        Column("name_en", Text, nullable=False),
        Column("props", Document, nullable=False),
        CheckConstraint("role IN ('drawn', 'derived', 'reference')", name="role"),
        UniqueConstraint("draft_id", "code"),
    )
    op.create_table(
        "draft_shape",
        Column("id", Integer, primary_key=True),
        Column("draft_grid_id", Integer, ForeignKey("draft_grid.id"), unique=True, nullable=False),
        Column("shape", Shape("MULTIPOLYGON", upgrades.srid()), nullable=False),
    )
    op.create_table(
        "feature",
        Column("id", Integer, primary_key=True),
        Column("layer", String(32), nullable=False),
        Column("code", Code, nullable=False),
        Column("name", Text, nullable=False),
        Column("name_en", Text, nullable=False),
        Column("props", Document, nullable=False),
        Column("valid_from", Instant),
        Column("valid_to", Instant),
        Column("recorded_at", Instant),
        Column("recorded_by", Text, nullable=False),
    )
    op.create_index("ix_feature_layer_code", "feature", ["layer", "code"])
    op.create_table(
        "feature_shape",
        Column("id", Integer, primary_key=True),
        Column("feature_id", Integer, ForeignKey("feature.id"), unique=True, nullable=False),
        Column("shape", Shape("GEOMETRY", upgrades.srid()), nullable=False),
    )
    op.create_table(
        "revision",
        Column("kind", String(32), primary_key=True),
        Column("number", Integer, nullable=False),
    )
    upgrades.index_shapes("grid_shape", shown_by="grids")
    upgrades.index_shapes("draft_shape")
    upgrades.index_shapes("feature_shape", shown_by="features")
    upgrades.keep_published(
        "grid_state", "id, grid_id, level, code, name, role, parent_code, name_en, props, from_version"
    )
    upgrades.keep_published("grid_shape", "id, grid_id, from_version, shape")
    upgrades.show_layer("grids", NEWEST_GRIDS, "MULTIPOLYGON")
    upgrades.show_layer("features", FEATURES, "GEOMETRY")


def downgrade():
    upgrades.hide_layer("features")
    upgrades.hide_layer("grids")
    op.drop_table("revision")
    upgrades.drop_shapes("feature_shape")
    op.drop_table("feature")
    upgrades.drop_shapes("draft_shape")
    op.drop_table("draft_grid")
    op.drop_table("draft")
    upgrades.drop_shapes("grid_shape")
    op.drop_table("grid_state")
    op.drop_table("grid")
    op.drop_table("acceptance")
    op.drop_table("version")
    op.drop_table("city")
    upgrades.forget_refusal()
