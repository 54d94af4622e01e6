"""The queue is answered from indexes: no question about open cases looks at all of them, closed ones included."""

import datetime as dt

import pytest
from sqlalchemy import event

from gridmgr.store import database
from gridmgr.store.cases import queue
from gridmgr.store.cases.queue import Area, Wanted

NOON = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
QUESTIONS = {
    "all": (Wanted(), None, "ix_cases_open_due"),
    "a later page": (Wanted(after=(NOON, 7)), None, "ix_cases_open_due"),
    "due before": (Wanted(due_before=NOON), None, "ix_cases_open_due"),
    "a department": (Wanted(department="SAN"), None, "ix_cases_open_department"),
    "a handler": (Wanted(handler="han"), None, "ix_cases_open_handler"),
    "urged": (Wanted(waits_for="urge"), None, "ix_cases_open_waits"),
    "a grid": (Wanted(), Area((1,), 0.01), "ix_cases_open_grid"),
    "half the city": (Wanted(), Area(tuple(range(1, 500)), 0.5), "ix_cases_open_due"),
    "closed": (Wanted(states=("closed",), is_open=False), None, "ix_cases_state_due_at_id"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_file_answers_from_an_index_in_the_order_of_deadlines(city_file, name):
    wanted, area, index = QUESTIONS[name]
    engine, asked = database.connect(f"gpkg:///{city_file}"), []
    event.listen(engine, "before_cursor_execute", lambda c, u, sql, values, *_: asked.append((sql, values)))

    with database.session(engine) as session:
        assert queue.page(session, wanted, area) == []
        sql, values = asked[-1]
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    engine.dispose()

    inner = [row[3] for row in plan if "ix_cases" in row[3]]
    assert index in inner[0]
    assert not any(row[3].startswith("SCAN cases") and "INDEX" not in row[3] for row in plan)
