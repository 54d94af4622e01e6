"""Replay: how many stored reports would change hands with other boundaries."""

import click

from gridmgr.cli import printing


@click.command()
@click.argument("target", metavar="[OUT]", required=False, type=click.Path(dir_okay=False, writable=True))
@click.option("--draft", type=printing.NUMBER, help="Replay with this draft.")
@click.option("--version", type=printing.NUMBER, help="Replay with this version.")
@click.option("--from", "begins", help="Only reports received from this instant on (the city's time).")
@click.option("--to", "ends", help="Only reports received before this instant.")
@click.pass_obj
def replay(settings, target, draft, version, begins, ends):
    """Tell how many stored reports change grid, department and person with a draft or another version.

    The reports go into OUT (csv, parquet, geojson, gpkg) where one is named, as stored and as
    replayed side by side.
    """
    from gridmgr.services import replaying, routing

    timezone = routing.city(settings.engine).timezone
    begins, ends = (printing.instant(text, timezone) for text in (begins, ends))
    asked = replaying.replay(settings.engine, draft=draft, version=version, begins=begins, ends=ends, at=printing.now())
    with replaying.into(target) as write, printing.progress("Replaying") as moved:
        changes = replaying.replayed(asked, write=write, progress=moved)
    report(changes, asked.known.ground.boundaries.label)
    if target and changes.reports:
        printing.say("{count} reports are in {file}.", count=changes.reports, file=target)


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
