"""The field phone: its page, the worker that keeps it going without a net, and what makes it an app on a phone."""

import functools
import json
import posixpath
import re

import flask

from gridmgr import resources
from gridmgr.domain import access
from gridmgr.domain.access import words
from gridmgr.i18n import translate
from gridmgr.web import asker, assets, map_representations, maps, pages

ENTRY = "js/field.js"
STYLES = ("css/tokens.css", "css/app.css", "css/shell.css", "css/field.css")
OTHERS = ("js/theme.js", "img/mark.svg", "img/app-192.png", "img/app-512.png")
SCOPE = "/field"
IMPORT = re.compile(r'^(?:import|export)\b[^;]*?["\'](\.{1,2}/[^"\']+)["\']', re.MULTILINE)

field_pages = flask.Blueprint("field_pages", __name__)


@field_pages.get("/field")
def field():
    """Show the field phone: one's patch, the cases, and a report in three taps."""
    view = pages.current()
    mine = asker.account()
    shown = {
        "boundaries": map_representations.levels(view) if view else None,
        "me": {"login": mine.login, "role_name": translate(words.ROLES[mine.role], asker.language())},
    }
    return flask.render_template("field.html", page=pages.page() | shown, map=leaflet())


def first_page(path):
    """Return where somebody goes who has signed in: to the field where he works out there, holds a phone, and named no page."""
    is_phone = flask.request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in flask.request.headers.get(
        "User-Agent", ""
    )
    return SCOPE if path == "/" and is_phone and works_outside(asker.role()) else path


def works_outside(role):
    """Return whether a role handles, checks or verifies on the spot."""
    return role in access.WORKING | access.ON_THE_SPOT


def leaflet():
    """Return the addresses of Leaflet: the phone draws its own maps with it."""
    parts = maps.picture_map()
    return {"styles": parts.styles, "scripts": parts.scripts}


@field_pages.get("/field/sw.js")
def worker():
    """Give the service worker, with the addresses of all that the page needs; another state of them is another worker."""
    head = f"const SHELL = {json.dumps(shell())};\nconst DIGEST = {json.dumps(assets.digest())};\n"
    text = (resources.directory("static") / "js/field/worker.js").read_text(encoding="utf-8")
    answer = flask.Response(head + text, mimetype="text/javascript")
    answer.headers["Service-Worker-Allowed"] = SCOPE
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@field_pages.get("/field/app.webmanifest")
def manifest():
    """Tell the phone the name, the colours and the pictures of the app."""
    sizes = {"img/app-192.png": "192x192", "img/app-512.png": "512x512"}
    icons = [{"src": assets.address(path), "sizes": size, "type": "image/png"} for path, size in sizes.items()]
    name = pages.the_city(asker.language())["title"]
    return flask.Response(
        json.dumps(
            {
                "id": SCOPE,
                "name": f"{name} · gridmgr",
                "short_name": name,
                "start_url": SCOPE,
                "scope": SCOPE,
                "display": "standalone",
                "background_color": "#f7f9f9",
                "theme_color": "#0b6670",
                "icons": icons,
            },
            ensure_ascii=False,
        ),
        mimetype="application/manifest+json",
    )


def shell():
    """Return the addresses of styles, scripts and pictures that the page loads."""
    parts = leaflet()
    own = [assets.address(path) for path in (*STYLES, *OTHERS, *modules(ENTRY))]
    return [*own, *parts["styles"], *parts["scripts"]]


def modules(entry):
    """Return the paths in ``static`` of a module and of all that it imports, itself first."""
    found, ahead = [], [entry]
    while ahead:
        path = ahead.pop()
        if path not in found:
            found.append(path)
            ahead += imports(path, (resources.directory("static") / path).stat().st_mtime_ns)
    return found


@functools.lru_cache(maxsize=1000)
def imports(path, _):
    """Return the paths that a module imports; asked again where it has changed."""
    text = (resources.directory("static") / path).read_text(encoding="utf-8")
    return [posixpath.normpath(posixpath.join(posixpath.dirname(path), one)) for one in IMPORT.findall(text)]
