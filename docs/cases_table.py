"""Write the tables of states and steps into cases.md, from what the program itself asks: python docs/cases_table.py."""

import dataclasses
import pathlib

from gridmgr.domain.casework.guards import GUARDS, LEADS
from gridmgr.domain.casework.policy import Policy
from gridmgr.domain.casework.steps import BY_ITSELF, CASE, OPEN, REPORT, STATES, STOPPABLE, TABLE
from gridmgr.domain.deadlines import CODES

PAGE = pathlib.Path(__file__).with_name("cases.md")
MARKS = ("report", "case", "rules", "clocks", "policy")
SETS = {OPEN: "any open state", STOPPABLE: "any open state but `returned`"}


def table_of(mark):
    """Return the table in Markdown that belongs to a mark of the page."""
    if mark in (REPORT, CASE):
        return steps(mark)
    return {"rules": rules, "clocks": clocks, "policy": policy}[mark]()


def steps(subject):
    """Return the steps of a report or of a case."""
    rows = [row(step) for step in TABLE if step.subject == subject and step.action not in BY_ITSELF]
    states = ", ".join(f"`{state}`" for state in STATES[subject])
    return lines(
        f"States: {states}.", "", "| step | from | to | right | needs | rules |", "|---|---|---|---|---|---|", *rows
    )


def row(step):
    """Return one step as a row."""
    begins = SETS.get(step.begins) or ", ".join(f"`{state}`" for state in step.begins)
    ends = f"`{step.ends}`" if step.ends else "as it was"
    ends += " *" if step.action in LEADS else ""
    return f"| `{step.action}` | {begins} | {ends} | `{step.right}` | {named(step.needs)} | {named(step.guards)} |"


def named(names):
    """Return names as code."""
    return ", ".join(f"`{name}`" for name in names)


def rules():
    """Return each rule with the sentence of its refusal."""
    usual = {**dataclasses.asdict(Policy()), "handler": "…", "reasons": "the four"}
    rows = [f"| `{name}` | {sentence.format(**usual)} |" for name, (_, sentence) in GUARDS.items()]
    return lines("| rule | whoever breaks it reads |", "|---|---|", *rows)


def clocks():
    """Return the units of time limits."""
    counts = {
        "urgent_hour": "every hour, nights and holidays too",
        "work_hour": "hours inside the shifts of workdays",
        "work_day": "workdays, each as long as its shifts",
        "calendar_day": "every 24 hours",
    }
    return lines(
        "| code | unit | counts |", "|---|---|---|", *(f"| {c} | `{u}` | {counts[u]} |" for c, u in CODES.items())
    )


def policy():
    """Return the settings of a city with their usual values."""
    rows = [f"| `{field.name}` | {shown(field.default)} |" for field in dataclasses.fields(Policy)]
    return lines("| setting | usual |", "|---|---|", *rows)


def shown(value):
    """Return a value as it is written in settings."""
    return ", ".join(value) if isinstance(value, tuple) else str(value).lower()


def lines(*texts):
    """Return lines as one text that ends with a line."""
    return "\n".join(texts) + "\n"


def written(page):
    """Return the text of a page with every table in its place."""
    for mark in MARKS:
        begin, end = f"<!-- begin: {mark}, by python docs/cases_table.py -->\n", "<!-- end -->"
        before, rest = page.split(begin)
        page = before + begin + table_of(mark) + end + rest.split(end, 1)[1]
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
