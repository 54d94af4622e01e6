"""Layers in and out of the city, by file."""

import contextlib

import click

from gridmgr.cli import printing


@click.group()
def layer():
    """Layers of the map: list, import, export."""


@layer.command("list")
@click.pass_obj
def list_layers(settings):
    """List the layers with how much they hold."""
    from gridmgr.services import layers

    rows = [
        (one.layer.id, one.layer.title(printing.language()), one.layer.kind, one.layer.geometry, f"{one.count:,}")
        for one in layers.listed(settings.engine, at=printing.now())
    ]
    printing.table(None, [printing.words(c) for c in ("Layer", "Title", "Kind", "Shapes", ">Count")], rows)


@layer.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--layer", "layer_id", required=True, help="Which layer; gridmgr layer list names them.")
@click.option("--crs", help="EPSG:n, gcj02 or bd09, if the file does not say.")
@click.option("--code", metavar="COLUMN", help="Column of the codes; found by its usual names.")
@click.option("--name", metavar="COLUMN", help="Column of the names.")
@click.option("--parent", metavar="COLUMN", help="Column of the parents' codes; else found by code or place.")
@click.option("--encoding", help="Of the texts, like gb18030, if it is not recognised.")
@click.option("--dataset", metavar="NAME", help="Which layer of a GeoPackage, or which file of an archive.")
@click.option("--repair", is_flag=True, help="Close small gaps, settle overlaps, match borders; each change is listed.")
@click.option("--max-width", default=5.0, show_default=True, help="Widest gap that repair closes; m.")
@click.option("--max-area", default=1000.0, show_default=True, help="Largest gap that repair closes; m².")
@click.option("--draft", type=printing.NUMBER, help="Draft to fill; the open one, or a new one.")
@click.option("--dry-run", is_flag=True, help="Report the same, write nothing.")
@click.option("--most", default=40, show_default=True, help="Print at most so many changes and findings.")
@click.pass_obj
def import_layer(settings, file, layer_id, most, **options):
    """Import FILE into a layer; grids land in a draft."""
    from gridmgr.services import layers

    with waiting() as progress:
        report = layers.import_file(
            settings.engine, file, layer_id, at=printing.now(), by=printing.actor(), progress=progress, **options
        )
    show(report, most)


@contextlib.contextmanager
def waiting():
    """Show on a terminal which step an import has come to; the value is called with each step's title."""
    with printing.console(stderr=True).status("") as status:
        yield lambda title: status.update(printing.words(title))


def show(report, most):
    """Print what was read, where it landed, what was mended, what is wrong, what was written."""
    language = printing.language()
    printing.say(
        "{file}: {count} features ({kind}, {crs}) landed at {place}.",
        file=report.file,
        count=report.count,
        kind=report.kind,
        crs=report.crs,
        place=report.place,
    )
    printing.say(
        "Codes are in column {code}, names in {name}, parents in {parent}.",
        code=report.code_column or "–",
        name=report.name_column or "–",
        parent=report.parent_column or "–",
    )
    for note in report.notes:
        click.echo(f"  {note.say(language)}")
    listing(report, printing.words("Mended"), report.changes, most, lambda change: change.rule)
    listing(report, printing.words("Findings"), report.findings, most, lambda finding: finding.kind)
    say_outcome(report)


def listing(report, title, things, most, kind_of):
    """Print changes or findings as a table, each with its features in the file and its place; nothing where there are none."""
    rows = [
        (
            kind_of(one),
            report.features(one.codes[:3]),
            ", ".join(one.codes[:3]) + (" …" if len(one.codes) > 3 else ""),
            f"{one.area_m2:,.2f}" if one.area_m2 else "",
            f"{one.place[0]:.6f}, {one.place[1]:.6f}" if one.place else "",
            one.say(printing.language()),
        )
        for one in things[:most]
    ]
    if rows:
        headings = [printing.words(c) for c in ("Kind", "Feature", "Code", ">m²", "Place", "What and what to do")]
        printing.table(f"{title} ({len(things)})", headings, rows)
    if len(things) > most:
        printing.say("… and {count} more; --most shows more.", count=len(things) - most)


def say_outcome(report):
    """Print what was written or would be, and where to go on."""
    counts = {"added": report.added, "changed": report.changed, "removed": report.removed}
    if not report.written:
        printing.say(
            "Nothing was written (--dry-run); it would be {added} added, {changed} changed, {removed} removed.",
            **counts,
        )
    elif report.draft_id is None:
        printing.say("{added} features added, {changed} replaced.", added=report.added, changed=report.changed)
    else:
        printing.say(
            "Draft {draft}: {added} grids added, {changed} changed, {removed} removed. Next: gridmgr audit --draft {draft}.",
            draft=report.draft_id,
            **counts,
        )


@layer.command("export")
@click.argument("layer_id")
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@click.option("--draft", type=printing.NUMBER, help="Export from a draft.")
@click.option("--version", type=printing.NUMBER, help="Export from a version.")
@click.option("--at", help="As it is or was at that instant (the city's time); default now.")
@click.pass_obj
def export_layer(settings, layer_id, file, draft, version, at):
    """Export a layer into FILE (.gpkg, .geojson, .fgb, .parquet, .csv)."""
    from gridmgr.services import layers, routing

    instant = printing.instant(at, routing.city(settings.engine).timezone) or printing.now()
    count = layers.export(settings.engine, layer_id, file, at=instant, draft=draft, version=version)
    printing.say("{count} features written into {file}.", count=count, file=file)
