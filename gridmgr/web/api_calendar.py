"""The calendar: by which days and shifts deadlines are counted, and for administrators its changes."""

from typing import Literal

import flask
from pydantic import Field

from gridmgr.domain.times.working_time import clock, read_shifts, show_shifts
from gridmgr.services import calendars
from gridmgr.services.calendars import recounting
from gridmgr.services.sheets import calendar_sheets
from gridmgr.web import asker, uploads
from gridmgr.web.reading import Body, Query, Words, door

DRY_RUN = "true: say how many deadlines of open cases would move, write nothing."

api = door("calendar")


class Asked(Query):
    """Which days."""

    year: int | None = Field(None, ge=1900, le=2199, description="Only the days of that year; all without it.")


class Day(Body):
    """What a day is to be."""

    date: Words = Field(description="The day, like 2026-10-01.")
    kind: Literal["holiday", "workday", "ordinary"] = Field(description="workday: a weekend day that is worked.")
    name: Words = Field("", description="What the day is called.")
    provisional: bool = Field(False, description="It is not announced yet.")
    dry_run: bool = Field(False, description=DRY_RUN)


class Shifts(Body):
    """When people work on workdays."""

    shifts: Words = Field(description="Like 08:00-12:00,14:00-18:00.")
    dry_run: bool = Field(False, description=DRY_RUN)


class DaysSent(uploads.SheetSent):
    """A form with a sheet of days."""

    keep: uploads.YesNo = Field("", description="1: days of these years that the sheet does not name stay.")


@api.get("/calendar")
def get_calendar(query: Asked):
    """List holidays and make-up workdays; where a year has none of them, Monday to Friday are worked."""
    found, days = calendars.known(asker.engine(), query.year)
    return flask.jsonify(
        timezone=found.timezone,
        shifts=[{"from": clock(begin), "to": clock(end)} for begin, end in found.shifts],
        years=sorted(found.years),
        provisional_years=sorted(found.provisional),
        days=[representation(day) for day in days],
    )


@api.get("/calendar.csv")
def get_sheet(query: Asked):
    """Give holidays and make-up workdays as the sheet that the import takes."""
    name = f"calendar-{query.year}.csv" if query.year else "calendar.csv"
    return uploads.download(calendar_sheets.as_csv(asker.engine(), year=query.year), name, "text/csv; charset=utf-8")


@api.post("/calendar/days")
def post_day(body: Day):
    """Make a day a holiday, a make-up workday or ordinary; deadlines of open cases follow."""
    date = calendar_sheets.the_date(body.date)
    calendars.check_day(body.kind, body.name)
    if body.dry_run:
        found, _ = calendars.known(asker.engine())
        return previewed(calendars.with_day(found, date, body.kind))
    told = {"is_provisional": body.provisional, **acting()}
    before = calendars.set_day(asker.engine(), date, body.kind, body.name, **told)
    return counted_anew(before=before)


@api.post("/calendar/shifts")
def post_shifts(body: Shifts):
    """Set the shifts of a workday; deadlines of open cases follow."""
    wanted = read_shifts(body.shifts)
    if body.dry_run:
        found, _ = calendars.known(asker.engine())
        return previewed(calendars.with_shifts(found, wanted))
    before = calendars.set_shifts(asker.engine(), wanted, **acting())
    return counted_anew(before=show_shifts(before))


@api.post("/calendar/import")
def post_calendar_import(form: DaysSent):
    """Let the years that a sheet names be as it says, or say what would change; deadlines of open cases follow."""
    is_tried, is_kept = form.dry_run == "1", form.keep == "1"
    with uploads.kept(form.file) as path:
        done = calendar_sheets.import_days(asker.engine(), path, keep=is_kept, dry_run=is_tried, **acting())
        after = calendar_sheets.calendar_after(asker.engine(), path, keep=is_kept) if is_tried else None
    shown = uploads.imported(done)
    return previewed(after, **shown) if is_tried else counted_anew(**shown)


def acting():
    """Return who changes the calendar, and when."""
    return {"by": asker.account().login, "at": asker.now()}


def previewed(calendar, **more):
    """Return how many deadlines would move by a calendar."""
    moves, cases = recounting.preview(asker.engine(), calendar)
    return flask.jsonify({"written": False, **more, "moves": moves, "of": cases})


def counted_anew(**more):
    """Count deadlines anew and return how many moved."""
    moved = recounting.recount(asker.engine(), **acting())
    return flask.jsonify({"written": True, **more, "moved": moved})


def representation(day):
    """Return a day as JSON."""
    return {"date": day.date.isoformat(), "kind": day.kind, "name": day.name, "provisional": day.is_provisional}
