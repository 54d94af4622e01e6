"""People and departments by sheet, and the examples to start from."""

import click

from gridmgr.cli import printing

DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
FILE = click.argument("file", type=click.Path())


@click.group()
def staff():
    """People, posts, duty rosters and substitutions."""


@staff.command("import")
@FILE
@DRY_RUN
@click.pass_obj
def import_staff(settings, file, dry_run):
    """Take people and posts in from FILE (.csv or .xlsx); nothing is written unless every row can be used."""
    from gridmgr.services import staffing

    show(staffing.import_staff(settings.engine, file, at=printing.now(), by=printing.actor(), dry_run=dry_run))


@staff.command("hand-over")
@click.argument("grid")
@click.argument("person")
@click.option("--from", "starts", help="Instant of the hand-over (the city's time); default now.")
@click.pass_obj
def hand_over(settings, grid, person, starts):
    """Make PERSON (code) chief of GRID (code); the chief before ends there."""
    from gridmgr.domain.times import show as shown
    from gridmgr.services import routing, staffing

    at, timezone = printing.now(), routing.city(settings.engine).timezone
    instant = printing.instant(starts, timezone) or at
    made = staffing.hand_over(settings.engine, grid, person, effective_from=instant, at=at, by=printing.actor())
    begins = shown(made.valid_from, timezone)
    printing.say("{person} is chief of {grid} from {begins} on.", person=person, grid=grid, begins=begins)


@click.group()
def matrix():
    """Departments, their units, and who leads in which matter."""


@matrix.command("import")
@FILE
@DRY_RUN
@click.pass_obj
def import_matrix(settings, file, dry_run):
    """Take entries, units and departments in from FILE (.csv or .xlsx)."""
    from gridmgr.services.sheets import matrix as matrices

    show(matrices.import_matrix(settings.engine, file, at=printing.now(), by=printing.actor(), dry_run=dry_run))


@matrix.command("list")
@click.option("--to-confirm", is_flag=True, help="Only entries taken over from a similar matter.")
@click.pass_obj
def list_matrix(settings, to_confirm):
    """List who leads in each matter, city-wide and in single areas."""
    from gridmgr.services.sheets import matrix as matrices

    rows = matrices.listed(settings.engine, at=printing.now(), to_confirm=to_confirm)
    titles = ("Code", "Matter", "Area", "Lead", "Assisting", "Fallback", "To confirm")
    printing.table(None, [printing.words(title) for title in titles], rows)


@click.command()
@click.argument("kind", type=click.Choice(["staff", "matrix", "grids"]))
@click.argument("out", type=click.Path())
@click.pass_obj
def template(settings, kind, out):
    """Write a filled-in example of a sheet to OUT (.xlsx), with codes of your own city where there is one."""
    from gridmgr.services.sheets import templates

    templates.write_template(kind, out, codes=templates.example_codes(settings.config.database_url, kind))
    printing.say("Wrote {file}; its page notes explains each column.", file=out)


def show(imported):
    """Print what an import changed, or would change."""
    text = "{count} rows read and written." if imported.is_written else "{count} rows read; nothing written (dry run)."
    printing.say(text, count=imported.rows)
    for kind, count in imported.counts.items():
        click.echo(f"  {count:>7,}  {printing.words(kind)}")
