"""The dispatcher's desk as JSON."""

import shapely

from gridmgr.i18n import N_, translate
from gridmgr.services.desk import loads
from gridmgr.web import asker, case_representations, problems
from gridmgr.web.map_representations import name_of

JUNCTION_M = 40


def desk(counts, done, filters):
    """Return what waits in each tab, what the shift has done, and the filters of the account."""
    return {
        "tabs": counts,
        "shift": {
            "since": asker.show(done.since),
            "dispatched": done.dispatched,
            "seconds_each": done.seconds_each,
            "returned": done.returned,
        },
        "filters": [kept(one) for one in filters],
    }


def kept(one):
    """Return a filter."""
    return {"name": one.name, "query": one.query}


def page(found, at):
    """Return a page of the queue; ``next`` goes into ``after`` of the next question."""
    return {
        "groups": [{"id": group, "count": count} for group, count in found.counts.items()],
        "rows": [row(one, found, at) for one in found.rows],
        "next": found.next and f"{found.next[0]}~{case_representations.mark(found.next[1:])}",
    }


def row(one, found, at):
    """Return one line of the queue."""
    told = one.report
    shared = {
        "group": one.group,
        "place": place(one.roads) or (name_of(one.grid) if one.grid else ""),
        "near_border_m": told.decision.get("border_distance_m") if told.near_border else None,
        "person": one.person,
    }
    if one.case is None:
        return {**waiting(told, found.categories), **shared}
    usual = found.usual.of(one.case.category_code)
    risk = {"usual_minutes": round(usual.total_seconds() / 60), "predicted_at": asker.show(at + usual)}
    unit = told.decision.get("department") or {}
    return {
        "kind": "case",
        **case_representations.line(one.case, told, found.categories, at),
        **shared,
        "handler_name": one.handler,
        "next_owner": one.next_owner or None,
        "risk": risk,
        "department_name": unit.get("name") if unit.get("code") == one.case.department_code else None,
    }


def waiting(told, categories):
    """Return a report that is no case yet."""
    category = categories.get(told.category_code)
    return {
        "kind": "report",
        "number": told.number,
        "state": told.state,
        "urgency": "normal",
        "category": told.category_code,
        "category_name": name_of(category) if category else None,
        "lon": told.lon,
        "lat": told.lat,
        "grid": told.grid_code,
        "department": told.department_code,
        "source": told.source,
        "received_at": asker.show(told.received_at),
        "description": told.description,
    }


def place(roads):
    """Return where something lies, in words of the street; "" where no road is near."""
    if not roads:
        return ""
    names = [one.name_en if asker.language() == "en" and one.name_en else one.name for one in roads]
    if len(names) == 1:
        return say(N_("{distance} m from {road}"), distance=tens(roads[0]), road=names[0])
    if roads[1].distance_m < JUNCTION_M:
        return say(N_("{road} at {cross}"), road=names[0], cross=names[1])
    return say(N_("{distance} m from {road}, near {cross}"), distance=tens(roads[0]), road=names[0], cross=names[1])


def say(text, **fields):
    """Return a sentence in the reader's language."""
    return translate(text, asker.language(), **fields)


def tens(road):
    """Return the distance of a road in whole tens of metres."""
    return round(road.distance_m / 10) * 10


def candidates(found):
    """Return who could have a case, and why the first should."""
    border = found.border
    return {
        "candidates": [
            {
                "n": place_,
                "kind": one.kind,
                "grid": one.grid,
                "person": one.person,
                "department": one.department,
                "distance_m": one.distance_m,
                "load": load(one.load),
            }
            for place_, one in enumerate(found.candidates, 1)
        ],
        "near_border": found.decision.near_border,
        "outside": found.decision.outside,
        "border": {
            "distance_m": found.decision.border_distance_m,
            "tolerance_m": found.tolerance_m,
            "line": border and [[list(at) for at in part.coords] for part in shapely.get_parts(border)],
        },
        "areas": areas(found.decision),
        "version": found.decision.version,
        "chain": found.decision.say(asker.language()),
    }


def areas(decision):
    """Return the areas that a spot lies in, the nearest first."""
    named = [
        {"code": code, "name": decision.level_names[level]}
        for level, code in decision.levels.items()
        if level in decision.level_names
    ]
    return named[::-1]


def handlers(found):
    """Return the people of a department who could work on a case."""
    return {"handlers": [{"login": one.login, "name": one.name} for one in found]}


def load(one):
    """Return a load."""
    return {"open": one.open, "ratio": one.ratio, "is_too_much": (one.ratio or 0) > loads.TOO_MUCH}


def outcomes(found):
    """Return what became of each case of a bulk dispatch."""
    return {
        "done": [case_representations.taken(one.case) for one in found if one.case],
        "refused": [refused(one) for one in found if one.error],
    }


def refused(one):
    """Return why a case was not dispatched."""
    problem = problems.of_error(one.error, asker.language())
    return {"number": one.number, **{name: problem[name] for name in ("title", "detail", "status")}}


def burdens(found):
    """Return who would have the cases, with his load before and after."""
    return {
        "persons": [
            {
                "person": one.person,
                "department": one.department,
                "grid": one.grid,
                "more": one.more,
                "before": load(one.before),
                "after": load(one.after),
            }
            for one in found
        ]
    }


def selected(found):
    """Return the cases inside a line, each with the event of its history that dispatching it needs."""
    return {"cases": [{"number": case.number, "event": case.history} for case, _ in found]}


def pulse(found):
    """Return who is at the desk, and what has changed."""
    return {
        "event": found.event,
        "changed": found.changed,
        "present": [
            {"login": one.login, "name": one.name, "case": one.number, "since": asker.show(one.since)}
            for one in found.present
        ],
    }


def news(found, at):
    """Return what happened since somebody left, and the notes."""
    return {
        "since": asker.show(found.since),
        "news": [
            {"kind": kind, "number": case.number, "category": case.category_code, "state": case.state}
            for kind, case in found.news
        ],
        "notes": [note(one) for one in found.notes],
    }


def note(one):
    """Return a note to the next shift."""
    return {"at": asker.show(one.at), "by": one.by, "name": one.name, "note": one.note, "open": one.open}
