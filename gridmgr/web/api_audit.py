"""The audit as a layer of the map: every finding with its place, cause and what to do."""

import contextlib

import flask
from pydantic import Field

from gridmgr.errors import NotFound
from gridmgr.services import auditing
from gridmgr.web import asker, auth, map_representations, turns
from gridmgr.web.reading import Code, Instant, Number, Query, door

api = door("audit")


class Audited(Query):
    """Which boundaries, and which findings of them."""

    version: Number | None = Field(None, description="Number of a version; default the one in force.")
    draft: Number | None = Field(None, description="Number of a draft, for those signed in.")
    at: Instant | None = Field(None, description="As it stands at that instant; default now.")
    kind: Code | None = Field(None, description="Only findings of this kind.")
    limit: Number = Field(2000, ge=1, le=20_000, description="Most findings; the counts name them all.")


@api.get("/audit")
def get_audit(query: Audited):
    """Tell whether land, people and departments are whole, and each place where they are not."""
    if query.draft is not None:
        auth.require("see_drafts")
    which = {"version": query.version, "draft": query.draft, "at": asker.instant(query.at)}
    turn = turns.large if query.at else contextlib.nullcontext
    found = auditing.audit(asker.engine(), **which, turn=turn)
    return flask.jsonify(map_representations.audit(found, kind=query.kind, limit=query.limit))


def warm(app):
    """Audit what is in force once before somebody asks; a city without grids has nothing to audit."""
    house = app.extensions["gridmgr"]
    with contextlib.suppress(NotFound):
        auditing.audit(house.engine, at=house.clock())
