"""Errors as answers: one table from family to status, in the form of RFC 9457."""

import errno
import html
import logging
import secrets

import flask
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gridmgr import errors
from gridmgr.i18n import N_

MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


class PageExpired(errors.Invalid):
    """The page was open for too long, or was not ours."""

    slug = "page-expired"


class Unreadable(errors.Invalid):
    """The request cannot be read."""

    slug = "unreadable"


class NoSuchAddress(errors.NotFound):
    """There is nothing at this address."""

    slug = "no-such-address"


class NotDoneHere(errors.GridmgrError):
    """This address does not do that."""

    slug = "not-done-here"


class Stalled(errors.GridmgrError):
    """The request did not come to its end."""

    slug = "stalled"


class TooLarge(errors.GridmgrError):
    """The request is too large."""

    slug = "too-large"


class WrongForm(errors.GridmgrError):
    """The request is in a form this address does not read."""

    slug = "wrong-form"


class ServerFull(errors.Unavailable):
    """The disk of the server is full."""

    slug = "server-full"
    headers = (("Retry-After", "60"),)


class Fault(errors.GridmgrError):
    """Something went wrong here."""

    slug = "fault"


STATUS = {
    errors.Invalid: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    NotDoneHere: 405,
    Stalled: 408,
    errors.Conflict: 409,
    TooLarge: 413,
    WrongForm: 415,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
    errors.GridmgrError: 500,
}
OF_HTTP = {
    404: (NoSuchAddress, N_("{path} is not a page or a part of the interface: /api/openapi.json lists them.")),
    405: (NotDoneHere, N_("{method} is not possible at {path}.")),
    413: (TooLarge, N_("Send less at once: at most 10,000 points or 16 MB.")),
    415: (WrongForm, N_("Send JSON with Content-Type: application/json.")),
}
RETRY = (("Retry-After", "5"),)
OTHERWISE = (Unreadable, N_("Correct the request and send it again."))
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where a disk, a quota or the longest file is full."""
FAULT = N_("The fault is written to the log under {mark}. Try again; if it stays, tell the administrator this mark.")


def status_of(error):
    """Return the status of a family member: that of its nearest ancestor in the table."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def problem(status, slug, title, detail, **more):
    """Return a problem as RFC 9457 has it; ``instance`` is the path asked for."""
    return {
        "type": f"/problems/{slug}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": flask.request.path,
        **more,
    }


def of_error(error, language):
    """Return the problem that a GridmgrError is, in ``language``."""
    more = getattr(error, "more", {})
    return problem(status_of(error), error.slug, error.title(language), error.say(language), **more)


def headers_of(error):
    """Return the headers of an answer that an error is; what is not there now says when to ask again."""
    return getattr(error, "headers", RETRY if isinstance(error, errors.Unavailable) else ())


def of_http(error):
    """Return the member of our family that an HTTPException of Werkzeug (status 4xx) is."""
    kind, detail = OF_HTTP.get(error.code, OTHERWISE)
    return kind(detail, path=flask.request.path, method=flask.request.method)


def answer(found, headers=()):
    """Return the response for a problem: JSON, or a page where a page was asked for."""
    response = page(found) if wants_page() else flask.make_response(flask.json.dumps(found))
    if not wants_page():
        response.content_type = MEDIA_TYPE
    response.status_code = found["status"]
    response.headers.extend(headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def wants_page():
    """Return whether the reader is a person at a browser, outside the machine interface."""
    if flask.request.path.startswith(("/api/", "/tiles/", "/static/")):
        return False
    kinds = flask.request.accept_mimetypes
    return kinds["text/html"] > kinds["application/json"]


def page(found):
    """Return the error page; plain where the template itself cannot be shown."""
    try:
        return flask.make_response(flask.render_template("error.html", problem=found))
    except Exception:
        log.exception("the error page cannot be shown")
        words = (html.escape(str(found[part])) for part in ("title", "detail"))
        return flask.make_response("<!doctype html><title>gridmgr</title><h1>{}</h1><p>{}</p>".format(*words))


def register(app, language):
    """Make ``app`` answer every error as a problem; ``language()`` is the reader's."""

    @app.errorhandler(errors.GridmgrError)
    def say_error(error):
        if status_of(error) >= 500:
            log.error("%s", error, exc_info=error)
        return answer(of_error(error, language()), headers_of(error))

    @app.errorhandler(CSRFError)
    def say_expired(error):
        return say_error(PageExpired("The page's token is missing or stale: load the page again and repeat."))

    @app.errorhandler(HTTPException)
    def say_http(error):
        if error.response is not None or error.code < 400:
            return error.get_response()
        if error.code >= 500:
            return say_fault(error)
        allowed = [header for header in error.get_headers() if header[0] == "Allow"]
        return answer(of_error(of_http(error), language()), allowed)

    @app.errorhandler(OSError)
    def say_full(error):
        if error.errno not in FULL:
            return say_fault(error)
        return say_error(
            ServerFull("The server has no room for what was sent ({reason}): make room there.", reason=error.strerror)
        )

    @app.errorhandler(Exception)
    def say_fault(error):
        mark = secrets.token_hex(4)
        log.error("fault %s at %s %s", mark, flask.request.method, flask.request.path, exc_info=error)
        return answer(of_error(Fault(FAULT, mark=mark), language()))
