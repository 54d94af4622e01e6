"""The tables of the audit trail: its entries, and the seals over them."""

from sqlalchemy import Column, Index, Integer, String, Text

from gridmgr.domain import trail
from gridmgr.store.tables.columns import document, instant, table, words

trail_entry = table(
    "trail_entry",
    instant("at"),
    words("by"),
    Column("action", String(64), nullable=False),
    words("subject"),
    document("data"),
    Column("seal_number", Integer),
)
unsealed = trail_entry.c.seal_number.is_(None)
Index("ix_trail_entry_unsealed", trail_entry.c.id, sqlite_where=unsealed, postgresql_where=unsealed)
Index(None, trail_entry.c.seal_number)
Index(None, trail_entry.c.subject)
trail_seal = table(
    "trail_seal",
    Column("number", Integer, nullable=False, unique=True),
    instant("sealed_at"),
    Column("members", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
)

HOMES = {trail.Entry: trail_entry, trail.Seal: trail_seal}
