"""What the map asks for: versions, levels, grids, layers, measures, search, audit, cases."""

import datetime as dt

import pytest
from web import small_city

from gridmgr.store import database
from gridmgr.web import turns

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cases(small):
    """Three cases: one overdue in A, one due in C, and one closed in A."""
    now = small_city.NOW
    with database.session(small, write=True) as session:
        small_city.file_case(
            session, "20260501000001", 119.605, 39.905, "A", filed_at=now - 9 * HOUR, due_at=now - HOUR
        )
        small_city.file_case(
            session, "20260501000002", 119.605, 39.915, "C", filed_at=now - HOUR, due_at=now + 9 * HOUR
        )
        closed = {"filed_at": now - 9 * HOUR, "due_at": now + HOUR, "closed_at": now - HOUR}
        small_city.file_case(session, "20260501000003", 119.605, 39.905, "A", **closed)


def test_versions_tell_their_state_and_hide_drafts_from_strangers(client, sign_in):
    browser, _ = sign_in("planner")

    found = client.get("/api/v1/versions").json

    assert [(one["number"], one["state"]) for one in found["versions"]] == [(1, "current")]
    assert found["versions"][0]["effective_from"] == "2026-01-01T08:00:00+08:00"
    assert found["drafts"] == [] == browser.get("/api/v1/versions").json["drafts"]


def test_levels_come_from_the_top_down(client):
    found = client.get("/api/v1/levels?version=1&lang=en").json

    assert [(one["id"], one["count"]) for one in found["levels"]] == [
        ("subdistrict", 1),
        ("community", 2),
        ("responsibility_grid", 4),
    ]
    assert found["bounds"] == pytest.approx([119.60, 39.90, 119.62, 39.92])


def test_a_grid_tells_what_it_lies_in_and_what_lies_in_it(client):
    found = client.get("/api/v1/grids/K1").json

    assert found["children"] == ["A", "B"]
    assert found["levels"] == {"subdistrict": "S", "community": "K1"}
    assert found["geometry"]["type"] == "Polygon"
    assert found["bounds"] == pytest.approx([119.60, 39.90, 119.62, 39.91])


def test_layers_have_titles_in_both_languages(client):
    titles = [
        {one["id"]: one["title"] for one in client.get(f"/api/v1/layers?lang={name}").json["layers"]}
        for name in ("zh", "en")
    ]

    assert titles[0].keys() == titles[1].keys() >= {"responsibility_grid", "road", "component"}
    assert titles[0]["road"] != titles[1]["road"]


def test_items_of_a_layer_are_geojson_within_the_box(client):
    address = "/api/v1/layers/{}/items?bbox={}"

    roads = client.get(address.format("road", "119.60,39.90,119.61,39.91"))
    none = client.get(address.format("road", "119.60,39.911,119.61,39.92"))
    some = client.get(address.format("responsibility_grid", "119.601,39.901,119.602,39.902"))

    assert roads.mimetype == "application/geo+json"
    assert [one["properties"]["name"] for one in roads.json["features"]] == ["红旗路"]
    assert none.json["features"] == []
    assert [one["id"] for one in some.json["features"]] == ["A"]


def test_properties_of_a_layer_keep_phone_numbers_from_strangers(client, sign_in):
    browser, _ = sign_in("supervisor")
    address = "/api/v1/layers/nobodys_land/items"

    assert "0335" not in client.get(address).text
    assert "0335-5553333" in browser.get(address).text


def test_a_limit_leaves_out_and_says_so(client):
    found = client.get("/api/v1/layers/responsibility_grid/items?limit=3").json

    assert (len(found["features"]), found["numberMatched"], found["numberReturned"]) == (3, 4, 3)


MEASURED = {
    "open_cases": {"A": 1, "B": 0, "C": 1, "D": 0},
    "open_cases?level=community": {"K1": 1, "K2": 1},
    "open_cases?at=2026-05-03T19:00": {"A": 2, "B": 0, "C": 0, "D": 0},
    "overdue": {"A": 1, "B": 0, "C": 0, "D": 0},
    "overdue?level=subdistrict": {"S": 1},
    "people": {"A": 1, "B": 1, "C": 1, "D": 1},
    "grids_per_chief": {"A": 1, "B": 1, "C": 1, "D": 1},
    "staff_load": {"A": 2, "B": 0, "C": 2, "D": 0},
    "staff_load?level=community": {"K1": 1, "K2": 1},
}


@pytest.mark.usefixtures("cases")
def test_a_measure_has_a_value_for_every_grid(client):
    for address, values in MEASURED.items():
        found = client.get(f"/api/v1/measures/{address}").json

        assert found["values"] == values, address
        assert found["breaks"] == sorted(found["breaks"])


def test_areas_are_measured_in_metres_and_add_up(client):
    by_level = {
        level: client.get(f"/api/v1/measures/area?level={level}").json["values"]
        for level in ("responsibility_grid", "community")
    }

    # 0.01 degree of longitude at 39.9 N is 854 m or so, of latitude 1110 m.
    assert by_level["responsibility_grid"]["A"] == pytest.approx(0.8549 * 1.1103, rel=1e-3)
    assert sum(by_level["responsibility_grid"].values()) == pytest.approx(sum(by_level["community"].values()), abs=1e-4)


