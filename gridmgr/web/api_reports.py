"""Reports: somebody tells of a problem, and hears at once who owns it."""

import functools
from typing import Annotated, Literal

import flask
from pydantic import BaseModel, Field

from gridmgr.domain import followed, times
from gridmgr.domain.photos import MOST_OF_REPORT
from gridmgr.errors import Conflict, Invalid
from gridmgr.services import nearby, reporting
from gridmgr.web import asker, floods, representations
from gridmgr.web.api_where import ACCURACY, CATEGORY, CRS, LAT, LON
from gridmgr.web.reading import (
    ANSWERED,
    Body,
    Code,
    ExactPosition,
    Instant,
    Metres,
    Position,
    Prose,
    Query,
    Words,
    door,
)

Source = Literal["public", "hotline", "app", "wechat", "web", "media", "leader", "inspection", "collector", "api"]
OF_ROLE = {"collector": "collector", "grid_chief": "chief", "line_chief": "chief", "auditor": "inspection"}
"""Role → where its reports come from; those of other roles come from staff."""

api = door("reports", done=201)


class Told(Body):
    """What a reporter sends."""

    lon: ExactPosition = Field(description=LON)
    lat: ExactPosition = Field(description=LAT)
    crs: Code = Field("wgs84", description=CRS)
    category: Code | None = Field(None, description="Code of the category; without a known one the dispatcher chooses.")
    description: Prose = Field("", description="What is to be seen there, in the reporter's words.")
    observed_at: Instant | None = Field(None, description="When it was seen; at most 72 hours ago. Default now.")
    accuracy_m: Metres | None = Field(None, description=ACCURACY)
    reporter: Words = Field("", description="Name or number of the reporter; may be left out.")
    photos: list[Words] = Field(
        default=[], max_length=MOST_OF_REPORT, description="Tokens of photos that were sent to /api/v1/photos before."
    )
    also_seen: Code | None = Field(None, description="Handle of a report near by that tells of the same thing.")
    ticket: Annotated[str, Field(max_length=400)] = Field("", description="Of our own form; others leave it out.")
    source: Source | None = Field(None, description="Where it came from, for staff who enter what others tell.")


class Beside(Query):
    """Where something is about to be reported, and of which kind."""

    lon: Position = Field(description=LON)
    lat: Position = Field(description=LAT)
    category: Code = Field(description=CATEGORY)


class Headers(BaseModel):
    """Headers of a report."""

    idempotency_key: Words | None = Field(
        None, alias="Idempotency-Key", description="The same key gives the same answer."
    )

    @classmethod
    @functools.cache
    def model_json_schema(cls, *given, **named):
        """Return the schema; each request asks for it, and to make it takes long."""
        return super().model_json_schema(*given, **named)


class KeyUsed(Conflict):
    """The idempotency key belongs to another report."""

    slug = "idempotency-key-used"


@api.post("/reports")
def post_report(header: Headers, body: Told):
    """File a report and route it to the grid, person and department that own it."""
    floods.limit_reports(body.ticket)
    made, is_new = reporting.report(
        asker.engine(),
        x=body.lon,
        y=body.lat,
        crs=body.crs,
        category=body.category,
        description=body.description,
        at=asker.now(),
        observed_at=asker.instant(body.observed_at) if body.observed_at else None,
        by=asker.account(),
        source=source(body.source),
        key=header.idempotency_key or None,
        accuracy_m=body.accuracy_m,
        reporter=body.reporter,
        photos=list(dict.fromkeys(body.photos)),
        signing_key=signing_key(),
    )
    if not is_new:
        refuse_another(made, body)
    joined = {"merged": joins(made, body.also_seen)} if body.also_seen else {}
    return flask.jsonify(representations.report(made) | secret(made) | joined), 201


@api.get("/reports/form", responses={200: ANSWERED})
def get_form():
    """Give the ticket that a form shows with its report: who filled one in may send more than a program."""
    return flask.jsonify(ticket=floods.ticket())


@api.get("/reports/near", responses={200: ANSWERED})
def get_near(query: Beside):
    """Tell what was reported near by of the same kind lately; the handle goes into ``also_seen`` of a report."""
    found = nearby.near(asker.engine(), query.lon, query.lat, query.category, key=signing_key(), at=asker.now())
    return flask.jsonify(near=[beside(one) for one in found])


def beside(one):
    """Return a report near by, without its number."""
    return {
        "handle": one.handle,
        "category": representations.name_of(one.category),
        "distance_m": round(one.distance_m),
        "minutes_ago": max(0, int((asker.now() - one.received_at).total_seconds() // 60)),
        "state": one.state,
    }


def joins(made, also_seen):
    """Merge a report into the one that its sender saw near by; return whether it is merged."""
    account = asker.account()
    given = {"by": account.login if account else "public", "role": asker.role(), "at": asker.now()}
    return nearby.join(asker.engine(), made, also_seen, key=signing_key(), **given)


def signing_key():
    """Return the key that secrets of reports are derived from."""
    return flask.current_app.config["SECRET_KEY"]


def secret(made):
    """Return the secret of a report for its sender, who is told the same when he sends again; none that would not do."""
    found = followed.secret_of(signing_key(), made.number, made.idempotency_key)
    return {"secret": found} if followed.is_secret(made.number, found, made.secret_hash) else {}


def source(named):
    """Return where a report comes from: by the role that sends it, or as staff who enter what others tell name it."""
    if asker.account() is None:
        wrong, usual = named not in (None, "public"), "public"
    else:
        usual = "api" if asker.token() else OF_ROLE.get(asker.role(), "staff")
        wrong = named not in (None, usual) and not asker.may("accept_report")
    if wrong:
        raise Invalid("This account cannot name the source {source}: leave it out.", source=named)
    return named or usual


def refuse_another(made, body):
    """Raise KeyUsed where the stored report under this key tells of something else."""
    stored = (made.x, made.y, made.crs, made.description, made.accuracy_m, made.reporter, made.photos)
    sent = (body.lon, body.lat, body.crs, body.description, body.accuracy_m, body.reporter)
    is_same = stored == (*sent, list(dict.fromkeys(body.photos)))
    # An unknown category is stored as none, and a report without an instant of its own is of its receipt.
    is_same_kind = made.category_code in (body.category, None)
    told = asker.instant(body.observed_at) if body.observed_at else made.observed_at
    is_same_time = made.observed_at == times.as_heard(told, made.received_at)
    if not (is_same and is_same_kind and is_same_time):
        raise KeyUsed("Another report was filed with this Idempotency-Key: send a new key with a new report.")
