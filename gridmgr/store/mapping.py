"""The tables, and which class of the domain lives in each."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.orm import registry

from gridmgr.domain import access, cases, categories, deadlines, drafts, grids, layers, responsibility, staff
from gridmgr.store.tables.casework import CASEWORK_HOMES
from gridmgr.store.tables.columns import (
    code,
    department,
    document,
    flag,
    instant,
    known,
    lives,
    metadata,
    only_one_open,
    only_where,
    role_of_shape,
    row_of,
    table,
    valid,
    version_number,
    words,
)
from gridmgr.store.tables.desk import HOMES as DESK
from gridmgr.store.tables.outbox import HOMES as OUTBOX
from gridmgr.store.tables.photos import HOMES as PHOTOS
from gridmgr.store.tables.ratings import HOMES as RATINGS
from gridmgr.store.tables.second_factors import HOMES as SECOND_FACTORS
from gridmgr.store.tables.step_keys import HOMES as STEP_KEYS
from gridmgr.store.tables.tokens import HOMES as TOKENS
from gridmgr.store.tables.trail import HOMES as TRAIL
from gridmgr.store.types import Shape

mapper = registry(metadata=metadata)
city = table(
    "city",
    words("name"),
    Column("timezone", String(64), nullable=False),
    Column("srid", Integer, nullable=False),
    words("name_en"),
    code("code"),
    Column("profile", String(16), nullable=False),
    flag("is_demo"),
    flag("is_schematic"),
    document("settings"),
    instant("created_at", nullable=True),
    CheckConstraint("id = 1", name="only_one"),
)
version = table(
    "version",
    Column("number", Integer, nullable=False, unique=True),
    instant("effective_from"),
    instant("published_at"),
    words("published_by"),
    words("name"),
    words("reason"),
    instant("withdrawn_at", nullable=True),
    words("withdrawn_reason"),
    words("approved_by"),
)
acceptance = table(
    "acceptance",
    version_number("version_number"),
    Column("kind", String(32), nullable=False),
    words("reason"),
    words("accepted_by"),
    instant("accepted_at"),
    UniqueConstraint("version_number", "kind"),
)
grid = table("grid", Column("level", String(32), nullable=False))
grid_state = table(
    "grid_state",
    row_of("grid"),
    Column("level", String(32), nullable=False),
    code("code"),
    words("name"),
    *role_of_shape(),
    code("parent_code", nullable=True),
    words("name_en"),
    document("props"),
    *lives(),
    UniqueConstraint("code", "from_version"),
    UniqueConstraint("grid_id", "from_version"),
)
only_one_open("grid_state", "grid_id")
only_one_open("grid_state", "code")
grid_shape = table(
    "grid_shape",
    row_of("grid"),
    *lives(),
    Column("shape", Shape("MULTIPOLYGON"), nullable=False),
    UniqueConstraint("grid_id", "from_version"),
)
only_one_open("grid_shape", "grid_id")
draft = table(
    "draft",
    words("name"),
    instant("created_at"),
    words("created_by"),
    version_number("base_number", nullable=True),
    words("reason"),
    Column("status", String(16), nullable=False),
    version_number("published_number", nullable=True),
    Column("revision", Integer, nullable=False),
    Column("moves_level", String(32)),
    words("submitted_by"),
    instant("submitted_at", nullable=True),
    words("approved_by"),
    instant("approved_at", nullable=True),
)
draft_grid = table(
    "draft_grid",
    row_of("draft"),
    Column("level", String(32), nullable=False),
    code("code"),
    words("name"),
    *role_of_shape(),
    code("parent_code", nullable=True),
    row_of("grid", nullable=True),
    flag("removed"),
    words("name_en"),
    document("props"),
    UniqueConstraint("draft_id", "code"),
)
draft_shape = table(
    "draft_shape", row_of("draft_grid", unique=True), Column("shape", Shape("MULTIPOLYGON"), nullable=False)
)
draft_edit = table(
    "draft_edit",
    row_of("draft"),
    Column("number", Integer, nullable=False),
    document("edit"),
    words("reason"),
    words("made_by"),
    instant("made_at"),
    document("before"),
    document("after"),
    instant("undone_at", nullable=True),
    instant("dropped_at", nullable=True),
    UniqueConstraint("draft_id", "number"),
)
checkpoint = table(
    "checkpoint",
    row_of("draft"),
    Column("number", Integer, nullable=False),
    words("name"),
    words("made_by"),
    instant("made_at"),
)
Index(None, checkpoint.c.draft_id)
comment = table(
    "comment",
    row_of("draft"),
    words("text"),
    words("made_by"),
    instant("made_at"),
    Column("lon", Double),
    Column("lat", Double),
    words("settled_by"),
    instant("settled_at", nullable=True),
)
Index(None, comment.c.draft_id)
lineage = table(
    "lineage",
    version_number("version_number"),
    Column("from_id", Integer, ForeignKey("grid.id"), nullable=False),
    Column("to_id", Integer, ForeignKey("grid.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("area_m2", Double, nullable=False),
    UniqueConstraint("version_number", "from_id", "to_id"),
)
person = table(
    "person",
    code("code"),
    words("name"),
    Column("phone", String(64), nullable=False),
    code("department_code"),
    instant("left_at", nullable=True),
    UniqueConstraint("code"),
)
post = table(
    "post",
    row_of("person"),
    row_of("grid"),
    Column("role", String(16), nullable=False),
    *valid(),
    *known(),
    Column("begins_with", Integer, ForeignKey("version.number")),
)
duty = table(
    "duty",
    row_of("person"),
    row_of("grid"),
    document("weekdays"),
    Column("starts_minute", SmallInteger, nullable=False),
    Column("ends_minute", SmallInteger, nullable=False),
    CheckConstraint("starts_minute BETWEEN 0 AND 1439", name="starts_in_the_day"),
    CheckConstraint("ends_minute BETWEEN 0 AND 1440", name="ends_in_the_day"),
    *valid(),
    *known(),
)
substitution = table(
    "substitution",
    row_of("person"),
    row_of("person", "substitute_id"),
    *valid(end_nullable=False),
    words("reason"),
    *known(),
)
for roster in (post, duty):
    Index(None, roster.c.grid_id)
    Index(None, roster.c.person_id)
Index(None, substitution.c.person_id)
departments = table("department", code("code"), words("name"), words("name_en"), UniqueConstraint("code"))
unit = table(
    "unit",
    department(),
    code("area_code"),
    words("organisation"),
    words("person"),
    Column("phone", String(64), nullable=False),
    *valid(),
    *known(),
)
Index(None, unit.c.department_code, unit.c.area_code)
matrix_entry = table(
    "responsibility",
    code("category_code"),
    code("area_code"),
    department(),
    *valid(),
    document("co_departments"),
    document("fallback_chain"),
    Column("routing_rule", String(32), nullable=False),
    flag("to_confirm"),
    words("source"),
    *known(),
)
Index(None, matrix_entry.c.category_code, matrix_entry.c.area_code)
nobodys_land = table(
    "nobodys_land",
    row_of("feature"),
    code("code"),
    words("name"),
    Column("kind", String(32), nullable=False),
    department(),
    words("organisation"),
    words("person"),
    Column("phone", String(64), nullable=False),
    words("document"),
    document("categories"),
    *valid(),
    Column("expires_on", Date),
    Column("priority", Integer, nullable=False),
    *known(),
)
Index(None, nobodys_land.c.feature_id)
category = table(
    "category",
    Column("code_system", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    code("code"),
    words("name"),
    words("name_en"),
    code("major_code"),
    words("major_name"),
    words("major_name_en"),
    code("code_2013"),
    flag("is_event"),
    Column("limit_value", Double),
    Column("limit_unit", String(32), nullable=False),
    document("limits_by_condition"),
    Column("priority", String(16), nullable=False),
    words("chief_overlay"),
    flag("is_local"),
    flag("to_confirm"),
    document("sources"),
    UniqueConstraint("code_system", "kind", "code"),
)
feature = table(
    "feature",
    Column("layer", String(32), nullable=False),
    code("code"),
    words("name"),
    words("name_en"),
    document("props"),
    instant("valid_from", nullable=True),
    instant("valid_to", nullable=True),
    *known(),
)
Index(None, feature.c.layer, feature.c.code)
feature_shape = table(
    "feature_shape", row_of("feature", unique=True), Column("shape", Shape("GEOMETRY"), nullable=False)
)
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
case = table(
    "cases",
    Column("number", String(64), nullable=False, unique=True),
    row_of("report", unique=True),
    code("category_code"),
    row_of("grid"),
    department(),
    Column("state", String(32), nullable=False),
    instant("filed_at"),
    instant("due_at"),
    instant("closed_at", nullable=True),
    words("condition"),
    Column("time_limit", String(16), nullable=False),
    Column("handler", String(64), nullable=False),
    instant("clock_from", nullable=True),
    instant("handled_at", nullable=True),
    instant("wakes_at", nullable=True),
    document("pauses"),
    *(Column(name, Integer, nullable=False) for name in ("extensions", "returns", "rounds")),
    Column("waits_for", String(16), nullable=False),
    Column("history", Integer, nullable=False),
)
Index(None, case.c.grid_id, case.c.state)
Index("ix_cases_state_due_at_id", case.c.state, case.c.due_at, case.c.id)
Index("ix_cases_department_state", case.c.department_code, case.c.state, case.c.due_at, case.c.id)
STILL_OPEN = "closed_at IS NULL"
only_where("ix_cases_open_due", STILL_OPEN, case.c.due_at, case.c.id)
only_where("ix_cases_open_department", STILL_OPEN, case.c.department_code, case.c.due_at, case.c.id)
only_where("ix_cases_open_grid", STILL_OPEN, case.c.grid_id, case.c.due_at, case.c.id)
only_where("ix_cases_open_handler", f"{STILL_OPEN} AND handler <> ''", case.c.handler, case.c.due_at, case.c.id)
only_where("ix_cases_open_wakes", f"{STILL_OPEN} AND wakes_at IS NOT NULL", case.c.wakes_at, case.c.id)
only_where("ix_cases_open_waits", f"{STILL_OPEN} AND waits_for <> ''", case.c.waits_for, case.c.due_at, case.c.id)
rehoming = table(
    "rehoming",
    row_of("cases", "case_id"),
    row_of("grid"),
    instant("valid_from"),
    instant("recorded_at"),
    words("recorded_by"),
    words("reason"),
)
Index(None, rehoming.c.case_id)
calendar_day = table(
    "calendar_day",
    Column("date", Date, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    words("name"),
    flag("is_provisional"),
)
account = table(
    "account",
    Column("login", String(64), nullable=False, unique=True),
    words("name"),
    words("password_hash"),
    Column("role", String(32), nullable=False),
    instant("created_at"),
    code("area_code"),
    row_of("person", nullable=True),
    Column("language", String(8), nullable=False),
    instant("disabled_at", nullable=True),
    code("department_code"),
)
sign_in = table(
    "sign_in",
    row_of("account"),
    Column("token_hash", String(64), nullable=False, unique=True),
    instant("created_at"),
    instant("expires_at"),
)
Index(None, sign_in.c.expires_at)
attempt = table(
    "attempt", Column("kind", String(32), nullable=False), Column("key", String(255), nullable=False), instant("at")
)
Index(None, attempt.c.kind, attempt.c.key, attempt.c.at)
revision = Table(
    "revision", metadata, Column("kind", String(32), primary_key=True), Column("number", Integer, nullable=False)
)

HOMES = {
    grids.City: city,
    grids.Version: version,
    grids.Acceptance: acceptance,
    grids.Grid: grid,
    grids.GridState: grid_state,
    grids.GridShape: grid_shape,
    grids.Lineage: lineage,
    drafts.Draft: draft,
    drafts.DraftGrid: draft_grid,
    drafts.DraftShape: draft_shape,
    drafts.DraftEdit: draft_edit,
    drafts.Checkpoint: checkpoint,
    drafts.Comment: comment,
    staff.Person: person,
    staff.Post: post,
    staff.Duty: duty,
    staff.Substitution: substitution,
    responsibility.Department: departments,
    responsibility.Unit: unit,
    responsibility.Responsibility: matrix_entry,
    responsibility.NobodysLand: nobodys_land,
    categories.Category: category,
    layers.Feature: feature,
    layers.FeatureShape: feature_shape,
    cases.Report: report,
    cases.ReportPlace: report_place,
    cases.Case: case,
    cases.Rehoming: rehoming,
    deadlines.CalendarDay: calendar_day,
    access.Account: account,
    access.SignIn: sign_in,
    access.Attempt: attempt,
    **TOKENS,
    **SECOND_FACTORS,
    **OUTBOX,
    **TRAIL,
    **PHOTOS,
    **RATINGS,
    **CASEWORK_HOMES,
    **DESK,
    **STEP_KEYS,
}
for thing, home in HOMES.items():
    mapper.map_imperatively(thing, home)
