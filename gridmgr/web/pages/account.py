"""The pages of accounts: one's own, and for administrators all of their area. What they show comes by fetch."""

import flask

from gridmgr.domain.access import words as access_words
from gridmgr.i18n import translate
from gridmgr.services.accounts import changes
from gridmgr.web import asker, pages

account_pages = flask.Blueprint("account_pages", __name__)


@account_pages.get("/account")
def mine():
    """Show one's own account: password, language, tokens."""
    one = asker.account()
    shown = {"role": in_words(access_words.ROLES)[one.role], "area": one.area_code, "department": one.department_code}
    return flask.render_template("account.html", page=page() | {"rights": in_words(access_words.RIGHTS)}, mine=shown)


@account_pages.get("/admin/accounts")
def accounts():
    """Show the accounts of the administrator's area, and change them."""
    departments = changes.departments(asker.engine())
    english = asker.language() == "en"
    named = {one.code: one.name_en if english and one.name_en else one.name for one in departments}
    return flask.render_template("accounts.html", page=page() | {"departments": named})


def page():
    """Return what the scripts of both pages are given: that of every page, and the roles in words."""
    return pages.page() | {"roles": in_words(access_words.ROLES)}


def in_words(table):
    """Return name → its words in the reader's language."""
    return {name: translate(words, asker.language()) for name, words in table.items()}
