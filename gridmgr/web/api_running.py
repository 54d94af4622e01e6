"""How the system does: what the doctor finds, and the notices that were given up."""

import flask
from pydantic import Field

from gridmgr.services import advising
from gridmgr.services.notifications import letters
from gridmgr.web import asker
from gridmgr.web.reading import Body, Number, Query, door

api = door("running")


class Some(Query):
    """How many."""

    limit: Number = Field(100, ge=1, le=1000, description="Most letters.")


class Letters(Body):
    """Which dead letters."""

    ids: list[Number] | None = Field(None, max_length=1000, description="Their numbers; all without it.")


@api.get("/checks")
def get_checks(query: Query):
    """List what the doctor looks at: ok, todo (the next step) or warn, each as a sentence."""
    found = advising.check_up(asker.engine(), at=asker.now())
    return flask.jsonify(checks=[{"state": one.state, "text": one.say(asker.language())} for one in found])


@api.get("/notices/dead")
def get_dead(query: Some):
    """List the notices that were given up, the newest first, and why."""
    found = letters.dead(asker.engine(), limit=query.limit)
    return flask.jsonify(letters=[letter(one) for one in found])


@api.post("/notices/again")
def post_again(body: Letters):
    """Let dead letters be tried anew."""
    done = letters.again(asker.engine(), body.ids, by=asker.account().login, at=asker.now())
    return flask.jsonify(again=done)


def letter(one):
    """Return a dead letter as JSON."""
    told = {name: getattr(one, name) for name in ("id", "key", "kind", "tries")}
    reason = letters.why(one, asker.language())
    return told | {"given_up_at": asker.show(one.ended_at), "to": letters.receiver(one), "reason": reason}
