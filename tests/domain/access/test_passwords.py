"""Which passwords are refused, and that long unlike ones are not."""

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmgr.domain.access.passwords import LONGEST, SHORTEST, fault

LOGIN, NAME = "li.wei", "李伟"


@pytest.mark.parametrize(
    ("password", "named"),
    [
        ("", "has {length} characters"),
        ("short 9!x", "has {length} characters"),
        ("x" * 1025, "has {length} characters"),
        ("aaaaaaaaaaaa", "repeats the same few"),
        ("ababab12ab12", "repeats the same few"),
        ("my LI.Wei 2026", "login or the name"),
        ("Password123!", "easy to guess"),
        ("P@ssw0rd2026", "easy to guess"),
        ("qwertyuiop12", "easy to guess"),
        ("poiuytrewq12", "easy to guess"),
        ("abcdefghijkl", "easy to guess"),
        ("13912345678", "easy to guess"),
        ("1qaz2wsx3edc", "easy to guess"),
        ("woaini1314520", "easy to guess"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused_with_the_reason(password, named):
    template, fields = fault(password, LOGIN, NAME)

    assert named in template
    assert template.format(**fields)


@pytest.mark.parametrize(
    "password", ["a long password", "海港区-correct horse", "X9#k2$8!@4", "网格员每天走六公里路线", "another long one"]
)
def test_unrelated_words_and_random_signs_are_taken(password):
    assert fault(password, LOGIN, NAME) is None


def test_a_short_name_that_many_words_hold_does_not_matter():
    assert fault("correct battery staple", "cor", "Bat") is None


@settings(deadline=None)
@given(st.text(alphabet=string.printable, max_size=40), st.text(max_size=20))
def test_whatever_is_taken_is_long_enough_and_does_not_hold_the_login(password, login):
    if fault(password, login) is None:
        assert SHORTEST <= len(password) <= LONGEST
        assert len(login) < 4 or login not in password
