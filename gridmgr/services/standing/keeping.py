"""Values that are costly to make and small enough to keep."""

import collections
import threading


class Keeper:
    """Values by key: each made once, by one thread while the others wait; the longest unused make room."""

    def __init__(self, most):
        self.most = most
        self.values = collections.OrderedDict()
        self.turns = {}
        self.lock = threading.Lock()

    def get(self, key, make):
        """Return the value under ``key``, made by ``make()`` the first time."""
        with self.lock:
            if key in self.values:
                self.values.move_to_end(key)
                return self.values[key]
            turn = self.turns.setdefault(key, threading.Lock())
        with turn:
            with self.lock:
                if key in self.values:
                    return self.values[key]
            try:
                return self.keep(key, make())
            finally:
                with self.lock:
                    self.turns.pop(key, None)

    def keep(self, key, value):
        """Keep ``value`` under ``key`` and return it."""
        with self.lock:
            self.values[key] = value
            while len(self.values) > self.most:
                self.values.popitem(last=False)
        return value