def test_the_measures_are_listed(client):
    listed = client.get("/api/v1/measures").json["measures"]

    assert {one["kind"] for one in listed} == {"sequential", "diverging"}
    assert all(one["title"] for one in listed)


FOUND = (
    ("K1", ("grid", "K1")),
    ("k1", ("grid", "K1")),
    ("红旗", ("grid", "K1")),
    ("hongqili", ("grid", "K1")),
    ("红旗里 02", ("grid", "B")),
    ("红旗路", ("feature", "红旗路")),
    ("hongqi road", ("feature", "红旗路")),
    ("铁路", ("feature", "铁路沿线")),
    ("119.605, 39.905", ("place", [119.605, 39.905])),
    ("39.905，119.605", ("place", [119.605, 39.905])),
    ("39.905N 119.605E", ("place", [119.605, 39.905])),
    ("202605010000", ("case", "20260501000001")),
)
NOT_FOUND = ("", "   ", "%", "_", "\\", "zzz", "张梦瑶", "<b>", "20260", "9" * 200)


@pytest.mark.usefixtures("cases")
def test_search_finds(client):
    for words, (kind, named) in FOUND:
        found = client.get("/api/v1/search", query_string={"q": words, "lang": "zh"}).json["results"]

        assert found[0]["kind"] == kind, words
        assert named in (found[0]["id"], found[0]["title"], found[0]["place"])


@pytest.mark.usefixtures("cases")
def test_search_finds_nothing_where_there_is_nothing(client):
    for words in NOT_FOUND:
        assert client.get("/api/v1/search", query_string={"q": words}).json["results"] == [], words


def test_the_audit_has_three_wholes(client):
    found = client.get("/api/v1/audit?lang=en").json

    assert found["whole"].keys() == {"land", "people", "duties"}
    assert found["whole"]["land"]["ok"] is True
    assert found["label"] == "v1"


@pytest.mark.usefixtures("cases")
def test_open_cases_tell_nothing_about_who_reported(client):
    answer = client.get("/api/v1/cases?bbox=119.6,39.9,119.62,39.91")

    assert [(one["number"], one["grid"], one["urgency"]) for one in answer.json["cases"]] == [
        ("20260501000001", "A", "overdue")
    ]
    assert "secret words" not in answer.text
    assert len(client.get("/api/v1/cases").json["cases"]) == 2


def test_categories_are_searched_by_code_and_name(client):
    for words, codes in (
        ("", ["06010", "06012"]),
        ("06012", ["06012"]),
        ("垃圾", ["06010"]),
        ("dirty", ["06012"]),
        ("?", []),
    ):
        found = client.get("/api/v1/categories", query_string={"q": words}).json["categories"]

        assert [one["code"] for one in found] == codes


def test_a_grids_day_is_told_shift_by_shift_without_a_pause(client):
    found = client.get("/api/v1/grids/A/duty").json

    assert found["code"] == "A"
    assert found["shifts"][0]["starts_minute"] == 0 and found["shifts"][-1]["ends_minute"] == 24 * 60
    assert [one["ends_minute"] for one in found["shifts"][:-1]] == [one["starts_minute"] for one in found["shifts"][1:]]
    assert {one["name"] for one in found["shifts"]} == {small_city.CHIEFS["A"]}


def test_the_day_of_an_unknown_grid_is_refused(client):
    assert client.get("/api/v1/grids/nowhere/duty").status_code == 404


def test_the_audit_of_another_time_is_told_as_it_stood_then(client):
    before_anybody_was_posted = "2019-06-01T12:00"

    now = client.get("/api/v1/audit?version=1").json
    then = client.get(f"/api/v1/audit?version=1&at={before_anybody_was_posted}").json

    assert now["whole"]["people"]["ok"] and not then["whole"]["people"]["ok"]
    assert then["checked_at"].startswith("2019-06-01T12:00")
    assert now == client.get("/api/v1/audit?version=1").json


def test_owners_name_the_place_in_the_readers_language(client):
    here = "/api/v1/owners?lon=119.605&lat=39.905"

    assert client.get(f"{here}&lang=zh").json["place"]["community"] == "红旗里社区"
    assert client.get(f"{here}&lang=en").json["place"]["community"] == "Hongqili"


def test_columns_that_only_the_file_knew_are_for_those_signed_in(client, sign_in):
    browser, _ = sign_in("supervisor")
    addresses = [
        "/api/v1/grids/A",
        "/api/v1/layers/responsibility_grid/items",
        "/api/v1/layers/road/items",
    ]

    seen = [[one.get(address).text for address in addresses] for one in (client, browser)]

    assert [["13912345678" in text for text in texts] for texts in seen] == [[False] * 3, [True] * 3]
    assert "avenue" in seen[0][2]


def test_a_column_of_the_file_never_stands_for_what_the_city_knows(client):
    found = client.get("/api/v1/layers/responsibility_grid/items?limit=1").json["features"][0]["properties"]

    assert (found["code"], found["level"]) == ("A", "responsibility_grid")


def test_audits_of_many_other_times_leave_the_present_one_alone(app, client):
    with app.app_context(), turns.large(), turns.large():
        answers = [client.get(f"/api/v1/audit{asked}").status_code for asked in ("", "?at=2026-05-04", "?version=1")]

    assert answers == [200, 429, 200]
