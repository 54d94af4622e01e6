"""A step of a report or case that is sent twice under one key is taken once, and answered as the first time."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, UniqueConstraint

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "step_key",
        Column("id", Integer, primary_key=True),
        Column("by", String(64), nullable=False),
        Column("key", String(200), nullable=False),
        Column("digest", String(64), nullable=False),
        Column("case_event_id", Integer, ForeignKey("case_event.id"), nullable=False),
        UniqueConstraint("by", "key"),
    )


def downgrade():
    op.drop_table("step_key")
