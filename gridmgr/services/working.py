"""The worker: watches deadlines, seals the audit trail and delivers notices until it is told to stop."""

import itertools
import time

from gridmgr.errors import Unavailable
from gridmgr.i18n import N_
from gridmgr.services import trail
from gridmgr.services.handling import supervising
from gridmgr.services.notifications.courier import Courier
from gridmgr.services.photos import clearing
from gridmgr.store import outbox

POLL_S, SEAL_S, WATCH_S, CLEAR_S = 0.5, 0.5, 5.0, 60.0
"""How often the outbox is looked at, the trail sealed (both within a second), deadlines watched, photos cleared away."""
CASES_AT_ONCE = 50
LONGEST_PAUSE_S = 8.0
AWAY = N_("The database does not answer, the next try is in {seconds:.0f} s: {reason}")
BACK = N_("The database answers again.")


class Watch:
    """Lets befall open cases what is due by the clock; ``count`` is how many were looked at so far."""

    def __init__(self, engine, now):
        self.engine, self.now = engine, now
        self.count, self.next_at = 0, float("-inf")

    def step(self):
        """Look after some cases if it is time to; return whether more may wait."""
        if time.monotonic() < self.next_at:
            return False
        found = supervising.supervise(self.engine, at=self.now(), most=CASES_AT_ONCE)
        self.count += found
        if found == CASES_AT_ONCE:
            return True
        self.next_at = time.monotonic() + WATCH_S
        return False


class Clearer:
    """Clears photos away that nobody names; each step one letter of the files without a row."""

    def __init__(self, engine, data, now):
        self.engine, self.data, self.now = engine, data, now
        self.letters, self.next_at = itertools.cycle(clearing.LETTERS), float("-inf")

    def step(self):
        """Clear some photos away if it is time to; return whether more may wait."""
        if time.monotonic() < self.next_at:
            return False
        gone = clearing.clear(self.engine, self.data, at=self.now())
        clearing.clear_strays(self.engine, self.data, next(self.letters), at=self.now())
        if gone == clearing.AT_ONCE:
            return True
        self.next_at = time.monotonic() + CLEAR_S
        return False


class Sealer:
    """Seals the audit trail, one batch at a step; ``count`` is how many entries so far."""

    def __init__(self, engine, now):
        self.engine, self.now = engine, now
        self.count, self.next_at = 0, float("-inf")

    def step(self):
        """Seal a batch if it is time to; return whether more may wait."""
        if time.monotonic() < self.next_at:
            return False
        sealed = trail.seal_some(self.engine, trail.AT_ONCE, at=self.now())
        self.count += sealed
        if sealed == trail.AT_ONCE:
            return True
        self.next_at = time.monotonic() + SEAL_S
        return False


def run(engine, config, *, now, stop, once=False, told=lambda text, **fields: None):
    """Work until ``stop()`` is true, or with ``once`` until nothing is due; return counts by outcome.

    A database that is away, full or busy is waited for: what was delivered meanwhile is written down
    when it is back. However much waits to be sealed, notices are delivered in between.

    Parameters
    ----------
    now : callable
        Returns this instant.
    stop : callable
        Returns whether to stop; what is under way is finished first.
    told : callable
        Told when the database goes and comes back.
    """
    courier, sealer, watch, pause = Courier(engine, config, now=now), Sealer(engine, now), Watch(engine, now), 0.0
    clearer = Clearer(engine, config.data, now)
    while not stop():
        try:
            goes_on = bool(watch.step() + sealer.step() + clearer.step() + courier.step())
            courier.forget()
        except outbox.TROUBLE as error:
            if once:
                raise away(error) from error
            pause = min(max(2 * pause, 1.0), LONGEST_PAUSE_S)
            told(AWAY, seconds=pause, reason=reason_of(error))
            rest(pause, stop)
            continue
        if pause:
            told(BACK)
            pause = 0.0
        if not goes_on:
            if once and courier.is_idle:
                break
            courier.wait(POLL_S)
    finish(courier)
    return {**courier.counts, "sealed": sealer.count, "watched": watch.count}


def finish(courier):
    """Let what is under way end, as long as one delivery may take, and write it down."""
    ends = time.monotonic() + courier.limit_s + 1
    while courier.under_way.total() and time.monotonic() < ends:
        courier.wait(POLL_S)
    try:
        courier.step(room=0)
    except outbox.TROUBLE as error:
        raise away(error) from error


def rest(seconds, stop):
    """Wait so long, but no longer than until it is time to stop."""
    ends = time.monotonic() + seconds
    while not stop() and time.monotonic() < ends:
        time.sleep(POLL_S)


def reason_of(error):
    """Return in a line what a database driver or we ourselves say of an error."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


def away(error):
    """Return the error of a database that cannot be worked with."""
    return (
        error
        if isinstance(error, Unavailable)
        else Unavailable("The database does not answer: {reason}", reason=reason_of(error))
    )
