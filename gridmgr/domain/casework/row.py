"""The row of a case: what it keeps of its history, so that it can be asked for."""

import datetime as dt
from typing import Any

from gridmgr.domain.casework.clock import due_of, to_the_millisecond
from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.standing import Standing
from gridmgr.domain.casework.supervision import next_turn
from gridmgr.domain.deadlines import Calendar


def row_of(standing: Standing, calendar: Calendar, policy: Policy) -> dict[str, Any]:
    """Return what the row of a case keeps of its standing, by the names of its columns."""
    turn = next_turn(standing, calendar, policy)
    return {
        "state": standing.state,
        "category_code": standing.category,
        "condition": standing.condition,
        "time_limit": standing.limit,
        "department_code": standing.department,
        "handler": standing.handler,
        "filed_at": standing.filed_at,
        "clock_from": standing.clock_from,
        "due_at": to_the_millisecond(due_of(standing, calendar)),
        "handled_at": standing.handled_at,
        "closed_at": standing.closed_at,
        "wakes_at": turn and turn.at,
        "pauses": [[at.astimezone(dt.UTC).isoformat() for at in pause] for pause in standing.pauses],
        "extensions": standing.extensions,
        "returns": standing.returns,
        "rounds": standing.rounds,
        "waits_for": standing.waits_for,
        "history": standing.number,
    }
