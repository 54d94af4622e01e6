"""Who answers for a spot: one, many at once, and everybody who owns a thing on that street."""

import contextlib
from typing import Annotated

import flask
from pydantic import Field, RootModel

from gridmgr.services import routing
from gridmgr.services.routing import owning
from gridmgr.web import asker, auth, representations, turns
from gridmgr.web.reading import Body, Code, ExactPosition, Instant, Metres, Number, Position, Query, door
from gridmgr.web.where import batches, columns, fragments

MOST_POINTS = 10_000
FEW_POINTS = 1000
LON = "Longitude, or the easting of a projected crs."
LAT = "Latitude, or the northing of a projected crs."
CRS = "wgs84, cgcs2000, gcj02, bd09 or EPSG:n."
AT = "Instant; without offset in the city's time. Default now."
ACCURACY = "Accuracy of the position; m."
CATEGORY = "Code of the category, like 06010."

api = door("where")


class Spot(Query):
    """A position, and when and how well it was taken."""

    lon: Position = Field(description=LON)
    lat: Position = Field(description=LAT)
    at: Instant | None = Field(None, description=AT)
    crs: Code = Field("wgs84", description=CRS)
    accuracy_m: Metres | None = Field(None, description=ACCURACY)
    draft: Number | None = Field(None, description="Ask a draft instead of the published version.")


class Question(Spot):
    """A position and a kind of problem."""

    category: Code | None = Field(None, description=CATEGORY)


class Point(Body):
    """One question of a batch."""

    lon: ExactPosition = Field(description=LON)
    lat: ExactPosition = Field(description=LAT)
    category: Code | None = Field(None, description=CATEGORY)
    at: Instant | None = Field(None, description=AT)
    crs: Code = Field("wgs84", description=CRS)
    accuracy_m: Metres | None = Field(None, description=ACCURACY)


class Points(RootModel[Annotated[list[Point], Field(max_length=MOST_POINTS)]]):
    """Up to 10,000 questions; the answers come in the same order."""


class Manner(Query):
    """How a batch is answered."""

    trace: bool = Field(True, description="false leaves the traces out.")
    draft: Number | None = Field(None, description="Ask a draft instead of the published version.")


@api.get("/where")
def get_where(query: Question):
    """Tell which grid, person and department answer for a position."""
    found = decide(query, known(query.at, query.draft))
    return flask.Response(fragments.decision(found, reader()), mimetype="application/json")


@api.post("/where")
def post_where(query: Manner, body: Points):
    """Tell who answers for each of many positions."""
    if query.draft is not None:
        auth.require("see_drafts")
    with turns.large() if len(body.root) > FEW_POINTS else contextlib.nullcontext():
        answers = batches.as_json(body.root, reader(), draft=query.draft, trace=query.trace)
    return flask.Response(answers, mimetype="application/json")


@api.post("/where/columns")
def post_columns(query: columns.Form, body: columns.Columns):
    """Tell who answers for each of many positions, by columns: a tenth of the size, and many times as fast."""
    with turns.large() if len(body.lon) > FEW_POINTS else contextlib.nullcontext():
        found = columns.decided(asker.house(), body, asker.now())
    return flask.Response(columns.as_json(found, reader(), names=query.names), mimetype="application/json")


@api.get("/owners")
def get_owners(query: Spot):
    """Tell who owns each of the nine things of a street at a position."""
    knowledge = known(query.at, query.draft)
    place = {"crs": query.crs, "at": asker.instant(query.at), "accuracy_m": query.accuracy_m}
    spot = routing.where(knowledge, query.lon, query.lat, **place)
    street = owning.street(knowledge, query.lon, query.lat, **place)
    return flask.jsonify(representations.owners(spot, street, knowledge.ground.boundaries.grids))


def known(at, draft=None):
    """Return the Knowledge of the version in force ``at`` that text, or of a draft."""
    if draft is not None:
        auth.require("see_drafts")
    return routing.knowledge(asker.engine(), at=asker.instant(at), draft=draft)


def decide(question, knowledge):
    """Return the Decision about one question of the one who asks."""
    return decided(question, knowledge, asker.instant(question.at))


def decided(question, knowledge, at):
    """Return the Decision about one question as of ``at``."""
    return routing.where(
        knowledge,
        question.lon,
        question.lat,
        crs=question.crs,
        category=question.category,
        at=at,
        accuracy_m=question.accuracy_m,
    )


def reader():
    """Return the Reader who asks."""
    return fragments.Reader(asker.language(), asker.city().timezone, asker.may("see_phones"))
