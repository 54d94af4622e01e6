"""The watch over the pages sees what it is there for, and the tests wait for what pages show."""

import ast
import pathlib

import pytest
from browser import browsing

PROVOKED = {
    "off-host request": "() => { setTimeout(() => { location.href = 'http://elsewhere.example/' }) }",
    "console error": "() => console.error('a complaint')",
    "console warning": "() => console.warn('a complaint')",
    "page error": "() => { setTimeout(() => { throw new Error('a complaint') }) }",
    "securitypolicyviolation": "() => document.head.append(Object.assign(document.createElement('style'), {textContent: 'b{}'}))",
}
IMPATIENT = {
    "all_inner_texts",
    "count",
    "get_attribute",
    "inner_text",
    "input_value",
    "is_checked",
    "is_disabled",
    "is_enabled",
    "is_hidden",
    "is_visible",
    "text_content",
    "url",
}
"""What says how a page is at this moment; ``expect`` waits, as a slow machine needs."""


@pytest.mark.parametrize("kind", PROVOKED)
def test_what_a_page_must_not_do_is_seen(page, watch, kind):
    page.goto("/api/v1/me")
    assert watch.problems() == []

    page.evaluate(PROVOKED[kind])
    browsing.until(page, lambda: any(kind in problem for problem in watch.problems()))

    assert any(kind in problem for problem in watch.problems())
    watch.seen.clear()


def impatient(test):
    """Return the lines in which a test file asserts how a page, or its address, is at one moment."""
    asserted = [
        one.test for one in ast.walk(ast.parse(test.read_text(encoding="utf-8"))) if isinstance(one, ast.Assert)
    ]
    asked = [one for made in asserted for one in ast.walk(made) if isinstance(one, ast.Attribute)]
    return [f"{test.name}:{one.lineno}" for one in asked if one.attr in IMPATIENT]


def test_what_a_page_shows_is_expected_with_patience():
    tests = sorted(pathlib.Path(__file__).parent.glob("test_*.py"))

    assert [line for test in tests for line in impatient(test)] == []
