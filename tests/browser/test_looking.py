"""The eyes of the browser tests see what they are there for; each page is small enough to read."""

import pytest
from browser import looking

CUT = "<div style='width:60px;overflow:hidden;white-space:nowrap'>a text that is far too long</div>"
DOTS = "<div style='width:60px;overflow:hidden;white-space:nowrap;text-overflow:ellipsis'>a text that is far too long</div>"
SCROLLED = "<div style='height:30px;overflow:auto'><p>one</p><p>two</p><p>three</p></div>"
WIDE = "<div style='width:3000px'>wide</div>"
OVER = "<div style='position:absolute;top:0'>below</div><div style='position:absolute;top:4px'>above</div>"
FLOAT = "<div>below</div><div class='float' style='position:absolute;top:0'>above</div>"
APART = "<p>one</p><p>two <b>words</b></p>"


@pytest.fixture(scope="module")
def page(browser):
    """A page of no server."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture
def shown(page):
    """A function that shows a piece of a page."""

    def show(body):
        page.set_content(f"<!doctype html><html lang='en'><title>t</title><body>{body}</body></html>")
        return page

    return show


@pytest.mark.parametrize(("body", "count"), [(CUT, 1), (WIDE, 1), (DOTS, 0), (SCROLLED, 0), (APART, 0)])
def test_a_text_that_is_cut_without_a_sign_is_seen(shown, body, count):
    assert len(looking.cut_texts(shown(body))) == count


@pytest.mark.parametrize(("body", "count"), [(OVER, 1), (FLOAT, 0), (APART, 0)])
def test_texts_over_each_other_are_seen_unless_one_lies_on_a_float(shown, body, count):
    assert len(looking.overlapping_texts(shown(body))) == count


@pytest.mark.parametrize(
    ("body", "language", "found"),
    [
        ("<b>Sign in</b>", "zh", ["Sign in"]),
        ("<b title='Sign in'>登录</b>", "zh", ["Sign in"]),
        ("<b>登录</b>", "en", ["登录"]),
        ("<b>登录</b> 张梦瑶 gridmgr", "zh", []),
        ("<b>Sign in</b> 张梦瑶", "en", []),
    ],
)
def test_a_text_in_the_other_language_is_seen(shown, body, language, found):
    assert looking.untranslated(shown(body), language) == found


def test_a_picture_without_words_is_a_barrier(shown):
    assert any("image-alt" in one for one in looking.barriers(shown("<main><h1>t</h1><img src='data:,'></main>")))
