"""A replay reads what it asks about reports from their index of receipt, not from their wide rows."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = "ix_report_received_at"
ASKED = ["received_at", "id", "observed_at", "lon", "lat", "category_code"]
AFTER = f"ix_report_{'_'.join(ASKED)}"


def upgrade():
    op.create_index(AFTER, "report", ASKED)
    op.drop_index(BEFORE, "report")


def downgrade():
    op.create_index(BEFORE, "report", ["received_at"])
    op.drop_index(AFTER, "report")
