"""Who asks, in which language and at what instant: what a view needs to know about its request."""

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

import flask
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gridmgr import config as settings
from gridmgr.domain import access, times
from gridmgr.domain.grids import City
from gridmgr.i18n import LANGUAGES
from gridmgr.services.accounts import permitting

COOKIE = "lang"


@dataclasses.dataclass(frozen=True)
class House:
    """What one running application stands on; made once, when it starts."""

    config: settings.Config
    engine: Any
    city: City
    clock: Callable[[], dt.datetime]


def house() -> House:
    """Return what this application stands on."""
    return flask.current_app.extensions["gridmgr"]


def engine():
    """Return the engine of the city's database."""
    return house().engine


def city():
    """Return the one City."""
    return house().city


def now():
    """Return the instant of this request, the same throughout."""
    if "now" not in flask.g:
        flask.g.now = house().clock()
    return flask.g.now


def account():
    """Return the Account that asks, or None."""
    return flask.g.get("account")


def role():
    """Return the role that asks; ``"public"`` is nobody in particular."""
    return account().role if account() else "public"


def token():
    """Return the Token that a program shows in place of a session, or None."""
    return flask.g.get("api_token")


def may(right):
    """Return whether the one who asks has ``right``, by the token that is shown where one is."""
    return access.may_as(account(), right, token().rights if token() else None)


def is_trusted_with(right):
    """Return whether an account stands for ``right``: somebody signed in, or a token that names it."""
    return account() is not None and (token() is None or right in token().rights)


def is_within(grid_code, department_code):
    """Return whether a grid or area and a department are those of the account that asks, at this instant."""
    return permitting.permits(engine(), account(), grid_code, department_code, at=now())


def language():
    """Return the reader's language: ``?lang=``, the cookie, the account's, the browser's, English."""
    if "language" not in flask.g:
        flask.g.language = chosen_language()
    return flask.g.language


def chosen_language():
    """Return the first language that is named and known."""
    mine = account().language if account() else None
    named = (flask.request.args.get("lang"), flask.request.cookies.get(COOKIE), mine)
    return next((name for name in named if name in LANGUAGES), None) or preferred(
        flask.request.headers.get("Accept-Language", "")
    )


@functools.lru_cache(maxsize=1000)
def preferred(accepted):
    """Return the language that a header ``Accept-Language`` asks for, English where it asks for none of ours."""
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or "en"


def instant(text):
    """Return the instant that ``text`` names, in the city's time where it has no offset; now without one.

    Raises
    ------
    Invalid
        It is no time, does not exist here, or lies outside the years 1900 to 2199.
    """
    return times.read_instant(text, city().timezone) if text else now()


def show(at):
    """Return ``at`` in the city's time with its offset; None stays None."""
    return None if at is None else times.show(at, city().timezone)


def remember_language(response):
    """Keep the language that was asked for by ``?lang=`` in a cookie of the browser."""
    asked = flask.request.args.get("lang")
    if asked in LANGUAGES and not flask.request.path.startswith("/api/"):
        response.set_cookie(COOKIE, asked, max_age=365 * 86400, samesite="Lax", secure=flask.request.is_secure)
    return response
