"""How a report finds its owner, and how the decision explains itself."""

import datetime as dt
import json

import pytest
from domain.rosters import duty
from domain.street import BEGAN, CHAIN, GRID, NEXT, NOON, boundaries, default_matrix, land, matters, people, post

from gridmgr.domain.routing import LandHere, Neighbour, Spot, decide
from gridmgr.domain.routing.trace import say

MATTERS = matters()
STREET = {
    "02017": "TPD",
    "06012": "SAN",
    "06017": "PRK",
    "01002": "MUN",
    "01030": "PWR",
    "06025": "WAT",
    "06999": "UME",
    "06016": "TPD",
    "06004": "HCD",
}
LANDS = {
    "railway": "06998",
    "urban_village": "06997",
    "fringe": "06996",
    "unmanaged_estate": "06995",
    "back_lane": "06994",
}


def spot(**facts):
    return Spot(**{"lon": 119.605, "lat": 39.935, "grid": GRID, "border_distance_m": 426.0, **facts})


def decided(category, where=None, *, at=NOON, received_at=None, **facts):
    known = {"staffing": people(post(1, 5), post(2, 4)), "matrix": default_matrix(), **facts}
    matter = MATTERS[category] if category else None
    return decide(where or spot(), matter, boundaries=boundaries(), at=at, received_at=received_at or at, **known)


@pytest.mark.parametrize(("category", "department"), STREET.items())
def test_one_spot_on_the_street_rightly_has_many_departments_and_one_person(category, department):
    answer = decided(category).to_dict()

    assert answer["department"]["code"] == department
    assert answer["department"]["unit"] == f"{department} office {CHAIN[1]}"
    assert (answer["person"]["id"], answer["person"]["rule"], answer["person"]["grid"]) == (1, "chief", GRID)


@pytest.mark.parametrize(("kind", "local"), LANDS.items())
def test_a_nobodys_land_has_its_registered_owner_for_the_local_code_and_for_rubbish(kind, local):
    where = spot(lands=[LandHere(land(kind), 5000.0)])

    answers = [decided(category, where).to_dict() for category in (local, "06010")]

    assert {a["department"]["unit"] for a in answers} == {f"owner of {kind}"}
    assert {a["department"]["rule"] for a in answers} == {f"land:L-{kind}"}
    assert {a["person"]["id"] for a in answers} == {1}


def test_of_two_lands_the_higher_priority_then_the_smaller_then_the_lower_code_decides():
    here = [
        LandHere(land("railway", code="D", priority=1), 900.0),
        LandHere(land("railway", code="C", priority=1), 900.0),
        LandHere(land("railway", code="B"), 10.0),
        LandHere(land("railway", code="A", priority=1), 1000.0),
    ]

    assert decided("06010", spot(lands=here)).department["rule"] == "land:C"


def test_a_registration_counts_on_its_last_day_by_the_citys_calendar():
    where = spot(lands=[LandHere(land("railway", expires_on=dt.date(2026, 5, 6)), 1.0)])
    last_second = dt.datetime(2026, 5, 6, 15, 59, 59, tzinfo=dt.UTC)

    before, after = (
        decided("06010", where, at=last_second),
        decided("06010", where, at=last_second + dt.timedelta(seconds=1)),
    )

    assert (before.department["rule"], after.department["rule"]) == ("land:L-railway", "city_default")
    assert "not in force" in " ".join(after.say("en"))


def test_a_land_that_does_not_claim_the_matter_is_named_in_the_trace():
    answer = decided("06004", spot(lands=[LandHere(land("railway"), 1.0)]))

    assert answer.department["code"] == "HCD"
    assert "铁路沿线 lies here but does not claim 06004 Dirty or damaged facade." in answer.say("en")


def test_land_goes_by_the_time_of_observation_and_person_by_that_of_receipt():
    observed, received = NOON, NOON + dt.timedelta(hours=1)
    staffing = people(post(1, 5, valid_to=received), post(3, 5, valid_from=received))
    where = spot(lands=[LandHere(land("railway", valid_to=received), 1.0)])

    answer = decided("06010", where, at=observed, received_at=received, staffing=staffing)

    assert (answer.person["id"], answer.department["rule"]) == (3, "land:L-railway")


def test_without_a_category_the_department_waits_for_the_dispatcher():
    answer = decided(None)

    assert (answer.department, answer.assisting, answer.fallback, answer.coverage_gap) == (None, [], False, False)
    assert answer.person["id"] == 1


def test_the_border_is_near_within_the_larger_of_15_m_and_the_accuracy():
    distances = {(10.0, None): True, (15.0, None): True, (15.1, None): False, (40.0, 50.0): True, (10.0, 5.0): True}

    found = {k: decided("06012", spot(border_distance_m=k[0], accuracy_m=k[1])).near_border for k in distances}

    assert found == distances


def test_the_neighbours_are_named_with_their_distance():
    where = spot(border_distance_m=8.04, neighbours=[Neighbour(NEXT, 8.04)])

    answer = decided("06012", where)

    assert [(n["code"], n["distance_m"]) for n in answer.neighbours] == [(NEXT, 8.0)]
    assert f"Across the border, 8.0 m away, lies 红旗里 02 ({NEXT})." in answer.say("en")


def test_levels_come_from_the_table_top_down():
    assert list(decided("06012").levels.values()) == list(CHAIN)


