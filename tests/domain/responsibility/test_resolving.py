"""Which department owns a matter at a spot."""

import datetime as dt

import pytest
from domain.street import AREAS, BEGAN, CHAIN, GRID, NOON, default_matrix, land, unit
from hypothesis import given
from hypothesis import strategies as st

from gridmgr.domain.responsibility import Responsibility, matrix
from gridmgr.domain.responsibility.resolving import resolve

STREET = {
    "02017": "TPD",
    "02022": "TPD",
    "06012": "SAN",
    "04013": "PRK",
    "06017": "PRK",
    "01002": "MUN",
    "01003": "MUN",
    "01004": "MUN",
    "01030": "PWR",
    "06025": "WAT",
    "06999": "UME",
    "06016": "TPD",
    "09009": "TPD",
    "06004": "HCD",
}


def entry(category, area, department, **facts):
    return Responsibility(category, area, department, facts.pop("valid_from", BEGAN), **facts)


@pytest.mark.parametrize(("category", "department"), STREET.items())
def test_each_thing_on_the_street_has_its_own_department_and_unit(category, department):
    owned = resolve(default_matrix(), category, AREAS, at=NOON)

    assert (owned.department_code, owned.rule) == (department, "city_default")
    assert owned.unit.area_code == CHAIN[1]
    assert not (owned.fallback or owned.coverage_gap or owned.to_confirm)


@pytest.mark.parametrize("category", ["06010", "06011", "06012", "06014", "06030", "06034", "06038", "07001"])
@pytest.mark.parametrize("kind", ["railway", "urban_village", "fringe", "unmanaged_estate", "back_lane"])
def test_whatever_a_reporter_picks_on_a_nobodys_land_its_registered_owner_answers(kind, category):
    here = land(kind)

    owned = resolve(default_matrix(), category, AREAS, at=NOON, land=here)
    local = resolve(default_matrix(), here.categories[0], AREAS, at=NOON, land=here)

    assert owned.unit.organisation == local.unit.organisation == f"owner of {kind}"
    assert owned.rule == local.rule == f"land:{here.code}"
    assert not owned.fallback


def test_the_matrixs_lead_assists_the_owner_of_a_land():
    owned = resolve(default_matrix(), "06010", AREAS, at=NOON, land=land("railway", department_code="RLW"))

    assert [one.department_code for one in owned.assisting] == ["SAN", "SUB"]


def test_a_land_never_claims_what_is_its_owners_first():
    greedy = land("railway", categories=["01037", "06010"])

    assert resolve(default_matrix(), "01037", AREAS, at=NOON, land=greedy).department_code == "MUN"


def test_a_land_without_an_organisation_leaves_the_matter_to_the_matrix():
    owned = resolve(default_matrix(), "06010", AREAS, at=NOON, land=land("railway", organisation=""))

    assert (owned.department_code, owned.rule) == ("SAN", "city_default")
    assert owned.tried[0].outcome == "no_unit"


def test_the_entry_of_the_most_specific_area_wins_and_the_others_are_runners_up():
    entries = [entry("06004", area, "UME") for area in CHAIN[1:4]] + [entry("06004", GRID, "SUB")]

    owned = resolve(default_matrix(more=entries), "06004", AREAS, at=NOON)

    assert (owned.department_code, owned.rule) == ("SUB", f"entry:{GRID}")
    runners_up = [step.rule for step in owned.tried if step.outcome == "runner_up" and step.rule.startswith("entry")]
    assert runners_up == [f"entry:{code}" for code in CHAIN[3:0:-1]]


def test_an_entry_counts_from_its_first_instant_until_before_its_last():
    ends = NOON + dt.timedelta(hours=1)
    later = entry("06004", GRID, "UME", valid_from=NOON, valid_to=ends)
    rows = default_matrix(more=[later])

    instants = [NOON - dt.timedelta(seconds=1), NOON, ends - dt.timedelta(seconds=1), ends]

    assert [resolve(rows, "06004", AREAS, at=at).department_code for at in instants] == ["HCD", "UME", "UME", "HCD"]


def test_the_territory_and_the_co_departments_assist_without_the_responsible_one():
    owned = resolve(default_matrix(), "06001", AREAS, at=NOON)

    assert [one.department_code for one in owned.assisting] == ["SUB", "NRP"]


