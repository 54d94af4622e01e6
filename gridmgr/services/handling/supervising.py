"""Supervising by the clock: cases that nobody moves are told further up, and suspensions end by themselves."""

from gridmgr.domain.casework import supervision
from gridmgr.domain.casework.row import row_of
from gridmgr.domain.staff.answering import answering
from gridmgr.services import homes, standing
from gridmgr.services.handling.stepping import Told, take, the_case
from gridmgr.services.transactions import reading, writing
from gridmgr.store.cases import casework as rows

BY, ROLE = "", "clock"


def supervise(engine, *, at, most=100):
    """Let what is due by ``at`` befall the cases that wake first; return how many of them were looked at.

    Each case is a transaction of its own; where two workers see the same case, the second finds it done.
    """
    with reading(engine) as session:
        numbers = rows.waking(session, at, most)
    known = standing.in_force(engine, at) if numbers else None
    for number in numbers:
        wake(engine, number, known, at)
    return len(numbers)


def wake(engine, number, known, at):
    """Take the steps that are due for a case by themselves; where none is any more, its row says when the next is."""
    with writing(engine) as session:
        of = the_case(session, number)
        due = supervision.due_turns(of.standing, of.calendar, of.policy, at)
        told = Told(BY, at, ROLE)
        if due and due[0].action == "resume":
            take(of, "resume", told, {})
        elif due:
            take(of, "escalate", told, escalation(of, due, known, at))
        else:
            of.case.wakes_at = row_of(of.standing, of.calendar, of.policy)["wakes_at"]


def escalation(of, due, known, at):
    """Return what an escalation says: the rungs reached, the highest last, and who answers on each level it is told on."""
    rungs = [turn.rung for turn in due]
    up = supervision.RUNGS[rungs[-1]].up
    return {"rungs": rungs, "told": chiefs(of, known, at, up) if known else []}


def chiefs(of, known, at, up):
    """Return who answers for the grid of a case and on ``up`` levels above it, each once, the nearest first."""
    bounds = known.ground.boundaries
    _, told = homes.at_home(of.session, known.ground, [(of.case, of.report)], at)[0]
    if told.grid_code not in bounds.grids:
        return []
    codes = {bounds.grids[code].grid_id: code for code in (told.grid_code, *bounds.ancestors(told.grid_code))}
    chain = list(codes)
    answers = [answering(known.facts.staffing, chain[level:], at) for level in range(min(up + 1, len(chain)))]
    found = {answer.person.id: answer for answer in answers if answer.person is not None}
    return [
        {"area": codes[one.grid_id], "person": person, "name": one.person.name, "post": one.post}
        for person, one in found.items()
    ]
