"""It is kept who did what: entries that nobody may change, and seals over them."""

from alembic import op
from sqlalchemy import Column, Integer, String, Text, text

from gridmgr.store.types import Document, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEPT = {
    "trail_entry": 'UPDATE OF id, at, "by", action, subject, data',
    "trail_seal": "UPDATE",
}
REFUSAL = "the audit trail is written once: nobody changes or deletes an entry"
REFUSE_ON_SERVER = f"""
CREATE FUNCTION refuse_trail() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def upgrade():
    op.create_table(
        "trail_entry",
        Column("id", Integer, primary_key=True),
        Column("at", Instant, nullable=False),
        Column("by", Text, nullable=False),
        Column("action", String(64), nullable=False),
        Column("subject", Text, nullable=False),
        Column("data", Document, nullable=False),
        Column("seal_number", Integer),
    )
    unsealed = text("seal_number IS NULL")
    op.create_index("ix_trail_entry_unsealed", "trail_entry", ["id"], sqlite_where=unsealed, postgresql_where=unsealed)
    op.create_index("ix_trail_entry_seal_number", "trail_entry", ["seal_number"])
    op.create_index("ix_trail_entry_subject", "trail_entry", ["subject"])
    op.create_table(
        "trail_seal",
        Column("id", Integer, primary_key=True),
        Column("number", Integer, nullable=False, unique=True),
        Column("sealed_at", Instant, nullable=False),
        Column("members", Text, nullable=False),
        Column("previous", String(64), nullable=False),
        Column("digest", String(64), nullable=False),
    )
    keep()


def keep():
    """Let the database refuse to change or delete what was written, whoever asks."""
    on_server = op.get_bind().dialect.name == "postgresql"
    if on_server:
        op.execute(REFUSE_ON_SERVER)
    refuse = (
        "FOR EACH ROW EXECUTE FUNCTION refuse_trail()" if on_server else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    for table, change in KEPT.items():
        op.execute(f"CREATE TRIGGER kept_{table}_update BEFORE {change} ON {table} {refuse}")
        op.execute(f"CREATE TRIGGER kept_{table}_delete BEFORE DELETE ON {table} {refuse}")


def downgrade():
    op.drop_table("trail_seal")
    op.drop_table("trail_entry")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_trail()")
