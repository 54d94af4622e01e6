"""The review of drafts: handed in, returned with comments, approved by another person, published, moved to a new base."""

from typing import Literal

import flask
from pydantic import Field

from gridmgr.services import publishing, reviewing
from gridmgr.services.drafting import telling
from gridmgr.services.versions import comparing, consequences, rebasing
from gridmgr.web import asker, draft_representations, map_representations, version_representations
from gridmgr.web.api_drafts import REFUSED, Degrees, DraftPath, Reason, acting
from gridmgr.web.draft_representations import as_answer
from gridmgr.web.reading import Body, Instant, Number, Prose, Query, door

Acceptable = Literal["no_person", "no_department"]

api = door("reviews")


class Seen(Body):
    """Which state of the draft was looked at."""

    revision: Number | None = Field(None, description="The draft's revision that was looked at.")


class Submitted(Seen):
    """A draft handed in for review."""

    effective_from: Instant | None = Field(None, description="When it is meant to take effect; default now.")
    accept: list[Acceptable] = Field([], max_length=2, description="Kinds of findings that may stay.")
    reason: Reason = Field("", description="Why they may; needed with accept.")


class Pinned(Body):
    """What is said of a place."""

    text: Prose = Field(min_length=1, description="What is to be done there.")
    lon: Degrees = Field(description="Longitude.")
    lat: float = Field(ge=-90, le=90, allow_inf_nan=False, description="Latitude.")


class Returned(Body):
    """Why a draft is returned."""

    text: Prose = Field("", description="What is to be done.")
    comments: list[Pinned] = Field([], max_length=500, description="What is to be done at places of the map.")


class Published(Body):
    """When an approved draft takes effect."""

    effective_from: Instant | None = Field(
        None, description="Instant, in the city's time without an offset; default now."
    )
    accept: list[Acceptable] = Field([], max_length=2, description="Kinds of findings to publish in spite of.")
    reason: Reason = Field("", description="Why; needed with accept.")


class Then(Query):
    """When a draft would take effect."""

    effective_from: Instant | None = Field(None, description="Instant; default now.")


class Against(Query):
    """What a draft is compared with."""

    other: Number | None = Field(None, description="Another draft of the same base; default the base.")
    format: Literal["json", "geojson"] = Field(
        "json", description="json: a list; geojson: the grids and pieces as a map."
    )


def answered(draft_id):
    """Return a draft with its edits and comments."""
    return as_answer(draft_representations.told(telling.told(asker.engine(), draft_id)))


@api.post("/drafts/<int:draft>/submit", **REFUSED)
def post_submit(path: DraftPath, body: Submitted):
    """Hand a draft in for review; refused while its audit is red."""
    begins = asker.instant(body.effective_from)
    given = {"accept": tuple(body.accept), "reason": body.reason, "effective_from": begins}
    reviewing.submit(asker.engine(), path.draft, revision=body.revision, **given, **acting())
    return answered(path.draft)


@api.post("/drafts/<int:draft>/return", **REFUSED)
def post_return(path: DraftPath, body: Returned):
    """Return a draft with comments; its submitter may take it back."""
    places = [(one.text, one.lon, one.lat) for one in body.comments]
    reviewing.give_back(asker.engine(), path.draft, text=body.text, places=places, **acting())
    return answered(path.draft)


@api.post("/drafts/<int:draft>/approve", **REFUSED)
def post_approve(path: DraftPath, body: Seen):
    """Approve a draft as another person than any who worked on it."""
    reviewing.approve(asker.engine(), path.draft, revision=body.revision, **acting())
    return answered(path.draft)


@api.post("/drafts/<int:draft>/rebase", **REFUSED)
def post_rebase(path: DraftPath, body: Seen):
    """Let a draft go on from the newest version; refused with the grids named that both changed."""
    rebasing.rebase(asker.engine(), path.draft, revision=body.revision, **acting())
    return answered(path.draft)


@api.get("/drafts/<int:draft>/consequences", **REFUSED)
def get_consequences(path: DraftPath, query: Then):
    """Tell what publishing a draft would bring: grids, people to be posted elsewhere, open cases."""
    begins = asker.instant(query.effective_from)
    found = consequences.of_draft(asker.engine(), path.draft, effective_from=begins, at=asker.now())
    return as_answer(version_representations.consequences(found))


@api.post("/drafts/<int:draft>/publish", **REFUSED)
def post_publish(path: DraftPath, body: Published):
    """Publish an approved draft, from now or from an instant to come."""
    begins = asker.instant(body.effective_from)
    given = {"effective_from": begins, "accept": tuple(body.accept), "reason": body.reason}
    made = publishing.publish(asker.engine(), path.draft, on_web=True, **given, **acting())
    state = "scheduled" if made.effective_from > asker.now() else "current"
    return flask.jsonify(version=map_representations.version(made, state))


@api.get("/drafts/<int:draft>/diff", **REFUSED)
def get_draft_difference(path: DraftPath, query: Against):
    """Tell what a draft changes, against its base or against another draft."""
    engine = asker.engine()
    found = (
        comparing.of_draft(engine, path.draft)
        if query.other is None
        else comparing.of_drafts(engine, query.other, path.draft)
    )
    return version_representations.as_asked(found, query.format)
