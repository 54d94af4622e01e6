"""Reporters say once what they think of what became of their reports."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, Text

from gridmgr.store.types import Instant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "report_rating",
        Column("id", Integer, primary_key=True),
        Column("report_id", Integer, ForeignKey("report.id"), nullable=False, unique=True),
        Column("stars", Integer, nullable=False),
        Column("words", Text, nullable=False),
        Column("rated_at", Instant, nullable=False),
    )


def downgrade():
    op.drop_table("report_rating")
