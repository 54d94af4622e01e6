"""The calendar as a sheet: a year's holidays come in when they are announced, and go out to be mended."""

import csv
import dataclasses
import datetime as dt
import io
import pathlib
import re
import secrets

from gridmgr.domain.deadlines import CalendarDay
from gridmgr.domain.times import AFTER, FIRST
from gridmgr.errors import Invalid
from gridmgr.geometry.formats.delimited import escaped, unescaped
from gridmgr.i18n import N_
from gridmgr.services import calendars, sheets, trail
from gridmgr.services.staffing import Imported
from gridmgr.services.transactions import reading, writing
from gridmgr.store import calendars as calendar_rows

COLUMNS = ("date", "kind", "name", "provisional")
NAMES = {"日期": "date", "类型": "kind", "类别": "kind", "名称": "name", "节日": "name", "暂定": "provisional"}
KINDS = dict.fromkeys(("holiday", "休", "休息", "放假", "节假日", "假日"), "holiday") | dict.fromkeys(
    ("workday", "班", "上班", "补班", "调休", "调休上班"), "workday"
)
YES, NO = ("true", "yes", "1", "是"), ("false", "no", "0", "否", "")
DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)


def import_days(engine, path, *, at, by, keep=False, dry_run=False):
    """Take the days of a CSV or Excel sheet in and return what it changed.

    Each year that the sheet names is as the sheet says afterwards: its other
    days are ordinary again, unless ``keep``. Other years stay. Nothing is written
    unless every row can be used.

    Raises
    ------
    SheetRefused
        Names each row and cell that cannot be used.
    """
    days = read_days(path)
    with (reading if dry_run else writing)(engine) as session:
        if not dry_run:
            calendars.begin_change(session)
        known = {day.date: day for day in calendar_rows.days(session)}
        counts, changed, gone = difference(known, days, keep)
        if not dry_run:
            calendar_rows.remove(session, gone)
            for day in changed:
                calendars.put(session, known.get(day.date), day)
            told = {"file": sheets.shown_name(path), "years": sorted({day.date.year for day in days}), **counts}
            trail.record(session, by, "import_calendar", "calendar", told, at=at)
        session.flush()
        session.expunge_all()
    return Imported(len(days), counts, not dry_run)


def calendar_after(engine, path, *, keep=False):
    """Return the Calendar as it would be if the sheet were taken in.

    Raises
    ------
    SheetRefused
    """
    days = read_days(path)
    found, known = calendars.known(engine)
    _, _, gone = difference({day.date: day for day in known}, days, keep)
    kept = {date: kind for date, kind in found.days.items() if date not in gone}
    return dataclasses.replace(found, days=kept | {day.date: day.kind for day in days})


def difference(known, days, keep):
    """Return (counts, days to be put, dates to be removed) that take the ``known`` days to ``days``."""
    told = {day.date for day in days}
    years = set() if keep else {date.year for date in told}
    gone = [date for date in known if date.year in years and date not in told]
    added = [day for day in days if day.date not in known]
    other = [day for day in days if day.date in known and content(day) != content(known[day.date])]
    counts = {
        N_("days added"): len(added),
        N_("days changed"): len(other),
        N_("days made ordinary"): len(gone),
        N_("days that stay as they are"): len(days) - len(added) - len(other),
    }
    return {kind: count for kind, count in counts.items() if count}, added + other, gone


def content(day):
    """Return what a row says of its day."""
    return day.kind, day.name, day.is_provisional


def read_days(path):
    """Return the days of a sheet; every problem of it is raised at once."""
    found = [sheet for sheet in sheets.read_sheets(path, NAMES) if {"date", "kind"} <= set(sheet.columns)]
    rows = [row for sheet in found for row in sheet.rows]
    if not rows:
        raise sheets.UnreadableFile(
            "{file} has no rows under the columns date and kind: gridmgr calendar export OUT.csv writes an example.",
            file=sheets.shown_name(path),
        )
    days, problems = sheets.read_each(read_day, rows, None)
    problems += doubled(rows)
    if problems:
        raise sheets.SheetRefused(problems)
    return days


def read_day(row, _):
    """Return the day of one row."""
    return CalendarDay(date_of(row), kind_of(row), name_of(row), is_provisional(row))


def date_of(row):
    """Return the date of a row."""
    date = read_date(sheets.required(row, "date"))
    if date is None:
        raise row.problem("date", N_("{value} is not a day; write it like 2026-10-01."))
    return date


def read_date(text):
    """Return the day that ``2026-10-01``, ``2026/10/1`` or ``2026年10月1日`` names; None where it names none."""
    match = DATE.fullmatch(text.strip())
    try:
        date = dt.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return date if date and FIRST <= date.year < AFTER else None


def the_date(text):
    """Return the day that ``text`` names, or raise Invalid."""
    date = read_date(text)
    if date is None:
        raise Invalid("{value} is not a day; write it like 2026-10-01.", value=text)
    return date


def kind_of(row):
    """Return the kind of day."""
    kind = KINDS.get(sheets.required(row, "kind").lower())
    if kind is None:
        raise row.problem("kind", N_("{value} is no kind of day; write holiday or workday."))
    return kind


def name_of(row):
    """Return the name of a day."""
    name = unescaped(row.get("name"))
    if not calendars.is_name(name):
        message = N_("a name has at most {most} characters, all of them printable.")
        raise row.problem("name", message, most=calendars.LONGEST_NAME)
    return name


def is_provisional(row):
    """Return whether the day is not announced yet."""
    text = row.get("provisional").lower()
    if text not in (*YES, *NO):
        raise row.problem("provisional", N_("{value} is neither true nor false."))
    return text in YES


def doubled(rows):
    """Yield a problem for each row whose day stands in a row before."""
    seen = {}
    for row in rows:
        date = read_date(row.get("date"))
        if date is not None and date in seen:
            yield row.problem("date", N_("{value} stands in row {other} already; keep one of them."), other=seen[date])
        seen.setdefault(date, row.number)


def export_days(engine, path, *, year=None):
    """Write the days, of one year or of all, as a CSV file that ``import_days`` takes; return how many.

    The file appears whole or not at all.
    """
    _, days = calendars.known(engine, year)
    path = pathlib.Path(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("x", encoding="utf-8-sig", newline="") as file:
            write(file, days)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return len(days)


def write(file, days):
    """Write days as lines of CSV."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows(as_cells(day) for day in days)


def as_csv(engine, *, year=None):
    """Return the days, of one year or of all, as the text of a CSV file that ``import_days`` takes."""
    out = io.StringIO(newline="")
    write(out, calendars.known(engine, year)[1])
    return "\ufeff" + out.getvalue()


def as_cells(day):
    """Return the row of a day."""
    return day.date.isoformat(), day.kind, escaped(day.name), str(day.is_provisional).lower()
