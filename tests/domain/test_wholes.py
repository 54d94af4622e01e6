"""What the audit finds about people and departments."""

import dataclasses
import datetime as dt
import zoneinfo

import pytest
import shapely
from domain.rosters import duty
from domain.street import (
    BEGAN,
    CHAIN,
    GRID,
    LEVELS,
    NEXT,
    NOON,
    all_units,
    boundaries,
    default_matrix,
    land,
    matters,
    people,
    post,
    unit,
)

from gridmgr.domain import wholes
from gridmgr.domain.grids import Boundaries, GridState
from gridmgr.domain.responsibility import Responsibility, ownership
from gridmgr.domain.staff import vacancies

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
HORIZON = NOON, NOON + dt.timedelta(days=14)
BOTH = (post(1, 5), post(2, 6))


def about_people(*posts, **facts):
    return wholes.people(
        people(*posts, **facts), boundaries(), "responsibility_grid", looked=vacancies.Vacancies(*HORIZON)
    )


def about_departments(matrix, ground=None, categories=None):
    known = (categories or matters()).values()
    return wholes.departments(
        matrix, known, ground or boundaries(), evaluated_level="evaluated_area", looked=ownership.Pairs(NOON)
    )


def test_with_a_chief_on_every_grid_people_are_whole():
    assert about_people(*BOTH) == []


def test_a_grid_with_nobody_is_an_error_with_its_shape_and_who_answers_meanwhile():
    (found,) = about_people(post(1, 5), post(3, 4))

    assert (found.kind, found.codes, found.severity) == ("no_person", (NEXT,), "error")
    assert found.geometry.equals(boundaries().shapes[NEXT])
    assert found.geometry.contains(shapely.Point(found.place))
    assert found.say("en") == (
        f"Nobody is posted on 红旗里 02 ({NEXT}) from 2026-05-06 12:00 on; person 3 answers meanwhile. "
        "Post a chief or a deputy: gridmgr staff import FILE."
    )


def test_one_who_leaves_in_three_days_is_red_at_once_and_named():
    leaves = NOON + dt.timedelta(days=3)

    (found,) = about_people(*BOTH, left={2: leaves})

    assert (found.codes, found.severity) == ((NEXT,), "error")
    assert "person 2 leaves 红旗里 02" in found.say("en")
    assert "2026-05-09 12:00" in found.say("en")


def test_a_hand_over_in_time_makes_people_whole_again():
    leaves = NOON + dt.timedelta(days=3)

    assert about_people(*BOTH, post(4, 6, valid_from=leaves), left={2: leaves}) == []


def test_a_grid_without_an_identity_has_nobody():
    ground = boundaries()
    ground.grids[NEXT].grid_id = None

    found = wholes.people(people(*BOTH), ground, "responsibility_grid", looked=vacancies.Vacancies(*HORIZON))

    assert [(f.kind, f.codes) for f in found] == [("no_person", (NEXT,))]


def test_open_hours_of_a_roster_are_a_warning_and_a_grid_without_roster_has_none():
    (found,) = about_people(*BOTH, duties=[duty(1, 8, 20)])

    assert (found.kind, found.codes, found.severity) == ("off_duty", (GRID,), "warning")
    assert "84.0 hours of the coming week, first 2026-05-06 20:00 – 2026-05-07 08:00" in found.say("en")


def test_more_than_three_grids_for_one_person_are_a_warning():
    ground = boundaries()
    for number in range(7, 10):
        code = f"{CHAIN[3]}{number:02}"
        ground.grids[code] = GridState(number, "responsibility_grid", code, code, parent_code=CHAIN[3])
        ground.shapes[code] = ground.shapes[GRID]

    found = wholes.people(
        people(*(post(1, n) for n in range(5, 10))), ground, "responsibility_grid", looked=vacancies.Vacancies(*HORIZON)
    )

    assert [(f.kind, f.severity, len(f.codes)) for f in found] == [("overloaded_person", "warning", 5)]


def test_what_was_looked_at_once_follows_each_change_of_people():
    looked = vacancies.Vacancies(*HORIZON)
    look = lambda staffing: wholes.people(staffing, boundaries(), "responsibility_grid", looked=looked)  # noqa: E731
    whole = people(*BOTH)
    open_hours = dataclasses.replace(whole, duties={5: [duty(1, 8, 20)]})
    vacant = dataclasses.replace(whole, posts={5: whole.posts[5]})

    found = [look(one) for one in (whole, open_hours, vacant, whole, people(*BOTH))]

    assert [[one.kind for one in those] for those in found] == [[], ["off_duty"], ["no_person"], [], []]


def test_pairs_that_were_looked_at_once_follow_each_change_of_areas_and_matrix():
    known, kept = list(matters().values()), ownership.Pairs(NOON)
    look = lambda matrix, ground, looked=kept: looked.pairs(matrix, known, ground, "evaluated_area")  # noqa: E731
    matrix, ground, fewer = default_matrix(), boundaries(), boundaries()
    for code in [one for one, state in fewer.grids.items() if state.level == "community"]:
        fewer.grids[code].level = "subdistrict"

    assert look(matrix, ground) is look(matrix, boundaries())
    assert look(matrix, fewer) == look(matrix, fewer, ownership.Pairs(NOON)) != look(matrix, ground)
    other = default_matrix()
    assert look(other, ground) is not look(matrix, ground)


def test_with_all_units_departments_have_no_error_and_only_owners_to_register():
    found, shares = about_departments(default_matrix())

    leads = {entry.category_code: entry.department_code for entry in default_entries()}
    of_owners = [code for code, lead in leads.items() if lead in ("OWN", "DEV", "PMC")]
    assert {f.severity for f in found} == {"warning"}
    assert len(found) == len(of_owners)
    assert {f.fields["fallback_en"] for f in found} == {"Subdistrict office"}
    assert shares == pytest.approx({"city_default": 1 - len(of_owners) / 266, "fallback": len(of_owners) / 266})


