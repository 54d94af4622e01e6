"""Who sits at the desk and which case he looks at; what has changed since somebody asked last."""

import dataclasses

from gridmgr.domain.desk import AWAY, Presence
from gridmgr.services.transactions import reading, writing
from gridmgr.store import desk as rows

MOST_CHANGED = 500


@dataclasses.dataclass(frozen=True)
class Pulse:
    """What the desk hears every few seconds: who is there, which cases and reports took a step, up to which event."""

    event: int
    changed: list[str]
    present: list[Presence]


def pulse(engine, login, name, number, since, *, at):
    """Keep that somebody is at the desk, with a case open or none (""), and return the Pulse.

    Parameters
    ----------
    since : int or None
        The event that the last pulse named; None for the first, which hears of no change.
    """
    with reading(engine) as session:
        mine = rows.presence_of(session, login)
    if mine is None or mine.number != number or abs(at - mine.seen_at) > AWAY / 3:
        keep(engine, login, name, number, at)
    with reading(engine) as session:
        latest = rows.latest_event(session)
        changed = rows.changed_since(session, since, MOST_CHANGED) if since is not None and since < latest else []
        return Pulse(latest, changed, rows.present(session, at - AWAY))


def keep(engine, login, name, number, at):
    """Write where somebody sits; whoever left is forgotten."""
    with writing(engine) as session:
        mine = rows.presence_of(session, login)
        if mine is None:
            rows.sit_down(session, Presence(login, name, number, at, at))
        else:
            mine.since = mine.since if mine.number == number else at
            mine.name, mine.number, mine.seen_at = name, number, at
        rows.forget(session, at - 20 * AWAY)


def leave(engine, login, *, at):
    """Keep that somebody has left the desk."""
    with writing(engine) as session:
        mine = rows.presence_of(session, login)
        if mine is not None:
            mine.seen_at = at - 2 * AWAY
