"""The dispatcher's desk: its queue, who could have a case, many dispatches at once, who else is there, shifts."""

from typing import Annotated, Any, Literal

import flask
from pydantic import Field

from gridmgr.domain.desk import TABS
from gridmgr.errors import Invalid
from gridmgr.services.accounts import permitting
from gridmgr.services.desk import assigning, bulk, candidates, lasso, presence, queue, shifts
from gridmgr.web import asker, desk_representations
from gridmgr.web.api_cases import REFUSED, CasePath, ReportPath
from gridmgr.web.reading import ANSWERED, Body, Code, Instant, Number, Prose, Query, Words, door

api = door("desk")


class Queued(Query):
    """Which part of the queue; what is left out asks for any."""

    tab: Literal[TABS] = Field("dispatch", description="Tab of the desk.")
    state: Words = Field("", description="One state of the tab's, or several with commas between.")
    department: Code = Field("", description="Code of the department that has the case.")
    category: Code = Field("", description="Code of the category.")
    area: Code = Field("", description="Code of a grid, or of an area that the case lies in.")
    handler: Code = Field("", description="Login of the handler.")
    waits_for: Literal["", "urge", "extension"] = Field("", description="Who waits for an answer.")
    near_border: bool = Field(False, description="Only what lies near a border.")
    after: Words | None = Field(None, description="What the page before gave as next.")
    limit: Annotated[int, Field(ge=1, le=500)] = Field(50, description="Most rows of a page.")


class Chosen(Body):
    """One case to dispatch."""

    number: Code = Field(description="Number of the case.")
    seen: Number = Field(description="Number of the last event seen in its history.")
    department: Code | None = Field(None, description="Code of the department; the one it was filed for without it.")


class Dispatched(Body):
    """Cases to dispatch."""

    cases: list[Chosen] = Field(min_length=1, max_length=bulk.MOST, description="The cases.")
    reason: Prose = Field("", description="Why, in words.")


class Numbers(Body):
    """Cases by their numbers."""

    cases: list[Code] = Field(min_length=1, max_length=bulk.MOST, description="Numbers of the cases.")


class Beat(Body):
    """Who is at the desk, and what he heard last."""

    case: Code = Field("", description="Number of the case that is open; none without it.")
    since: Number | None = Field(None, description="Event that the last answer named.")
    leaving: bool = Field(False, description="The desk is being left.")


class Drawn(Body):
    """A line drawn round cases on the map."""

    polygon: list[tuple[float, float]] = Field(min_length=3, max_length=2000, description="Its corners, [lon, lat].")
    tab: Literal[TABS] = Field("dispatch", description="Tab of the desk.")


class Kept(Body):
    """A filter to keep."""

    name: Words = Field(description="Its name.")
    query: dict[str, Any] = Field(description="What the queue is asked for.")


class Left(Body):
    """What is left to the next shift."""

    note: Prose = Field("", description="What the next shift is to know.")


class Since(Query):
    """Since when."""

    since: Instant | None = Field(None, description="News since then; since one's last note without it.")


class Named(Query):
    """Which filter."""

    name: Words = Field("", description="Its name.")


@api.get("/desk", **REFUSED)
def get_desk():
    """Tell what waits in each tab, what the shift has done, who is there, and which filters the account keeps."""
    at, login = asker.now(), asker.account().login
    counts = queue.overview(asker.engine(), areas(), narrowed(), at=at)
    done = shifts.shift(asker.engine(), login, at=at)
    kept = shifts.filters(asker.engine(), login)
    return flask.jsonify(desk_representations.desk(counts, done, kept))


@api.get("/desk/queue", **REFUSED)
def get_desk_queue(query: Queued):
    """List a page of the desk's queue, group by group; what is due first comes first."""
    at = asker.now()
    asked = queue.Asked(
        query.tab, narrowed(query), areas(query.area), query.near_border, place(query.after), query.limit
    )
    return flask.jsonify(desk_representations.page(queue.page(asker.engine(), asked, at=at), at))


@api.get("/cases/<number>/candidates", **REFUSED)
def get_candidates(path: CasePath):
    """Tell who could have a case, with the reasons, the border near by, and each one's load."""
    found = candidates.of_case(asker.engine(), path.number, at=asker.now())
    return flask.jsonify(desk_representations.candidates(found))


@api.get("/reports/<number>/candidates", **REFUSED)
def get_report_candidates(path: ReportPath):
    """Tell who could have the case that a report may become."""
    found = candidates.of_report(asker.engine(), path.number, at=asker.now())
    return flask.jsonify(desk_representations.candidates(found))


