"""What a draft does, over HTTP: who may ask, what is known, and what the figures are."""

import datetime as dt

import pytest
import shapely
from web import small_city
from web.small_city import NOW, SIDE, SOUTH, WEST

from gridmgr.domain.drafts import Draft
from gridmgr.domain.layers import Feature
from gridmgr.store import database, drafts, features, revisions

HOUR = dt.timedelta(hours=1)
IN_A, IN_B = (WEST + 0.5 * SIDE, SOUTH + 0.4 * SIDE), (WEST + 1.5 * SIDE, SOUTH + 0.4 * SIDE)


@pytest.fixture
def draft(small):
    """The number of a draft in which the eastern half of A goes to B; an open and a closed case lie there."""
    moved = (WEST + 0.75 * SIDE, SOUTH + 0.4 * SIDE)
    with database.session(small, write=True) as session:
        small_city.file_case(session, "1", *moved, "A", filed_at=NOW - HOUR, due_at=NOW + HOUR)
        small_city.file_case(session, "2", *moved, "A", filed_at=NOW - 30 * HOUR, due_at=NOW, closed_at=NOW - 20 * HOUR)
        small_city.file_case(session, "3", *IN_B, "B", filed_at=NOW - HOUR, due_at=NOW + HOUR)
        features.add_many(session, [(Feature("component", "C1", "井盖"), shapely.Point(moved))])
        made = drafts.add(session, Draft("half of A", NOW, "planner", base_number=1, reason="test"))
        grids = {grid.code: grid for grid, _ in drafts.changes(session, 1)}
        halves = {"A": small_city.square(0, 0, 0.5), "B": small_city.square(0.5, 0, 1.5)}
        drafts.put(session, made, [(grids[code], shape) for code, shape in halves.items()])
        revisions.raise_(session, "drafts")
        revisions.raise_(session, "features")
    return made.id


@pytest.fixture
def ask(sign_in, draft):
    """A function that asks about the draft, as a signed-in supervisor."""
    browser, _ = sign_in("supervisor")

    def ask(what):
        answer = browser.get(f"/api/v1/drafts/{draft}/{what}")
        assert answer.status_code == 200, answer.text
        return answer.json

    return ask


def test_the_impact_tells_what_changes_hands_and_what_the_city_has_no_data_for(ask):
    found = ask("impact?months=2")

    [hand] = found["hands"]
    assert (hand["from"], hand["to"]) == ("A", "B")
    assert (hand["from_person"]["name"], hand["to_person"]["name"]) == ("张梦瑶", "王海涛")
    assert hand["area_m2"] == pytest.approx(0.5 * SIDE**2 * 111_120 * 85_300, rel=0.01)
    assert hand["road_km"] == pytest.approx(0.5 * SIDE * 85.3, abs=0.02)
    assert (hand["components"], hand["open_cases"], hand["past_cases"]) == (1, 1, 2)
    assert (hand["households"], hand["shops"]) == (None, None)
    assert {name for name, one in found["measures"].items() if not one["known"]} == {"households", "shops"}
    assert found["totals"]["open_cases"] == 1


def test_the_impact_tells_what_grids_and_people_have_before_and_after(ask):
    found = ask("impact")

    grids = {one["code"]: one for one in found["grids"]}
    assert {code: (one["before"]["open_cases"], one["after"]["open_cases"]) for code, one in grids.items()} == {
        "A": (1, 0),
        "B": (1, 2),
    }
    assert [(one["name"], one["before"]["past_cases"], one["after"]["past_cases"]) for one in found["people"]] == [
        ("张梦瑶", 2, 0),
        ("王海涛", 1, 3),
    ]
    before, after = (sum(one[side]["area_m2"] for one in grids.values()) for side in ("before", "after"))
    assert before == pytest.approx(after, rel=1e-5)
    assert (found["created"], found["dissolved"], found["recoded"]) == ([], [], [])


def test_the_pieces_that_change_hands_are_geojson(ask):
    found = ask("moved.geojson")

    [piece] = found["features"]
    assert piece["properties"]["from"] == "A"
    wanted = small_city.square(0.5, 0, 0.5)
    assert shapely.geometry.shape(piece["geometry"]).symmetric_difference(wanted).area == pytest.approx(0, abs=1e-15)


