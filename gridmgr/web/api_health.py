"""Is it alive, is it ready, and what does it understand."""

import flask

from gridmgr.errors import GridmgrError, NotFound
from gridmgr.services import publishing, routing
from gridmgr.web import asker, problems
from gridmgr.web.serving import metrics

health = flask.Blueprint("health", __name__)


class NoSuchProblem(NotFound):
    """There is no kind of problem of that name."""

    slug = "no-such-problem"


@health.get("/healthz")
def healthz():
    """Answer as long as the process does."""
    return {"status": "alive"}


@health.get("/readyz")
def readyz():
    """Answer where the database does, with the version in force."""
    city = routing.city(asker.engine())
    current = next(
        (found.number for found, state in publishing.versions(asker.engine(), asker.now()) if state == "current"), None
    )
    return {"status": "ready", "city": city.name, "version": current}


@health.get("/metrics")
def metrics_of_all():
    """Tell Prometheus how many requests there were and how long they took, in all processes of this server."""
    return flask.Response(metrics.text(), content_type=metrics.MEDIA_TYPE)


@health.get("/api/openapi.json")
def openapi():
    """Describe the interface in the form of OpenAPI."""
    return flask.jsonify(flask.current_app.api_doc)


@health.get("/problems/<slug>")
def problem_kind(slug):
    """Tell what a kind of problem means: the address in ``type`` leads here."""
    kind = next((one for one in family(GridmgrError) if one.slug == slug), None)
    if kind is None:
        raise NoSuchProblem("There is no kind of problem {slug}.", slug=slug)
    return {
        "type": f"/problems/{slug}",
        "title": kind.title(asker.language()),
        "status": problems.STATUS[nearest(kind)],
    }


def family(kind):
    """Yield an error class and all below it."""
    yield kind
    for child in kind.__subclasses__():
        yield from family(child)


def nearest(kind):
    """Return the nearest ancestor of an error class that has a status."""
    return next(one for one in kind.__mro__ if one in problems.STATUS)
