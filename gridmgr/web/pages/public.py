"""The public page: report something, follow it, and see who is responsible; without an account."""

import functools
import tomllib

import flask

from gridmgr import resources
from gridmgr.domain.photos import MOST_OF_REPORT
from gridmgr.services.maps import searching
from gridmgr.services.photos import pictures
from gridmgr.web import api_who, asker, map_representations, maps, pages

WORDS = "public.toml"

public_pages = flask.Blueprint("public_pages", __name__)


@public_pages.get("/report")
def report():
    """Show the public page."""
    view = pages.current()
    shown = {
        "boundaries": map_representations.levels(view) if view else None,
        "heart": pages.heart(view),
        "public": {
            "hotline": api_who.hotline(),
            "kinds": kinds(),
            "most_photos": MOST_OF_REPORT,
            "largest_photo": pictures.LARGEST_FILE,
        },
    }
    parts = maps.picture_map()
    return flask.render_template(
        "report.html", page=pages.page() | shown, styles=parts.styles, scripts=parts.scripts, hotline=api_who.hotline()
    )


def kinds():
    """Return the kinds that can be reported, in citizens' words: those offered first, and all with what finds them."""
    said = words()
    known = {one.code: one for one in searching.categories(asker.engine(), "")}
    first = [
        {"code": one["code"], "icon": one["icon"], "title": one[asker.language()]}
        for one in said["first"]
        if one["code"] in known
    ]
    return {"first": first, "words": {code: text for code, text in said["words"].items() if code in known}}


@functools.cache
def words():
    """Return what citizens call things, as the city wrote it down."""
    return tomllib.loads((resources.directory("layers") / WORDS).read_text(encoding="utf-8"))
