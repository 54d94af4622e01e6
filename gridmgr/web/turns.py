"""Large questions take turns, so that small ones always find a thread that is free."""

import contextlib
import threading

import flask

from gridmgr.errors import TooManyRequests

AT_ONCE = 2
NAME = "turns"


class TooManyLarge(TooManyRequests):
    """Too many large questions are being answered."""

    slug = "too-many-large"
    headers = (("Retry-After", "60"),)


def prepare(app):
    """Give an application its turns; each process counts its own."""
    app.extensions[NAME] = threading.BoundedSemaphore(AT_ONCE)


@contextlib.contextmanager
def large():
    """Answer a large question in this context; raise TooManyLarge where others are at it, since waiting takes a thread."""
    turns = flask.current_app.extensions[NAME]
    if not turns.acquire(blocking=False):
        raise TooManyLarge("{count} large questions are being answered: ask again in a minute.", count=AT_ONCE)
    try:
        yield
    finally:
        turns.release()