def test_the_spots_own_office_answers_and_no_other():
    rows = default_matrix(units=[unit("SUB", "130302002"), unit("DISTRICT", CHAIN[1]), unit("SUB", "")])

    owned = resolve(rows, "06011", AREAS, at=NOON)

    assert (owned.department_code, owned.rule, owned.fallback) == ("DISTRICT", "fallback:DISTRICT", True)


def test_a_unit_of_the_evaluated_area_goes_before_that_of_the_city():
    rows = default_matrix(units=[unit("SAN", ""), unit("SAN", CHAIN[1])])

    assert resolve(rows, "06012", AREAS, at=NOON).unit.area_code == CHAIN[1]


def test_without_a_registered_owner_the_next_in_the_chain_answers_as_a_fallback():
    owned = resolve(default_matrix(), "03007", AREAS, at=NOON)

    assert (owned.lead, owned.department_code, owned.fallback, owned.coverage_gap) == ("OWN", "SUB", True, False)


def test_a_registered_owner_answers_where_he_is_registered():
    rows = default_matrix(units=[unit("OWN", CHAIN[3], "招商集团"), unit("SUB", CHAIN[2])])

    owned = resolve(rows, "03007", AREAS, at=NOON)

    assert (owned.unit.organisation, owned.fallback) == ("招商集团", False)


def test_an_owner_registered_for_the_whole_city_is_nobodys_neighbour():
    rows = default_matrix(units=[unit("OWN", ""), unit("OWN", CHAIN[1]), unit("SUB", CHAIN[2])])

    assert resolve(rows, "03007", AREAS, at=NOON).rule == "fallback:SUB"


def test_the_owner_of_a_component_takes_the_place_of_the_department_which_assists():
    owned = resolve(default_matrix(), "01037", AREAS, at=NOON, owner=unit("OWN", "", "灯具公司"))

    assert (owned.department_code, owned.rule, owned.unit.organisation) == ("OWN", "owner", "灯具公司")
    assert owned.assisting[0].department_code == "MUN"


def test_an_event_stays_with_its_department_whoever_owns_the_place():
    owned = resolve(default_matrix(), "06012", AREAS, at=NOON, owner=unit("OWN", "", "灯具公司"))

    assert owned.department_code == "SAN"


def test_with_no_unit_anywhere_the_lead_keeps_the_matter_and_it_is_a_gap():
    owned = resolve(default_matrix(units=[]), "06012", AREAS, at=NOON)

    assert (owned.department_code, owned.unit, owned.coverage_gap, owned.fallback) == ("SAN", None, True, False)


def test_a_matter_without_an_entry_goes_to_the_territory_and_is_a_gap():
    owned = resolve(default_matrix(), "99999", AREAS, at=NOON)

    assert (owned.department_code, owned.rule, owned.lead) == ("SUB", "fallback:SUB", None)
    assert owned.fallback and owned.coverage_gap


def test_in_a_city_without_areas_a_matter_without_anything_goes_to_the_command_centre():
    owned = resolve(matrix(), "06012", {"responsibility_grid": "A"}, at=NOON)

    assert (owned.department_code, owned.unit, owned.coverage_gap) == ("CITY_COMMAND", None, True)


def test_an_entry_from_the_nearest_kin_says_that_it_is_to_confirm():
    assert resolve(default_matrix(), "01051", AREAS, at=NOON).to_confirm


departments = st.sampled_from(["SAN", "MUN", "SUB", "OWN", "COM", "DISTRICT"])
entries = st.builds(
    entry,
    st.sampled_from(["1", "2"]),
    st.sampled_from(["", *CHAIN]),
    departments,
    fallback_chain=st.lists(departments, max_size=3),
    co_departments=st.lists(departments, max_size=3),
    routing_rule=st.sampled_from(["owner_first", "territory_first"]),
)
units = st.builds(unit, departments, st.sampled_from(["", *CHAIN]))


@given(st.lists(entries, max_size=6), st.lists(units, max_size=6), st.sampled_from(["1", "2", "3"]))
def test_resolving_is_total_deterministic_and_explained(some_entries, some_units, category):
    owned = resolve(matrix(some_entries, some_units), category, AREAS, at=NOON)
    again = resolve(matrix(some_entries, some_units), category, AREAS, at=NOON)

    assert owned.department_code
    assert (again.department_code, again.rule) == (owned.department_code, owned.rule)
    assert [step.rule for step in owned.tried if step.won] == [owned.rule]
    assert owned.coverage_gap == (owned.lead is None or owned.unit is None)
    assert owned.department_code not in [one.department_code for one in owned.assisting]
