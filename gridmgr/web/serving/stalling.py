"""Those who stall: a request whose body does not come gives its thread back, and slow ones leave threads to the others.

Somebody who sends a few bytes now and then never stalls, and with a few connections held every thread. So only
some threads wait for slow bodies, fewer for those of one address, and none for longer than ``LONGEST_S``.
"""

import collections
import concurrent.futures
import contextlib
import http
import io
import queue
import threading
import time

import orjson

from gridmgr.errors import Unavailable
from gridmgr.web import headers, problems
from gridmgr.web.asker import preferred

CHUNK = 4 * 2**10
"""Bytes that are waited for together, since the server gives no fewer than were asked for: a line that is slower stalls."""
SENT_S = 0.05
"""For so long an answer that will break off is left to be sent."""
SLOW_AT_ONCE, OF_ONE_ADDRESS = 20, 12
"""So many slow bodies are waited for; a server in front of ours that takes bodies in before it passes them on has none."""
SLOW_S, LONGEST_S = 0.1, 600
"""A body that is not there after ``SLOW_S`` is a slow one."""


def patient(app, seconds, threads):
    """Return a WSGI application that reads each body for ``app``, and answers 408 where it stalls for ``seconds``.

    ``threads`` requests are worked on at a time, while ``SLOW_AT_ONCE`` more may wait for their bodies; one more
    than that is answered 503. What has been waited for in vain is read on by a thread of a pool of its own
    until the server closes the connection, over which the answer breaks off.
    """
    pool = concurrent.futures.ThreadPoolExecutor(threads + SLOW_AT_ONCE, thread_name_prefix="body")
    places, slow = queue.SimpleQueue(), Slow()
    for place in range(threads):
        places.put(place)
    limit = app.config["MAX_CONTENT_LENGTH"]

    def answer(environ, start_response):
        if expected(environ, limit):
            try:
                with_body(environ, pool, slow, seconds, limit)
            except (problems.Stalled, Crowded) as error:
                return broken_off(environ, start_response, error)
        place = places.get()
        try:
            return app(environ, start_response)
        finally:
            places.put(place)

    return answer


class Crowded(Unavailable):
    """Too many slow requests are on their way."""

    slug = "crowded"
    headers = problems.RETRY


class Slow:
    """The slow bodies that are waited for, by the address that sends them."""

    def __init__(self):
        self.of_address, self.lock = collections.Counter(), threading.Lock()

    @contextlib.contextmanager
    def one(self, address):
        """Wait for a slow body of an address in this context; raise Crowded where too many are."""
        with self.lock:
            if self.of_address.total() >= SLOW_AT_ONCE or self.of_address[address] >= OF_ONE_ADDRESS:
                raise Crowded("Many slow requests are on their way at once: send it again in some seconds.")
            self.of_address[address] += 1
        try:
            yield
        finally:
            with self.lock:
                self.of_address[address] -= 1
                self.of_address += collections.Counter()  # Addresses without any are forgotten.


def expected(environ, limit):
    """Return whether a body is to come that is not too large to be read at all."""
    length = environ.get("CONTENT_LENGTH") or "0"
    return "HTTP_TRANSFER_ENCODING" in environ or (length.isdecimal() and 0 < int(length) <= limit)


class Body:
    """A body on its way; ``came`` is when the last of it came, or somebody began to wait for it."""

    def __init__(self, source, limit):
        self.source, self.limit = source, limit
        self.came, self.is_given_up = time.monotonic(), False

    def read(self):
        """Return the body; of one without a stated length no more than shows that it is too large."""
        parts, size = [], 0
        while size <= self.limit and not self.is_given_up:
            part = self.source.read(CHUNK)
            if not part:
                break
            self.came = time.monotonic()
            parts.append(part)
            size += len(part)
        return b"".join(parts)


def with_body(environ, pool, slow, seconds, limit):
    """Put the whole body into the environment of a request.

    Raises
    ------
    Stalled, Crowded
    """
    body = Body(environ["wsgi.input"], limit)
    reading = pool.submit(body.read)
    try:
        if not concurrent.futures.wait([reading], min(SLOW_S, seconds)).done:
            with slow.one(environ.get("REMOTE_ADDR", "")):
                wait_for(body, reading, seconds)
    except (problems.Stalled, Crowded):
        body.is_given_up = True
        raise
    environ["wsgi.input"] = io.BytesIO(reading.result())


def wait_for(body, reading, seconds):
    """Wait until a body is read; raise Stalled where nothing comes of it for ``seconds``, or it takes too long."""
    end = body.came + LONGEST_S
    while (left := min(body.came + seconds, end) - time.monotonic()) > 0:
        if concurrent.futures.wait([reading], left).done:
            return
    if body.came + seconds < end:
        raise problems.Stalled(
            "Nothing came for {seconds} s in the middle of the request: send it again.", seconds=seconds
        )
    raise problems.Stalled(
        "The request did not come to its end within {minutes} minutes: send less at once.", minutes=LONGEST_S // 60
    )


def broken_off(environ, start_response, error):
    """Answer what a request could not be taken in for, and break the connection off.

    While somebody waits for the body, granian 2.8 closes no connection by itself, and whoever ends the
    request waits too, with the interpreter's lock: one who stalled and stayed would stop the whole server.
    An answer that is shorter than it says makes it let go.
    """
    status = problems.status_of(error)
    language = preferred(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    body = orjson.dumps(
        {
            "type": f"/problems/{error.slug}",
            "title": error.title(language),
            "status": status,
            "detail": error.say(language),
            "instance": environ["PATH_INFO"],
        }
    )
    own = [("Content-Type", problems.MEDIA_TYPE), ("Content-Length", str(len(body) + 1)), ("Connection", "close")]
    phrase = f"{status} {http.HTTPStatus(status).phrase}"
    start_response(phrase, [*own, *problems.headers_of(error), *headers.fixed()[:-1], ("Cache-Control", "no-store")])
    return breaking_off(body)


def breaking_off(body):
    """Yield a body, and end once it is sent."""
    yield body
    time.sleep(SENT_S)
