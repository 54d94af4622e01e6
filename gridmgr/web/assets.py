"""Scripts, styles and drawings under an address that changes with them, so that a browser asks for each only once.

The pages' modules import each other by relative paths: one digest in the path
of the first holds for all, and opening the map again fetches none of them.
"""

import hashlib
import pathlib
import time

import flask

from gridmgr import resources

A_YEAR = "public, max-age=31536000, immutable"
FOLDERS = ("css", "img", "js", "vendor")
LOOKED_AT_S = 1.0
"""For so long what was seen of the files is taken to hold: a page asks for sixty at once, and a look at all takes 5 ms."""

seen = {}
"""Folder → (when it was looked at, what names its state)."""

assets = flask.Blueprint("assets", __name__)


def digest():
    """Return what names the state of what pages load, as it was at most a second ago."""
    static, now = resources.directory("static"), time.monotonic()
    looked_at, name = seen.get(static, (-LOOKED_AT_S, ""))
    if now - looked_at >= LOOKED_AT_S:
        name = state_of(static)
        seen[static] = now, name
    return name


def state_of(static):
    """Return what names the present state of a folder: the paths of the files, their sizes and times of change."""
    files = sorted(path for folder in FOLDERS for path in (static / folder).rglob("*.*"))
    return hashlib.sha256("\n".join(map(state, files)).encode()).hexdigest()[:16]


def state(path: pathlib.Path):
    """Return path, size and time of change of a file in one line."""
    found = path.stat()
    return f"{path} {found.st_size} {found.st_mtime_ns}"


def address(path):
    """Return where the browser finds the file ``path`` of ``static``."""
    if "assets_digest" not in flask.g:
        flask.g.assets_digest = digest()
    return flask.url_for("assets.asset", version=flask.g.assets_digest, path=path)


@assets.get("/static/v-<version>/<path:path>")
def asset(version, path):
    """Give a file of ``static``; it may be kept for good where the address is that of its present state."""
    answer = flask.send_from_directory(resources.directory("static"), path)
    answer.headers["Cache-Control"] = A_YEAR if version == digest() else "no-cache"
    return answer


@assets.get("/favicon.ico")
def favicon():
    """Lead a browser that shows something else than a page, like an answer of the interface, to the mark."""
    return flask.redirect(address("img/mark.svg"))
