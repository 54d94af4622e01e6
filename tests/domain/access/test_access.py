"""Who may do what, where, and by which token."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.access import (
    ACCOUNT_ROLES,
    IN_PERSON,
    ON_CASES,
    PLACED,
    RIGHTS,
    Account,
    may,
    may_give,
    reach,
    rights_of,
    within,
    words,
)
from gridmgr.domain.grids import Boundaries, GridState

CODES = [str(number) for number in range(12)]
DEPARTMENTS = ["", "SAN", "UME"]


def has(right):
    """Return the roles that have a right, in their order."""
    return [role for role in ACCOUNT_ROLES if may(role, right)]


def account(area="", department="", role="handler"):
    return Account("li", "李", "", role, None, area_code=area, department_code=department)


@st.composite
def trees(draw):
    """Boundaries of up to twelve grids, each below an earlier one or at the top; some parents are not there."""
    parents = [draw(st.sampled_from([None, "gone", *CODES[:number]])) for number in range(draw(st.integers(1, 12)))]
    grids = {code: GridState(None, "any", code, code, parent_code=up) for code, up in zip(CODES, parents, strict=False)}
    return Boundaries("v1", ("any",), grids, {})


def test_somebody_not_signed_in_may_look_ask_and_report_and_nothing_else():
    assert rights_of(None) == ["see_landing", "ask_where", "post_report", "see_map", "see_audit"]


def test_phones_are_for_staff_and_not_for_shopkeepers_or_third_parties():
    assert not may(None, "see_phones")
    assert set(ACCOUNT_ROLES) - set(has("see_phones")) == {"line_chief", "auditor"}


def test_only_a_planner_publishes():
    assert has("publish") == ["planner"]


def test_whoever_is_signed_in_may_do_all_that_the_public_may():
    assert all(set(rights_of(None)) <= set(rights_of(role)) for role in ACCOUNT_ROLES)


def test_a_right_that_does_not_exist_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        may("planner", "fly")


def test_no_right_is_given_to_a_role_that_does_not_exist():
    assert {role for roles in RIGHTS.values() for role in roles} == {"public", *ACCOUNT_ROLES}


def test_roles_and_rights_have_words():
    assert words.RIGHTS.keys() == RIGHTS.keys()
    assert words.ROLES.keys() == set(ACCOUNT_ROLES)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("handle_case", "check_case"),
        ("dispatch_case", "close_case"),
        ("dispatch_case", "file_case"),
        ("handle_case", "close_case"),
        ("ask_extension", "approve_extension"),
        ("urge_case", "reply_urge"),
    ],
)
def test_the_two_axes_stay_apart(one, other):
    assert set(has(one)) & set(has(other)) == set()


def test_every_step_of_a_case_is_somebodys_and_nobodys_who_is_not_signed_in():
    assert len(ON_CASES) == 19
    assert all(has(right) for right in ON_CASES)
    assert not any(may(None, right) for right in ON_CASES)


def test_a_third_party_has_nothing_to_do_with_cases():
    assert set(rights_of("auditor")) & ON_CASES.keys() == set()


@settings(deadline=None)
@given(st.sampled_from(ACCOUNT_ROLES), st.sets(st.sampled_from(sorted(RIGHTS))), st.sampled_from(sorted(RIGHTS)))
def test_a_token_never_widens_the_rights_of_its_account(role, scope, right):
    allowed = may(role, right, scope)

    assert not allowed or may(role, right)
    assert not allowed or right in scope or may(None, right)
    assert not (allowed and right in IN_PERSON)


@settings(deadline=None)
@given(st.sampled_from(ACCOUNT_ROLES))
def test_a_token_scoped_to_nothing_may_what_anybody_may(role):
    assert [right for right in RIGHTS if may(role, right, ())] == rights_of(None)


@settings(deadline=None)
@given(trees(), st.sampled_from(["", *CODES]), st.sampled_from(CODES), *[st.sampled_from(DEPARTMENTS)] * 2)
def test_within_is_area_and_department(tree, area, code, mine, others):
    chain = [code, *tree.ancestors(code)] if code in tree.grids else []

    found = within(account(area, mine), tree, code, others)

    assert found is ((area == "" or area in chain) and mine in ("", others))


@settings(deadline=None)
@given(trees(), st.sampled_from(CODES), st.sampled_from(CODES))
def test_who_is_for_an_area_is_for_every_grid_below_it_and_for_none_above_or_beside(tree, area, code):
    if within(account(area), tree, code):
        assert all(within(account(area), tree, below) for below in tree.children().get(code, []))
        assert code == area or not within(account(code), tree, area)


@settings(deadline=None)
@given(trees(), st.sampled_from(["", *CODES]))
def test_the_reach_of_an_account_is_what_is_within(tree, area):
    found = reach(account(area), tree)

    assert found is None if not area else found == {code for code in tree.grids if within(account(area), tree, code)}


def test_what_lies_nowhere_or_is_dissolved_is_of_the_whole_city_alone():
    tree = Boundaries("v1", ("any",), {"A": GridState(None, "any", "A", "A")}, {})

    assert within(account(), tree, None) and within(account(), tree, "gone")
    assert not within(account("A"), tree, None)
    assert not within(account("gone"), tree, "gone")
    assert not within(account("", "SAN"), tree, "A", None)


def test_rights_tied_to_a_place_are_rights():
    assert {*PLACED, *IN_PERSON} <= RIGHTS.keys()


def test_an_administrator_of_one_area_gives_no_right_over_the_whole_city_that_is_not_his():
    everywhere, somewhere = account(role="administrator"), account("A", role="administrator")

    assert all(may_give(everywhere, role) for role in ACCOUNT_ROLES)
    assert [role for role in ACCOUNT_ROLES if not may_give(somewhere, role)] == ["planner"]
    assert not any(may_give(account(role=role), "line_chief") for role in ACCOUNT_ROLES if role != "administrator")
