"""The watch over the pages sees what it is there for."""

import pytest
from browser import browsing

PROVOKED = {
    "off-host request": "() => { setTimeout(() => { location.href = 'http://elsewhere.example/' }) }",
    "console error": "() => console.error('a complaint')",
    "console warning": "() => console.warn('a complaint')",
    "page error": "() => { setTimeout(() => { throw new Error('a complaint') }) }",
    "securitypolicyviolation": "() => document.head.append(Object.assign(document.createElement('style'), {textContent: 'b{}'}))",
}


@pytest.mark.parametrize("kind", PROVOKED)
def test_what_a_page_must_not_do_is_seen(page, watch, kind):
    page.goto("/api/v1/me")
    assert watch.problems() == []

    page.evaluate(PROVOKED[kind])
    browsing.until(page, lambda: any(kind in problem for problem in watch.problems()))

    assert any(kind in problem for problem in watch.problems())
    watch.seen.clear()
