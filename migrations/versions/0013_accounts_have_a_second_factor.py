"""An account may have a second factor, and is asked for it after its password."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String

from gridmgr.store.types import Document, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "second_factor",
        Column("id", Integer, primary_key=True),
        Column("account_id", Integer, ForeignKey("account.id"), nullable=False, unique=True),
        Column("secret", String(64), nullable=False),
        Column("waiting_secret", String(64), nullable=False),
        Column("last_step", Integer, nullable=False),
        Column("recovery", Document, nullable=False),
        Column("confirmed_at", Instant),
    )
    op.create_table(
        "half_sign_in",
        Column("id", Integer, primary_key=True),
        Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
        Column("token_hash", String(64), nullable=False, unique=True),
        Column("created_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
    )
    op.create_index("ix_half_sign_in_account_id", "half_sign_in", ["account_id"])


def downgrade():
    op.drop_table("half_sign_in")
    op.drop_table("second_factor")
