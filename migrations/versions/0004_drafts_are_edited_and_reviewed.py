"""Drafts are lists of edits that others review; versions remember which grids came from which."""

from alembic import op
from sqlalchemy import Column, Double, ForeignKey, Integer, String, Text, UniqueConstraint

from gridmgr.store.types import Document, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def on_draft():
    """Return the columns that a draft gains, new ones each time: each belongs to one table."""
    return (
        Column("revision", Integer, nullable=False, server_default="0"),
        Column("moves_level", String(32)),
        Column("submitted_by", Text, nullable=False, server_default=""),
        Column("submitted_at", Instant),
        Column("approved_by", Text, nullable=False, server_default=""),
        Column("approved_at", Instant),
    )


def of_draft():
    """Return the reference of a row to its draft."""
    return Column("draft_id", Integer, ForeignKey("draft.id"), nullable=False)


def upgrade():
    for column in on_draft():
        op.add_column("draft", column)
    op.add_column("version", Column("approved_by", Text, nullable=False, server_default=""))
    op.create_table(
        "draft_edit",
        Column("id", Integer, primary_key=True),
        of_draft(),
        Column("number", Integer, nullable=False),
        Column("edit", Document, nullable=False),
        Column("reason", Text, nullable=False),
        Column("made_by", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("before", Document, nullable=False),
        Column("after", Document, nullable=False),
        Column("undone_at", Instant),
        Column("dropped_at", Instant),
        UniqueConstraint("draft_id", "number"),
    )
    op.create_table(
        "checkpoint",
        Column("id", Integer, primary_key=True),
        of_draft(),
        Column("number", Integer, nullable=False),
        Column("name", Text, nullable=False),
        Column("made_by", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
    )
    op.create_index("ix_checkpoint_draft_id", "checkpoint", ["draft_id"])
    op.create_table(
        "comment",
        Column("id", Integer, primary_key=True),
        of_draft(),
        Column("text", Text, nullable=False),
        Column("made_by", Text, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("lon", Double),
        Column("lat", Double),
        Column("settled_by", Text, nullable=False),
        Column("settled_at", Instant),
    )
    op.create_index("ix_comment_draft_id", "comment", ["draft_id"])
    op.create_table(
        "lineage",
        Column("id", Integer, primary_key=True),
        Column(
            "version_number",
            Integer,
            ForeignKey("version.number", deferrable=True, initially="DEFERRED"),
            nullable=False,
        ),
        Column("from_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("to_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("area_m2", Double, nullable=False),
        UniqueConstraint("version_number", "from_id", "to_id"),
    )


def downgrade():
    for table in ("lineage", "comment", "checkpoint", "draft_edit"):
        op.drop_table(table)
    op.drop_column("version", "approved_by")
    for column in reversed(on_draft()):
        op.drop_column("draft", column.name)