def test_the_load_follows_what_lies_in_the_grids(ask):
    found = ask("load?weights=components:1,road_km:0,cases_per_week:0")

    assert {one["code"]: (one["before"], one["after"]) for one in found["grids"]} == {"A": (1, 0), "B": (0, 1)}
    assert found["max_over_mean"] == {"before": 2, "after": 2}
    assert found["contiguous"] is True
    assert found["grids"][0]["compactness"]["after"] < found["grids"][0]["compactness"]["before"]
    assert (found["known"], found["weights"]["shops"]) == (["road_km", "components", "cases_per_week"], 120)


def test_the_load_of_an_area_is_that_of_the_grids_in_it(ask):
    assert [one["code"] for one in ask("load?codes=K2")["grids"]] == ["C", "D"]
    assert [one["code"] for one in ask("load?codes=S")["grids"]] == ["A", "B", "C", "D"]


def test_the_replay_tells_which_cases_go_elsewhere(ask):
    found, points = ask("replay?months=2"), ask("moved_cases.geojson?months=2")

    assert (found["cases"], found["changed"]["grid"], found["changed"]["person"]) == (3, 2, 2)
    assert {one["code"]: (one["before"], one["after"]) for one in found["grids"]} == {"A": (2, 0), "B": (1, 3)}
    assert {one["name"]: (one["leave"], one["come"]) for one in found["people"]} == {
        "张梦瑶": (2, 0),
        "王海涛": (0, 2),
    }
    assert [(one["properties"]["from"], one["properties"]["to"]) for one in points["features"]] == [("A", "B")] * 2
    assert points["total"] == 2


def test_only_those_signed_in_may_ask(client, draft):
    asked = ("impact", "load", "replay", "moved.geojson", "moved_cases.geojson")

    assert {client.get(f"/api/v1/drafts/{draft}/{one}").status_code for one in asked} == {401}


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        ("1/load?weights=trees:1", 400, "Nothing called trees"),
        ("1/load?weights=shops:-1", 400, "from 0 on"),
        ("1/load?codes=X", 404, "no grid X"),
        ("1/impact?months=0", 400, "months must be at least 1"),
        ("99/impact", 404, "no open draft 99"),
        ("99/replay", 404, "no open draft 99"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(sign_in, draft, what, status, words):
    browser, _ = sign_in("planner")

    address = f"/api/v1/drafts/{what}".replace("drafts/1/", f"drafts/{draft}/")
    answer = browser.get(address + ("&" if "?" in address else "?") + "lang=en")

    assert answer.status_code == status
    assert words in answer.json["detail"]


def test_proposals_are_ordinary_edits_with_the_load_before_and_after(sign_in, draft):
    browser, token = sign_in("planner")
    body = {"grids": ["K1"], "aim": "load", "within": "community", "weights": "road_km:0,cases_per_week:0"}

    answer = browser.post(f"/api/v1/drafts/{draft}/proposals", json=body, headers={"X-CSRFToken": token})

    found = answer.json
    assert answer.status_code == 200, answer.text
    assert len(found["edits"]) == len(found["steps"])
    assert {edit["op"] for edit in found["edits"]} <= {"transfer", "hand_over"}
    assert set(found["before"]["loads"]) == {"A", "B"}
    assert found["after"]["max_over_mean"] <= found["before"]["max_over_mean"]


def test_candidate_grids_between_streets_are_splits(sign_in, draft):
    browser, token = sign_in("planner")
    body = {"grids": ["C"], "aim": "streets", "load": 0.5}

    answer = browser.post(f"/api/v1/drafts/{draft}/proposals", json=body, headers={"X-CSRFToken": token})

    assert answer.json["edits"] == []
    assert answer.json["after"]["loads"] == {"C": 0}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"grids": []}, "too few"),
        ({"grids": ["K1"], "within": "subdistrict"}, "another level"),
        ({"grids": ["K1"], "aim": "beauty"}, "aim must be one of"),
        ({"grids": ["K1"], "load": -1}, "load must be more than 0"),
        ({}, "grids is missing"),
    ],
)
def test_a_proposal_that_is_not_asked_rightly_is_refused(sign_in, draft, body, words):
    browser, token = sign_in("planner")

    answer = browser.post(f"/api/v1/drafts/{draft}/proposals?lang=en", json=body, headers={"X-CSRFToken": token})

    assert answer.status_code == 400
    assert words in answer.json["detail"]
