"""Cases as JSON: a line of the queue, the page of one, and what may be done next."""

from gridmgr.domain.photos import of_step
from gridmgr.i18n import translate
from gridmgr.web import asker, representations
from gridmgr.web.map_representations import case_on_map


def queue(found, at):
    """Return a page of the queue; ``next`` goes into ``after`` of the next question."""
    return {"cases": [line(case, told, found.categories, at) for case, told in found.pairs], "next": mark(found.next)}


def line(case, told, categories, at):
    """Return one case of the queue."""
    return {
        **case_on_map(case, told, categories, at),
        "condition": case.condition,
        "limit": case.time_limit,
        "handler": case.handler,
        "returns": case.returns,
        "rounds": case.rounds,
        "waits_for": case.waits_for,
        "event": case.history,
    }


def mark(place):
    """Return a place in the queue as text, None for none."""
    return place and f"{place[0]:%Y-%m-%dT%H:%M:%S}.{place[0].microsecond // 1000:03d}Z~{place[1]}"


def page(found, at):
    """Return the page of a case: all that is known of it, its reports, its history, and the steps the reader may take."""
    categories = {found.category.code: found.category} if found.category else {}
    case = line(found.case, found.report, categories, at) if found.case else None
    return {
        "case": case and {**case, **clock(found)},
        "reports": [report(one) | rated(found.ratings.get(one.id)) for one in (found.report, *found.duplicates)],
        "conditions": found.category.limits_by_condition if found.category else {},
        "people": found.people,
        "history": [event(one) for one in found.history],
        "possible": [possible(one) for one in found.possible(asker.may, asker.account().login)],
    }


def clock(found):
    """Return what the history says of a case's clock and counts."""
    now = found.standing
    return {
        "due_at": asker.show(found.due_at),
        "clock_from": asker.show(now.clock_from),
        "handled_at": asker.show(now.handled_at),
        "closed_at": asker.show(now.closed_at),
        "suspended_until": asker.show(now.suspended_until),
        "pauses": [[asker.show(since), asker.show(until)] for since, until in now.pauses],
        "extensions": now.extensions,
        "reopenings": now.reopenings,
        "next_owner": now.next_owner,
    }


def report(told):
    """Return a report of a case; who reported it, for those who may see reports."""
    named = {"reporter": told.reporter} if asker.may("see_reports") else {}
    return {
        "number": told.number,
        "state": told.state,
        "source": told.source,
        "received_at": asker.show(told.received_at),
        "observed_at": asker.show(told.observed_at),
        "lon": told.lon,
        "lat": told.lat,
        "accuracy_m": told.accuracy_m,
        "category": told.category_code,
        "grid": told.grid_code,
        "department": told.department_code,
        "description": told.description,
        "photos": representations.photos(told.photos),
        **named,
    }


def rated(rating):
    """Return what the reporter thinks of what became of it, for those who may see reports."""
    if not asker.may("see_reports"):
        return {}
    return {"rating": rating and {"stars": rating.stars, "words": rating.words, "at": asker.show(rating.rated_at)}}


def event(one):
    """Return one step of a history."""
    return {
        "subject": "case" if one.case_id is not None else "report",
        "number": one.number,
        "action": one.action,
        "from": one.from_state,
        "to": one.to_state,
        "by": one.by,
        "role": one.role,
        "at": asker.show(one.at),
        "recorded_at": asker.show(one.recorded_at),
        "reason": one.reason,
        "data": one.data,
        "photos": {field: representations.photos(those) for field, those in of_step(one.action, one.data).items()},
    }


def possible(one):
    """Return a step that the reader may take, what it needs, and the sentence that forbids it now, if one does."""
    forbidden = one.forbidden and translate(one.forbidden, asker.language(), **one.fields)
    return {"action": one.step.action, "needs": list(one.step.needs), "forbidden": forbidden}


def taken(case):
    """Return what became of a case by a step."""
    return {
        "number": case.number,
        "state": case.state,
        "department": case.department_code,
        "due_at": asker.show(case.due_at),
        "event": case.history,
    }


def proposal(found):
    """Return what a report would be filed as."""
    return {
        "category": found.category,
        "condition": found.condition,
        "limit": found.limit,
        "grid": found.grid_code,
        "department": found.department,
    }


def rerouted(found):
    """Return what a correction would change, and why the owner would be the one named."""
    decision = found.decision
    return {
        "before": side(found.before),
        "after": side(found.after),
        "near_border": decision.near_border,
        "border_distance_m": decision.border_distance_m,
        "trace": [representations.sentence(entry.to_dict()) for entry in decision.trace],
    }


def side(one):
    """Return whose a case is."""
    return {
        "lon": one.lon,
        "lat": one.lat,
        "category": one.category,
        "grid": one.grid,
        "person": one.person and representations.for_reader(one.person),
        "department": one.department,
        "state": one.state,
        "due_at": asker.show(one.due_at),
    }
