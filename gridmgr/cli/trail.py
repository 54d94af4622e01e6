"""The audit trail on the command line: who did what, and whether it is as it was written."""

import click

from gridmgr.cli import printing


@click.group()
def trail():
    """Who did what, and whether that record is whole."""


@trail.command("list")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 100_000), help="So many entries at most.")
@click.option("--by", help="Only what this login did.")
@click.option("--action", help="Only this, like publish_version.")
@click.option("--subject", help="Only what was done to this, like version:12.")
@click.option("--before", type=printing.NUMBER, help="Only entries with a lower number.")
@click.option("--json", "as_json", is_flag=True, help="An entry a line, as JSON.")
@click.pass_obj
def list_entries(settings, most, by, action, subject, before, as_json):
    """List who did what, the newest first."""
    from gridmgr.domain import times
    from gridmgr.services import routing
    from gridmgr.services import trail as service

    zone = routing.city(settings.engine).timezone
    found = service.listed(settings.engine, limit=most, before=before, by=by, action=action, subject=subject)
    if as_json:
        for entry in found:
            click.echo(as_line(entry, times.show(entry.at, zone)))
        return
    rows = [
        (e.id, times.show(e.at, zone), e.by, e.action, e.subject, said(e.data), e.seal_number or "—") for e in found
    ]
    columns = [printing.words(c) for c in (">Number", "When", "By", "What", "To what", "More", ">Seal")]
    printing.table(None, columns, rows)


def as_line(entry, at):
    """Return an entry as a line of JSON."""
    import json

    names = ("id", "by", "action", "subject", "data", "seal_number")
    return json.dumps({"at": at, **{name: getattr(entry, name) for name in names}}, ensure_ascii=False)


def said(data):
    """Return the data of an entry as ``name=value``."""
    return ", ".join(f"{name}={value}" for name, value in data.items())


@trail.command("verify")
@click.option("--head", help="NUMBER:DIGEST that an earlier verify printed: tells whether the end was cut off since.")
@click.option("--most", default=40, show_default=True, help="Print at most so many places.")
@click.pass_context
def verify(context, head, most):
    """Prove that nobody changed what was recorded; exit code 1 where the chain breaks."""
    from gridmgr.services import trail as service

    found = service.verify(context.obj.engine, head=head)
    for one in found.breaks[:most]:
        click.echo(f"  ✗ {one.say(printing.language())}")
    if len(found.breaks) > most:
        printing.say("… and {count} more; --most shows more.", count=len(found.breaks) - most)
    printing.say(
        "{entries} entries in {seals} seals, {unsealed} not sealed yet.",
        entries=found.entries,
        seals=found.seals,
        unsealed=found.unsealed,
    )
    if found.head and not found.breaks:
        printing.say("The trail is whole. Keep its head elsewhere: {head}", head=found.head)
    context.exit(1 if found.breaks else 0)
