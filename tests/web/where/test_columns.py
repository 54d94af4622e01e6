"""Many spots by columns: row for row what is said of each spot by itself."""

import pytest
from web import small_city

IN_A = {"lon": 119.605, "lat": 39.905}
STRIP = {"lon": small_city.WEST + 1.85 * small_city.SIDE, "lat": small_city.SOUTH + 1.85 * small_city.SIDE}
SPOTS = [
    IN_A | {"category": "06010"},
    {"lon": 119.615, "lat": 39.905, "category": "06012"},
    {"lon": 119.605, "lat": 39.915},
    {"lon": 119.59, "lat": 39.905, "category": "06010"},
    {"lon": 119.61, "lat": 39.91, "category": "06010"},
    STRIP | {"category": "06010"},
    STRIP | {"category": "06012"},
]
FLAGS = ("outside", "fallback", "coverage_gap", "near_border")
ADDRESS = "/api/v1/where/columns"


def by_columns(spots, **more):
    """Return the body that asks about ``spots``."""
    lists = {name: [one.get(name) for one in spots] for name in ("lon", "lat", "category")}
    return lists | more


def rows(found):
    """Return one mapping for each row of an answer: what its positions point at, and its flags."""
    tables = found["tables"]
    values = {name: [tables[name][place] for place in found[name]] for name in tables}
    flags = {name: found[name] for name in FLAGS}
    return [
        dict(zip([*values, *flags], row, strict=True)) for row in zip(*values.values(), *flags.values(), strict=True)
    ]


@pytest.mark.parametrize("role", [None, "supervisor"])
def test_each_row_is_what_is_said_of_its_spot(client, sign_in, role):
    asker, token = sign_in(role) if role else (client, "")
    single = [asker.get("/api/v1/where", query_string=one).json for one in SPOTS]

    answer = asker.post(ADDRESS, json=by_columns(SPOTS), headers={"X-CSRFToken": token})

    assert answer.status_code == 200, answer.json
    for row, one in zip(rows(answer.json), single, strict=True):
        assert {name: row[name] for name in ("version", "person", "department", *FLAGS)} == {
            name: one[name] for name in ("version", "person", "department", *FLAGS)
        }
        assert row["grid"] == (one["grid"] and one["grid"] | {"levels": one["levels"]})
    assert ("0335-" in answer.text) == (role is not None)


def test_codes_alone_are_enough_for_a_program_that_knows_the_names(client):
    found = client.post(f"{ADDRESS}?names=false", json=by_columns(SPOTS[:4])).json

    assert [row["grid"] for row in rows(found)] == ["A", "B", "C", None]
    assert [row["department"] for row in rows(found)] == ["SAN", "UME", None, None]
    assert all(isinstance(one, int) or one is None for one in found["tables"]["person"])


def test_each_row_may_have_an_instant_of_its_own(client):
    instants = ["2026-05-03T21:00", "2026-02-01T08:00+08:00"]

    found = client.post(ADDRESS, json=by_columns(SPOTS[:2], at=instants)).json

    assert [row["grid"]["code"] for row in rows(found)] == ["A", "B"]


BAD = {
    "at least 1": by_columns([]),
    "lat": {"lon": [1.0]},
    "one length": {"lon": [1.0], "lat": [1.0, 2.0]},
    "lon[0]": {"lon": ["east"], "lat": [1.0]},
    "on earth": {"lon": [39.9], "lat": [119.6]},
    "no category nothing": {**by_columns(SPOTS[:1]), "category": ["nothing"]},
    "is not a time": {**by_columns(SPOTS[:1]), "at": "yesterday"},
    "2026-01-01T08:00:00+08:00": {**by_columns(SPOTS[:1]), "at": "2020-01-01"},
    "known here": {**by_columns(SPOTS[:1]), "lng": [1.0]},
    "10000": {"lon": [1.0] * 10_001, "lat": [1.0] * 10_001},
}


@pytest.mark.parametrize("words", BAD)
def test_what_cannot_be_answered_is_said_in_a_sentence(client, words):
    answer = client.post(ADDRESS, json=BAD[words])

    assert answer.status_code in (400, 404)
    assert words in answer.json["detail"]
