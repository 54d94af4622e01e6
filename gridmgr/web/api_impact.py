"""What a draft does to people and cases, before it is published."""

import flask
from pydantic import Field

from gridmgr.services.impact import accounting, loading, replays
from gridmgr.web import asker, impact_representations, turns
from gridmgr.web.reading import Number, Place, Query, Words, door

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


def accounted(path, query):
    """Return the Account that is asked for."""
    return accounting.account(asker.engine(), path.id, at=asker.now(), months=query.months)


def replayed(path, query):
    """Return the Outcome that is asked for, made in its turn."""
    return replays.outcome(asker.engine(), path.id, at=asker.now(), months=query.months, turn=turns.large)
