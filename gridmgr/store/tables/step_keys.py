"""The table of keys under which steps were sent, so that a step sent twice is taken once."""

from sqlalchemy import Column, String, UniqueConstraint

from gridmgr.domain import cases
from gridmgr.store.tables.columns import row_of, table

step_key = table(
    "step_key",
    Column("by", String(64), nullable=False),
    Column("key", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    row_of("case_event"),
    UniqueConstraint("by", "key"),
)

HOMES = {cases.StepKey: step_key}
