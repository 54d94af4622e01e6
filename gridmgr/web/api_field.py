"""The field: what somebody has to do out there, with all that his phone needs to keep while it is out of reach."""

from typing import Annotated

import flask
import shapely
from pydantic import Field

from gridmgr.domain.fieldwork import checklist_of
from gridmgr.services import fieldwork
from gridmgr.web import asker, case_representations, representations
from gridmgr.web.reading import Query, door

NARROWEST_DEGREES = 0.00002
"""Outlines leave out what is less than two metres, so that they are small on a phone."""
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]

api = door("field")


class Here(Query):
    """Where the phone is."""

    lon: Longitude | None = Field(None, description="Longitude of the phone, for distances; degrees, WGS 84.")
    lat: Latitude | None = Field(None, description="Latitude of the phone; degrees, WGS 84.")


@api.get("/field/patch")
def get_patch(query: Here):
    """List what the one who asks has to handle, check, verify and reply to, each with its history and its steps."""
    found = fieldwork.patch(asker.engine(), asker.account(), asker.may, at=asker.now())
    position = None if query.lon is None or query.lat is None else (query.lon, query.lat)
    answer = flask.jsonify(
        at=asker.show(asker.now()),
        login=asker.account().login,
        area=area(found),
        grids=[grid(found, one) for one in found.grids],
        tasks=[task(found, one, position) for one in found.tasks],
        is_cut=found.is_cut,
        often=list(found.often),
        confused=[{"categories": one.categories, "words": one.words[asker.language()]} for one in advised()],
        departments=[{"code": one.code, **representations.names_of(one)} for one in found.departments],
        colleagues=[{"login": one.login, "name": one.name} for one in found.colleagues],
    )
    return answer


def advised():
    """Return the kinds that are often confused."""
    return fieldwork.advice().confused


def area(found):
    """Return the area of the one who asks with its outline, None for the whole city."""
    if not found.area:
        return None
    one = found.boundaries.grids[found.area]
    return {**grid(found, one), "level": one.level}


def grid(found, one):
    """Return a grid with its outline as GeoJSON."""
    shape = found.shapes.get(one.code)
    outline = None if shape is None else shapely.geometry.mapping(shapely.simplify(shape, NARROWEST_DEGREES))
    return {"code": one.code, "title": representations.name_of(one), "geometry": outline}


def grid_title(found, code):
    """Return the name of the grid that a report lies in, its code where it has none any more."""
    known = found.boundaries.grids.get(code) if found.boundaries else None
    return representations.name_of(known) or code if known else code


def task(found, one, position):
    """Return one thing to do."""
    page, category = one.page, one.page.category
    named = {"title": representations.name_of(category), "code": category.code} if category else None
    lines = checklist_of(
        fieldwork.advice(), category.code if category else "", category.major_code if category else "", asker.language()
    )
    away = fieldwork.distance_m(position, page.report)
    return {
        "kind": one.kind,
        "subject": page.kind,
        "number": (page.case or page.report).number,
        "category": named,
        "burnt": None if one.burnt is None else round(one.burnt, 3),
        "distance_m": None if away is None else round(away, 1),
        "seen": page.standing.number,
        "limit": page.standing.limit,
        "grid_title": grid_title(found, page.report.grid_code),
        "checklist": list(lines),
        **case_representations.page(page, asker.now()),
    }
