"""Notices leave by an outbox: written with what they tell of, delivered afterwards."""

from alembic import op
from sqlalchemy import Column, Integer, String, Text, text

from gridmgr.store.types import Document, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "notice",
        Column("id", Integer, primary_key=True),
        Column("key", String(64), nullable=False, unique=True),
        Column("kind", String(64), nullable=False),
        Column("channel", String(32), nullable=False),
        Column("address", Text, nullable=False),
        Column("language", String(8), nullable=False),
        Column("payload", Document, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("give_up_at", Instant, nullable=False),
        Column("state", String(16), nullable=False),
        Column("tries", Integer, nullable=False),
        Column("claim", String(32), nullable=False),
        Column("reason", Document, nullable=False),
        Column("ended_at", Instant),
    )
    waiting = text("state = 'waiting'")
    op.create_index("ix_notice_waiting", "notice", ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_notice_state_ended_at", "notice", ["state", "ended_at"])


def downgrade():
    op.drop_table("notice")
