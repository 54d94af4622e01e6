"""Search: grids, people, roads, places, cases and pasted coordinates, all from the city's own data."""

import flask
from pydantic import Field

from gridmgr.services.maps import searching
from gridmgr.web import asker, map_representations
from gridmgr.web.api_versions import Shown, shown
from gridmgr.web.reading import Number, Words, door

api = door("search")


class Search(Shown):
    """What to look for."""

    q: Words = Field("", description="Code, name, number, or coordinates.")
    limit: Number = Field(6, ge=1, le=50, description="Most results of each kind.")


@api.get("/search")
def get_search(query: Search):
    """Find what the words name: the best of each kind first."""
    found = searching.search(
        asker.engine(),
        query.q,
        shown(query).boundaries,
        at=asker.now(),
        people=asker.may("see_staff"),
        limit=query.limit,
    )
    return flask.jsonify(results=[map_representations.hit(one) for one in found])
