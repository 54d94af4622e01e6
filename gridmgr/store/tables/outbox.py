"""The table of notices that leave, left or were given up."""

from sqlalchemy import Column, Index, Integer, String

from gridmgr.domain import notices
from gridmgr.store.tables.columns import document, instant, table, words

notice = table(
    "notice",
    Column("key", String(64), nullable=False, unique=True),
    Column("kind", String(64), nullable=False),
    Column("channel", String(32), nullable=False),
    words("address"),
    Column("language", String(8), nullable=False),
    document("payload"),
    instant("created_at"),
    instant("due_at"),
    instant("give_up_at"),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claim", String(32), nullable=False),
    document("reason"),
    instant("ended_at", nullable=True),
)
waiting, delivered, dead = (notice.c.state == state for state in notices.STATES)
Index("ix_notice_waiting", notice.c.due_at, sqlite_where=waiting, postgresql_where=waiting)
Index(None, notice.c.state, notice.c.ended_at)

HOMES = {notices.Notice: notice}
