"""Write the table of rights into rights.md, from the one table that the program itself asks: python docs/rights.py."""

import pathlib

from gridmgr.domain.access import ACCOUNT_ROLES, IN_PERSON, PLACED, RIGHTS, WHOLE_CITY, may
from gridmgr.domain.access.words import RIGHTS as MEANINGS
from gridmgr.domain.access.words import ROLES

PAGE = pathlib.Path(__file__).with_name("rights.md")
BEGIN, END = "<!-- begin: python docs/rights.py -->\n", "<!-- end -->"


def table():
    """Return the table in Markdown: a row for each right, with who has it."""
    rows = [f"| `{right}` | {MEANINGS[right]} | {who(right)} | {notes(right)} |" for right in RIGHTS]
    return "\n".join(["| right | to … | who | |", "|---|---|---|---|", *rows, ""])


def who(right):
    """Return who has a right, in words."""
    roles = [ROLES[role].lower() for role in ACCOUNT_ROLES if may(role, right)]
    if may(None, right):
        return "everybody, without signing in"
    missing = [ROLES[role].lower() for role in ACCOUNT_ROLES if not may(role, right)]
    if not missing:
        return "whoever is signed in"
    return f"all but {', '.join(missing)}" if len(missing) <= 3 else ", ".join(roles)


def notes(right):
    """Return what else holds for a right."""
    told = {"in one's area and department": right in PLACED, "not by a token": right in IN_PERSON}
    told["not for one area or department"] = right in WHOLE_CITY
    return "; ".join(note for note, holds in told.items() if holds)


def written(page):
    """Return the text of a page with the table in its place."""
    before, rest = page.split(BEGIN)
    return before + BEGIN + table() + END + rest.split(END, 1)[1]


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
