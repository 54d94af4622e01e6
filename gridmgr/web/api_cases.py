"""Cases: as points of the map, without anything that names a person; as the desk's queue; one with its history and steps."""

import dataclasses
from typing import Annotated, Any, Literal

import flask
from pydantic import AfterValidator, BaseModel, Field

from gridmgr.domain.casework.steps import CASE, REPORT, STEPS
from gridmgr.errors import Invalid
from gridmgr.services.accounts import permitting
from gridmgr.services.handling import actions, duplicates, filing, reading, repeating, rerouted
from gridmgr.services.maps import showing
from gridmgr.web import asker, auth, case_representations, map_representations
from gridmgr.web.reading import (
    Body,
    Code,
    ExactPosition,
    Instant,
    Metres,
    Number,
    Place,
    Position,
    Problem,
    Query,
    Words,
    box,
    door,
    storable,
)

PROBLEM = {"application/problem+json": {"schema": Problem.model_json_schema()}}
REFUSED = {
    "responses": {
        403: {"description": "Not allowed", "content": PROBLEM},
        409: {"description": "Something happened meanwhile, or a rule forbids it", "content": PROBLEM},
    }
}
Reason = Annotated[str, Field(max_length=2000), AfterValidator(storable)]

api = door("cases")


class Wanted(Query):
    """Which cases."""

    state: Literal["open"] = Field("open", description="open: reported and not closed.")
    bbox: Words | None = Field(None, description="west,south,east,north in degrees.")
    at: Instant | None = Field(None, description="As it stood at that instant; default now.")
    limit: Number = Field(5000, ge=1, le=50_000, description="Most cases; the one due first comes first.")


class Queued(Query):
    """Which cases of the queue; what is left out asks for any."""

    state: Words = Field("", description="One state, or several with commas between.")
    department: Code = Field("", description="Code of the department that has the case.")
    category: Code = Field("", description="Code of the category.")
    area: Code = Field("", description="Code of a grid, or of an area that the case lies in.")
    handler: Code = Field("", description="Login of the handler.")
    waits_for: Literal["", "urge", "extension"] = Field("", description="Who waits for an answer.")
    due_before: Instant | None = Field(None, description="Only cases due before that instant.")
    closed: bool = Field(False, description="Also those that are closed.")
    after: Words | None = Field(None, description="What the page before gave as next.")
    limit: Annotated[int, Field(ge=1, le=500)] = Field(50, description="Most cases of a page.")


class CasePath(Place):
    """Which case."""

    number: Code = Field(description="Number of the case.")


class ReportPath(Place):
    """Which report."""

    number: Code = Field(description="Number of the report.")


class Proposal(Query):
    """Under what a report would be filed."""

    category: Code = Field("", description="Code of the category; the report's own without it.")
    condition: Words = Field("", description="Filing condition, where the category has several.")
    limit: Code = Field("", description="Like 4WH, for a category without a limit.")


class Correction(Query):
    """What a case would be corrected to; what is left out stays."""

    lon: Position | None = Field(None, description="Longitude of the spot; WGS 84, with lat.")
    lat: Position | None = Field(None, description="Latitude of the spot; WGS 84, with lon.")
    category: Code = Field("", description="Code of the category.")
    condition: Words = Field("", description="Filing condition, where the category has several.")
    limit: Code = Field("", description="Like 4WH, for a category without a limit.")


class Headers(BaseModel):
    """Headers of a step."""

    idempotency_key: Words | None = Field(
        None, alias="Idempotency-Key", description="The same key takes the step once and gives the same answer."
    )


class Taken(Body):
    """A step, on which state of the history it was thought out, and what it needs."""

    action: Code = Field(description="The step; GET of the case lists those possible.")
    seen: Number = Field(description="Number of the last event seen in this history, 0 for none.")
    reason: Reason = Field("", description="Why, in words; some steps need it.")
    happened_at: Instant | None = Field(None, description="When it was done, for a phone that was out of reach.")
    lon: ExactPosition | None = Field(None, description="Longitude of the right spot; WGS 84: move.")
    lat: ExactPosition | None = Field(None, description="Latitude of the right spot; WGS 84: move.")
    accuracy_m: Metres | None = Field(None, description="How good the spot is known: move.")


class CaseStep(Taken):
    """A step of a case."""

    department: Code | None = Field(None, description="Code of the department: dispatch, claim, settle.")
    grid: Code | None = Field(None, description="Code of the grid that has it from now on: dispatch.")
    handler: Code | None = Field(None, description="Login of who is to work on it: assign.")
    kind: Code | None = Field(
        None, description="not_my_duty, not_my_area, wrong_category or insufficient_info: return."
    )
    next_owner: Code | None = Field(None, description="Code of the department that is to have it: return.")
    area: Code | None = Field(None, description="Where the settlement holds, the grid or an area above it: settle.")
    category: Code | None = Field(None, description="Code of the right category: refile, recategorise.")
    condition: Words | None = Field(None, description="Filing condition: refile, recategorise.")
    limit: Code | None = Field(None, description="Like 4WH, for a category without a limit: refile, recategorise.")
    passed: bool | None = Field(None, description="Whether the work is done: check.")
    until: Instant | None = Field(None, description="When the suspension ends: suspend.")
    before: list[Words] | None = Field(None, max_length=20, description="Photos before the work: handle.")
    after: list[Words] | None = Field(None, max_length=20, description="Photos after the work: handle.")


