"""Those who stall: a request whose body does not come gives its thread back."""

import concurrent.futures
import io

import orjson

from gridmgr.web import headers, problems
from gridmgr.web.asker import preferred

CHUNK = 64 * 2**10


def patient(app, seconds, threads):
    """Return a WSGI application that reads each body for ``app``, and answers 408 where it stalls for ``seconds``.

    What has been waited for in vain is read on by a thread of a pool of its own until
    the server, having sent the answer, closes the connection.
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


def whole(pool, source, seconds, limit):
    """Return the body, None where it stalls; of one without a stated length no more than shows that it is too large."""
    parts, size = [], 0
    try:
        while size <= limit:
            part = pool.submit(source.read, CHUNK).result(seconds)
            if not part:
                break
            parts.append(part)
            size += len(part)
    except concurrent.futures.TimeoutError:
        return None
    return b"".join(parts)


def stalled(environ, start_response, seconds):
    """Answer that the request stalled, and close the connection."""
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
    own = [("Content-Type", problems.MEDIA_TYPE), ("Content-Length", str(len(body))), ("Connection", "close")]
    start_response("408 Request Timeout", [*own, *headers.fixed()[:-1], ("Cache-Control", "no-store")])
    return [body]
