"""Cases as points of the map, without anything that names a person."""

from typing import Literal

import flask
from pydantic import Field

from gridmgr.services import showing
from gridmgr.web import asker, map_representations
from gridmgr.web.reading import Instant, Number, Query, Words, box, door

api = door("cases")


class Wanted(Query):
    """Which cases."""

    state: Literal["open"] = Field("open", description="open: reported and not closed.")
    bbox: Words | None = Field(None, description="west,south,east,north in degrees.")
    at: Instant | None = Field(None, description="As it stood at that instant; default now.")
    limit: Number = Field(5000, ge=1, le=50_000, description="Most cases; the one due first comes first.")


@api.get("/cases")
def get_cases(query: Wanted):
    """List the open cases in a box, the one due first before the others."""
    at = asker.instant(query.at)
    found, categories = showing.open_cases(asker.engine(), box(query.bbox), at=at, limit=query.limit)
    return flask.jsonify(map_representations.cases(found, categories, at))
