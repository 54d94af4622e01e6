"""Dispatchers see who else is at the desk, keep filters, and leave notes to the next shift.

Steps are found by who took them and when, for what a shift has done so far.
"""

from alembic import op
from sqlalchemy import Column, Integer, String, Text, UniqueConstraint

from gridmgr.store.types import Document, Instant

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "desk_presence",
        Column("id", Integer, primary_key=True),
        Column("login", String(64), nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("number", Text, nullable=False),
        Column("since", Instant, nullable=False),
        Column("seen_at", Instant, nullable=False),
    )
    op.create_table(
        "desk_filter",
        Column("id", Integer, primary_key=True),
        Column("login", String(64), nullable=False),
        Column("name", String(64), nullable=False),
        Column("query", Document, nullable=False),
        UniqueConstraint("login", "name"),
    )
    op.create_table(
        "desk_handover",
        Column("id", Integer, primary_key=True),
        Column("at", Instant, nullable=False),
        Column("by", String(64), nullable=False),
        Column("name", Text, nullable=False),
        Column("note", Text, nullable=False),
        Column("open", Document, nullable=False),
    )
    op.create_index("ix_case_event_by_at", "case_event", ["by", "at"])
    op.create_index("ix_case_event_action_at", "case_event", ["action", "at"])


def downgrade():
    op.drop_index("ix_case_event_action_at", "case_event")
    op.drop_index("ix_case_event_by_at", "case_event")
    for name in ("desk_handover", "desk_filter", "desk_presence"):
        op.drop_table(name)