def default_entries():
    return [entries[0] for (_, area), entries in default_matrix().entries.items() if not area]


def test_a_missing_unit_is_an_error_for_each_of_its_matters():
    without = [one for one in all_units() if one.department_code != "PRK"]

    found, _ = about_departments(default_matrix(units=without))

    errors = [f for f in found if f.severity == "error"]
    assert len(errors) == sum(entry.department_code == "PRK" for entry in default_entries())
    assert {f.codes for f in errors} == {(CHAIN[1],)}
    assert "belongs to Parks & greening, which has no unit" in errors[0].say("en")


def test_a_subdistrict_without_an_office_is_found_and_named():
    ground = boundaries()
    ground.grids["130302002"] = GridState(7, "subdistrict", "130302002", "海滨路街道", parent_code=CHAIN[1])
    ground.shapes["130302002"] = ground.shapes[GRID]

    found, _ = about_departments(default_matrix(), ground)

    errors = [f for f in found if f.severity == "error"]
    assert len(errors) == sum(entry.department_code == "SUB" for entry in default_entries())
    assert "no unit in 1 of 2 places (海滨路街道 (130302002))" in errors[0].say("en")


def test_an_entry_of_one_grid_whose_department_has_no_unit_is_found():
    only_here = Responsibility("06012", GRID, "POS", BEGAN)
    units = [one for one in all_units() if one.department_code != "POS"]

    found, _ = about_departments(default_matrix(units=units, more=[only_here]))

    (error,) = [f for f in found if f.severity == "error"]
    assert error.fields["places"] == f"红旗里 01 ({GRID})"


def test_a_matter_without_an_entry_is_an_error():
    rows = default_matrix()
    rows.entries.pop(("06012", ""))

    found, shares = about_departments(rows, categories={"06012": matters()["06012"]})

    assert [(f.kind, f.severity) for f in found] == [("no_department", "error")]
    assert shares == {"gap": 1.0}


def test_without_any_unit_every_matter_is_an_error():
    found, shares = about_departments(default_matrix(units=[]))

    assert len(found) == 266
    assert {f.severity for f in found} == {"error"}
    assert shares == {"gap": 1.0}


def test_a_city_without_evaluated_areas_is_looked_at_once():
    ground = Boundaries("v1", ("responsibility_grid",), {GRID: GridState(5, "responsibility_grid", GRID, "")}, {})
    rows = default_matrix(units=[unit(d.department_code) for d in all_units()])

    found, _ = about_departments(rows, ground, {"06012": matters()["06012"]})

    assert found == []


def test_the_entry_of_an_area_counts_at_its_level():
    rows = default_matrix(more=[Responsibility("06012", CHAIN[1], "MUN", BEGAN)])

    _, shares = about_departments(rows, categories={"06012": matters()["06012"]})

    assert shares == {"evaluated_area": 1.0}


@pytest.mark.parametrize(
    ("facts", "severity", "words"),
    [
        ({"expires_on": dt.date(2026, 5, 5)}, "error", "ran out after 2026-05-05"),
        ({"expires_on": dt.date(2026, 5, 20)}, "warning", "runs out after 2026-05-20"),
        ({"organisation": ""}, "error", "no registered owner"),
        ({"person": ""}, "error", "no registered owner"),
    ],
)
def test_a_land_without_a_valid_registration_is_found(facts, severity, words):
    (found,) = wholes.registrations([(land("railway", **facts), shapely.box(0, 0, 1, 1))], zone=SHANGHAI, at=NOON)

    assert (found.kind, found.codes, found.severity) == ("no_department", ("L-railway",), severity)
    assert words in found.say("en")


@pytest.mark.parametrize("facts", [{}, {"expires_on": dt.date(2027, 1, 1)}, {"person": "", "valid_to": NOON}])
def test_a_land_that_is_registered_or_over_is_no_finding(facts):
    here = [(land("railway", **facts), shapely.box(0, 0, 1, 1))]

    assert wholes.registrations(here, zone=SHANGHAI, at=NOON) == []


def test_the_266_matters_have_an_owner_in_each_of_nine_areas():
    ground = nine_areas()
    units = [unit(u.department_code) for u in all_units()]
    units += [unit("DISTRICT", c) for c in ground.at_level("evaluated_area")]
    units += [unit("SUB", c) for c in ground.at_level("subdistrict")]
    units += [unit("COM", c) for c in ground.at_level("community")]
    rows, known = default_matrix(units=units), matters().values()

    found = list(ownership.pairs(rows, known, ground, evaluated_level="evaluated_area", at=NOON))

    assert len(found) == 266 * 9
    assert not [pair for pair in found if pair.severity == "error"]


def nine_areas():
    """Return a city of 9 areas, 102 subdistricts and 2,500 communities, without shapes."""
    grids = {"c": GridState(0, "city", "c", "city")}
    areas = [f"a{n}" for n in range(9)]
    subdistricts = {f"s{n}": areas[n % 9] for n in range(102)}
    communities = {f"m{n}": f"s{n % 102}" for n in range(2500)}
    parents = dict.fromkeys(areas, "c") | subdistricts | communities
    for code, parent in parents.items():
        level = {"a": "evaluated_area", "s": "subdistrict", "m": "community"}[code[0]]
        grids[code] = GridState(0, level, code, code, parent_code=parent)
    return Boundaries("v1", LEVELS, grids, {})
