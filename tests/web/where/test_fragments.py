"""Decisions put together from fragments say what the plain representation says, value for value."""

import dataclasses
import datetime as dt
import json
import random

import flask
import pytest
import shapely

from gridmgr import config as settings
from gridmgr.services import routing
from gridmgr.web import representations
from gridmgr.web.app import create_app
from gridmgr.web.where import fragments

HOUR = dt.timedelta(hours=1)
SYSTEMS = ("wgs84", "wgs84", "wgs84", "cgcs2000", "gcj02")


@pytest.fixture(scope="module")
def demo_app(demo_city, demo_now, tmp_path_factory):
    """The application over the whole demo city."""
    data = tmp_path_factory.mktemp("data")
    made = create_app(settings.Config(f"gpkg:///{demo_city}", data), clock=lambda: demo_now)
    yield made
    made.extensions["gridmgr"].engine.dispose()


def questions(known, now, count):
    """Yield random questions: in grids, on vertices, in nobody's lands and outside; at hours of the last weeks."""
    chance, categories = random.Random(5), [None, *sorted(known.facts.categories)]
    shapes = [known.ground.boundaries.shapes[code] for code in known.ground.locator.codes]
    boxes = [*shapely.bounds(shapes), *(shape.bounds for shape in known.facts.lands.shapes)]
    corners = shapely.get_coordinates(shapes)
    for number in range(count):
        west, south, east, north = chance.choice(boxes)
        inside = chance.uniform(west, east), chance.uniform(south, north)
        lon, lat = chance.choice(corners) if number % 5 == 0 else inside
        yield {
            "x": float(lon),
            "y": float(lat),
            "crs": chance.choice(SYSTEMS),
            "category": chance.choice(categories),
            "at": now.replace(microsecond=0) - chance.randrange(40 * 24) * HOUR,
            "accuracy_m": chance.choice([None, None, 5.0, 60.0, 400.0]),
        }


@dataclasses.dataclass(frozen=True)
class Staff:
    """Somebody signed in."""

    role: str = "supervisor"
    language: str = "zh"


@pytest.mark.parametrize("account", [None, Staff()])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_fragments_say_what_the_plain_representation_says(demo_app, demo_now, account, language):
    engine, city = (getattr(demo_app.extensions["gridmgr"], name) for name in ("engine", "city"))
    known = routing.knowledge(engine, at=demo_now)
    reader = fragments.Reader(language, city.timezone, sees_phones=account is not None)
    for question in questions(known, demo_now, 200):
        found = routing.where(known, **question)
        with demo_app.test_request_context(f"/?lang={language}"):
            flask.g.account = account
            plain = representations.decision(found)

        assert json.loads(fragments.decision(found, reader)) == json.loads(json.dumps(plain)), question
        short = json.loads(fragments.decision(found, reader, trace=False))
        assert short == {name: value for name, value in json.loads(json.dumps(plain)).items() if name != "trace"}


def test_what_is_answered_straight_is_what_the_view_answers(demo_app, demo_now):
    program, through_flask = demo_app.test_client(), demo_app.test_client()
    through_flask.set_cookie("theme", "dark")
    known = routing.knowledge(demo_app.extensions["gridmgr"].engine, at=demo_now)
    for question in questions(known, demo_now, 60):
        words = {"lon": question["x"], "lat": question["y"], "at": question["at"].isoformat(), "crs": question["crs"]}
        given = {name: question[name] for name in ("category", "accuracy_m") if question[name] is not None}

        answers = [one.get("/api/v1/where", query_string=words | given) for one in (program, through_flask)]

        assert answers[0].data == answers[1].data
        assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
        assert names(answers[0]) == names(answers[1])


def names(answer):
    """Return the headers of an answer that say something; the server adds the date by itself."""
    return {name: value for name, value in answer.headers.items() if name != "Date"}


UNUSUAL = (
    {"lon": "119.605", "lat": "39.93", "lang": "zh", "unknown": "1"},
    {"lon": ["119.605", "119.7"], "lat": "39.93"},
    {"lon": "119.605", "lat": "39.93", "category": "nothing"},
    {"lon": "119.605", "lat": "39.93", "at": "yesterday"},
    {"lon": "119.605"},
    {"lon": "119.605", "lat": "39.93", "draft": "1"},
    {},
)


@pytest.mark.parametrize("query", UNUSUAL)
def test_whatever_is_unusual_is_answered_by_the_view(demo_app, query):
    with_cookie = demo_app.test_client()
    with_cookie.set_cookie("theme", "dark")

    straight, view = (one.get("/api/v1/where", query_string=query) for one in (demo_app.test_client(), with_cookie))

    assert (straight.status_code, straight.json) == (view.status_code, view.json)


def test_a_fault_is_told_as_by_the_view(demo_app, monkeypatch):
    monkeypatch.setattr("gridmgr.web.api_where.decided", lambda *_: 1 / 0)

    answer = demo_app.test_client().get("/api/v1/where", query_string={"lon": 119.6, "lat": 39.94})

    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")


def test_an_answer_that_is_known_is_not_sent_again(demo_app):
    client, query = demo_app.test_client(), {"lon": 119.6, "lat": 39.94, "at": "2026-05-01T12:00"}
    first = client.get("/api/v1/where", query_string=query)

    again = client.get("/api/v1/where", query_string=query, headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
