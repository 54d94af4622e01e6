"""Who answers for a spot, over HTTP."""

import gettext

import pytest
from web import small_city

from gridmgr import i18n
from gridmgr.web import turns

IN_A = {"lon": 119.605, "lat": 39.905}


def test_a_spot_has_a_grid_a_person_and_a_department(client):
    answer = client.get("/api/v1/where", query_string={**IN_A, "category": "06010"})

    assert answer.status_code == 200
    found = answer.json
    assert found["grid"]["code"] == "A"
    assert found["levels"] == {"subdistrict": "S", "community": "K1", "responsibility_grid": "A"}
    assert (found["person"]["name"], found["department"]["code"]) == ("张梦瑶", "SAN")
    assert found["version"] == "v1"
    assert {"fallback", "coverage_gap", "near_border", "trace"} <= found.keys()


def test_a_spot_outside_names_the_nearest_grid(client):
    found = client.get("/api/v1/where", query_string={"lon": 119.59, "lat": 39.905}).json

    assert found["outside"] is True
    assert found["nearest"]["code"] == "A"


def test_phone_numbers_are_for_those_signed_in(client, sign_in):
    asked = {"query_string": {**IN_A, "category": "06010"}}
    browser, _ = sign_in("supervisor")

    public = client.get("/api/v1/where", **asked).text
    owners = client.get("/api/v1/owners", query_string=IN_A).text

    assert "0335-" not in public + owners
    assert browser.get("/api/v1/where", **asked).json["person"]["phone"] == "0335-5550001"


class Loud(gettext.NullTranslations):
    """Chinese that a test recognises whatever the catalogue says."""

    def gettext(self, message):
        return f"!{message}"


