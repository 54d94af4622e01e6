"""The maps of the pages, handed out in parts.

A page prints the addresses and the markup; the script is an address of its
own, ``/map/<digest>.js``, so that a strict Content-Security-Policy holds and no
name or code of the city ever stands inside a script.
"""

import flask

A_YEAR = "public, max-age=31536000, immutable"

maps = flask.Blueprint("maps", __name__)


def workplace_map():
    """Return the Parts of the supervisor's map."""
    from gridmgr.web.maps import composing

    return composing.workplace_map()


def picture_map():
    """Return the Parts of a map that is only looked at: the landing and sign-in pages."""
    from gridmgr.web.maps import composing

    return composing.picture_map()


@maps.get("/map/<digest>.js")
def script(digest):
    """Answer the script of a composed map; only our own compositions have one."""
    known = {found.digest: found.script for found in (workplace_map(), picture_map())}
    if digest not in known:
        flask.abort(404)
    return flask.Response(known[digest], mimetype="text/javascript", headers={"Cache-Control": A_YEAR})
