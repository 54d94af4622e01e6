"""A post may begin with a version, and a case may pass to another grid because borders moved."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text

from gridmgr.store.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("post", Column("begins_with", Integer, ForeignKey("version.number")), inline_references=True)
    op.create_table(
        "rehoming",
        Column("id", Integer, primary_key=True),
        Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
        Column("grid_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("recorded_by", Text, nullable=False),
        Column("reason", Text, nullable=False),
    )
    op.create_index("ix_rehoming_case_id", "rehoming", ["case_id"])


def downgrade():
    op.drop_table("rehoming")
    op.drop_column("post", "begins_with")
