"""Measures: one number per grid, with the limits between its classes."""

import flask
from pydantic import Field

from gridmgr.services.maps import measures
from gridmgr.web import asker, map_representations
from gridmgr.web.api_versions import Shown, shown
from gridmgr.web.reading import Code, Place, Query, door

api = door("measures")


class MeasurePath(Place):
    """Which measure."""

    id: Code = Field(description="Name of the measure; /api/v1/measures lists them.")


class OnLevel(Shown):
    """Which boundaries and which level of them."""

    level: Code | None = Field(None, description="Level; default the responsibility grids.")


@api.get("/measures")
def get_measures(query: Query):
    """List the measures that the grids can be coloured by."""
    return flask.jsonify(measures=[map_representations.measure(one) for one in measures.MEASURES.values()])


@api.get("/measures/<id>")
def get_measure(path: MeasurePath, query: OnLevel):
    """Give the value of every grid of a level, and the limits between the classes."""
    sheet = measures.sheet(asker.engine(), path.id, shown(query).ground, level=query.level, at=asker.instant(query.at))
    return flask.jsonify(map_representations.sheet(sheet))
