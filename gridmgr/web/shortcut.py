"""The shortcut: the question that is asked thousands of times a second, answered without Flask's dispatch.

It answers only what needs nothing of it: a well-formed ``GET /api/v1/where`` of a program without a
session. The right is looked up in the same table, the parameters go through the same model, the answer
through the same use case, and the headers are the same. Whatever else comes (a cookie, a
condition, an error) is left to the view, which answers as if there were no shortcut.
"""

import urllib.parse

from pydantic import ValidationError

from gridmgr.domain import access, times
from gridmgr.errors import GridmgrError
from gridmgr.i18n import LANGUAGES
from gridmgr.services import routing
from gridmgr.web import api_where, auth, fragments, headers
from gridmgr.web.asker import preferred

ENDPOINT, PATH = "where.get_where", "/api/v1/where"
UNDERSTOOD = frozenset(api_where.Question.model_fields) - {"draft"}
LEFT_TO_FLASK = ("HTTP_COOKIE", "HTTP_IF_NONE_MATCH", "HTTP_RANGE", "HTTP_IF_RANGE")
MOST_PARAMETERS = 10


def answer(house, environ):
    """Return (headers, body) of the answer 200 to a request, or None where Flask is to answer it."""
    if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "GET":
        return None
    if any(name in environ for name in LEFT_TO_FLASK) or not access.may(access.PUBLIC, auth.ROUTES[ENDPOINT]):
        return None
    query = parameters(environ["QUERY_STRING"])
    try:
        question = api_where.Question.model_validate(query) if query else None
        body = question and decision(house, question, environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    except (ValidationError, GridmgrError):
        return None
    if body is None:
        return None
    environ[auth.ENDPOINT] = ENDPOINT
    return headers.of_json(body, house.config.basemap), body


def parameters(text):
    """Return the parameters of an address; None where one is doubled or not ours."""
    try:
        pairs = urllib.parse.parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS)
    except ValueError:
        return None
    found = dict(pairs)
    return found if len(found) == len(pairs) and found.keys() <= UNDERSTOOD else None


def decision(house, question, accepted):
    """Return the Decision as JSON for somebody who is not signed in."""
    timezone = house.city.timezone
    at = times.read_instant(question.at, timezone) if question.at else house.clock()
    language = question.lang if question.lang in LANGUAGES else preferred(accepted)
    found = api_where.decided(question, routing.knowledge(house.engine, at=at), at)
    return fragments.decision(found, fragments.Reader(language, timezone, access.may(access.PUBLIC, "see_phones")))
