"""Drafts and versions: what is being prepared, what is in force, what was."""

import click

from gridmgr.cli import printing


@click.group()
def draft():
    """Changes being prepared."""


@draft.command("list")
@click.pass_obj
def list_drafts(settings):
    """List the open drafts."""
    from gridmgr.services import drafts

    rows = [
        (d.id, d.name, d.base_number or "—", d.created_by, f"{d.created_at:%Y-%m-%d %H:%M}", d.reason)
        for d in drafts.open_drafts(settings.engine)
    ]
    printing.table(None, [printing.words(c) for c in (">Draft", "Name", ">Base", "By", "Begun", "Reason")], rows)


@draft.command("discard")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def discard(settings, number):
    """Put draft NUMBER away; nothing published changes."""
    from gridmgr.services import drafts

    drafts.discard(settings.engine, number)
    printing.say("Draft {number} is discarded.", number=number)


@click.command()
@click.argument("number", type=printing.NUMBER)
@click.option("--effective-from", help="Instant from which it is in force (the city's time); default now.")
@click.option(
    "--accept",
    "kinds",
    multiple=True,
    type=click.Choice(["no_person", "no_department"]),
    help="Publish in spite of findings of this kind.",
)
@click.option("--reason", default="", help="Why; recorded with the version.")
@click.pass_obj
def publish(settings, number, effective_from, kinds, reason):
    """Publish draft NUMBER; refused while the audit is red."""
    from gridmgr.services import publishing, routing

    city = routing.city(settings.engine)
    instant = printing.instant(effective_from, city.timezone)
    made = publishing.publish(
        settings.engine,
        number,
        effective_from=instant,
        accept=kinds,
        reason=reason,
        by=printing.actor(),
        at=printing.now(),
    )
    printing.say(
        "Version {number} is published, in force from {instant}.",
        number=made.number,
        instant=show(made.effective_from, city),
    )


@click.group()
def version():
    """Published boundaries."""


@version.command("list")
@click.pass_obj
def list_versions(settings):
    """List the versions: who, why, when."""
    from gridmgr.services import publishing, routing

    city = routing.city(settings.engine)
    rows = [
        (v.number, show(v.effective_from, city), state, v.published_by, v.reason)
        for v, state in publishing.versions(settings.engine, printing.now())
    ]
    printing.table(None, [printing.words(c) for c in (">Version", "In force from", "State", "By", "Reason")], rows)


def show(at, city):
    """Return an instant in the city's time."""
    from gridmgr.domain import times

    return times.show(at, city.timezone)
