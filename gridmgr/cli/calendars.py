"""Holidays, make-up workdays and shifts: what deadlines are counted by."""

import click

from gridmgr.cli import printing, staffing
from gridmgr.i18n import N_

YEAR = click.option("--year", type=click.IntRange(1900, 2199), help="Only the days of that year.")
KIND_WORDS = {"holiday": N_("holiday"), "workday": N_("make-up workday"), "ordinary": N_("ordinary day")}
TITLES = (N_("Date"), N_("Weekday"), N_("Kind"), N_("Name"), N_("Provisional"))
COUNTS = N_("{year}: {holidays} holidays, {workdays} make-up workdays.")
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))


@click.group()
def calendar():
    """Holidays, make-up workdays and shifts, by which deadlines are counted."""


@calendar.command("list")
@YEAR
@click.pass_obj
def list_days(settings, year):
    """List the days that are not like the others, and the shifts of a workday."""
    from gridmgr.domain.times.working_time import show_shifts
    from gridmgr.services import calendars

    found, days = calendars.known(settings.engine, year)
    printing.table(None, [printing.words(title) for title in TITLES], [as_row(day) for day in days])
    for one in sorted({day.date.year for day in days}):
        kinds = [day.kind for day in days if day.date.year == one]
        printing.say(COUNTS, year=one, holidays=kinds.count("holiday"), workdays=kinds.count("workday"))
    if year is not None and not days:
        printing.say("There is no holiday table for {year}: deadlines count Monday to Friday there.", year=year)
    printing.say("Shifts of a workday: {shifts}.", shifts=show_shifts(found.shifts))


def as_row(day):
    """Return a day as texts."""
    weekday, kind = printing.words(WEEKDAYS[day.date.weekday()]), printing.words(KIND_WORDS[day.kind])
    return day.date, weekday, kind, day.name, "?" if day.is_provisional else ""


@calendar.command("import")
@staffing.FILE
@click.option("--keep", is_flag=True, help="Keep the days of these years that FILE does not name.")
@staffing.DRY_RUN
@click.pass_obj
def import_days(settings, file, keep, dry_run):
    """Let the years that FILE (.csv or .xlsx) names be as it says; nothing is written unless every row can be used.

    Deadlines of open cases are counted anew.
    """
    from gridmgr.services.sheets import calendar_sheets

    options = {"at": printing.now(), "by": printing.actor(), "keep": keep, "dry_run": dry_run}
    done = calendar_sheets.import_days(settings.engine, file, **options)
    staffing.show(done)
    if done.is_written:
        count_anew(settings)


@calendar.command("export")
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@YEAR
@click.pass_obj
def export_days(settings, file, year):
    """Write the days into FILE (.csv), to be mended and imported again."""
    from gridmgr.services.sheets import calendar_sheets

    count = calendar_sheets.export_days(settings.engine, file, year=year)
    printing.say("{count} days written into {file}.", count=count, file=file)


@calendar.command("set")
@click.argument("date")
@click.argument("kind", type=click.Choice(list(KIND_WORDS)))
@click.option("--name", default="", help="What the day is called.")
@click.option("--provisional", is_flag=True, help="It is not announced yet.")
@click.pass_obj
def set_day(settings, date, kind, name, provisional):
    """Make DATE a holiday, a weekend day that is worked, or ordinary again; deadlines of open cases are counted anew."""
    from gridmgr.services import calendars
    from gridmgr.services.sheets import calendar_sheets

    day, options = calendar_sheets.the_date(date), {"at": printing.now(), "by": printing.actor()}
    before = calendars.set_day(settings.engine, day, kind, name, is_provisional=provisional, **options)
    kinds = {"now": printing.words(KIND_WORDS[kind]), "before": printing.words(KIND_WORDS[before])}
    printing.say("{date}: {now} (before: {before}).", date=day, **kinds)
    count_anew(settings)


@calendar.command("shifts")
@click.argument("shifts", required=False)
@click.pass_obj
def shifts(settings, shifts):
    """Show the shifts of a workday, or set them: gridmgr calendar shifts 08:00-12:00,14:00-18:00."""
    from gridmgr.domain.times.working_time import read_shifts, show_shifts
    from gridmgr.services import calendars

    if shifts is None:
        found, _ = calendars.known(settings.engine)
        printing.say("Shifts of a workday: {shifts}.", shifts=show_shifts(found.shifts))
        return
    wanted = read_shifts(shifts)
    before = calendars.set_shifts(settings.engine, wanted, at=printing.now(), by=printing.actor())
    printing.say(
        "{date}: {now} (before: {before}).",
        date=printing.words("Shifts"),
        now=show_shifts(wanted),
        before=show_shifts(before),
    )
    count_anew(settings)


@calendar.command("recount")
@click.pass_obj
def recount(settings):
    """Count the deadlines of open cases anew, as the calendar stands; changes of the calendar do so by themselves."""
    if not count_anew(settings):
        printing.say("All open cases are due as the calendar says.")


def count_anew(settings):
    """Let open cases be due when the calendar now says, tell how many deadlines moved, and return that."""
    from gridmgr.services.calendars import recounting

    moved = recounting.recount(settings.engine, at=printing.now(), by=printing.actor())
    if moved:
        printing.say("{count} open cases are due at another time now.", count=moved)
    return moved
