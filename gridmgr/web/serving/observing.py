"""Observing: every request is counted and written to the access log, whoever answers it."""

import time

from gridmgr.web import auth
from gridmgr.web.serving import metrics

UNKNOWN = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""What is counted by its name: anybody may invent others, and each would stay in memory."""


def observed(app, log):
    """Return a WSGI application that answers as ``app`` does and tells of each request.

    Parameters
    ----------
    log : queue
        Takes (instant, address, method, path, status, seconds, bytes).
    """
    count, put = metrics.counter(), log.put

    def answer(environ, start_response):
        began, clock = time.time(), time.perf_counter()
        told = []

        def start(status, headers, exc_info=None):
            told[:] = status, headers
            return start_response(status, headers, exc_info)

        body = app(environ, start)
        taken = time.perf_counter() - clock
        status, size = (told[0][:3], size_of(told[1])) if told else ("500", 0)
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        count(environ.get(auth.ENDPOINT) or UNKNOWN, method if method in METHODS else UNKNOWN, status, taken)
        put((began, environ.get("REMOTE_ADDR", ""), method, path, int(status), taken, size))
        return body

    return answer


def size_of(headers):
    """Return the bytes of an answer as its headers state them, None where they do not."""
    return next((int(value) for name, value in headers if name.lower() == "content-length"), None)
