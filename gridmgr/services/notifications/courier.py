"""The courier: takes notices from the outbox, delivers several at once, and writes down what came of it.

A notice is taken by a lease in one short transaction, delivered outside any, and settled in another.
Who dies in between leaves a lease that ends: the notice is taken again and may arrive twice, with the
same key, but never not at all.
"""

import collections
import dataclasses
import datetime as dt
import queue
import random
import secrets
import threading
import time

from gridmgr.domain import notices
from gridmgr.domain.trail import plain
from gridmgr.services.notifications import sending
from gridmgr.services.notifications.lines import Refused, Undelivered
from gridmgr.services.transactions import reading, writing
from gridmgr.store import outbox

LEASE = dt.timedelta(seconds=60)
AT_ONCE, AT_ONCE_A_CHANNEL = 16, 4
"""Deliveries under way in one process, and how many of them a slow receiver can hold at most, about."""
KEEP = dt.timedelta(days=30)
"""What has arrived is forgotten after so long; dead letters stay."""
FORGET_AT_ONCE, FORGET_EVERY_S = 1000, 3600.0


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of one try; ``error`` is None where the notice has arrived."""

    notice: object
    error: Undelivered | None


class Courier:
    """Delivers notices with threads of its own; ``now`` tells the time."""

    def __init__(self, engine, config, *, now, limit_s=sending.LIMIT_S):
        self.engine, self.config, self.now, self.limit_s = engine, config, now, limit_s
        self.claim = secrets.token_hex(16)
        self.under_way, self.done = collections.Counter(), queue.SimpleQueue()
        self.unsettled, self.rests = [], {}
        self.counts = collections.Counter()
        self.forgot_at = time.monotonic()

    @property
    def is_idle(self):
        """Return whether nothing is under way and nothing waits to be written down."""
        return not (self.under_way.total() or self.unsettled or not self.done.empty())

    def step(self, room=AT_ONCE_A_CHANNEL):
        """Write down what is done and take at most ``room`` notices that are due, both at once; return how many."""
        self.collect()
        at, busy = self.now(), self.busy_channels()
        room = min(AT_ONCE - self.under_way.total(), room)
        if not (self.unsettled or (room > 0 and self.has_due(at, busy))):
            return 0
        with writing(self.engine) as session:
            counts = settle(session, self.unsettled, at)
            taken = outbox.claim(session, at=at, until=at + LEASE, claim=self.claim, limit=max(room, 0), without=busy)
        self.counts.update(counts)
        self.unsettled = []
        for notice in taken:
            self.under_way[notice.channel] += 1
            threading.Thread(target=self.deliver, args=(notice,), daemon=True).start()
        return len(taken)

    def has_due(self, at, busy):
        """Return whether a notice is due that is not of a busy channel: to look costs less than to write."""
        with reading(self.engine) as session:
            return outbox.has_due(session, at, without=busy)

    def busy_channels(self):
        """Return the channels that have enough to do or asked to be left alone."""
        moment = time.monotonic()
        self.rests = {channel: until for channel, until in self.rests.items() if until > moment}
        return sorted({*self.rests, *(name for name, n in self.under_way.items() if n >= AT_ONCE_A_CHANNEL)})

    def deliver(self, notice):
        """Try one notice, in a thread of its own."""
        error = None
        try:
            sending.send(notice, self.config, self.now(), self.limit_s)
        except Undelivered as found:
            error = found
        except Exception as found:  # A thread that only ended would hold its place for ever.
            error = Undelivered(sending.MISTAKE, reason=type(found).__name__)
        self.done.put(Outcome(notice, error))

    def wait(self, seconds):
        """Wait until a delivery is done, at most so long."""
        if self.under_way.total():
            try:
                self.gather(self.done.get(timeout=seconds))
            except queue.Empty:
                return
        else:
            time.sleep(seconds)

    def gather(self, outcome):
        """Note that a delivery is done; :meth:`step` writes it down, and tries again where that fails."""
        self.under_way[outcome.notice.channel] -= 1
        self.unsettled.append(outcome)
        if outcome.error is not None and outcome.error.after_s:
            self.rests[outcome.notice.channel] = time.monotonic() + outcome.error.after_s

    def collect(self):
        """Gather all deliveries that are done."""
        while not self.done.empty():
            self.gather(self.done.get())

    def forget(self):
        """Delete what arrived long ago, now and then."""
        if time.monotonic() - self.forgot_at > FORGET_EVERY_S:
            with writing(self.engine) as session:
                count = outbox.forget_delivered(session, self.now() - KEEP, FORGET_AT_ONCE)
            if count < FORGET_AT_ONCE:
                self.forgot_at = time.monotonic()


def settle(session, outcomes, at):
    """Write down what came of tries; return how many were ``delivered``, ``postponed``, ``dead``."""
    arrived = [one.notice.id for one in outcomes if one.error is None]
    outbox.arrived(session, arrived, at)
    failed = [settle_failed(session, one, at) for one in outcomes if one.error is not None]
    return collections.Counter(delivered=len(arrived)) + collections.Counter(failed)


def settle_failed(session, outcome, at):
    """Let a notice that did not arrive wait for its next try, or give it up; return ``postponed`` or ``dead``."""
    notice, error = outcome.notice, outcome.error
    reason = plain({"text": error.message, "fields": {name: str(value) for name, value in error.fields.items()}})
    pause = notices.pause(notice.tries, random.random())
    due_at = at + max(pause, dt.timedelta(seconds=error.after_s))
    if isinstance(error, Refused) or due_at > notice.give_up_at:
        outbox.bury(session, notice.id, notice.claim, at, reason)
        return "dead"
    outbox.postpone(session, notice.id, notice.claim, due_at, reason)
    return "postponed"
