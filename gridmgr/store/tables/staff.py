"""The tables of people: who they are, the grids they are posted to, when they are on duty, and who stands in."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, String, UniqueConstraint

from gridmgr.domain import staff
from gridmgr.store.tables.columns import code, document, instant, known, row_of, table, valid, words

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

HOMES = {staff.Person: person, staff.Post: post, staff.Duty: duty, staff.Substitution: substitution}
