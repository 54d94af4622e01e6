"""Errors as answers: one table from family to status, in the form of RFC 9457."""

import html
import http
import logging

import flask
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from gridmgr import errors
from gridmgr.i18n import N_, translate

STATUS = {
    errors.Invalid: 400,
    errors.NotSignedIn: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
    errors.GridmgrError: 500,
}
SAID = {
    400: (N_("The request cannot be read."), N_("Correct the request and send it again.")),
    404: (
        N_("There is nothing at this address."),
        N_("{path} is not a page or a part of the interface: /api/openapi.json lists them."),
    ),
    405: (N_("This address does not do that."), N_("{method} is not possible at {path}.")),
    413: (N_("The request is too large."), N_("Send less at once: at most 10,000 points or 16 MB.")),
    415: (
        N_("The request is in a form this address does not read."),
        N_("Send JSON with Content-Type: application/json."),
    ),
    500: (
        N_("Something went wrong here."),
        N_("The fault is written to the log under {mark}. Try again; if it stays, tell the administrator this mark."),
    ),
}
MEDIA_TYPE = "application/problem+json"

log = logging.getLogger(__name__)


class PageExpired(errors.Invalid):
    """The page was open for too long, or was not ours."""

    slug = "page-expired"


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


def of_http(error, language):
    """Return the problem that an HTTPException of Werkzeug is, in ``language``."""
    status = error.code or 500
    phrase = http.HTTPStatus(status).phrase
    title, detail = SAID.get(status, (phrase + ".", N_("Correct the request and send it again.")))
    fields = {"path": flask.request.path, "method": flask.request.method, "mark": ""}
    slug = phrase.lower().replace(" ", "-").replace("'", "")
    return problem(status, slug, translate(title, language), translate(detail, language, **fields))


def of_fault(language, mark):
    """Return the problem that an unknown error is: no internals, only the mark it is logged under."""
    title, detail = SAID[500]
    return problem(500, "internal-server-error", translate(title, language), translate(detail, language, mark=mark))


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
        return answer(of_error(error, language()), getattr(error, "headers", ()))

    @app.errorhandler(CSRFError)
    def say_expired(error):
        return say_error(
            PageExpired(
                "The page's token is missing or stale ({reason}). Load the page again and repeat.",
                reason=error.description,
            )
        )

    @app.errorhandler(HTTPException)
    def say_http(error):
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()
        return answer(of_http(error, language()), [h for h in error.get_headers() if h[0] in ("Allow", "Retry-After")])

    @app.errorhandler(Exception)
    def say_fault(error):
        mark = f"{id(error):x}"[-8:]
        log.error("fault %s at %s %s", mark, flask.request.method, flask.request.path, exc_info=error)
        return answer(of_fault(language(), mark))
