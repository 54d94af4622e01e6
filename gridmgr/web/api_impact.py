"""What a draft does to people and cases, before it is published."""

from typing import Literal

import flask
from pydantic import Field

from gridmgr.services.impact import accounting, loading, proposing, replays, streets
from gridmgr.web import asker, impact_representations, turns
from gridmgr.web.reading import Body, Code, Number, Place, Query, Words, door

api = door("impact")
MONTHS = 6


class DraftPath(Place):
    """Which draft."""

    id: Number = Field(description="Number of the draft.")


class Looked(Query):
    """How far back."""

    months: int = Field(MONTHS, ge=1, le=60, description="How many months back past cases are counted.")


class Weighed(Query):
    """Which grids, and how their work is weighed."""

    codes: str | None = Field(
        None, max_length=20_000, description="Grids, or areas above them, parted by commas; default what is touched."
    )
    weights: Words = Field("", description="Other weights than the city's, like households:300,shops:0.")


class Wanted(Body):
    """Which grids are to be drawn anew, and for what."""

    grids: list[Code] = Field(min_length=1, max_length=2000, description="Grids, or areas above them.")
    aim: Literal["load", "streets"] = Field("load", description="An even load, or candidate grids between streets.")
    within: Code | None = Field(None, description="The level whose borders nothing crosses: the one above the grids.")
    weights: Words = Field("", description="Other weights than the city's, like households:300,shops:0.")
    load: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Load that a candidate grid should have; default the mean."
    )


@api.get("/drafts/<id>/impact")
def get_impact(path: DraftPath, query: Looked):
    """Tell what changes hands, from whom to whom, and what grids and people have before and after."""
    return flask.jsonify(impact_representations.account(accounted(path, query)))


@api.get("/drafts/<id>/moved.geojson")
def get_moved(path: DraftPath, query: Looked):
    """Give the pieces of ground that change hands."""
    return flask.jsonify(impact_representations.pieces(accounted(path, query)))


@api.get("/drafts/<id>/load")
def get_load(path: DraftPath, query: Weighed):
    """Tell the load of grids before and after, and how evenly it is shared."""
    codes = None if query.codes is None else [part for part in query.codes.split(",") if part]
    found = loading.load(asker.engine(), path.id, at=asker.now(), codes=codes, weights=query.weights)
    return flask.jsonify(impact_representations.load(found))


@api.get("/drafts/<id>/replay")
def get_replay(path: DraftPath, query: Looked):
    """Tell what the last months' cases would have become, beside the version then in force."""
    return flask.jsonify(impact_representations.outcome(replayed(path, query)))


@api.get("/drafts/<id>/moved_cases.geojson")
def get_moved_cases(path: DraftPath, query: Looked):
    """Give the cases of the last months that would go to another grid."""
    return flask.jsonify(impact_representations.moved_cases(replayed(path, query)))


@api.post("/drafts/<id>/proposals")
def post_proposals(path: DraftPath, body: Wanted):
    """Propose ordinary edits by which grids share their load evenly, or that split them along streets; nothing is written."""
    asked = {"grids": body.grids, "at": asker.now(), "weights": body.weights}
    with turns.large():
        if body.aim == "streets":
            found = streets.candidates(asker.engine(), path.id, **asked, aim=body.load)
            return flask.jsonify(impact_representations.candidates(found))
        found = proposing.propose(asker.engine(), path.id, **asked, within=body.within)
        return flask.jsonify(impact_representations.proposal(found))


def accounted(path, query):
    """Return the Account that is asked for."""
    return accounting.account(asker.engine(), path.id, at=asker.now(), months=query.months)


def replayed(path, query):
    """Return the Outcome that is asked for, made in its turn."""
    return replays.outcome(asker.engine(), path.id, at=asker.now(), months=query.months, turn=turns.large)
