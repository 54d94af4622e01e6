"""The pages of administrators: people, matrix, calendar, layers, the trail and how the system does.

They show what there is; what changes it goes by the interface.
"""

import flask

from gridmgr.domain.times.working_time import show_shifts
from gridmgr.errors import NotFound
from gridmgr.services import advising, calendars, staffing
from gridmgr.services import layers as layer_services
from gridmgr.services import trail as trails
from gridmgr.services.notifications import letters
from gridmgr.services.sheets import matrix as matrices
from gridmgr.web import asker, pages, reading
from gridmgr.web.pages import admin_views

SHOWN = 100
MOST_ENTRIES = 300
HOMES = (
    ("manage_accounts", "account_pages.accounts"),
    ("import_staff", "admin_pages.staff"),
    ("import_matrix", "admin_pages.matrix"),
    ("manage_calendar", "admin_pages.calendar"),
    ("import_layers", "admin_pages.layers"),
)
"""The first of these that somebody may use is his /admin."""

admin_pages = flask.Blueprint("admin_pages", __name__)


@admin_pages.get("/admin")
def index():
    """Go to the first page of administration that the reader may use."""
    for right, endpoint in HOMES:
        if asker.may(right):
            return flask.redirect(flask.url_for(endpoint), 303)
    raise NotFound("There is nothing to administrate for you here.")


@admin_pages.get("/admin/staff")
def staff():
    """Show people with their posts and rosters."""
    wanted = {"containing": asked("q"), "after": asked("after"), "limit": SHOWN}
    found, has_more = staffing.listed(asker.engine(), at=asker.now(), **wanted)
    workers = [admin_views.worker(one) for one in found]
    last = workers[-1]["code"] if has_more else ""
    return flask.render_template("admin_staff.html", page=pages.page(), workers=workers, q=asked("q"), next=last)


@admin_pages.get("/admin/matrix")
def matrix():
    """Show who leads in which matter where, the units and the departments."""
    entries, units, departments, categories = matrices.book(asker.engine(), at=asker.now())
    view = asked("view") if asked("view") in ("units", "departments") else "entries"
    chosen = {"entries": entries, "units": units, "departments": departments}[view]
    rows = [admin_views.MATRIX[view](one, categories) for one in chosen]
    if asked("settled"):
        rows = [row for row in rows if row.get("is_settled")]
    rows = [row for row in rows if asked("q").casefold() in " ".join(map(str, row.values())).casefold()]
    shown = {
        "view": view,
        "q": asked("q"),
        "settled": asked("settled"),
        "rows": rows[:MOST_ENTRIES],
        "count": len(rows),
    }
    return flask.render_template("admin_matrix.html", page=pages.page(), **shown)


@admin_pages.get("/admin/calendar")
def calendar():
    """Show a year with its holidays and make-up workdays, and the shifts."""
    today = admin_views.today()
    year = int(asked("year")) if asked("year").isascii() and asked("year").isdecimal() else today.year
    year = min(max(year, 1900), 2199)
    found, days = calendars.known(asker.engine(), year)
    shown = {
        "year": year,
        "months": admin_views.months(year, found, {day.date: day for day in days}, today),
        "shifts": show_shifts(found.shifts),
        "has_table": bool(days),
        "is_provisional": year in found.provisional,
    }
    return flask.render_template("admin_calendar.html", page=pages.page(), **shown)


@admin_pages.get("/admin/layers")
def layers():
    """Show the layers with how much they hold."""
    listed = layer_services.listed(asker.engine(), at=asker.now())
    shown = [admin_views.layer(one) for one in listed]
    return flask.render_template("admin_layers.html", page=pages.page(), layers=shown)


@admin_pages.get("/admin/trail")
def trail():
    """Show who did what."""
    wanted = {name: asked(name) or None for name in ("by", "action", "subject")}
    before = int(asked("before")) if asked("before").isascii() and asked("before").isdecimal() else None
    found = trails.listed(asker.engine(), limit=SHOWN + 1, before=before, **wanted)
    shown = [admin_views.entry(one) for one in found[:SHOWN]]
    last = found[SHOWN - 1].id if len(found) > SHOWN else None
    return flask.render_template("admin_trail.html", page=pages.page(), entries=shown, wanted=wanted, next=last)


@admin_pages.get("/admin/health")
def health():
    """Show what the doctor finds, and the notices that were given up."""
    checks = [
        {"state": one.state, "text": one.say(asker.language())}
        for one in advising.check_up(asker.engine(), at=asker.now())
    ]
    dead = [admin_views.letter(one) for one in letters.dead(asker.engine(), limit=SHOWN)]
    return flask.render_template("admin_health.html", page=pages.page(), checks=checks, letters=dead)


def asked(name):
    """Return a parameter of the address, "" where it is missing."""
    return reading.form_text(flask.request.args, name).strip()
