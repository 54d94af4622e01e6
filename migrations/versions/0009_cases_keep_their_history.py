"""Reports and cases keep the history of their steps, and the desk finds its cases by deadline.

A case that was there before begins its history with what its row said. Case numbers come from a
counter of each division and day, which goes on after the highest number given out so far.
"""

import datetime as dt
import itertools

import sqlalchemy as sa
from alembic import op
from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Text, UniqueConstraint

from gridmgr.domain.casework.numbers import highest_places
from gridmgr.store.types import Document, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT_ONCE = 5000
REFUSAL = "a history is only added to: nobody changes or deletes a step that was taken"
REFUSE_ON_SERVER = f"""
CREATE FUNCTION refuse_history() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
STILL_OPEN = "closed_at IS NULL"
INDEXES = {
    "ix_cases_open_due": (["due_at", "id"], STILL_OPEN),
    "ix_cases_open_department": (["department_code", "due_at", "id"], STILL_OPEN),
    "ix_cases_open_grid": (["grid_id", "due_at", "id"], STILL_OPEN),
    "ix_cases_open_handler": (["handler", "due_at", "id"], f"{STILL_OPEN} AND handler <> ''"),
    "ix_cases_open_waits": (["waits_for", "due_at", "id"], f"{STILL_OPEN} AND waits_for <> ''"),
    "ix_cases_state_due_at_id": (["state", "due_at", "id"], None),
    "ix_cases_department_state": (["department_code", "state", "due_at", "id"], None),
}


def of_case():
    """Return the columns that a case gains, new ones each time: each belongs to one table."""
    return (
        Column("condition", Text, nullable=False, server_default=""),
        Column("time_limit", String(16), nullable=False, server_default=""),
        Column("handler", String(64), nullable=False, server_default=""),
        Column("clock_from", Instant),
        Column("handled_at", Instant),
        Column("pauses", Document, nullable=False, server_default="[]"),
        Column("extensions", Integer, nullable=False, server_default="0"),
        Column("returns", Integer, nullable=False, server_default="0"),
        Column("rounds", Integer, nullable=False, server_default="0"),
        Column("waits_for", String(16), nullable=False, server_default=""),
        Column("history", Integer, nullable=False, server_default="0"),
    )


def upgrade():
    for column in of_case():
        op.add_column("cases", column)
    op.add_column("report", Column("state", String(32), nullable=False, server_default="reported"))
    op.add_column("report", Column("duplicate_of_id", Integer, ForeignKey("report.id")), inline_references=True)
    make_tables()
    for name, (columns, where) in INDEXES.items():
        condition = sa.text(where) if where else None
        op.create_index(name, "cases", columns, sqlite_where=condition, postgresql_where=condition)
    awaited = sa.text("state IN ('reported', 'accepted', 'verifying', 'pending_filing')")
    op.create_index(
        "ix_report_undecided", "report", ["received_at", "id"], sqlite_where=awaited, postgresql_where=awaited
    )
    duplicates = sa.text("duplicate_of_id IS NOT NULL")
    op.create_index(
        "ix_report_duplicate_of_id", "report", ["duplicate_of_id"], sqlite_where=duplicates, postgresql_where=duplicates
    )
    begin_histories()
    keep_histories()


def make_tables():
    """Make the tables of histories and of counters."""
    op.create_table(
        "case_event",
        Column("id", Integer, primary_key=True),
        Column("report_id", Integer, ForeignKey("report.id")),
        Column("case_id", Integer, ForeignKey("cases.id")),
        Column("number", Integer, nullable=False),
        Column("action", String(32), nullable=False),
        Column("from_state", String(32), nullable=False),
        Column("to_state", String(32), nullable=False),
        Column("by", String(64), nullable=False),
        Column("role", String(32), nullable=False),
        Column("at", Instant, nullable=False),
        Column("recorded_at", Instant, nullable=False),
        Column("reason", Text, nullable=False),
        Column("data", Document, nullable=False),
        CheckConstraint("(report_id IS NULL) <> (case_id IS NULL)", name="one_subject"),
        UniqueConstraint("report_id", "number"),
        UniqueConstraint("case_id", "number"),
    )
    op.create_table(
        "case_counter",
        Column("id", Integer, primary_key=True),
        Column("division", String(6), nullable=False),
        Column("day", String(8), nullable=False),
        Column("number", Integer, nullable=False),
        UniqueConstraint("division", "day"),
    )


def table(name, *columns):
    """Return a table to be read and written here, with no more than these columns."""
    return sa.table(name, *(sa.column(one, kind) for one, kind in columns))


CASES = table(
    "cases",
    ("id", Integer),
    ("number", String),
    ("report_id", Integer),
    ("category_code", String),
    ("department_code", String),
    ("state", String),
    ("filed_at", Instant),
    ("due_at", Instant),
    ("closed_at", Instant),
    ("history", Integer),
)
EVENTS = table(
    "case_event",
    ("report_id", Integer),
    ("case_id", Integer),
    ("number", Integer),
    ("action", String),
    ("from_state", String),
    ("to_state", String),
    ("by", String),
    ("role", String),
    ("at", Instant),
    ("recorded_at", Instant),
    ("reason", Text),
    ("data", Document),
)


def begin_histories():
    """Begin the history of every case that is there, and of its report, and count the numbers given out."""
    connection, now = op.get_bind(), dt.datetime.now(dt.UTC)
    rows = iter(connection.execute(sa.select(CASES).order_by(CASES.c.id)).all())
    highest = {}
    while some := list(itertools.islice(rows, AT_ONCE)):
        connection.execute(EVENTS.insert(), [event for row in some for event in adopted(row, now)])
        for key, place in highest_places(row.number for row in some).items():
            highest[key] = max(place, highest.get(key, 0))
    connection.execute(CASES.update().values(history=1))
    connection.exec_driver_sql("UPDATE report SET state = 'filed' WHERE id IN (SELECT report_id FROM cases)")
    if highest:
        counters = table("case_counter", ("division", String), ("day", String), ("number", Integer))
        rows = [{"division": division, "day": day, "number": n} for (division, day), n in highest.items()]
        connection.execute(counters.insert(), rows)


def adopted(row, now):
    """Return the first step in the history of a case, and that of its report."""
    brought = {
        "category": row.category_code,
        "department": row.department_code,
        "state": row.state,
        "due_at": row.due_at.isoformat(),
        **({"closed_at": row.closed_at.isoformat()} if row.closed_at else {}),
    }
    told = {"number": 1, "action": "adopt", "by": "", "role": "", "at": row.filed_at, "recorded_at": now, "reason": ""}
    of_report = {"report_id": row.report_id, "case_id": None, "from_state": "reported", "to_state": "filed"}
    of_case = {"report_id": None, "case_id": row.id, "from_state": "", "to_state": row.state}
    return {**told, **of_report, "data": {"state": "filed"}}, {**told, **of_case, "data": brought}


def keep_histories():
    """Let the database refuse to change or delete a step, whoever asks."""
    on_server = op.get_bind().dialect.name == "postgresql"
    if on_server:
        op.execute(REFUSE_ON_SERVER)
    refuse = (
        "FOR EACH ROW EXECUTE FUNCTION refuse_history()"
        if on_server
        else f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    for moment in ("UPDATE", "DELETE"):
        op.execute(f"CREATE TRIGGER kept_case_event_{moment.lower()} BEFORE {moment} ON case_event {refuse}")


def downgrade():
    op.drop_table("case_event")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_history()")
    op.drop_table("case_counter")
    for name in ("ix_report_undecided", "ix_report_duplicate_of_id"):
        op.drop_index(name, "report")
    for name in INDEXES:
        op.drop_index(name, "cases")
    op.drop_column("report", "duplicate_of_id")
    op.drop_column("report", "state")
    for column in reversed(of_case()):
        op.drop_column("cases", column.name)
