"""Steps by their names, for doors that are told an action and some values."""

from gridmgr.domain.casework.steps import CASE, REPORT
from gridmgr.errors import Invalid
from gridmgr.services.handling import dispatching, filing, repeated, rerouting, waiting, working

REPORT_ACTIONS = {
    "accept": (filing.accept, (), ()),
    "reject": (filing.reject, (), ()),
    "merge": (filing.merge_duplicate, ("duplicate_of",), ()),
    "ask_verify": (filing.ask_verify, (), ()),
    "verify": (filing.verify, ("found",), ()),
    "file": (filing.file, (), ("category", "condition", "limit", "department")),
    "move": (rerouting.move_report, ("lon", "lat"), ("accuracy_m",)),
    "decline": (filing.decline, (), ()),
}
CASE_ACTIONS = {
    "dispatch": (dispatching.dispatch, ("department",), ("grid",)),
    "recall": (dispatching.recall, (), ()),
    "claim": (dispatching.claim, ("department",), ()),
    "assign": (dispatching.assign, ("handler",), ()),
    "revoke": (dispatching.revoke, (), ()),
    "hand_back": (dispatching.hand_back, (), ()),
    "return": (dispatching.return_, ("kind",), ("next_owner",)),
    "send_back": (dispatching.send_back, (), ()),
    "refile": (dispatching.refile, (), ("category", "condition", "limit")),
    "move": (rerouting.move, ("lon", "lat"), ("accuracy_m",)),
    "recategorise": (rerouting.recategorise, ("category",), ("condition", "limit")),
    "dispute": (dispatching.dispute, (), ()),
    "settle": (dispatching.settle, ("department",), ("area",)),
    "handle": (working.handle, (), ("before", "after")),
    "ask_check": (working.ask_check, (), ()),
    "check": (working.check, ("passed",), ()),
    "rework": (working.rework, (), ()),
    "close": (working.close, (), ()),
    "cancel": (working.cancel, (), ()),
    "force_close": (working.force_close, (), ()),
    "reopen": (working.reopen, (), ()),
    "ask_extension": (waiting.ask_extension, (), ()),
    "approve_extension": (waiting.approve_extension, (), ()),
    "refuse_extension": (waiting.refuse_extension, (), ()),
    "suspend": (waiting.suspend, ("until",), ()),
    "resume": (waiting.resume, (), ()),
    "urge": (waiting.urge, (), ()),
    "reply": (waiting.reply, (), ()),
}
ACTIONS = {REPORT: REPORT_ACTIONS, CASE: CASE_ACTIONS}
"""Subject → action → (function, names of values that it must have, names of values that it may have)."""


def the_action(subject, action):
    """Return what a door calls for an action of a report or a case; raise Invalid where there is none."""
    if action not in ACTIONS[subject]:
        known = ", ".join(ACTIONS[subject])
        raise Invalid("There is no step {action}: choose one of {known}.", action=action, known=known)
    return ACTIONS[subject][action]


def take(engine, subject, number, action, values, **telling):
    """Take the step of that name with ``values``; return the case, or the report.

    Parameters
    ----------
    values : dict
        What the step needs by name; None is not given.

    Raises
    ------
    Invalid
        There is no such step, a value is missing, or one is given that the step does not know.
    """
    function, needed, possible = the_action(subject, action)
    given = {name: value for name, value in values.items() if value is not None}
    for name in needed:
        if name not in given:
            raise Invalid("The step {action} needs {field}: add it.", action=action, field=name)
    for name in given:
        if name not in (*needed, *possible):
            raise Invalid("The step {action} knows no {field}: leave it out.", action=action, field=name)
    return repeated.once(engine, lambda: function(engine, number, **given, **telling), telling)
