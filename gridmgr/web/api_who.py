"""Who is responsible here today, as anybody may know it: a surname and a duty, departments, and one number to call."""

import flask
from pydantic import Field

from gridmgr.domain.staff import surname
from gridmgr.i18n import N_, translate
from gridmgr.services import duties, routing
from gridmgr.services.routing import owning
from gridmgr.web import asker, representations
from gridmgr.web.api_where import CATEGORY, LAT, LON, known
from gridmgr.web.reading import Code, Position, Query, door

HOTLINE = "12345"
POSTS = {"chief": N_("grid chief"), "deputy": N_("deputy grid chief"), "officer": N_("grid officer")}
OTHERWISE = N_("on duty")

api = door("who")


class Here(Query):
    """Where, and about what."""

    lon: Position = Field(description=LON)
    lat: Position = Field(description=LAT)
    category: Code | None = Field(None, description=CATEGORY)


@api.get("/who")
def get_who(query: Here):
    """Tell who is responsible for a spot today: grid, who is on duty by surname, departments, and the hotline."""
    knowledge, at = known(None), asker.now()
    spot = routing.where(knowledge, query.lon, query.lat, category=query.category, at=at)
    if spot.grid is None:
        return flask.jsonify(outside=True, hotline=hotline(), nearest=nearest(spot, knowledge))
    street = owning.street(knowledge, query.lon, query.lat, at=at)
    bounds = knowledge.ground.boundaries
    return flask.jsonify(
        outside=False,
        hotline=hotline(),
        grid=area(bounds, spot.grid["code"]),
        areas=[area(bounds, code) for code in bounds.ancestors(spot.grid["code"])],
        person=person(spot, knowledge, at),
        department=department(spot.department) if query.category else None,
        street=[thing(*one) for one in street],
        near_border=border(spot, bounds),
    )


def hotline():
    """Return the number that a city gives to everybody."""
    return str(asker.city().settings.get("hotline") or HOTLINE)


def nearest(spot, knowledge):
    """Return the grid nearest to a spot outside the city and how far it is; None without one."""
    found = spot.nearest
    return found and {**area(knowledge.ground.boundaries, found["code"]), "distance_m": found["distance_m"]}


def area(bounds, code):
    """Return code, level and name of a grid or area."""
    grid = bounds.grids[code]
    return {"code": code, "level": grid.level, "name": representations.name_of(grid) or code}


def person(spot, knowledge, at):
    """Return who answers: surname, duty, and until when today; None for nobody."""
    if not spot.person:
        return None
    words = translate(POSTS.get(spot.person.get("post"), OTHERWISE), asker.language())
    shift = next((one for one in duties.day_of(knowledge, spot.grid["code"], at) if one.starts <= at < one.ends), None)
    return {
        "surname": surname(spot.person["name"]),
        "post": words,
        "on_duty": bool(spot.person.get("on_duty")),
        "until": asker.show(shift.ends) if shift else None,
    }


def department(found):
    """Return a department by its name; None for none."""
    return found and {"code": found["code"], "name": representations.named(found)}


def thing(code, icon, found):
    """Return which department owns one thing of a street."""
    return {
        "category": code,
        "icon": icon,
        "name": representations.named(found.category or {}),
        "department": department(found.department),
    }


def border(spot, bounds):
    """Return the neighbours where a border is near, else None."""
    if not spot.near_border:
        return None
    beside = [one["code"] for one in spot.neighbours if one["code"] in bounds.grids]
    return {"distance_m": spot.border_distance_m, "neighbours": [area(bounds, code) for code in beside]}
