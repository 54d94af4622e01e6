"""What a Chinese city begins with: departments, categories, the sample matrix and the holidays of ``layers/``."""

import csv
import datetime as dt
import io

from gridmgr import resources
from gridmgr.domain import categories
from gridmgr.domain.deadlines import CalendarDay
from gridmgr.domain.responsibility import defaults
from gridmgr.store import bulk, revisions

ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CODE_SYSTEMS = {"codes_2026.csv": "GBT47678_5-2026", "codes_2013.csv": "GBT30428_2-2013"}


def furnish(session, city, *, by):
    """Put the national code lists, the sample matrix and the holidays into a city of profile ``cn``.

    Other profiles begin empty: their matrix comes by ``matrix import``.
    """
    if city.profile != "cn":
        return
    bulk.insert(session, defaults.read_departments(text("departments.csv")))
    bulk.insert(session, all_categories())
    bulk.insert(session, defaults.read_defaults(text("categories.csv"), valid_from=ALWAYS, recorded_by=by))
    bulk.insert(session, calendar_days(text("calendars.csv")))
    for kind in ("responsibility", "calendar"):
        revisions.raise_(session, kind)


def text(name):
    """Return a file of ``layers/``."""
    return (resources.directory("layers") / name).read_text(encoding="utf-8")


def all_categories():
    """Return the matters with their limits, then what the code lists have beside them (components, 2013)."""
    matters = categories.read_categories(text("categories.csv"))
    known = {(c.code_system, c.kind, c.code) for c in matters}
    listed = [c for file, system in CODE_SYSTEMS.items() for c in categories.read_codes(text(file), system)]
    return matters + [c for c in listed if (c.code_system, c.kind, c.code) not in known]


def calendar_days(content):
    """Return the days of ``layers/calendars.csv`` (date, kind, name, provisional)."""
    rows = csv.DictReader(io.StringIO(content))
    return [
        CalendarDay(dt.date.fromisoformat(r["date"]), r["kind"], r["name"], r["provisional"] == "true") for r in rows
    ]
