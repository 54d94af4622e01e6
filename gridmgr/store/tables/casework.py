"""The tables of cases: what follows from their history, the history itself, and the keys under which steps were sent."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, String, UniqueConstraint

from gridmgr.domain import cases
from gridmgr.store.tables.columns import code, department, document, instant, only_where, row_of, table, words

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
step_key = table(
    "step_key",
    Column("by", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    row_of("case_event"),
    UniqueConstraint("by", "key"),
)

HOMES = {
    cases.Case: case,
    cases.Rehoming: rehoming,
    cases.StepKey: step_key,
    cases.Event: event,
    cases.CaseCounter: counter,
}
