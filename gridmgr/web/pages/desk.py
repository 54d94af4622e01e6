"""The page of the dispatcher's desk. What it shows comes by fetch."""

import functools

import flask

from gridmgr import resources
from gridmgr.domain import access, categories
from gridmgr.services.accounts import changes
from gridmgr.web import asker, map_representations, maps, pages

desk_pages = flask.Blueprint("desk_pages", __name__)


@desk_pages.get("/dispatch")
def dispatch():
    """Show the desk, as far as the account has work at it."""
    view = pages.current()
    shown = {
        "boundaries": map_representations.levels(view) if view else None,
        "may": [right for right in (*access.ON_CASES, "hand_over_shift") if asker.may(right)],
        "departments": departments(),
        "conditions": {} if asker.language() == "en" else condition_words(),
        "me": asker.account().login,
    }
    return flask.render_template("dispatch.html", page=pages.page() | shown, map=maps.workplace_map())


def departments():
    """Return code → name of the departments, in the reader's language."""
    english = asker.language() == "en"
    found = changes.departments(asker.engine())
    return {one.code: one.name_en if english and one.name_en else one.name for one in found}


@functools.cache
def condition_words():
    """Return filing condition → its words in Chinese; a city's own conditions speak for themselves."""
    return categories.read_condition_words(
        (resources.directory("layers") / "conditions.csv").read_text(encoding="utf-8")
    )
