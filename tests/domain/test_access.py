"""Who may do what."""

import pytest

from gridmgr.domain.access import ACCOUNT_ROLES, RIGHTS, may, rights_of


def test_somebody_not_signed_in_may_look_ask_and_report_and_nothing_else():
    assert rights_of(None) == ["see_landing", "ask_where", "post_report", "see_map", "see_audit"]


def test_phones_are_for_the_signed_in():
    assert not may(None, "see_phones")
    assert all(may(role, "see_phones") for role in ACCOUNT_ROLES)


def test_only_a_planner_publishes():
    assert [role for role in ACCOUNT_ROLES if may(role, "publish")] == ["planner"]


def test_whoever_is_signed_in_may_do_all_that_the_public_may():
    assert all(set(rights_of(None)) <= set(rights_of(role)) for role in ACCOUNT_ROLES)


def test_a_right_that_does_not_exist_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        may("planner", "fly")


def test_no_right_is_given_to_a_role_that_does_not_exist():
    assert {role for roles in RIGHTS.values() for role in roles} == {"public", *ACCOUNT_ROLES}
