"""A spot or a category is corrected over HTTP: previewed, taken with its right, and gone from whose area it left."""

import pytest
from web.small_city import NOW
from web.test_api_cases import SPOTS, dispatched, filed, numbers, signed  # noqa: F401  signed is a fixture

from gridmgr.services import reporting

C = {"lon": SPOTS["C"][0], "lat": SPOTS["C"][1]}


def test_a_preview_tells_grid_person_department_and_deadline_before_and_after(small, signed):  # noqa: F811
    number = dispatched(small)

    shown = signed("dispatcher").get(f"/api/v1/cases/{number}/rerouted", query_string={**C, "lang": "en"}).json

    sides = [(one["grid"], one["person"]["name"], one["department"]["code"]) for one in map(shown.get, SIDES)]
    assert sides == [("A", "张梦瑶", "SAN"), ("C", "李红梅", "SAN")]
    assert [shown[side]["due_at"] for side in SIDES] == ["2026-05-03T22:00:00+08:00"] * 2
    assert any("C" in sentence for sentence in shown["trace"])


SIDES = ("before", "after")


def test_a_preview_of_another_category_names_its_department(small, signed):  # noqa: F811
    number = dispatched(small)

    query = {"category": "06012", "limit": "9UH"}
    shown = signed("shift_leader").get(f"/api/v1/cases/{number}/rerouted", query_string=query).json

    assert [(shown[side]["department"]["code"], shown[side]["state"]) for side in SIDES] == (
        [("SAN", "dispatched"), ("UME", "returned")]
    )
    assert shown["after"]["due_at"] == "2026-05-04T06:00:00+08:00"


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("lon=119.605", 400, "add the other one"),
        ("lon=1&lat=1", 409, "outside the city"),
        ("category=nothing", 400, "no category nothing"),
        ("category=06012", 400, "give one like 4WH"),
    ],
)
def test_a_preview_that_cannot_be_says_why(small, signed, query, status, words):  # noqa: F811
    number = dispatched(small)

    answer = signed("dispatcher").get(f"/api/v1/cases/{number}/rerouted?lang=en&{query}")

    assert (answer.status_code, words in answer.json["detail"]) == (status, True), answer.text


def test_whoever_moves_a_case_out_of_his_area_sees_it_no_more(small, signed):  # noqa: F811
    number = dispatched(small)
    here, there = (signed("dispatcher", login=f"desk.{code}", area_code=code) for code in ("K1", "K2"))
    assert there.step(number, "move", 2, reason="x", **C).status_code == 403

    done = here.step(number, "move", 2, reason="on the other side", **C)

    assert (done.status_code, done.json["state"]) == (200, "dispatched"), done.text
    assert here.get(f"/api/v1/cases/{number}").status_code == 403
    assert (numbers(here.get("/api/v1/cases/queue")), numbers(there.get("/api/v1/cases/queue"))) == ([], [number])
    case = there.get(f"/api/v1/cases/{number}").json
    assert (case["case"]["grid"], case["case"]["lon"], case["reports"][0]["grid"]) == ("C", C["lon"], "C")
    assert case["history"][-1]["data"]["was"]["grid"] == "A"


@pytest.mark.parametrize(
    ("role", "action", "values", "status"),
    [
        ("shift_leader", "move", C, 403),
        ("dispatcher", "recategorise", {"category": "06012", "limit": "4WH"}, 403),
        ("shift_leader", "recategorise", {"category": "06012", "limit": "4WH"}, 200),
        ("dispatcher", "move", {"lon": 119.6}, 400),
        ("dispatcher", "move", {**C, "passed": True}, 400),
    ],
)
def test_each_correction_needs_its_right_and_its_values(small, signed, role, action, values, status):  # noqa: F811
    number = filed(small)

    answer = signed(role).step(number, action, 1, reason="wrong", **values)

    assert answer.status_code == status, answer.text


def test_the_acceptor_moves_a_report_that_is_no_case_yet(small, signed):  # noqa: F811
    told, _ = reporting.report(small, x=119.605, y=39.905, category="06010", at=NOW, source="hotline")

    answer = signed("acceptor").step(told.number, "move", 0, subject="reports", reason="other street", **C)

    assert (answer.status_code, answer.json["report"]["grid"]) == (200, "C"), answer.text