def test_outside_the_city_nobody_is_named_but_the_nearest_grid():
    answer = decided("06012", Spot(119.7, 39.93, None, nearest=Neighbour(NEXT, 6840.0)))

    assert (answer.outside, answer.grid, answer.person, answer.department) == (True, None, None, None)
    assert (answer.nearest["code"], answer.near_border) == (NEXT, False)


def test_just_outside_the_city_the_nearest_grid_is_a_proposal_only():
    answer = decided("06012", Spot(119.6201, 39.93, None, nearest=Neighbour(NEXT, 8.5)))

    assert answer.outside and answer.near_border and answer.grid is None
    assert "the dispatcher may give it to that grid" in answer.say("en")[-1]


def test_a_grid_that_a_draft_has_just_added_is_answered_by_the_area_above():
    ground = boundaries()
    ground.grids[GRID].grid_id = None

    answer = decide(
        spot(), None, boundaries=ground, staffing=people(post(2, 4)), matrix=default_matrix(), at=NOON, received_at=NOON
    )

    assert (answer.person["rule"], answer.person["grid"]) == ("parent_chief", CHAIN[3])


def test_the_decision_is_json_and_says_the_same_in_every_trace_entry():
    answer = decided("06012", spot(lands=[LandHere(land("fringe"), 1.0)], neighbours=[Neighbour(NEXT, 3.0)]))

    read_back = json.loads(json.dumps(answer.to_dict(), ensure_ascii=False))

    assert {
        "grid",
        "levels",
        "person",
        "department",
        "fallback",
        "coverage_gap",
        "near_border",
        "version",
        "trace",
    } <= set(read_back)
    assert [say(e["text"], e["fields"], "en") for e in read_back["trace"]] == answer.say("en")


def test_the_trace_marks_one_winner_for_grid_department_and_person():
    answer = decided("06012", staffing=people(post(1, 5), post(2, 4), duties=[duty(3, 8, 20)]))

    winners = [(e.step, e.rule) for e in answer.trace if e.won]

    assert winners == [
        ("position", "as_given"),
        ("grid", "coverage"),
        ("grid", "ancestors"),
        ("department", "city_default"),
        ("person", "duty"),
    ]


def test_the_trace_of_a_street_reads_aloud():
    staffing = people(post(1, 5), post(2, 4), duties=[duty(3, 18, 20)])

    assert decided("06012", staffing=staffing).say("en") == [
        "The position is 119.605000, 39.935000 (WGS84).",
        f"By the boundaries v1 the spot lies in 红旗里 01 ({GRID}).",
        "Its border is 426.0 m away, beyond the 15.0 m that count as near.",
        "By table it belongs to 红旗里社区 (130302001001) < 文化路街道 (130302001) < 海港区 (130302) < 秦皇岛市 (130300).",
        f"No entry of its own for 06012 Dirty carriageway or footway: 红旗里 01 ({GRID}), "
        "红旗里社区 (130302001001), 文化路街道 (130302001), 海港区 (130302), 秦皇岛市 (130300).",
        "The city's default gives 06012 Dirty carriageway or footway to Sanitation; SAN office 130302 answers.",
        "Should it fail, the fallback chain goes on to Subdistrict office, District government, City command centre.",
        f"Nobody is on the duty roster of 红旗里 01 ({GRID}) at that hour.",
        f"Nobody stands in at 红旗里 01 ({GRID}).",
        f"No deputy of 红旗里 01 ({GRID}) is there.",
        f"person 1 is chief of 红旗里 01 ({GRID}).",
        "Otherwise person 2 would answer.",
    ]


def test_a_converted_position_says_from_which_system():
    answer = decided("06012", spot(crs="gcj02", x=119.61, y=39.936))

    assert answer.say("en")[0] == "The position was given in GCJ02; in WGS 84 it is 119.605000, 39.935000."


def test_a_fallback_and_a_gap_are_said_in_the_answer_and_in_the_trace():
    answer = decided("03007")
    gap = decided("06012", matrix=default_matrix(units=[]))

    assert answer.fallback and answer.department["rule"] == "fallback:SUB"
    assert gap.coverage_gap and gap.department["code"] == "SAN" and gap.department["unit"] is None
    assert "gap in the coverage" in gap.say("en")[-6]


def test_before_anything_began_nobody_answers_and_the_trace_says_so():
    answer = decided("06012", at=BEGAN - dt.timedelta(days=1))

    assert answer.person is None
    assert answer.say("en")[-1] == "Nobody answers for this grid or for an area above it."


def test_names_are_said_in_the_readers_language():
    ground = boundaries()
    ground.grids[GRID].name_en = "Hongqili 01"
    staffing, rows = people(post(1, 5)), default_matrix()

    answer = decide(
        spot(), MATTERS["06012"], boundaries=ground, staffing=staffing, matrix=rows, at=NOON, received_at=NOON
    )

    assert f"person 1 is chief of Hongqili 01 ({GRID})." in answer.say("en")
    assert any("红旗里 01" in sentence and "Hongqili" not in sentence for sentence in answer.say("zh"))


def test_the_land_that_wins_is_called_by_its_name():
    answer = decided("06010", spot(lands=[LandHere(land("railway"), 1.0)]))

    assert (
        "铁路沿线 lies here; it is registered and claims 06010 Exposed rubbish: Subdistrict office owns it, "
        "owner of railway answers." in answer.say("en")
    )
