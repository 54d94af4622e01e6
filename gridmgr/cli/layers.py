"""Layers in and out of the city, by file."""

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
@click.option("--code", help="Column of the codes; found by its usual names.")
@click.option("--name", help="Column of the names.")
@click.option("--parent", help="Column of the parent's code; found by code or place.")
@click.option("--encoding", help="Of the texts, like gb18030, if it is not recognised.")
@click.option("--repair", is_flag=True, help="Close small gaps, settle overlaps, match borders; each change is listed.")
@click.option("--max-width", default=5.0, show_default=True, help="Widest gap that repair closes; m.")
@click.option("--max-area", default=1000.0, show_default=True, help="Largest gap that repair closes; m².")
@click.option("--draft", type=int, help="Draft to fill; the open one, or a new one.")
@click.option("--dry-run", is_flag=True, help="Report the same, write nothing.")
@click.pass_obj
def import_layer(settings, file, layer_id, **options):
    """Import FILE into a layer; grids land in a draft."""
    from gridmgr.services import layers

    report = layers.import_file(settings.engine, file, layer_id, at=printing.now(), by=printing.actor(), **options)
    show(report, file)


def show(report, file):
    """Print what was read, where it landed, what was mended, what is wrong, what was written."""
    language = printing.language()
    printing.say("{count} features of {file} landed at {place}.", count=report.count, file=file, place=report.place)
    printing.say(
        "Codes are in column {code}, names in {name}.", code=report.code_column, name=report.name_column or "—"
    )
    for remark in report.remarks:
        click.echo(f"  {remark.say(language)}")
    listing(printing.words("Mended"), report.changes, language)
    listing(printing.words("Findings"), report.findings, language)
    say_outcome(report)


def listing(title, things, language, most=40):
    """Print changes or findings as a table; nothing where there are none."""
    rows = [
        (
            ", ".join(one.codes[:3]),
            f"{one.area_m2:,.2f}",
            f"{one.place[0]:.6f}, {one.place[1]:.6f}" if one.place else "",
            one.say(language),
        )
        for one in things[:most]
    ]
    if rows:
        printing.table(title, [printing.words(c) for c in ("Grids", ">m²", "Place", "What")], rows)
    if len(things) > most:
        printing.say("… and {count} more.", count=len(things) - most)


def say_outcome(report):
    """Print what was written, and where to go on."""
    if not report.written:
        printing.say("Nothing was written (--dry-run).")
    elif report.draft_id is None:
        printing.say(
            "{added} features written, {removed} old ones replaced.", added=report.added, removed=report.removed
        )
    else:
        printing.say(
            "Draft {draft}: {added} grids added, {changed} changed, {removed} removed. Next: gridmgr audit --draft {draft}.",
            draft=report.draft_id,
            added=report.added,
            changed=report.changed,
            removed=report.removed,
        )


@layer.command("export")
@click.argument("layer_id")
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@click.option("--draft", type=int, help="Export from a draft.")
@click.pass_obj
def export_layer(settings, layer_id, file, draft):
    """Export a layer into FILE (.gpkg, .geojson, .fgb, .parquet, .csv)."""
    from gridmgr.services import layers

    count = layers.export(settings.engine, layer_id, file, at=printing.now(), draft=draft)
    printing.say("{count} features written into {file}.", count=count, file=file)
