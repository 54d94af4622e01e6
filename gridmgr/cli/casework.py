"""Cases of another system, in bulk."""

import csv
import pathlib

import click

from gridmgr.cli import printing, staffing
from gridmgr.i18n import N_

SHOWN = 20
FIELD = N_("Say FIELD=COLUMN, like number=case_id.")
JUDGEMENTS = (N_("as the record says"), N_("by the deadline it brought"), N_("by the deadline counted here"))
TITLES = (N_("overdue"), N_("on time"), N_("unlike the record"))
DIFFERENCES = {
    "same": N_("the same instant"),
    "same_working_time": N_("no working time between the two"),
    "earlier": N_("counted here: earlier"),
    "later": N_("counted here: later"),
}


@click.group()
def case():
    """Cases: take those of another system in."""


@case.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--mapping", metavar="NAME", help="What its words mean: a TOML file, or one of layers/adoption.")
@click.option("--column", "columns", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field.")
@click.option("--crs", default="wgs84", show_default=True, help="What the positions are in: EPSG:n, gcj02 or bd09.")
@click.option("--clock", type=click.Choice(("brought", "counted")), default="brought", show_default=True,
              help="Keep the deadlines of the file, or count them here by limit and calendar.")  # fmt: skip
@click.option("--state", default="dispatched", show_default=True, help="State of rows that name none.")
@click.option("--source", default="import", show_default=True, help="Under which name its numbers are known.")
@click.option("--as-of", help="Instant of the comparison (the city's time); default when the last case was opened.")
@click.option(
    "--refused", type=click.Path(dir_okay=False, writable=True), help="Write refused rows into this CSV file."
)
@staffing.DRY_RUN
@click.pass_obj
def import_cases(settings, file, mapping, columns, as_of, refused, **options):
    """Take reports and cases of FILE (csv, xlsx, parquet, geojson, gpkg) in, each with its clock.

    Rows that cannot be used are told with the reason; numbers that came in before are left as they are.
    """
    from gridmgr.services import adoption, routing

    words = adoption.mapping(mapping, [pair(text) for text in columns])
    instant = printing.instant(as_of, routing.city(settings.engine).timezone)
    with printing.progress("Adopting") as moved:
        done = adoption.adopt_file(
            settings.engine, file, words=words, at=printing.now(), by=printing.actor(), progress=moved, **options
        )
    report(done, file)
    compare(done, instant or done.file_date, routing.city(settings.engine).timezone)
    if refused and done.refused:
        write_refused(done, refused)


def pair(text):
    """Return field and column of ``FIELD=COLUMN``."""
    field, equals, column = text.partition("=")
    if not equals or not column:
        raise click.BadParameter(printing.words(FIELD), param_hint="--column")
    return field, column


def report(done, file):
    """Print what became of the rows, and the first of those that were refused."""
    counts = {"cases": done.cases, "reports": done.reports, "known": done.known, "refused": len(done.refused)}
    printing.say(
        "{rows} rows of {file}: {cases} cases, {reports} reports, {known} known before, {refused} refused.",
        rows=done.rows,
        file=file,
        **counts,
    )
    if not done.is_written:
        printing.say("Nothing was written (--dry-run).")
    for _, error in done.refused[:SHOWN]:
        click.echo(f"  {error.say(printing.language())}")
    if len(done.refused) > SHOWN:
        printing.say("… and {count} more; --refused FILE writes them all.", count=len(done.refused) - SHOWN)


def compare(done, at, timezone):
    """Print how many of the open cases are overdue, by each clock beside what their record says, and why these differ."""
    from gridmgr.domain import adoption
    from gridmgr.domain.times import show

    if not done.judged:
        return
    printing.say("Open cases at {time}:", time=show(at, timezone))
    cells = adoption.split(done.judged, at)
    rows = [(printing.words(name), *sums(cells, place)) for place, name in enumerate(JUDGEMENTS)]
    printing.table(None, ["", *(f">{printing.words(title)}" for title in TITLES)], rows)
    for name, found in differing(done):
        printing.say("{count} deadlines: {difference}.", count=f"{len(found):,}", difference=printing.words(name))


def sums(cells, place):
    """Return overdue, on time and unlike the record, by the judgement at ``place``."""
    overdue = sum(count for key, count in cells.items() if key[place] is True)
    on_time = sum(count for key, count in cells.items() if key[place] is False)
    other = sum(count for key, count in cells.items() if None not in (key[0], key[place]) and key[0] != key[place])
    return f"{overdue:,}", f"{on_time:,}", f"{other:,}" if place else ""


def differing(done):
    """Yield (sentence, cases) of each way in which the two deadlines lie to each other."""
    from gridmgr.domain import adoption

    by_kind = {}
    for one in done.judged:
        by_kind.setdefault(adoption.difference(one, done.calendar), []).append(one)
    for kind, sentence in DIFFERENCES.items():
        if kind in by_kind:
            yield sentence, by_kind[kind]


def write_refused(done, path):
    """Write the refused rows with their reasons, under the columns of their file: mended, it can be imported."""
    from gridmgr.geometry.formats.delimited import escaped
    from gridmgr.services.streams import GEOMETRY

    titles = {field: field if column == GEOMETRY else column for field, column in done.columns.items()}
    with pathlib.Path(path).open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["row", "reason", *titles.values()])
        for row, error in done.refused:
            writer.writerow([row.number, error.say(printing.language()), *(escaped(row.get(name)) for name in titles)])
    printing.say("{count} refused rows are in {file}.", count=len(done.refused), file=path)
