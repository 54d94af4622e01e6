"""The audit trail: who did what, and whether that record is whole."""

import json

import flask
from pydantic import Field

from gridmgr.services import trail
from gridmgr.web import asker
from gridmgr.web.reading import Body, Number, Query, Words, door

api = door("trail")
SOME = 20
"""So many steps of a verification are told of at most."""


class Wanted(Query):
    """Which entries."""

    by: Words | None = Field(None, description="Only what this login did.")
    action: Words | None = Field(None, description="Only this, like publish_version.")
    subject: Words | None = Field(None, description="Only what was done to this, like version:12.")
    before: Number | None = Field(None, description="Only entries with a lower number: the value of next.")
    limit: Number = Field(100, ge=1, le=1000, description="Most entries.")


class Doubted(Body):
    """A head that was kept."""

    head: Words | None = Field(None, description="NUMBER:DIGEST of an earlier verification.")


@api.get("/trail")
def get_trail(query: Wanted):
    """List who did what, the newest first; ``next`` is null at the end."""
    wanted = {"by": query.by, "action": query.action, "subject": query.subject, "before": query.before}
    found = trail.listed(asker.engine(), limit=query.limit + 1, **wanted)
    shown = found[: query.limit]
    more = shown[-1].id if len(found) > query.limit else None
    return flask.jsonify(entries=[entry(one) for one in shown], next=more)


@api.post("/trail/verify")
def post_verify(body: Doubted):
    """Prove that nobody changed what was recorded: a line of JSON for each step, the outcome in the last."""
    trail.check_head(body.head)
    engine, language = asker.engine(), asker.language()
    lines = progress(engine, body.head, trail.size(engine), language)
    return flask.Response(lines, content_type="application/x-ndjson")


def progress(engine, head, total, language):
    """Yield how far a verification is, as lines of JSON, and its outcome."""
    step, told = max(total // SOME, 1), 0
    for found in trail.verifying(engine, head):
        if isinstance(found, trail.Verified):
            yield line(outcome(found, language))
        elif found - told >= step:
            told = found
            yield line({"entries": found, "of": total})


def outcome(found, language):
    """Return a Verified as plain values."""
    told = {name: getattr(found, name) for name in ("entries", "seals", "unsealed", "head")}
    return told | {"whole": not found.breaks, "breaks": [one.say(language) for one in found.breaks[:100]]}


def line(values):
    """Return a line of JSON."""
    return json.dumps(values, ensure_ascii=False) + "\n"


def entry(one):
    """Return an entry as JSON."""
    told = {name: getattr(one, name) for name in ("id", "by", "action", "subject", "data", "seal_number")}
    return {"at": asker.show(one.at), **told}