def test_the_trace_is_in_the_language_of_the_reader(client, monkeypatch):
    monkeypatch.setattr(
        i18n, "translations", lambda language: Loud() if language == "zh" else gettext.NullTranslations()
    )

    in_chinese = client.get("/api/v1/where", query_string=IN_A, headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    in_english = client.get("/api/v1/where", query_string={**IN_A, "lang": "en"}, headers={"Accept-Language": "zh-CN"})

    assert in_chinese.json["trace"][0]["text"].startswith("!The position is 119.605")
    assert in_english.json["trace"][0]["text"].startswith("The position is 119.605")


@pytest.mark.parametrize(
    "at", ["2026-05-03T21:00", "2026-05-03T21:00+08:00", "2026-05-03T21:00 08:00", "2026-05-03T13:00Z"]
)
def test_a_time_is_the_citys_unless_it_says_otherwise(client, at):
    found = client.get("/api/v1/where", query_string={**IN_A, "at": at}).json

    assert found["at"] == "2026-05-03T21:00:00+08:00"


def test_a_plus_that_the_address_ate_is_put_back(client):
    found = client.get("/api/v1/where?lon=119.605&lat=39.905&at=2026-05-03T21:00+08:00").json

    assert found["at"] == "2026-05-03T21:00:00+08:00"


def test_before_the_first_version_there_is_no_answer(client):
    answer = client.get("/api/v1/where", query_string={**IN_A, "at": "2020-01-01T00:00"})

    assert answer.status_code == 404
    assert "2026-01-01T08:00:00+08:00" in answer.json["detail"]


BAD = [
    {},
    {"lon": "119.6"},
    {**IN_A, "lon": "east"},
    {**IN_A, "lon": "NaN"},
    {**IN_A, "lat": "inf"},
    {**IN_A, "lon": "1e400"},
    {**IN_A, "lon": "181"},
    {**IN_A, "lon": "9" * 400},
    {**IN_A, "crs": "mars"},
    {**IN_A, "crs": "EPSG:99999999"},
    {**IN_A, "crs": "x" * 5000},
    {**IN_A, "category": "99999"},
    {**IN_A, "category": "06\x00010"},
    {**IN_A, "category": "0" * 5000},
    {**IN_A, "at": "yesterday"},
    {**IN_A, "at": "0001-01-01T00:00"},
    {**IN_A, "at": "9999-12-31T23:59:59-12:00"},
    {**IN_A, "accuracy_m": "-1"},
    {**IN_A, "accuracy_m": "nan"},
    {**IN_A, "draft": "x"},
]


def test_bad_input_gets_a_sentence(client):
    for query in BAD:
        answer = client.get("/api/v1/where", query_string=query)

        assert (answer.status_code, answer.content_type) == (400, "application/problem+json"), query
        assert answer.json["type"].startswith("/problems/")
        assert answer.json["instance"] == "/api/v1/where"
        assert len(answer.json["detail"]) > 20, query


def test_many_points_come_back_in_their_order(client):
    points = [
        {"lon": 119.615, "lat": 39.905},
        {"lon": 0, "lat": 0},
        {**IN_A, "category": "nothing"},
        {**IN_A, "category": "06012"},
    ]

    answers = client.post("/api/v1/where?trace=false", json=points).json

    assert answers[0]["grid"]["code"] == "B"
    assert answers[1]["outside"] is True
    assert answers[2]["problem"]["status"] == 400
    assert answers[3]["department"]["code"] == "UME"
    assert "trace" not in answers[3]


BAD_BATCHES = {
    '[{"lon": 1}]': "[0].lat",
    '[{"lon": "119", "lat": 39}]': "[0].lon",
    '[{"lon": NaN, "lat": 39}]': "[0].lon",
    '[{"lon": 1e999, "lat": 39}]': "[0].lon",
    '[{"lon": 1%s, "lat": 39}]' % ("0" * 400): "[0].lon",
    '[{"lon": true, "lat": 39}]': "[0].lon",
    '[{"lon": 119, "lat": 39, "lng": 3}]': "[0].lng",
    '[{"lon": 119, "lat": 39, "category": "\\ud800"}]': "[0].category",
    '[{"lon": 119, "lat": 39, "crs": 5}]': "[0].crs",
    '{"lon": 119, "lat": 39}': "The body",
    "[1, 2]": "[0]",
    "null": "The body",
    "5": "The body",
    "[{": "JSON",
    "[" * 100_000: "The body",
}


def test_a_bad_batch_names_what_is_wrong(client):
    for body, field in BAD_BATCHES.items():
        answer = client.post("/api/v1/where", data=body, content_type="application/json")

        assert answer.status_code == 400, body[:50]
        assert field in answer.json["detail"], body[:50]


def test_a_batch_has_a_limit(client):
    answer = client.post("/api/v1/where", json=[IN_A] * 10_001)

    assert answer.status_code == 400
    assert "10000" in answer.json["detail"]


def test_the_street_lists_the_owners_of_what_stands_there(client):
    found = client.get("/api/v1/owners", query_string={**IN_A, "lang": "en"})

    assert found.status_code == 200
    street = found.json["street"]
    assert [one["category"] for one in street] == ["06012"]
    assert street[0]["department"] == {"code": "UME", "name": "Urban management"}
    assert found.json["decision"]["grid"]["code"] == "A"


def test_a_registered_land_answers_for_what_it_claims(client):
    inside = {"lon": small_city.WEST + 1.85 * small_city.SIDE, "lat": small_city.SOUTH + 1.85 * small_city.SIDE}

    found = client.get("/api/v1/where", query_string={**inside, "category": "06010"}).json

    assert found["department"]["unit"] == "铁路段"
    assert found["lands"][0]["code"] == "L1"


def test_large_batches_leave_threads_for_small_questions(app, client):
    with app.app_context(), turns.large(), turns.large():
        large = client.post("/api/v1/where", json=[IN_A] * 1001)
        small = client.post("/api/v1/where", json=[IN_A])
    after = client.post("/api/v1/where", json=[IN_A] * 1001)

    assert (large.status_code, large.json["type"]) == (429, "/problems/too-many-large")
    assert large.headers["Retry-After"] == "60"
    assert (small.status_code, after.status_code) == (200, 200)
