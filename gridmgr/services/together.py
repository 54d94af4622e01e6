"""Together: what threads want kept at the same moment is kept in one transaction, at hardly more than the price of one."""

import collections
import threading
import time
from concurrent.futures import Future

from gridmgr.errors import Unavailable

MOST = 64
"""So many at most go into one transaction."""
PAUSE_S = 0.002
"""Where several came together, more are on their way: so long is waited for them, but never where one comes alone."""


class Together:
    """Keeps what threads bring, one transaction at a time; what comes during one goes into the next.

    Parameters
    ----------
    write : callable
        Takes a list of things and keeps them in one transaction, all or none; returns the answer to each.
    """

    def __init__(self, write):
        self._write, self._turn, self._brought = write, threading.Lock(), collections.deque()
        self._last = 1

    def keep(self, thing):
        """Return the answer to ``thing`` once it is kept; raise what it would raise if it came alone."""
        answer = Future()
        self._brought.append((thing, answer))
        with self._turn:
            while not answer.done():
                if self._last > 1:
                    time.sleep(PAUSE_S)
                self._last = min(len(self._brought), MOST)
                self._keep([self._brought.popleft() for _ in range(self._last)])
        return answer.result()

    def _keep(self, batch):
        """Keep a batch; where that fails because of one of them, each alone."""
        try:
            answers = self._write([thing for thing, _ in batch])
            for (_, answer), found in zip(batch, answers, strict=True):
                answer.set_result(found)
        except Exception as error:
            self._fail(batch, error)
        finally:
            for _, answer in batch:
                answer.cancel()  # Whoever was interrupted leaves nobody waiting.

    def _fail(self, batch, error):
        """Give the error to the one whose it is, or to all where the database is in trouble."""
        if len(batch) > 1 and not isinstance(error, Unavailable):
            for one in batch:
                self._keep([one])
            return
        for _, answer in batch:
            answer.set_exception(error)
