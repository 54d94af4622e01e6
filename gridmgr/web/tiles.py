"""Vector tiles of the grids: made once for each version, kept by the browser for good."""

import collections
import hashlib
import threading

import flask

from gridmgr.errors import NotFound
from gridmgr.services import measures, viewing
from gridmgr.web import asker, auth, reading

FARTHEST_ZOOM = 22
TILES_KEPT = 8_000
SETS_KEPT = 24
MEDIA_TYPE = "application/vnd.mapbox-vector-tile"

tiles = flask.Blueprint("tiles", __name__)


class NoSuchTile(NotFound):
    """There is no tile at that place."""

    slug = "no-such-tile"


class Keeper:
    """Values made once for each key, by one thread while the others wait; the longest unused make room."""

    def __init__(self, most):
        self.most = most
        self.values = collections.OrderedDict()
        self.making = {}
        self.lock = threading.Lock()

    def get(self, key, make):
        """Return the value under ``key``, made by ``make()`` the first time."""
        with self.lock:
            if key in self.values:
                self.values.move_to_end(key)
                return self.values[key]
            turn = self.making.setdefault(key, threading.Lock())
        with turn:
            return self.made(key, make)

    def made(self, key, make):
        """Return the value that another thread has made meanwhile, or a new one."""
        if key not in self.values:
            value = make()
            with self.lock:
                self.values[key] = value
                self.making.pop(key, None)
                while len(self.values) > self.most:
                    self.values.popitem(last=False)
            return value
        return self.values[key]
