"""The shortcut: the questions that are asked thousands of times a second, answered without Flask's dispatch.

It answers only what needs nothing of it: a well-formed question who answers for one spot, or for many
by columns, of a program without a session. The right is looked up in the same table, the parameters go through the same model, the answer
through the same use case, and the headers are the same. Whatever else comes (a cookie, a
token, a condition, an error) is left to the view, which answers as if there were no shortcut.
"""

import io
import urllib.parse

from gridmgr.domain import access, times
from gridmgr.i18n import LANGUAGES
from gridmgr.services import routing
from gridmgr.web import api_where, auth, headers
from gridmgr.web.asker import preferred
from gridmgr.web.where import columns, fragments

UNDERSTOOD = frozenset(api_where.Question.model_fields) - {"draft"}
LEFT_TO_FLASK = (
    "HTTP_COOKIE",
    "HTTP_AUTHORIZATION",
    "HTTP_IF_NONE_MATCH",
    "HTTP_RANGE",
    "HTTP_IF_RANGE",
    "HTTP_TRANSFER_ENCODING",
)
MOST_PARAMETERS = 10
LARGEST_BODY = 4 * 2**20


def answer(house, environ):
    """Return (headers, body) of the answer 200 to a request, or None where Flask is to answer it."""
    straight = STRAIGHT.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
    if straight is None or any(name in environ for name in LEFT_TO_FLASK):
        return None
    endpoint, decide = straight
    if not access.may(access.PUBLIC, auth.ROUTES[endpoint]):
        return None
    try:
        body = decide(house, environ, parameters(environ["QUERY_STRING"]))
    except Exception:  # Flask finds it again and says it: a refusal, or a fault that is written to the log.
        return None
    if body is None:
        return None
    environ[auth.ENDPOINT] = endpoint
    return headers.of_json(body, house.config.basemap, tagged=environ["REQUEST_METHOD"] == "GET"), body


def parameters(text):
    """Return the parameters of an address; None where one is doubled or there are too many."""
    pairs = [pair.partition("=") for pair in text.split("&", MOST_PARAMETERS) if pair]
    found = {plain(name): plain(value) for name, _, value in pairs}
    return found if len(found) == len(pairs) <= MOST_PARAMETERS else None


def plain(text):
    """Return a name or value of an address as it was meant."""
    return urllib.parse.unquote_plus(text) if "%" in text or "+" in text else text


def one(house, environ, query):
    """Return the decision about one spot, None for parameters that are not those of the question."""
    if not query or not query.keys() <= UNDERSTOOD:
        return None
    question = api_where.Question.model_validate(query)
    at = times.read_instant(question.at, house.city.timezone) if question.at else house.clock()
    found = api_where.decided(question, routing.knowledge(house.engine, at=at), at)
    return fragments.decision(found, reader(house, environ, question.lang))


def many(house, environ, query):
    """Return the decisions about many spots by columns, None for what is not small JSON."""
    length = environ.get("CONTENT_LENGTH") or ""
    if environ.get("CONTENT_TYPE") != "application/json" or not length.isdecimal() or int(length) > LARGEST_BODY:
        return None
    if query is None or not query.keys() <= columns.Form.model_fields.keys():
        return None
    form = columns.Form.model_validate(query)
    body = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = io.BytesIO(body)
    asked = columns.Columns.model_validate_json(body)
    if len(asked.lon) > api_where.FEW_POINTS:
        return None  # Large batches take turns, which the view sees to.
    found = columns.decided(house, asked, house.clock())
    return columns.as_json(found, reader(house, environ, form.lang), names=form.names)


def reader(house, environ, lang):
    """Return the Reader that somebody without a session is."""
    language = lang if lang in LANGUAGES else preferred(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return fragments.Reader(language, house.city.timezone, access.may(access.PUBLIC, "see_phones"))


STRAIGHT = {
    ("GET", "/api/v1/where"): ("where.get_where", one),
    ("POST", "/api/v1/where/columns"): ("where.post_columns", many),
}
