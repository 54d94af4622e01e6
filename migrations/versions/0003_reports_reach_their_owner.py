"""Reports reach their owner and become cases; accounts sign in.

An outsider with QGIS sees the layer ``reports``, without the reporters' names.
"""

from alembic import op
from sqlalchemy import Boolean, Column, Double, ForeignKey, Integer, String, Text, UniqueConstraint

from gridmgr.store import upgrades
from gridmgr.store.types import Code, Document, Instant, Shape

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REPORTS = """
SELECT s.id AS ogc_fid, r.number, r.received_at, r.observed_at, r.category_code, r.grid_code, r.department_code,
  r.near_border, r.coverage_gap, r.description, s.shape
FROM report_place s
JOIN report r ON r.id = s.report_id
"""


def version():
    """Return a reference to a version, checked at the end of the transaction."""
    return ForeignKey("version.number", deferrable=True, initially="DEFERRED")


def department():
    """Return a reference to a department's code, checked at the end of the transaction."""
    return ForeignKey("department.code", deferrable=True, initially="DEFERRED")


def upgrade():
    op.create_table(
        "report",
        Column("id", Integer, primary_key=True),
        Column("number", String(64), unique=True, nullable=False),
        Column("received_at", Instant, nullable=False),
        Column("observed_at", Instant, nullable=False),
        Column("x", Double, nullable=False),
        Column("y", Double, nullable=False),
        Column("crs", String(32), nullable=False),
        Column("lon", Double, nullable=False),
        Column("lat", Double, nullable=False),
        Column("category_code", Code),
        Column("accuracy_m", Double),
        Column("description", Text, nullable=False),
        Column("reporter", Text, nullable=False),
        Column("source", String(32), nullable=False),
        Column("idempotency_key", String(255)),
        Column("grid_id", Integer, ForeignKey("grid.id")),
        Column("grid_code", Code),
        Column("department_code", Code),
        Column("person_id", Integer, ForeignKey("person.id")),
        Column("version_number", Integer, version()),
        Column("near_border", Boolean, nullable=False),
        Column("coverage_gap", Boolean, nullable=False),
        Column("decision", Document, nullable=False),
        UniqueConstraint("source", "idempotency_key"),
    )
    op.create_index("ix_report_grid_code_received_at", "report", ["grid_code", "received_at"])
    op.create_index("ix_report_received_at", "report", ["received_at"])
    op.create_table(
        "report_place",
        Column("id", Integer, primary_key=True),
        Column("report_id", Integer, ForeignKey("report.id"), unique=True, nullable=False),
        Column("shape", Shape("POINT", upgrades.srid()), nullable=False),
    )
    op.create_table(
        "cases",
        Column("id", Integer, primary_key=True),
        Column("number", String(64), unique=True, nullable=False),
        Column("report_id", Integer, ForeignKey("report.id"), unique=True, nullable=False),
        Column("category_code", Code, nullable=False),
        Column("grid_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("department_code", Code, department(), nullable=False),
        Column("state", String(32), nullable=False),
        Column("filed_at", Instant, nullable=False),
        Column("due_at", Instant, nullable=False),
        Column("closed_at", Instant),
    )
    op.create_index("ix_cases_grid_id_state", "cases", ["grid_id", "state"])
    op.create_table(
        "account",
        Column("id", Integer, primary_key=True),
        Column("login", String(64), unique=True, nullable=False),
        Column("name", Text, nullable=False),
        Column("password_hash", Text, nullable=False),
        Column("role", String(32), nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("area_code", Code, nullable=False),
        Column("person_id", Integer, ForeignKey("person.id")),
        Column("language", String(8), nullable=False),
        Column("disabled_at", Instant),
    )
    op.create_table(
        "sign_in",
        Column("id", Integer, primary_key=True),
        Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
        Column("token_hash", String(64), unique=True, nullable=False),
        Column("created_at", Instant, nullable=False),
        Column("expires_at", Instant, nullable=False),
    )
    op.create_index("ix_sign_in_expires_at", "sign_in", ["expires_at"])
    op.create_table(
        "attempt",
        Column("id", Integer, primary_key=True),
        Column("kind", String(32), nullable=False),
        Column("key", String(255), nullable=False),
        Column("at", Instant, nullable=False),
    )
    op.create_index("ix_attempt_kind_key_at", "attempt", ["kind", "key", "at"])
    upgrades.index_shapes("report_place", shown_by="reports")
    upgrades.show_layer("reports", REPORTS, "POINT")


def downgrade():
    upgrades.hide_layer("reports")
    op.drop_table("attempt")
    op.drop_table("sign_in")
    op.drop_table("account")
    op.drop_table("cases")
    upgrades.drop_shapes("report_place")
    op.drop_table("report")
