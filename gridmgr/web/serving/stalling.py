"""Those who stall: a request whose body does not come gives its thread back."""

import concurrent.futures
import io
import time

import orjson

from gridmgr.web import headers, problems
from gridmgr.web.asker import preferred

CHUNK = 4 * 2**10
"""Bytes that are waited for together, since the server gives no fewer than were asked for: a line that is slower stalls."""
SENT_S = 0.05
"""For so long an answer that will break off is left to be sent."""


def patient(app, seconds, threads):
    """Return a WSGI application that reads each body for ``app``, and answers 408 where it stalls for ``seconds``.

    What has been waited for in vain is read on by a thread of a pool of its own until
    the server closes the connection, over which the answer breaks off.
    """
    pool = concurrent.futures.ThreadPoolExecutor(threads, thread_name_prefix="body")
    limit = app.config["MAX_CONTENT_LENGTH"]

    def answer(environ, start_response):
        if expected(environ, limit):
            body = whole(pool, environ["wsgi.input"], seconds, limit)
            if body is None:
                return stalled(environ, start_response, seconds)
            environ["wsgi.input"] = io.BytesIO(body)
        return app(environ, start_response)

    return answer


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


def whole(pool, source, seconds, limit):
    """Return the body as :meth:`Body.read` does, None where nothing comes of it for ``seconds``."""
    body = Body(source, limit)
    reading = pool.submit(body.read)
    while (left := body.came + seconds - time.monotonic()) > 0:
        if concurrent.futures.wait([reading], left).done:
            return reading.result()
    body.is_given_up = True
    return None


def stalled(environ, start_response, seconds):
    """Answer that the request stalled, and break the connection off.

    While somebody waits for the body, granian 2.8 closes no connection by itself, and whoever ends the
    request waits too, with the interpreter's lock: one who stalled and stayed would stop the whole server.
    An answer that is shorter than it says makes it let go.
    """
    error = problems.Stalled(
        "Nothing came for {seconds} s in the middle of the request: send it again.", seconds=seconds
    )
    language = preferred(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    body = orjson.dumps(
        {
            "type": f"/problems/{error.slug}",
            "title": error.title(language),
            "status": problems.STATUS[problems.Stalled],
            "detail": error.say(language),
            "instance": environ["PATH_INFO"],
        }
    )
    own = [("Content-Type", problems.MEDIA_TYPE), ("Content-Length", str(len(body) + 1)), ("Connection", "close")]
    start_response("408 Request Timeout", [*own, *headers.fixed()[:-1], ("Cache-Control", "no-store")])
    return breaking_off(body)


def breaking_off(body):
    """Yield a body, and end once it is sent."""
    yield body
    time.sleep(SENT_S)
