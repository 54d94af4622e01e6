"""People are posted on grids and departments own categories."""

from alembic import op
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)

from gridmgr.store.types import Code, Document, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def department():
    """Return a reference to a department's code, checked at the end of the transaction."""
    return ForeignKey("department.code", deferrable=True, initially="DEFERRED")


def upgrade():
    op.create_table(
        "person",
        Column("id", Integer, primary_key=True),
        Column("code", Code, nullable=False),
        Column("name", Text, nullable=False),
        Column("phone", String(64), nullable=False),
        Column("department_code", Code, nullable=False),
        Column("left_at", Instant),
        UniqueConstraint("code"),
    )
    op.create_table(
        "post",
        Column("id", Integer, primary_key=True),
        Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
        Column("grid_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("role", String(16), nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
        Column("recorded_at", Instant),
        Column("recorded_by", Text, nullable=False),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_later"),
    )
    op.create_index("ix_post_grid_id", "post", ["grid_id"])
    op.create_index("ix_post_person_id", "post", ["person_id"])
    op.create_table(
        "duty",
        Column("id", Integer, primary_key=True),
        Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
        Column("grid_id", Integer, ForeignKey("grid.id"), nullable=False),
        Column("weekdays", Document, nullable=False),
        Column("starts_minute", SmallInteger, nullable=False),
        Column("ends_minute", SmallInteger, nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
        Column("recorded_at", Instant),
        Column("recorded_by", Text, nullable=False),
        CheckConstraint("ends_minute BETWEEN 0 AND 1440", name="ends_in_the_day"),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_later"),
        CheckConstraint("starts_minute BETWEEN 0 AND 1439", name="starts_in_the_day"),
    )
    op.create_index("ix_duty_grid_id", "duty", ["grid_id"])
    op.create_index("ix_duty_person_id", "duty", ["person_id"])
    op.create_table(
        "substitution",
        Column("id", Integer, primary_key=True),
        Column("person_id", Integer, ForeignKey("person.id"), nullable=False),
        Column("substitute_id", Integer, ForeignKey("person.id"), nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant, nullable=False),
        Column("reason", Text, nullable=False),
        Column("recorded_at", Instant),
        Column("recorded_by", Text, nullable=False),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_later"),
    )
    op.create_index("ix_substitution_person_id", "substitution", ["person_id"])
    op.create_table(
        "department",
        Column("id", Integer, primary_key=True),
        Column("code", Code, nullable=False),
        Column("name", Text, nullable=False),
        Column("name_en", Text, nullable=False),
        UniqueConstraint("code"),
    )
    op.create_table(
        "unit",
        Column("id", Integer, primary_key=True),
        Column("department_code", Code, department(), nullable=False),
        Column("area_code", Code, nullable=False),
        Column("organisation", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("phone", String(64), nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
        Column("recorded_at", Instant),
        Column("recorded_by", Text, nullable=False),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_later"),
    )
    op.create_index("ix_unit_department_code_area_code", "unit", ["department_code", "area_code"])
    op.create_table(
        "responsibility",
        Column("id", Integer, primary_key=True),
        Column("category_code", Code, nullable=False),
        Column("area_code", Code, nullable=False),
        Column("department_code", Code, department(), nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
        Column("co_departments", Document, nullable=False),
        Column("fallback_chain", Document, nullable=False),
        Column("routing_rule", String(32), nullable=False),
        Column("to_confirm", Boolean, nullable=False),
        Column("source", Text, nullable=False),
        Column("recorded_at", Instant),
        Column("recorded_by", Text, nullable=False),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_later"),
    )
    op.create_index("ix_responsibility_category_code_area_code", "responsibility", ["category_code", "area_code"])
    op.create_table(
        "nobodys_land",
        Column("id", Integer, primary_key=True),
        Column("feature_id", Integer, ForeignKey("feature.id"), nullable=False),
        Column("code", Code, nullable=False),
        Column("name", Text, nullable=False),
        Column("kind", String(32), nullable=False),
        Column("department_code", Code, department(), nullable=False),
        Column("organisation", Text, nullable=False),
        Column("person", Text, nullable=False),
        Column("phone", String(64), nullable=False),
        Column("document", Text, nullable=False),
        Column("categories", Document, nullable=False),
        Column("valid_from", Instant, nullable=False),
        Column("valid_to", Instant),
        Column("expires_on", Date),
        Column("priority", Integer, nullable=False),
        Column("recorded_at", Instant),
        Column("recorded_by", Text, nullable=False),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_later"),
    )
    op.create_index("ix_nobodys_land_feature_id", "nobodys_land", ["feature_id"])
    op.create_table(
        "category",
        Column("id", Integer, primary_key=True),
        Column("code_system", String(16), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("code", Code, nullable=False),
        Column("name", Text, nullable=False),
        Column("name_en", Text, nullable=False),
        Column("major_code", Code, nullable=False),
        Column("major_name", Text, nullable=False),
        Column("major_name_en", Text, nullable=False),
        Column("code_2013", Code, nullable=False),
        Column("is_event", Boolean, nullable=False),
        Column("limit_value", Double),
        Column("limit_unit", String(32), nullable=False),
        Column("limits_by_condition", Document, nullable=False),
        Column("priority", String(16), nullable=False),
        Column("chief_overlay", Text, nullable=False),
        Column("is_local", Boolean, nullable=False),
        Column("to_confirm", Boolean, nullable=False),
        Column("sources", Document, nullable=False),
        UniqueConstraint("code_system", "kind", "code"),
    )
    op.create_table(
        "calendar_day",
        Column("id", Integer, primary_key=True),
        Column("date", Date, unique=True, nullable=False),
        Column("kind", String(16), nullable=False),
        Column("name", Text, nullable=False),
        Column("is_provisional", Boolean, nullable=False),
    )


def downgrade():
    op.drop_table("calendar_day")
    op.drop_table("category")
    op.drop_table("nobodys_land")
    op.drop_table("responsibility")
    op.drop_table("unit")
    op.drop_table("department")
    op.drop_table("substitution")
    op.drop_table("duty")
    op.drop_table("post")
    op.drop_table("person")
