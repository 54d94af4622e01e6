"""Drafts being edited: edits are sent with the revision they were made on, and answered with what they changed."""

from typing import Annotated, Any

import flask
from pydantic import AfterValidator, Field

from gridmgr.services import auditing, drafts
from gridmgr.services.drafting import checking, editing, marking, naming, passing, telling, travelling
from gridmgr.web import asker, draft_representations, map_representations
from gridmgr.web.draft_representations import as_answer
from gridmgr.web.reading import ANSWERED, Body, Code, Number, Place, Problem, Prose, Query, Words, box, door, storable

PROBLEM = {"application/problem+json": {"schema": Problem.model_json_schema()}}
REFUSED = {
    "responses": {
        403: {"description": "Not allowed", "content": PROBLEM},
        409: {"description": "The draft has changed, or its state does not allow it", "content": PROBLEM},
    }
}
MADE = {"responses": {201: ANSWERED, **REFUSED["responses"]}}
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Reason = Annotated[str, Field(max_length=1000), AfterValidator(storable)]

api = door("drafts")


class DraftPath(Place):
    """Which draft."""

    draft: Number = Field(description="Number of the draft.")


class CheckpointPath(DraftPath):
    """Which checkpoint of a draft."""

    checkpoint: Number = Field(description="Number of the checkpoint.")


class CommentPath(DraftPath):
    """Which comment on a draft."""

    comment: Number = Field(description="Number of the comment.")


class Begun(Body):
    """A draft to be begun."""

    name: Words = Field(description="What the change is called.")
    reason: Reason = Field("", description="Why the boundaries change.")
    moves_level: Code | None = Field(None, description="Highest level whose borders may move; default the grids'.")


class Edited(Body):
    """An edit, and on which state of the draft it was made."""

    revision: Number = Field(description="The draft's revision that was looked at.")
    edit: dict[str, Any] = Field(description="The edit: op and its fields, positions lon/lat.")
    reason: Reason = Field("", description="Why.")


class OnRevision(Body):
    """On which state of the draft a step is made."""

    revision: Number = Field(description="The draft's revision that was looked at.")


class Preview(Query):
    """Whether an edit is only to be tried."""

    dry_run: bool = Field(False, description="Answer the same and write nothing.")


class Part(Query):
    """Which part of the city."""

    bbox: Code | None = Field(None, description="west,south,east,north in degrees; default all.")


class Found(Query):
    """Which findings."""

    kind: Code | None = Field(None, description="Only findings of this kind.")
    limit: Number = Field(2000, ge=1, le=20_000, description="Most findings; the counts name them all.")


class Named(Body):
    """A name for the present state."""

    name: Words = Field(description="What the state is called.")


class Said(Body):
    """What is said of a draft or of a place in it."""

    text: Prose = Field(description="What is to be done or asked.")
    lon: Degrees | None = Field(None, description="Longitude of the place, with lat.")
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = Field(None, description="Latitude.")


def acting():
    """Return who changes a draft, and when."""
    return {"by": asker.account().name, "at": asker.now()}


@api.get("/drafts", **REFUSED)
def get_drafts():
    """List the drafts that are open or under review, oldest first."""
    found = drafts.with_counts(asker.engine())
    return as_answer({"drafts": [draft_representations.draft(*one) for one in found]})


@api.post("/drafts", **MADE)
def post_draft(body: Begun):
    """Begin a draft on the newest version."""
    made = drafts.begin(asker.engine(), body.name, reason=body.reason, moves_level=body.moves_level, **acting())
    return as_answer({"draft": draft_representations.draft(made, 0)}, 201)


@api.get("/drafts/<int:draft>", **REFUSED)
def get_draft(path: DraftPath):
    """Tell about a draft: its edits, checkpoints and comments."""
    return as_answer(draft_representations.told(telling.told(asker.engine(), path.draft)))


@api.delete("/drafts/<int:draft>", **REFUSED)
def delete_draft(path: DraftPath):
    """Put a draft away; nothing published changes."""
    drafts.discard(asker.engine(), path.draft)
    return as_answer({"discarded": path.draft})


