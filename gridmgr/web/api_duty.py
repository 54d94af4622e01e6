"""The day of a grid: who answers from hour to hour."""

import flask
from pydantic import Field

from gridmgr.services import duties
from gridmgr.web import asker, map_representations, representations
from gridmgr.web.api_versions import GridPath
from gridmgr.web.api_where import known
from gridmgr.web.reading import Instant, Number, Query, door

api = door("duty")


class Day(Query):
    """Which day, and on which boundaries."""

    at: Instant | None = Field(None, description="Any instant of the day; default now.")
    draft: Number | None = Field(None, description="Ask a draft instead of the published version.")


@api.get("/grids/<code>/duty")
def get_duty(path: GridPath, query: Day):
    """Tell who answers for a grid through the day, one shift after another."""
    knowledge = known(query.at, query.draft)
    map_representations.the_grid(knowledge.ground.boundaries, path.code)
    shifts = duties.day_of(knowledge, path.code, asker.instant(query.at))
    return flask.jsonify(code=path.code, shifts=[representations.shift(one) for one in shifts])
