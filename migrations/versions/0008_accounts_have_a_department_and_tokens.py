"""An account may be for one department alone; programs show a token of an account in place of its password."""

from alembic import op
from sqlalchemy import Column, ForeignKey, Integer, String, Text

from gridmgr.store.types import Code, Document, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("account", Column("department_code", Code, nullable=False, server_default=""))
    op.create_table(
        "api_token",
        Column("id", Integer, primary_key=True),
        Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
        Column("name", Text, nullable=False),
        Column("token_hash", String(64), unique=True, nullable=False),
        Column("rights", Document, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
        Column("last_used_at", Instant),
        Column("revoked_at", Instant),
    )
    op.create_index("ix_api_token_account_id", "api_token", ["account_id"])


def downgrade():
    op.drop_table("api_token")
    op.drop_column("account", "department_code")
