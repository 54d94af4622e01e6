"""Boundaries over time: versions and drafts, their levels, and one grid with all that is known of it."""

from typing import Literal

import flask
from pydantic import Field

from gridmgr.domain.grids import NoSuchGrid
from gridmgr.i18n import translate
from gridmgr.services import drafts, homes, publishing
from gridmgr.services.maps import viewing
from gridmgr.services.versions import comparing, counting, descending, noticing, reviving, withdrawing
from gridmgr.web import asker, auth, map_representations, notices, version_representations
from gridmgr.web.api_drafts import MADE, REFUSED, Reason, acting
from gridmgr.web.reading import Body, Code, Instant, Number, Place, Query, door

api = door("versions")


class VersionPath(Place):
    """Which version."""

    number: Number = Field(description="Number of the version.")


class TwoVersions(VersionPath):
    """Which two versions."""

    other: Number = Field(description="Number of the version to compare with.")


class Form(Query):
    """In which form."""

    format: Literal["json", "geojson"] = Field(
        "json", description="json: a list; geojson: the grids and pieces as a map."
    )


class Withdrawn(Body):
    """Why a version is withdrawn."""

    reason: Reason = Field(description="Why.")


class Revived(Body):
    """When an earlier version comes back."""

    reason: Reason = Field(description="Why.")
    effective_from: Instant | None = Field(None, description="Instant; default now.")


class Rehomed(Body):
    """From when on open cases belong to the grids that own their spots."""

    reason: Reason = Field("", description="Why.")
    effective_from: Instant | None = Field(None, description="Instant; default now.")
    grids: list[Code] | None = Field(None, max_length=10_000, description="Only cases of these grids; default all.")


class Tried(Query):
    """Whether something is only to be tried."""

    dry_run: bool = Field(False, description="Answer the same and write nothing.")


class Shown(Query):
    """Which boundaries are meant: a version, a draft, else what is in force."""

    version: Number | None = Field(None, description="Number of a version.")
    draft: Number | None = Field(None, description="Number of a draft, for those signed in.")
    at: Instant | None = Field(None, description="Instant, where neither is named; default now.")


class Counted(Query):
    """What is counted."""

    starts: Instant | None = Field(None, description="Instant: only what was observed from then on.")
    ends: Instant | None = Field(None, description="Instant: only what was observed before.")
    at: Instant | None = Field(None, description="Instant whose boundaries count; default now.")


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


@api.get("/versions/<int:number>/diff/<int:other>")
def get_difference(path: TwoVersions, query: Form):
    """Tell what the second version changes against the first: as a list or as a map."""
    found = comparing.of_versions(asker.engine(), path.number, path.other)
    return version_representations.as_asked(found, query.format)


@api.get("/versions/<int:number>/notice", responses={200: {"description": "A page", "content": {"text/html": {}}}})
def get_notice(path: VersionPath):
    """Show the printable notice of what a version changes: maps before and after, grids, people, the instant."""
    found = noticing.notice(asker.engine(), path.number, at=asker.now())
    return flask.render_template("notice.html", notice=notices.page(found))


@api.get("/grids/<code>/lineage")
def get_lineage(path: GridPath):
    """Tell which grids one came from and which came from it, by version."""
    found = descending.lineage(asker.engine(), path.code)
    return flask.jsonify(code=path.code, lineage=[version_representations.lineage(one) for one in found])


@api.get("/grids/<code>/counts")
def get_counts(path: GridPath, query: Counted):
    """Count the reports and cases of a grid, with those of the grids that its ground came from."""
    between = {"starts": asker.instant(query.starts), "ends": asker.instant(query.ends)}
    at = asker.instant(query.at) or asker.now()
    found = counting.of_grids(asker.engine(), **between, at=at)
    if path.code not in found:
        raise NoSuchGrid("There is no grid {code} that reports go to.", code=path.code)
    return flask.jsonify(version_representations.tally(path.code, found[path.code]))


@api.post("/versions/<int:number>/withdraw", **REFUSED)
def post_withdraw(path: VersionPath, body: Withdrawn):
    """Withdraw a version that is still to come."""
    made = withdrawing.withdraw(asker.engine(), path.number, reason=body.reason, **acting())
    return flask.jsonify(version=map_representations.version(made, "withdrawn"))


@api.post("/versions/<int:number>/revive", **MADE)
def post_revive(path: VersionPath, body: Revived):
    """Bring an earlier version back as a new one: a draft is submitted, which another person approves."""
    name = translate("Version {number} revived", asker.language(), number=path.number)
    given = {"name": name, "reason": body.reason, "effective_from": asker.instant(body.effective_from)}
    made = reviving.revive(asker.engine(), path.number, on_web=True, **given, **acting())
    return flask.jsonify(draft=made.draft_id, state="submitted"), 201


@api.post("/versions/rehome", **REFUSED)
def post_rehome(query: Tried, body: Rehomed):
    """Let open cases pass to the grids that own their spots, or with dry_run tell which would."""
    given = {"grids": body.grids, "valid_from": asker.instant(body.effective_from), "reason": body.reason}
    found = homes.rehome(asker.engine(), dry_run=query.dry_run, **given, **acting())
    return flask.jsonify(cases=[version_representations.passing(one) for one in found], written=not query.dry_run)
