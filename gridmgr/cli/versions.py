"""Versions: what becomes one, what is in force, what was."""

import click

from gridmgr.cli import printing


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
