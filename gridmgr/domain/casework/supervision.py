"""Supervision by the clock: what befalls an open case by itself when nobody does anything.

Before and after its deadline a case is told to people further and further up the chain of
responsibility; one that nobody dispatches or takes up is told of too; a suspension ends by itself.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterator

from gridmgr.domain.casework.clock import due_of, to_the_millisecond
from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.standing import OF_A_STATE, Standing
from gridmgr.domain.deadlines import LONGEST, Calendar, Limit, TooLate, due_at


@dataclasses.dataclass(frozen=True)
class Rung:
    """A step of the ladder: reached when that ``share`` of the time limit is spent, told ``up`` levels above the grid."""

    name: str
    share: float
    up: int


LADDER = (
    Rung("at_risk", 0.75, 0),
    Rung("overdue", 1.0, 0),
    Rung("late", 1.5, 1),
    Rung("very_late", 2.0, 2),
)
STAGES = {"filed": "undispatched", "returned": "undispatched", "dispatched": "unclaimed"}
"""State → how a case is called that stays in it too long."""
WATCHED = ("filed", "returned", "sent_back", "disputed", "dispatched", "handling", "rework")
"""States in which the clock runs against somebody; from handing in to closing it stands."""
RUNGS = {rung.name: rung for rung in (*(Rung(name, 0.0, 0) for name in OF_A_STATE), *LADDER)}


@dataclasses.dataclass(frozen=True)
class Turn:
    """What comes next by itself: ``resume``, or ``escalate`` to a rung; UTC, to the millisecond."""

    at: dt.datetime
    action: str
    rung: str = ""


def next_turn(standing: Standing, calendar: Calendar, policy: Policy) -> Turn | None:
    """Return what comes next by itself, None where nothing does."""
    return min(turns(standing, calendar, policy), key=lambda turn: turn.at, default=None)


def due_turns(standing: Standing, calendar: Calendar, policy: Policy, at: dt.datetime) -> list[Turn]:
    """Return what should have come by ``at``: all rungs that were reached meanwhile, the highest of the ladder last."""
    rungs = (
        *stage_turns(standing, calendar, policy),
        *(turn for rung in LADDER for turn in ladder_turns(standing, calendar, rung)),
    )
    if standing.state == "suspended":
        rungs = tuple(resumptions(standing))
    return [turn for turn in rungs if turn.at <= at]


def turns(standing: Standing, calendar: Calendar, policy: Policy) -> Iterator[Turn]:
    """Yield what may come next: the end of a suspension, the end of a stage, the next rung of the ladder."""
    if standing.state == "suspended":
        yield from resumptions(standing)
    else:
        yield from stage_turns(standing, calendar, policy)
        rung = next((one for one in LADDER if one.name not in standing.escalated), None)
        if rung is not None:
            yield from ladder_turns(standing, calendar, rung)


def resumptions(standing: Standing) -> Iterator[Turn]:
    """Yield the end of the suspension."""
    if standing.suspended_until is not None:
        yield Turn(to_the_millisecond(standing.suspended_until), "resume")


def stage_turns(standing: Standing, calendar: Calendar, policy: Policy) -> Iterator[Turn]:
    """Yield when a case has waited too long to be dispatched or taken up; working hours from when it came there."""
    name = STAGES.get(standing.state)
    if name is not None and name not in standing.escalated and standing.since is not None:
        hours = policy.dispatch_hours if name == "undispatched" else policy.claim_hours
        ends = due_at(standing.since, Limit(hours, "work_hour"), calendar)
        if ends is not None:
            yield Turn(to_the_millisecond(ends), "escalate", name)


def ladder_turns(standing: Standing, calendar: Calendar, rung: Rung) -> Iterator[Turn]:
    """Yield when a rung is reached that was not yet; none where the clock stands or it would be after 2199."""
    if standing.state in WATCHED and rung.name not in standing.escalated and standing.filed_at is not None:
        with contextlib.suppress(TooLate):
            yield Turn(to_the_millisecond(reached_at(standing, calendar, rung.share)), "escalate", rung.name)


def reached_at(standing: Standing, calendar: Calendar, share: float) -> dt.datetime:
    """Return when that share of the time limit is spent; of a deadline that came with the case, of all time since it was filed."""
    due, begins = due_of(standing, calendar), standing.clock_from or standing.waits_from
    if standing.due is not None or not standing.limit or begins is None:
        filed = standing.filed_at or due
        return filed + max(due - filed, dt.timedelta(0)) * share
    limit = Limit.read(standing.limit)
    part = Limit(min(limit.value * (1 + standing.extensions) * share, LONGEST), limit.unit)
    pauses = [pause for pause in standing.pauses if pause[1] > pause[0]]
    return due_at(begins, part, calendar, pauses) or due