@api.post("/drafts/<int:draft>/edits", **REFUSED)
def post_edit(path: DraftPath, query: Preview, body: Edited):
    """Make an edit, or with dry_run look at what it would do."""
    engine = asker.engine()
    if query.dry_run:
        tried = editing.preview(engine, path.draft, body.edit, revision=body.revision)
        return answered(tried, passing.passed(engine, tried.whole, at=asker.now()))
    given = [(body.edit, body.reason)]
    return answered(editing.make(engine, path.draft, given, revision=body.revision, **acting()))


@api.post("/drafts/<int:draft>/undo", **REFUSED)
def post_undo(path: DraftPath, body: OnRevision):
    """Undo the last edit; every byte is as it was before."""
    return answered(travelling.undo(asker.engine(), path.draft, revision=body.revision, **acting()))


@api.post("/drafts/<int:draft>/redo", **REFUSED)
def post_redo(path: DraftPath, body: OnRevision):
    """Do the edit again that was undone last."""
    return answered(travelling.redo(asker.engine(), path.draft, revision=body.revision, **acting()))


@api.get("/drafts/<int:draft>/arcs", **REFUSED)
def get_arcs(path: DraftPath, query: Part):
    """Give the shared borders in a part of the draft, with the grids on their sides."""
    found = telling.borders(asker.engine(), path.draft, box(query.bbox), at=asker.now())
    return as_answer(draft_representations.borders(found))


@api.get("/drafts/<int:draft>/findings", **REFUSED)
def get_findings(path: DraftPath, query: Found):
    """Audit the whole draft."""
    found = auditing.audit(asker.engine(), draft=path.draft, at=asker.now())
    return flask.jsonify(map_representations.audit(found, kind=query.kind, limit=query.limit))


@api.get("/drafts/<int:draft>/checkpoints", **REFUSED)
def get_checkpoints(path: DraftPath):
    """List the named states of a draft, oldest first."""
    found = telling.told(asker.engine(), path.draft).checkpoints
    return as_answer({"checkpoints": [draft_representations.checkpoint(one) for one in found]})


@api.post("/drafts/<int:draft>/checkpoints", **MADE)
def post_checkpoint(path: DraftPath, body: Named):
    """Give the present state of a draft a name."""
    made = marking.add_checkpoint(asker.engine(), path.draft, body.name, **acting())
    return as_answer({"checkpoint": draft_representations.checkpoint(made)}, 201)


@api.post("/drafts/<int:draft>/checkpoints/<int:checkpoint>/restore", **REFUSED)
def post_restore(path: CheckpointPath, body: OnRevision):
    """Bring a draft to the state that a checkpoint names."""
    return answered(marking.restore(asker.engine(), path.draft, path.checkpoint, revision=body.revision, **acting()))


@api.get("/drafts/<int:draft>/comments", **REFUSED)
def get_comments(path: DraftPath):
    """List what was said of a draft, oldest first."""
    found = telling.told(asker.engine(), path.draft).comments
    return as_answer({"comments": [draft_representations.comment(one) for one in found]})


@api.post("/drafts/<int:draft>/comments", **MADE)
def post_comment(path: DraftPath, body: Said):
    """Say something of a draft, or of a place in it."""
    made = marking.add_comment(asker.engine(), path.draft, body.text, lon=body.lon, lat=body.lat, **acting())
    return as_answer({"comment": draft_representations.comment(made)}, 201)


@api.post("/drafts/<int:draft>/comments/<int:comment>/settle", **REFUSED)
def post_settled(path: CommentPath):
    """Mark a comment as dealt with."""
    made = marking.settle(asker.engine(), path.draft, path.comment, **acting())
    return as_answer({"comment": draft_representations.comment(made)})


def answered(found, passed=None):
    """Return the answer to edits, with what they leave to mend, and what they would take to other grids."""
    checked = checking.checked(asker.engine(), found, at=asker.now())
    people = naming.people(asker.engine(), [one.edit for one in found.changes])
    return as_answer(draft_representations.outcome(found, checked, people, passed))
