"""The tables of the city itself: its own row, its calendar, and how often each kind of its data has changed."""

from sqlalchemy import CheckConstraint, Column, Date, Integer, String, Table

from gridmgr.domain import deadlines, grids
from gridmgr.store.tables.columns import code, document, flag, instant, metadata, table, words

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
calendar_day = table(
    "calendar_day",
    Column("date", Date, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    words("name"),
    flag("is_provisional"),
)
revision = Table(
    "revision", metadata, Column("kind", String(32), primary_key=True), Column("number", Integer, nullable=False)
)

HOMES = {grids.City: city, deadlines.CalendarDay: calendar_day}
