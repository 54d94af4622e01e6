"""Standing: where a report or a case stands, derived from its history alone."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Iterable
from typing import Any

from gridmgr.domain.cases import Event
from gridmgr.domain.casework.steps import CASE, ENDED, REPORT

Pause = tuple[dt.datetime, dt.datetime]
Changes = dict[str, Any]


@dataclasses.dataclass(frozen=True)
class Standing:
    """What a history says. ``number`` and ``at`` are of its last event; ``before`` is the state before a suspension.

    The clock of a case runs from ``clock_from``; without one, it is reckoned as if it had begun at ``waits_from``,
    when the case was filed last.
    ``due`` is a deadline that came with an adopted case; others follow from ``limit``, ``extensions`` and ``pauses``.
    ``since`` is when it came into its state, ``escalated`` the rungs (:mod:`gridmgr.domain.casework.supervision`)
    that this clock and this state have reached. ``former`` is where a case stood before its last dispatch, as long
    as nothing else happened.
    """

    state: str = ""
    number: int = 0
    at: dt.datetime | None = None
    since: dt.datetime | None = None
    category: str = ""
    condition: str = ""
    limit: str = ""
    department: str = ""
    next_owner: str = ""
    handler: str = ""
    handled_by: frozenset[str] = frozenset()
    filed_at: dt.datetime | None = None
    waits_from: dt.datetime | None = None
    clock_from: dt.datetime | None = None
    due: dt.datetime | None = None
    handled_at: dt.datetime | None = None
    closed_at: dt.datetime | None = None
    suspended_until: dt.datetime | None = None
    urged_at: dt.datetime | None = None
    pauses: tuple[Pause, ...] = ()
    before: str = ""
    former: "Standing | None" = None
    extensions: int = 0
    extensions_ever: int = 0
    returns: int = 0
    rounds: int = 0
    suspensions: int = 0
    reopenings: int = 0
    extension_asked: bool = False
    escalated: tuple[str, ...] = ()
    found: bool | None = None
    duplicate_of: str = ""

    @property
    def waits_for(self) -> str:
        """Return ``urge`` or ``extension`` where somebody waits for an answer, else ""."""
        return "urge" if self.urged_at else "extension" if self.extension_asked else ""


KEEPS_FORMER = ("escalate",)
"""Steps after which a dispatch can still be taken back."""
OF_A_STATE = ("undispatched", "unclaimed")
"""Rungs that tell of one state, not of the clock."""
BEGINNING = {REPORT: Standing(state="reported"), CASE: Standing()}


def state_of(events: Iterable[Event], subject: str = CASE) -> Standing:
    """Return where a report or case stands after ``events``, its whole history in order."""
    return functools.reduce(after, events, BEGINNING[subject])


def after(standing: Standing, event: Event) -> Standing:
    """Return where it stands after one more event."""
    changes = EFFECTS[event.action](standing, event) if event.action in EFFECTS else {}
    ended = {"closed_at": event.at} if event.to_state in ENDED else {}
    told = {"state": event.to_state, "number": event.number, "at": event.at, **moved(standing, event)}
    kept = {"former": None} if event.action not in KEEPS_FORMER else {}
    if event.action == "recall" and standing.former is not None:
        return dataclasses.replace(standing.former, **{**told, "since": event.at})
    return dataclasses.replace(standing, **{**told, **ended, **kept, **changes})


def moved(standing: Standing, event: Event) -> Changes:
    """Return what coming into another state changes: it counts from now, and what was told of the former one is over."""
    if event.to_state == standing.state:
        return {}
    return {"since": event.at, "escalated": tuple(one for one in standing.escalated if one not in OF_A_STATE)}


def opened(standing: Standing, event: Event) -> Changes:
    """Return what filing, or filing anew, says of a case."""
    names = ("category", "condition", "limit", "department")
    told = {name: event.data[name] for name in names}
    return {**told, "filed_at": standing.filed_at or event.at, "waits_from": event.at, **ANEW, "due": None}


ANEW: Changes = {
    "clock_from": None,
    "pauses": (),
    "extensions": 0,
    "extension_asked": False,
    "handler": "",
    "next_owner": "",
    "escalated": (),
}
"""What is true of a case that no department has yet."""


def adopted(standing: Standing, event: Event) -> Changes:
    """Return what is known of a case that began elsewhere: state, deadline, department, its end.

    Where its ``clock`` is ``counted``, the deadline is none of its own but follows from limit and calendar. Of the
    ``rungs`` that it had reached before nobody is told again.
    """
    if "due_at" not in event.data:
        return {}
    ends, is_counted = event.data.get("closed_at"), event.data.get("clock") == "counted"
    return {
        "category": event.data["category"],
        "department": event.data["department"],
        "condition": event.data.get("condition", ""),
        "limit": event.data.get("limit", ""),
        "filed_at": event.at,
        "waits_from": event.at,
        "clock_from": event.at if is_counted and event.to_state != "filed" else None,
        "due": None if is_counted else dt.datetime.fromisoformat(event.data["due_at"]),
        "escalated": tuple(event.data.get("rungs", ())),
        "closed_at": dt.datetime.fromisoformat(ends) if ends else None,
    }


def dispatched(standing: Standing, event: Event) -> Changes:
    """Return what a dispatch changes: another department begins anew, the same one goes on with the clock it had."""
    department = event.data["department"]
    goes_on = standing.clock_from is not None and department == standing.department
    anew = {} if goes_on else {**ANEW, "clock_from": event.at, "due": None if standing.limit else standing.due}
    former = dataclasses.replace(standing, former=None)
    return {
        **anew,
        "department": department,
        "handler": "",
        "next_owner": "",
        "extension_asked": False,
        "former": former,
    }


def claimed(standing: Standing, event: Event) -> Changes:
    """Return what a claim changes: who claims is the handler, and an undispatched case is dispatched with it."""
    begun = dispatched(standing, event) if standing.state == "filed" else {}
    return {**begun, "handler": event.by, "former": None}


def assigned(standing: Standing, event: Event) -> Changes:
    """Return what an assignment changes."""
    return {"handler": event.data["handler"]}


def unassigned(standing: Standing, event: Event) -> Changes:
    """Return what taking an assignment back changes."""
    return {"handler": ""}


def returned(standing: Standing, event: Event) -> Changes:
    """Return what a return changes: it is counted, and nothing that was entered goes."""
    return {
        "returns": standing.returns + 1,
        "next_owner": event.data.get("next_owner", ""),
        "handler": "",
        "extension_asked": False,
    }


def rerouted(standing: Standing, event: Event) -> Changes:
    """Return what another spot or category changes: who is proposed for it.

    A department that has or had the case stays named until the case is dispatched to the next owner, so that the
    same one goes on with its clock.
    """
    department = event.data.get("department") or ""
    if standing.filed_at is None or standing.state in ("filed", "sent_back"):
        return {"department": department}
    left = {"handler": "", "extension_asked": False} if event.to_state != standing.state else {}
    return {"next_owner": department if department != standing.department else "", **left}


def recategorised(standing: Standing, event: Event) -> Changes:
    """Return what another category changes besides: the limit counts from when the clock began, so no time is won."""
    filed = {name: event.data[name] for name in ("category", "condition", "limit")}
    is_there = event.to_state == standing.state
    told = tuple(rung for rung in standing.escalated if is_there and rung in OF_A_STATE)
    return {**filed, **rerouted(standing, event), "due": None, "escalated": told}


def handled(standing: Standing, event: Event) -> Changes:
    """Return what handing the work in changes: the clock stands until it is found wanting."""
    names = {event.by, *([standing.handler] if standing.handler else [])}
    return {"handled_at": event.at, "handled_by": standing.handled_by | names, "extension_asked": False}


def checked(standing: Standing, event: Event) -> Changes:
    """Return what a check changes: one that fails is a round of rework."""
    return {} if event.data["passed"] else reworked(standing, event)


def reworked(standing: Standing, event: Event) -> Changes:
    """Return what rework changes: the clock goes on, without the time that the check took."""
    waited = ((standing.handled_at, event.at),) if standing.handled_at else ()
    return {"rounds": standing.rounds + 1, "pauses": (*standing.pauses, *waited), "handled_at": None}


def extended(standing: Standing, event: Event) -> Changes:
    """Return what an approved extension changes: one more of the limit."""
    return {
        "extensions": standing.extensions + 1,
        "extensions_ever": standing.extensions_ever + 1,
        "extension_asked": False,
        "escalated": (),
    }


def escalated(standing: Standing, event: Event) -> Changes:
    """Return what telling people further up changes: these rungs are not told again."""
    return {"escalated": (*standing.escalated, *event.data["rungs"])}


def suspended(standing: Standing, event: Event) -> Changes:
    """Return what a suspension changes: the clock stands until it is resumed, at most until the day that was said."""
    until = dt.datetime.fromisoformat(event.data["until"])
    return {
        "suspensions": standing.suspensions + 1,
        "before": standing.state,
        "suspended_until": until,
        "pauses": (*standing.pauses, (event.at, until)),
    }


def resumed(standing: Standing, event: Event) -> Changes:
    """Return what resuming changes: the pause ends now where it has not ended by itself."""
    begins, until = standing.pauses[-1]
    return {
        "pauses": (*standing.pauses[:-1], (begins, min(until, event.at))),
        "suspended_until": None,
        "before": "",
    }


def reopened(standing: Standing, event: Event) -> Changes:
    """Return what reopening changes: the case is open and waits for a dispatch."""
    return {
        "reopenings": standing.reopenings + 1,
        "closed_at": None,
        "handled_at": None,
        "waits_from": event.at,
        **ANEW,
    }


EFFECTS: dict[str, Callable[[Standing, Event], Changes]] = {
    "merge": lambda _, event: {"duplicate_of": event.data["duplicate_of"]},
    "verify": lambda _, event: {"found": event.data["found"]},
    "open": opened,
    "adopt": adopted,
    "refile": opened,
    "dispatch": dispatched,
    "settle": lambda standing, event: {**dispatched(standing, event), "returns": 0, "former": None},
    "claim": claimed,
    "assign": assigned,
    "revoke": unassigned,
    "hand_back": unassigned,
    "return": returned,
    "move": rerouted,
    "recategorise": recategorised,
    "handle": handled,
    "check": checked,
    "rework": reworked,
    "ask_extension": lambda *_: {"extension_asked": True},
    "approve_extension": extended,
    "refuse_extension": lambda *_: {"extension_asked": False},
    "suspend": suspended,
    "escalate": escalated,
    "resume": resumed,
    "reopen": reopened,
    "urge": lambda _, event: {"urged_at": event.at},
    "reply": lambda *_: {"urged_at": None},
}
