"""The tables of reports: what was told and where, its photos, and what its reporter thinks of what became of it."""

from sqlalchemy import Column, Double, Index, Integer, String, UniqueConstraint

from gridmgr.domain import cases, photos, ratings
from gridmgr.store.tables.columns import code, document, flag, instant, only_where, row_of, table, version_number, words
from gridmgr.store.types import Shape

report = table(
    "report",
    Column("number", String(64), nullable=False, unique=True),
    instant("received_at"),
    instant("observed_at"),
    Column("x", Double, nullable=False),
    Column("y", Double, nullable=False),
    Column("crs", String(32), nullable=False),
    Column("lon", Double, nullable=False),
    Column("lat", Double, nullable=False),
    code("category_code", nullable=True),
    Column("accuracy_m", Double),
    words("description"),
    words("reporter"),
    Column("source", String(32), nullable=False),
    Column("idempotency_key", String(255)),
    row_of("grid", nullable=True),
    code("grid_code", nullable=True),
    code("department_code", nullable=True),
    row_of("person", nullable=True),
    version_number("version_number", nullable=True),
    flag("near_border"),
    flag("coverage_gap"),
    document("decision"),
    Column("state", String(32), nullable=False),
    row_of("report", "duplicate_of_id", nullable=True),
    document("photos"),
    Column("secret_hash", String(64), nullable=False),
    UniqueConstraint("source", "idempotency_key"),
)
only_where(
    "ix_report_undecided",
    "state IN ('reported', 'accepted', 'verifying', 'pending_filing')",
    report.c.received_at,
    report.c.id,
)
only_where("ix_report_duplicate_of_id", "duplicate_of_id IS NOT NULL", report.c.duplicate_of_id)
Index(None, *(report.c[name] for name in ("received_at", "id", "observed_at", "lon", "lat", "category_code")))
Index(None, report.c.grid_code, report.c.received_at)
report_place = table("report_place", row_of("report", unique=True), Column("shape", Shape("POINT"), nullable=False))
photo = table(
    "photo",
    Column("token", String(64), nullable=False, unique=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    instant("created_at"),
    Column("by", String(64), nullable=False),
    instant("taken_at", nullable=True),
    Column("lon", Double),
    Column("lat", Double),
    instant("used_at", nullable=True),
)
only_where("ix_photo_unused", "used_at IS NULL", photo.c.created_at)
rating = table(
    "report_rating",
    row_of("report", unique=True),
    Column("stars", Integer, nullable=False),
    words("words"),
    instant("rated_at"),
)

HOMES = {cases.Report: report, cases.ReportPlace: report_place, photos.Photo: photo, ratings.Rating: rating}
