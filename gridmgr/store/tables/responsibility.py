"""The tables of who owns what: categories, departments and their units, the matrix, and nobody's lands."""

from sqlalchemy import Column, Date, Double, Index, Integer, String, UniqueConstraint

from gridmgr.domain import categories, responsibility
from gridmgr.store.tables.columns import code, department, document, flag, known, row_of, table, valid, words

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

HOMES = {
    categories.Category: category,
    responsibility.Department: departments,
    responsibility.Unit: unit,
    responsibility.Responsibility: matrix_entry,
    responsibility.NobodysLand: nobodys_land,
}
