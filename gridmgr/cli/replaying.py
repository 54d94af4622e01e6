"""Replay: how many stored reports would change hands with other boundaries."""

import click

from gridmgr.cli import printing

MOST_SHOWN = 15


@click.command()
@click.argument("target", metavar="[OUT]", required=False, type=click.Path(dir_okay=False, writable=True))
@click.option("--draft", type=printing.NUMBER, help="Replay with this draft.")
@click.option("--version", type=printing.NUMBER, help="Replay with this version.")
@click.option("--from", "begins", help="Only reports received from this instant on (the city's time).")
@click.option("--to", "ends", help="Only reports received before this instant.")
@click.option(
    "--beside",
    type=click.Choice(["stored", "in_force"]),
    default="stored",
    help="Compare with what was stored (default), or with what the version then in force says with the people of now.",
)
@click.pass_obj
def replay(settings, target, draft, version, begins, ends, beside):
    """Tell how many stored reports change grid, department and person with a draft or another version.

    The reports go into OUT (csv, parquet, geojson, gpkg) where one is named, as stored and as
    replayed side by side.
    """
    from gridmgr.services import replaying, routing
    from gridmgr.services.impact.replays import Tally

    tally = Tally()
    timezone = routing.city(settings.engine).timezone
    begins, ends = (printing.instant(text, timezone) for text in (begins, ends))
    chosen = {"draft": draft, "version": version, "begins": begins, "ends": ends, "beside": beside}
    asked = replaying.replay(settings.engine, **chosen, at=printing.now())
    with replaying.into(target) as write, printing.progress("Replaying") as moved:
        changes = replaying.replayed(asked, write=write, look=tally.look, progress=moved)
    report(changes, asked.known.ground.boundaries.label)
    people = asked.known.facts.staffing.persons
    shares(printing.words("Grid"), tally.shares("grid"), lambda code: code)
    shares(
        printing.words("Person"), tally.shares("person"), lambda one: people[one].name if one in people else str(one)
    )
    if target and changes.reports:
        printing.say("{count} reports are in {file}.", count=changes.reports, file=target)


def shares(title, found, name):
    """Print the grids or persons that have the most other reports than before."""
    if not found:
        return
    rows = [(name(one.key), one.before, one.after, one.leave, one.come) for one in found[:MOST_SHOWN]]
    columns = [printing.words(column) for column in (">Before", ">After", ">Leave", ">Come")]
    printing.table(None, [title, *columns], rows)
    if len(found) > MOST_SHOWN:
        printing.say("… and {count} more.", count=len(found) - MOST_SHOWN)


def report(changes, label):
    """Print how many reports change what."""
    printing.say(
        "{reports} reports replayed with {label}: {count} change hands.",
        reports=changes.reports,
        label=label,
        count=changes.any,
    )
    names = [printing.words(name) for name in ("Grid", "Department", "Person")]
    counts = [changes.grid, changes.department, changes.person]
    shares = [f"{count / changes.reports:.1%}" if changes.reports else "—" for count in counts]
    columns = [printing.words(name) for name in ("What changes", ">Reports", ">Share")]
    printing.table(None, columns, zip(names, map(str, counts), shares, strict=True))