class ReportStep(Taken):
    """A step of a report."""

    found: bool | None = Field(None, description="Whether it is there: verify.")
    duplicate_of: Code | None = Field(None, description="Number of the report that tells the same: merge.")
    category: Code | None = Field(None, description="Code of the category: file.")
    condition: Words | None = Field(None, description="Filing condition: file.")
    limit: Code | None = Field(None, description="Like 4WH, for a category without a limit: file.")
    department: Code | None = Field(None, description="Another department than the one proposed: file.")


@api.get("/cases")
def get_cases(query: Wanted):
    """List the open cases in a box, the one due first before the others."""
    at = asker.instant(query.at)
    found, categories = showing.open_cases(asker.engine(), box(query.bbox), at=at, limit=query.limit)
    return flask.jsonify(map_representations.cases(found, categories, at))


@api.get("/cases/queue", **REFUSED)
def get_queue(query: Queued):
    """List a page of the queue, the case due first before the others; only what lies where the account may act."""
    areas = [code for code in (query.area, asker.account().area_code) if code]
    found = reading.queue(asker.engine(), wanted(query), areas=areas, at=asker.now())
    return flask.jsonify(case_representations.queue(found, asker.now()))


@api.get("/cases/<number>", **REFUSED)
def get_case(path: CasePath):
    """Show a case: its reports, its history, and what the reader may do next."""
    found = reading.case_page(asker.engine(), path.number, at=asker.now())
    return flask.jsonify(case_representations.page(found, asker.now()))


@api.get("/cases/<number>/rerouted", **REFUSED)
def get_rerouted(path: CasePath, query: Correction):
    """Tell what another spot or category would change: grid, person, department, state and deadline; nothing is written."""
    if (query.lon is None) is not (query.lat is None):
        raise Invalid("A spot is lon and lat: add the other one.")
    given = {"lon": query.lon, "lat": query.lat, "category": query.category or None, "limit": query.limit or None}
    found = rerouted.preview(asker.engine(), path.number, at=asker.now(), condition=query.condition, **given)
    return flask.jsonify(case_representations.rerouted(found))


@api.post("/cases/<number>/steps", **REFUSED)
def post_step(header: Headers, path: CasePath, body: CaseStep):
    """Take a step of a case."""
    return flask.jsonify(case_representations.taken(taken(CASE, path.number, body, header.idempotency_key)))


@api.get("/reports/<number>", **REFUSED)
def get_report(path: ReportPath):
    """Show a report that is to be filed: its history, its duplicates, and what the reader may do next."""
    found = reading.report_page(asker.engine(), path.number, at=asker.now())
    return flask.jsonify(case_representations.page(found, asker.now()))


@api.get("/reports/<number>/alike", **REFUSED)
def get_alike(path: ReportPath):
    """Propose what else tells of the same thing, the same component first."""
    found = duplicates.alike(asker.engine(), path.number, at=asker.now())
    return flask.jsonify(alike=[dataclasses.asdict(one) for one in found])


@api.get("/reports/<number>/proposal", **REFUSED)
def get_proposal(path: ReportPath, query: Proposal):
    """Tell what a report would be filed as under a category and a condition: limit, grid and department; nothing is written."""
    given = {"category": query.category or None, "condition": query.condition, "limit": query.limit or None}
    found = filing.propose(asker.engine(), path.number, at=asker.now(), **given)
    return flask.jsonify(case_representations.proposal(found))


@api.post("/reports/<number>/steps", **REFUSED)
def post_report_step(header: Headers, path: ReportPath, body: ReportStep):
    """Take a step of a report; filing gives it the number of a case."""
    done = taken(REPORT, path.number, body, header.idempotency_key)
    if body.action == "file":
        return flask.jsonify(case=case_representations.taken(done))
    return flask.jsonify(report=case_representations.report(done))


def taken(subject, number, body, key=None):
    """Take the step that a body names, by the account that asks; return the case or the report.

    The same ``key`` with the same step takes it once and returns the same.
    """
    actions.the_action(subject, body.action)
    auth.require(STEPS[subject, body.action].right)
    account, when = asker.account(), {"at": asker.now()}
    if body.happened_at is not None:
        when = {"at": asker.instant(body.happened_at), "recorded_at": asker.now()}
    telling = {"by": account.login, "role": account.role, "reason": body.reason, "seen": body.seen, **when}
    if key:
        telling["once"] = repeating.once(key, subject, number, body.model_dump(exclude_none=True))
    return actions.take(asker.engine(), subject, number, body.action, values(body, account), **telling)


def values(body, account):
    """Return what a step needs by name: instants read, and a claim made for the account's own department."""
    given: dict[str, Any] = body.model_dump(exclude={"action", "seen", "reason", "happened_at"})
    if given.get("until") is not None:
        given["until"] = asker.instant(given["until"])
    if body.action == "claim" and given.get("department") is None and account.department_code:
        given["department"] = account.department_code
    return given


def wanted(query):
    """Return which cases of the queue are asked for, as far as the account's department has them."""
    own, department = asker.account().department_code, query.department
    if own and department not in ("", own):
        raise permitting.elsewhere(asker.account())
    return reading.Wanted(
        states=tuple(part.strip() for part in query.state.split(",") if part.strip()),
        department=own or department,
        category=query.category,
        handler=query.handler,
        waits_for=query.waits_for,
        due_before=asker.instant(query.due_before) if query.due_before else None,
        is_open=not query.closed,
        after=place(query.after),
        limit=query.limit,
    )


def place(text):
    """Return the place in the queue that ``next`` named, None for the beginning."""
    if not text:
        return None
    due_at, tilde, last = text.partition("~")
    if not (tilde and last.isdecimal() and len(last) < 10):
        raise Invalid("after must be what the page before gave as next; {text} is not.", text=text)
    return asker.instant(due_at), int(last)