@api.get("/cases/<number>/handlers", **REFUSED)
def get_handlers(path: CasePath):
    """List the handlers of the department that has a case."""
    return flask.jsonify(desk_representations.handlers(assigning.handlers(asker.engine(), path.number, at=asker.now())))


@api.post("/desk/dispatch", **REFUSED)
def post_dispatch(body: Dispatched):
    """Dispatch cases, each as a step of its own; those that cannot be dispatched say why, the others are done."""
    account = asker.account()
    wanted = [(one.number, one.seen, one.department) for one in body.cases]
    told = {"by": account.login, "role": account.role, "at": asker.now(), "reason": body.reason}
    return flask.jsonify(
        desk_representations.outcomes(bulk.dispatch(asker.engine(), wanted, refuse=refuse_elsewhere, **told))
    )


@api.post("/desk/load", **REFUSED)
def post_load(body: Numbers):
    """Tell who would have these cases, and his load before and after; nothing is written."""
    found = bulk.burdens(asker.engine(), body.cases, at=asker.now(), refuse=refuse_elsewhere)
    return flask.jsonify(desk_representations.burdens(found))


@api.post("/desk/select", **REFUSED)
def post_select(body: Drawn):
    """List the cases of a tab that lie inside a drawn line."""
    found = lasso.inside(asker.engine(), body.polygon, body.tab, areas(), narrowed(), at=asker.now())
    return flask.jsonify(desk_representations.selected(found))


@api.post("/desk/pulse", **REFUSED)
def post_pulse(body: Beat):
    """Keep that the account is at the desk; tell who else is, and what has changed since."""
    account, at = asker.account(), asker.now()
    if body.leaving:
        presence.leave(asker.engine(), account.login, at=at)
        return flask.jsonify(event=body.since, changed=[], present=[])
    found = presence.pulse(asker.engine(), account.login, account.name, body.case, body.since, at=at)
    return flask.jsonify(desk_representations.pulse(found))


@api.put("/desk/filters", responses={200: ANSWERED, **REFUSED["responses"]})
def put_filter(body: Kept):
    """Keep a filter under a name."""
    shifts.keep_filter(asker.engine(), asker.account().login, body.name, body.query)
    return flask.jsonify(filters=kept_filters())


@api.delete("/desk/filters", **REFUSED)
def delete_filter(query: Named):
    """Forget a filter; one that is not there is forgotten already."""
    shifts.drop_filter(asker.engine(), asker.account().login, query.name)
    return flask.jsonify(filters=kept_filters())


@api.get("/desk/handover", **REFUSED)
def get_handover(query: Since):
    """Tell what came, was returned, is disputed since one's last note, and the notes that were left."""
    since = asker.instant(query.since) if query.since else None
    own = {"areas": areas(), "department": asker.account().department_code}
    found = shifts.news(asker.engine(), asker.account().login, at=asker.now(), since=since, **own)
    return flask.jsonify(desk_representations.news(found, asker.now()))


@api.post("/desk/handover", **REFUSED)
def post_handover(body: Left):
    """Leave a note to the next shift."""
    account = asker.account()
    made = shifts.hand_over(asker.engine(), account.login, account.name, body.note, at=asker.now())
    return flask.jsonify(desk_representations.note(made)), 201


def kept_filters():
    """Return the filters of the account."""
    return [desk_representations.kept(one) for one in shifts.filters(asker.engine(), asker.account().login)]


def areas(wanted=""):
    """Return the areas that a case must lie in: what is asked for, and the account's own."""
    return tuple(code for code in (wanted, asker.account().area_code) if code)


def narrowed(query=None):
    """Return by what the queue is narrowed, as far as the account's department has the cases."""
    own, wanted = asker.account().department_code, query.department if query else ""
    if own and wanted not in ("", own):
        raise permitting.elsewhere(asker.account())
    if query is None:
        return {"department": own}
    states = tuple(part.strip() for part in query.state.split(",") if part.strip())
    told = {"states": states, "department": own or wanted, "category": query.category}
    return told | {"handler": query.handler, "waits_for": query.waits_for}


def refuse_elsewhere(grid, department):
    """Raise Elsewhere where a case is outside the account's area or department."""
    if not asker.is_within(grid, department):
        raise permitting.elsewhere(asker.account())


def place(text):
    """Return the place in the queue that ``next`` named, None for the beginning."""
    if not text:
        return None
    group, due_at, last = ([*text.split("~"), "", ""])[:3]
    if group not in queue.GROUPS or not (last.isdecimal() and len(last) < 10):
        raise Invalid("after must be what the page before gave as next; {text} is not.", text=text)
    return group, asker.instant(due_at), int(last)
