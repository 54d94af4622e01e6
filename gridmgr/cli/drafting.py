"""Drafts on the command line: begun, edited by lists of edits or by way of a file, undone, put away."""

import click

from gridmgr.cli import printing
from gridmgr.i18n import N_


@click.group()
def draft():
    """Changes being prepared."""


@draft.command("list")
@click.pass_obj
def list_drafts(settings):
    """List the drafts that are open or under review."""
    from gridmgr.services import drafts

    rows = [
        (d.id, d.name, d.status, d.base_number or "—", count, d.created_by, f"{d.created_at:%Y-%m-%d %H:%M}", d.reason)
        for d, count in drafts.with_counts(settings.engine)
    ]
    headings = (printing.words(c) for c in (">Draft", "Name", "State", ">Base", ">Edits", "By", "Begun", "Reason"))
    printing.table(None, list(headings), rows)


@draft.command("new")
@click.argument("name")
@click.option("--reason", default="", help="Why the boundaries change.")
@click.option("--moves", "moves_level", metavar="LEVEL", help="Highest level whose borders may move, like community.")
@click.pass_obj
def new(settings, name, reason, moves_level):
    """Begin a draft called NAME on the newest version."""
    from gridmgr.services import drafts

    made = drafts.begin(settings.engine, name, reason=reason, moves_level=moves_level, **acting())
    printing.say("Draft {number} is begun.", number=made.id)


@draft.command("show")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def show(settings, number):
    """Show what draft NUMBER holds: its edits, checkpoints and comments."""
    from gridmgr.domain.drafts import edits
    from gridmgr.services.drafting import telling

    found = telling.told(settings.engine, number)
    language = printing.language()
    rows = [
        (
            e.number,
            "↶" if e.undone_at else "",
            edits.say(e.edit, language),
            e.made_by,
            f"{e.made_at:%Y-%m-%d %H:%M}",
            e.reason,
        )
        for e in found.edits
    ]
    headings = [printing.words(c) for c in (">Edit", "Undone", "What", "By", "At", "Reason")]
    printing.table(f"{number}: {found.draft.name}", headings, rows)
    for mark in found.checkpoints:
        printing.say("Checkpoint {id} after edit {number}: {name}", id=mark.id, number=mark.number, name=mark.name)
    for one in found.comments:
        click.echo(f"{'✓' if one.settled_at else '·'} {one.made_by}: {one.text}")


@draft.command("apply")
@click.argument("number", type=printing.NUMBER)
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--keep-going", is_flag=True, help="Make each edit that can be made; without it all are made or none.")
@click.option("--reason", default="", help="Why, for edits that do not say it.")
@click.pass_context
def apply(context, number, file, keep_going, reason):
    """Make the edits of FILE in draft NUMBER, one JSON object a line; - reads them from the standard input."""
    from gridmgr.domain.drafts import edits
    from gridmgr.services.drafting import lists

    lines = readable(file)
    found = lists.apply(context.obj.engine, number, lines, keep_going=keep_going, reason=reason, **acting())
    for one in found.edits:
        click.echo(edits.say(one, printing.language()))
    for line, error in found.refused:
        click.echo(
            printing.words("Line {line}: {sentence}", line=line, sentence=error.say(printing.language())), err=True
        )
    printing.say("Edits made in draft {draft}: {count}.", count=len(found.edits), draft=number)
    context.exit(1 if found.refused else 0)


def readable(file):
    """Return the lines of a text file; raise Invalid where it is none."""
    from gridmgr.errors import Invalid

    try:
        return file.read().splitlines()
    except UnicodeDecodeError as error:
        raise Invalid("{file} is not UTF-8 text: save it as UTF-8.", file=file.name) from error


@draft.command("undo")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def undo(settings, number):
    """Undo the last edit of draft NUMBER."""
    from gridmgr.services.drafting import travelling

    say_step(N_("Undone: {edit}"), travelling.undo(settings.engine, number, **acting()))


@draft.command("redo")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def redo(settings, number):
    """Do the edit of draft NUMBER again that was undone last."""
    from gridmgr.services.drafting import travelling

    say_step(N_("Done again: {edit}"), travelling.redo(settings.engine, number, **acting()))


def say_step(text, found):
    """Print which edit was undone or done again."""
    from gridmgr.domain.drafts import edits

    printing.say(text, edit=edits.say(found.changes[-1].edit, printing.language()))


@draft.command("discard")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def discard(settings, number):
    """Put draft NUMBER away; nothing published changes."""
    from gridmgr.services import drafts

    drafts.discard(settings.engine, number)
    printing.say("Draft {number} is discarded.", number=number)


def acting():
    """Return who changes a draft here, and when."""
    return {"by": printing.actor(), "at": printing.now()}


@draft.command("export")
@click.argument("number", type=printing.NUMBER)
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@click.pass_obj
def export(settings, number, file):
    """Write the drawn grids of draft NUMBER into FILE, to be edited in a desktop GIS."""
    from gridmgr.services.drafting.round_trip import exporting

    count = exporting.export(settings.engine, number, file)
    printing.say("{count} features written into {file}.", count=count, file=file)


@draft.command("import")
@click.argument("number", type=printing.NUMBER)
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--reason", default="", help="Why; kept with each edit.")
@click.option("--dry-run", is_flag=True, help="Report the same, write nothing.")
@click.pass_context
def import_edits(context, number, file, reason, dry_run):
    """Take FILE back into draft NUMBER as edits; exit code 1 where something in it cannot be taken."""
    from gridmgr.services.drafting.round_trip import importing

    found = importing.import_edits(context.obj.engine, number, file, reason=reason, dry_run=dry_run, **acting())
    show_difference(found, number)
    context.exit(1 if found.left or found.disputed else 0)


def show_difference(found, number):
    """Print what a file holds otherwise than a draft, and what became of it."""
    from gridmgr.domain.drafts import edits

    language = printing.language()
    printing.say(
        "{file}: {count} grids, {unchanged} as they were ({snapped} of them within some centimetres).", **vars(found)
    )
    rows = [(edits.say(edit, language), f"{area:,.1f}") for edit, area in found.edits]
    if rows:
        printing.table(None, [printing.words(c) for c in ("What", ">m²")], rows)
    if found.slivers:
        printing.say("{slivers} slivers of {slivers_m2:.2f} m² together were left out as rounding.", **vars(found))
    if found.missing:
        printing.say("Not in the file, and kept as they are: {codes}.", codes=edits.shown(found.missing))
    for one, other in found.disputed:
        printing.say(
            "{one} and {other} draw their common border differently: make them agree.", one=one, other=other or "–"
        )
    for edit, error in found.left:
        click.echo(f"{edits.say(edit, language)}: {error.say(language)}")
    say_whether_written(found, number)


def say_whether_written(found, number):
    """Print whether the edits were made."""
    if found.is_written:
        printing.say("Edits made in draft {draft}: {count}.", count=len(found.edits), draft=number)
    elif not found.edits and not found.left and not found.disputed:
        printing.say("The file holds nothing otherwise than draft {draft}.", draft=number)
    else:
        printing.say("Nothing was changed.")
