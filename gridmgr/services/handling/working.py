"""Steps of a case at work and after it: handled, checked, reworked, closed, and the ways out."""

from gridmgr.services.handling.stepping import Told, step_case


def handle(engine, number, *, by, at, before=(), after=(), **telling):
    """Hand the work in (处置); ``before`` and ``after`` name its photos."""
    photos = {"before": list(before), "after": list(after)}
    return step_case(engine, number, "handle", Told(by, at, **telling), photos)


def ask_check(engine, number, *, by, at, **telling):
    """Ask a collector to check the work on the spot."""
    return step_case(engine, number, "ask_check", Told(by, at, **telling))


def check(engine, number, *, passed, by, at, **telling):
    """Say whether the work is done (核查); if not, it is reworked by the same department. Not for who did it."""
    return step_case(engine, number, "check", Told(by, at, **telling), {"passed": bool(passed)})


def rework(engine, number, *, by, at, **telling):
    """Let the same department do it again (返工), with a reason."""
    return step_case(engine, number, "rework", Told(by, at, **telling))


def close(engine, number, *, by, at, **telling):
    """Close a case that passed its check (结案). Not for who handled it."""
    return step_case(engine, number, "close", Told(by, at, **telling))


def cancel(engine, number, *, by, at, **telling):
    """Cancel a case that should not have been filed (作废), with a reason."""
    return step_case(engine, number, "cancel", Told(by, at, **telling))


def force_close(engine, number, *, by, at, **telling):
    """Close a case without its check (强制结案), with a reason."""
    return step_case(engine, number, "force_close", Told(by, at, **telling))


def reopen(engine, number, *, by, at, **telling):
    """Reopen a closed case because its reporter finds the trouble still there, with a reason."""
    return step_case(engine, number, "reopen", Told(by, at, **telling))
