"""Scripts, styles and drawings under an address that changes with them, so that a browser asks for each only once.

The pages' modules import each other by relative paths: one digest in the path
of the first holds for all, and opening the map again fetches none of them.
"""

import hashlib
import pathlib

import flask

from gridmgr import resources

A_YEAR = "public, max-age=31536000, immutable"
FOLDERS = ("css", "img", "js", "vendor")

assets = flask.Blueprint("assets", __name__)


def digest():
    """Return what names the present state of what pages load: the paths of the files, their sizes and times of change."""
    static = resources.directory("static")
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
