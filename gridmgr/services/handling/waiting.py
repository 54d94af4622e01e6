"""Steps about the clock of a case: extensions, suspension, and urging."""

from gridmgr.domain.casework import clock
from gridmgr.services.handling.stepping import Told, step_case


def ask_extension(engine, number, *, by, at, **telling):
    """Ask for the limit once more (延期), with a reason, before the case is overdue."""
    return step_case(engine, number, "ask_extension", Told(by, at, **telling))


def approve_extension(engine, number, *, by, at, **telling):
    """Approve the extension that is asked for; at most two of a case."""
    return step_case(engine, number, "approve_extension", Told(by, at, **telling))


def refuse_extension(engine, number, *, by, at, **telling):
    """Refuse the extension that is asked for, with a reason."""
    return step_case(engine, number, "refuse_extension", Told(by, at, **telling))


def suspend(engine, number, *, until, by, at, **telling):
    """Let the clock stand (挂账), once, with a reason, at most until the instant ``until``."""
    return step_case(
        engine, number, "suspend", Told(by, at, **telling), {"until": clock.to_the_millisecond(until).isoformat()}
    )


def resume(engine, number, *, by, at, **telling):
    """Let the case go on as it was before its suspension."""
    return step_case(engine, number, "resume", Told(by, at, **telling))


def urge(engine, number, *, by, at, **telling):
    """Urge those who have the case (督办), with words; they must reply before they hand the work in."""
    return step_case(engine, number, "urge", Told(by, at, **telling))


def reply(engine, number, *, by, at, **telling):
    """Reply to an urge, with words."""
    return step_case(engine, number, "reply", Told(by, at, **telling))
