"""Many spots at once as a list: for each its decision, or what is wrong with it, in the order asked."""

import collections
import functools

import orjson

from gridmgr.errors import GridmgrError
from gridmgr.services import routing
from gridmgr.services.routing import asking, looking
from gridmgr.web import asker, problems
from gridmgr.web.where import fragments


def as_json(points, reader, *, draft=None, trace=True):
    """Return the list of decisions as JSON for ``reader``, all from one state of the city."""
    return asking.from_one_state(lambda: b"[" + b",".join(answers(points, reader, draft, trace)) + b"]")


def answers(points, reader, draft, trace):
    """Return the JSON of each point's answer."""
    found = [None] * len(points)
    for known, places, positions in together(points, knowledge(draft), found):
        for place, one, spot in zip(places, positions, looking.look_many(known, positions), strict=True):
            found[place] = answer(known, spot, points[place], one.at, reader, trace=trace)
    return found


def knowledge(draft):
    """Return a function from an instant's text to (instant, Knowledge)."""
    timeline = asking.timeline(asker.engine(), asker.now()) if draft is None else None
    of_draft = None if draft is None else routing.knowledge(asker.engine(), at=asker.now(), draft=draft)

    @functools.cache
    def known(text):
        at = asker.instant(text)
        return at, of_draft or timeline.at(at)

    return known


def together(points, known, found):
    """Yield (Knowledge, places, Positions) of the points that one ground answers; what cannot be asked is in ``found``."""
    lands, groups = {}, collections.defaultdict(lambda: ([], []))
    for place, point in enumerate(points):
        try:
            at, land = known(point.at)
            routing.refuse_without_grids(land)
            lon, lat = routing.position(point.lon, point.lat, point.crs)
        except GridmgrError as error:
            found[place] = problem(error)
            continue
        given = {"accuracy_m": point.accuracy_m, "crs": point.crs, "x": point.lon, "y": point.lat}
        lands[id(land)] = land
        places, positions = groups[id(land)]
        places.append(place)
        positions.append(looking.Position(lon, lat, at, **given))
    for number, (places, positions) in groups.items():
        yield lands[number], places, positions


def answer(known, spot, point, at, reader, *, trace):
    """Return the answer to one point that was looked at."""
    try:
        return fragments.decision(routing.answer(known, spot, point.category, at), reader, trace=trace)
    except GridmgrError as error:
        return problem(error)


def problem(error):
    """Return what is wrong with one point; a fault of ours is not its own."""
    if problems.status_of(error) not in (400, 404):
        raise error
    return orjson.dumps({"problem": problems.of_error(error, asker.language())})
