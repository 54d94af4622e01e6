"""The tables of casework: the history of reports and cases, and the counters of case numbers."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, UniqueConstraint

from gridmgr.domain import cases
from gridmgr.store.tables.columns import document, instant, row_of, table, words

event = table(
    "case_event",
    row_of("report", nullable=True),
    row_of("cases", "case_id", nullable=True),
    Column("number", Integer, nullable=False),
    Column("action", String(32), nullable=False),
    Column("from_state", String(32), nullable=False),
    Column("to_state", String(32), nullable=False),
    Column("by", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    instant("at"),
    instant("recorded_at"),
    words("reason"),
    document("data"),
    CheckConstraint("(report_id IS NULL) <> (case_id IS NULL)", name="one_subject"),
    UniqueConstraint("report_id", "number"),
    UniqueConstraint("case_id", "number"),
)
Index("ix_case_event_by_at", event.c.by, event.c.at)
Index("ix_case_event_action_at", event.c.action, event.c.at)
counter = table(
    "case_counter",
    Column("division", String(6), nullable=False),
    Column("day", String(8), nullable=False),
    Column("number", Integer, nullable=False),
    UniqueConstraint("division", "day"),
)

CASEWORK_HOMES = {cases.Event: event, cases.CaseCounter: counter}
