"""The tables of the desk: who sits at it, which filters he keeps, and the notes between shifts."""

from sqlalchemy import Column, String, UniqueConstraint

from gridmgr.domain import desk
from gridmgr.store.tables.columns import document, instant, table, words

presence = table(
    "desk_presence",
    Column("login", String(64), nullable=False, unique=True),
    words("name"),
    words("number"),
    instant("since"),
    instant("seen_at"),
)
desk_filter = table(
    "desk_filter",
    Column("login", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    document("query"),
    UniqueConstraint("login", "name"),
)
handover = table(
    "desk_handover",
    instant("at"),
    Column("by", String(64), nullable=False),
    words("name"),
    words("note"),
    document("open"),
)

HOMES = {desk.Presence: presence, desk.Filter: desk_filter, desk.Handover: handover}
