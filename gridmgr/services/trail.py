"""The audit trail: recorded with what is done, sealed by the worker, verified by whoever doubts."""

import dataclasses
import datetime as dt
import re

from gridmgr.domain import trail as rules
from gridmgr.errors import Invalid
from gridmgr.i18n import N_
from gridmgr.services.transactions import reading, writing
from gridmgr.store import trail as trail_rows

AT_ONCE = 1000
"""So many entries go into one seal at most."""
HEAD = re.compile("[0-9]{1,9}:[0-9a-f]{64}")
BEHIND = dt.timedelta(minutes=1)
"""A trail that is unsealed for longer has no worker."""


def record(session, by, action, subject, data=None, *, at):
    """Keep who did what, in the transaction in which it is done.

    Parameters
    ----------
    by : str
        The login, or the user of the operating system; empty for somebody without an account.
    action : str
        A verb and what it acts on, at most 64 letters: ``publish_version``, ``add_account``.
    subject : str
        What it was done to, ``kind:key``: ``version:12``, ``account:li``.
    data : dict, optional
        What else is to be known later; never a password, a token or a secret.
    """
    trail_rows.add(
        session, rules.Entry(at, rules.plain(by or ""), action, rules.plain(subject), rules.plain(data or {}))
    )


def seal(engine, *, at):
    """Seal the entries that have no seal yet and return how many there were; 0 also where another is sealing."""
    count = last = AT_ONCE
    total = 0
    while last == count:
        last = seal_some(engine, count, at=at)
        total += last
    return total


def seal_some(engine, limit, *, at):
    """Seal at most ``limit`` entries; return how many."""
    with reading(engine) as session:
        if not trail_rows.has_unsealed(session):
            return 0
    with writing(engine) as session:
        if not trail_rows.take_turn(session):
            return 0
        entries = trail_rows.unsealed_entries(session, limit)
        if entries:
            made = rules.seal(entries, trail_rows.last_seal(session), at)
            trail_rows.put_seal(session, made, [entry.id for entry in entries])
    return len(entries)


@dataclasses.dataclass(frozen=True)
class Verified:
    """What a trail was found to be: how much of it is sealed, its newest seal, and where it breaks."""

    entries: int
    seals: int
    unsealed: int
    head: str
    breaks: list[rules.Break]


def verify(engine, head=None):
    """Return the trail as Verified, read as one state of the city.

    Parameters
    ----------
    head : str, optional
        ``number:digest`` of a seal as an earlier call gave it: a chain that was cut off or made anew since then shows.

    Raises
    ------
    Invalid
        ``head`` is none.
    """
    check_head(head)
    *_, found = verifying(engine, head)
    return found


def check_head(head):
    """Raise Invalid for a text that is no head of a chain; None is none."""
    if head is not None and not HEAD.fullmatch(head):
        raise Invalid("{text} is no head: give NUMBER:DIGEST as gridmgr trail verify printed it.", text=head)


def size(engine):
    """Return how many entries there are."""
    with reading(engine) as session:
        return trail_rows.count(session)


def verifying(engine, head=None):
    """Yield how many entries were looked at so far, seal by seal, and at last the trail as Verified."""
    with reading(engine) as session:
        breaks, entries, seals, newest = [], 0, 0, None
        kept = head.partition(":") if head else None
        groups = Groups(trail_rows.sealed(session))
        for seal in trail_rows.seals(session):
            breaks += rules.broken_link(seal, newest)
            breaks += orphans(groups.before(seal.number))
            mine = groups.at(seal.number)
            breaks += rules.broken_entries(seal, mine)
            entries, seals, newest = entries + len(mine), seals + 1, seal
            yield entries
            if kept and kept[0] == str(seal.number):
                kept = None if kept[2] == seal.digest else kept
        breaks += orphans(groups.before(None))
        if kept:
            breaks.append(rules.Break(int(kept[0]), None, OTHER_HEAD))
        unsealed, _ = trail_rows.waiting(session)
    yield Verified(entries, seals, unsealed, f"{newest.number}:{newest.digest}" if newest else "", breaks)


OTHER_HEAD = N_("Seal {seal} is not the one you kept: the chain was cut off or made anew.")
NO_SEAL = N_("Entry {entry} names seal {seal}, which is not there.")


def orphans(groups):
    """Yield a Break for each entry of a seal that is not there."""
    for number, entries in groups:
        for entry in entries:
            yield rules.Break(number, entry.id, NO_SEAL)


class Groups:
    """The entries seal by seal, walked through once beside the seals."""

    def __init__(self, groups):
        self.groups, self.next = groups, None
        self.step()

    def step(self):
        """Take up the next group."""
        found = next(self.groups, None)
        self.next = None if found is None else (found[0], list(found[1]))

    def before(self, number):
        """Yield the groups below ``number``; all that are left where it is None."""
        while self.next is not None and (number is None or self.next[0] < number):
            yield self.next
            self.step()

    def at(self, number):
        """Return the entries of seal ``number``."""
        if self.next is None or self.next[0] != number:
            return []
        _, entries = self.next
        self.step()
        return entries


def listed(engine, *, limit=50, before=None, by=None, action=None, subject=None):
    """Return the newest entries as rows (id, at, by, action, subject, data, seal_number), the newest first."""
    with reading(engine) as session:
        return trail_rows.newest(session, limit, before, by=by, action=action, subject=subject)


def is_behind(session, at):
    """Return how many entries wait for a seal where the oldest has done so for more than a minute, else 0."""
    count, oldest = trail_rows.waiting(session)
    return count if oldest is not None and at - oldest > BEHIND else 0
