"""Boundaries over time: versions and drafts, their levels, and one grid with all that is known of it."""

import flask
from pydantic import Field

from gridmgr.services import drafts, publishing, viewing
from gridmgr.web import asker, auth, map_representations
from gridmgr.web.reading import Code, Instant, Number, Place, Query, door

api = door("versions")


class Shown(Query):
    """Which boundaries are meant: a version, a draft, else what is in force."""

    version: Number | None = Field(None, description="Number of a version.")
    draft: Number | None = Field(None, description="Number of a draft, for those signed in.")
    at: Instant | None = Field(None, description="Instant, where neither is named; default now.")


class GridPath(Place):
    """Which grid."""

    code: Code = Field(description="Code of the grid, of any level.")


@api.get("/versions")
def get_versions():
    """List the versions, newest first, and for those signed in the open drafts."""
    found = publishing.versions(asker.engine(), asker.now())
    begun = drafts.open_drafts(asker.engine()) if asker.may("see_drafts") else []
    return flask.jsonify(
        versions=[map_representations.version(*one) for one in found],
        drafts=[map_representations.draft(one) for one in begun],
    )


@api.get("/levels")
def get_levels(query: Shown):
    """List the levels of a version from the top down, with how many grids each has."""
    return flask.jsonify(map_representations.levels(shown(query)))


@api.get("/grids/<code>")
def get_grid(path: GridPath, query: Shown):
    """Tell about one grid: its names, the areas it lies in, its children and its shape."""
    return flask.jsonify(map_representations.grid(shown(query), path.code))


def shown(query):
    """Return the View that ``query`` means."""
    if query.draft is not None:
        auth.require("see_drafts")
    return viewing.view(asker.engine(), version=query.version, draft=query.draft, at=asker.instant(query.at))
