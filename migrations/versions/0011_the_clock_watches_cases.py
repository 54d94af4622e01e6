"""Cases that nobody moves are told further up the chain of responsibility, before and after their deadline.

What was filed before is looked at for the first time when it is due, or at once where it is late already.
"""

import sqlalchemy as sa
from alembic import op

from gridmgr.store.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("cases", sa.Column("wakes_at", Instant))
    op.execute(sa.text("UPDATE cases SET wakes_at = due_at WHERE closed_at IS NULL AND history > 0"))
    awake = sa.text("closed_at IS NULL AND wakes_at IS NOT NULL")
    op.create_index("ix_cases_open_wakes", "cases", ["wakes_at", "id"], sqlite_where=awake, postgresql_where=awake)


def downgrade():
    op.drop_index("ix_cases_open_wakes", "cases")
    op.drop_column("cases", "wakes_at")
