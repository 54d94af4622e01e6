"""Reports carry photos and a secret by which their reporter follows them; a report from before has neither."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, Double, Integer, String

from gridmgr.store.types import Document, Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "photo",
        Column("id", Integer, primary_key=True),
        Column("token", String(64), nullable=False, unique=True),
        Column("width", Integer, nullable=False),
        Column("height", Integer, nullable=False),
        Column("size", Integer, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("by", String(64), nullable=False),
        Column("taken_at", Instant),
        Column("lon", Double),
        Column("lat", Double),
        Column("used_at", Instant),
    )
    unused = sa.text("used_at IS NULL")
    op.create_index("ix_photo_unused", "photo", ["created_at"], sqlite_where=unused, postgresql_where=unused)
    op.add_column("report", Column("photos", Document, nullable=False, server_default="[]"))
    op.add_column("report", Column("secret_hash", String(64), nullable=False, server_default=""))


def downgrade():
    op.drop_column("report", "secret_hash")
    op.drop_column("report", "photos")
    op.drop_table("photo")
