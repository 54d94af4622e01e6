"""Categories: the kinds of problems that can be reported."""

import flask
from pydantic import Field

from gridmgr.services.maps import searching
from gridmgr.web import asker, map_representations
from gridmgr.web.reading import Query, Words, door

api = door("categories")


class Asked(Query):
    """What to look for."""

    q: Words = Field("", description="Part of a code or name; all without it.")


@api.get("/categories")
def get_categories(query: Asked):
    """List the categories whose code or name holds the words asked for."""
    found = searching.categories(asker.engine(), query.q)
    return flask.jsonify(categories=[map_representations.category(one) for one in found])
