"""Versions: what becomes one, what is in force, what was."""

import click

from gridmgr.cli import printing
from gridmgr.i18n import N_

STATES = {
    "past": N_("past"),
    "current": N_("current"),
    "scheduled": N_("scheduled"),
    "withdrawn": N_("withdrawn"),
}
KINDS = {"created": N_("created"), "dissolved": N_("dissolved"), "changed": N_("changed")}
FACTS = {
    "code": N_("code"),
    "name": N_("name"),
    "name_en": N_("English name"),
    "parent_code": N_("parent"),
    "level": N_("level"),
    "role": N_("role"),
    "props": N_("attributes"),
    "shape": N_("shape"),
}


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
    say_published(made, city)


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
        (v.number, show(v.effective_from, city), printing.words(STATES[state]), v.published_by, v.approved_by or "—",
         v.withdrawn_reason or v.reason)
        for v, state in publishing.versions(settings.engine, printing.now())
    ]  # fmt: skip
    headings = (printing.words(c) for c in (">Version", "In force from", "State", "By", "Approved by", "Reason"))
    printing.table(None, list(headings), rows)


@click.command()
@click.argument("before", type=printing.NUMBER)
@click.argument("after", type=printing.NUMBER)
@click.option(
    "--out", "file", type=click.Path(dir_okay=False), help="Write it into a file: gpkg, geojson, csv, fgb, parquet."
)
@click.pass_obj
def diff(settings, before, after, file):
    """Tell what version AFTER changes against version BEFORE."""
    from gridmgr.services.versions import comparing, difference_files

    found = comparing.of_versions(settings.engine, before, after)
    if file is not None:
        count = difference_files.write(found, file)
        printing.say("{count} features written into {file}.", count=count, file=file)
        return
    printing.say("{before} → {after}: {created} grids created, {dissolved} dissolved, {changed} changed.",
                 before=found.before, after=found.after,
                 **{kind: len(found.of_kind(kind)) for kind in ("created", "dissolved", "changed")})  # fmt: skip
    rows = [change_row(found, one) for one in found.changes]
    headings = (printing.words(c) for c in ("Code", "Name", "Level", "Change", ">Before (m²)", ">After (m²)"))
    printing.table(None, list(headings), rows)
    moved = [(one.before.code, one.after.code, f"{one.area_m2:,.0f}") for one in found.moves]
    printing.table(
        printing.words("Ground that changed hands"), [printing.words(c) for c in ("From", "To", ">m²")], moved
    )


def change_row(found, one):
    """Return one change as a row: which grid, what of it, its areas."""
    areas = [found.area_m2(shape) for shape in (one.shape_before, one.shape_after)]
    what = ", ".join(printing.words(FACTS[name]) for name in one.differs) or printing.words(KINDS[one.kind])
    code = one.grid.code if "code" not in one.differs else f"{one.before.code} → {one.after.code}"
    return (code, one.grid.name, one.grid.level, what, *("—" if area is None else f"{area:,.0f}" for area in areas))


version.add_command(diff)


@version.command("withdraw")
@click.argument("number", type=printing.NUMBER)
@click.option("--reason", required=True, help="Why; recorded with the version.")
@click.pass_obj
def withdraw(settings, number, reason):
    """Withdraw the scheduled version NUMBER: it does not come into force."""
    from gridmgr.services.versions import withdrawing

    withdrawing.withdraw(settings.engine, number, reason=reason, by=printing.actor(), at=printing.now())
    printing.say("Version {number} is withdrawn.", number=number)


@version.command("revive")
@click.argument("number", type=printing.NUMBER)
@click.option("--reason", required=True, help="Why; recorded with the version.")
@click.option("--effective-from", help="Instant from which it is in force (the city's time); default now.")
@click.option("--keep-open", is_flag=True, help="Only begin the draft, to be worked on.")
@click.pass_obj
def revive(settings, number, reason, effective_from, keep_open):
    """Bring the boundaries of version NUMBER back as a new version, with their identities and codes."""
    from gridmgr.services import routing
    from gridmgr.services.versions import reviving

    city = routing.city(settings.engine)
    made = reviving.revive(
        settings.engine,
        number,
        name=printing.words("Version {number} revived", number=number),
        reason=reason,
        effective_from=printing.instant(effective_from, city.timezone),
        keep_open=keep_open,
        by=printing.actor(),
        at=printing.now(),
    )
    if made.version is not None:
        say_published(made.version, city)
    elif keep_open:
        printing.say("Draft {number} is begun.", number=made.draft_id)
    else:
        printing.say("Draft {number} is submitted; another person has to approve it.", number=made.draft_id)


@version.command("rehome")
@click.option("--reason", default="", help="Why; recorded with each case.")
@click.option("--effective-from", help="Instant from which on (the city's time); default now.")
@click.option("--grid", "grids", multiple=True, help="Only cases of this grid; may be given several times.")
@click.option("--dry-run", is_flag=True, help="Only show which cases would pass.")
@click.pass_obj
def rehome(settings, reason, effective_from, grids, dry_run):
    """Let open cases pass to the grids that own their spots since borders moved."""
    from gridmgr.services import homes, routing

    begins = printing.instant(effective_from, routing.city(settings.engine).timezone)
    given = {"grids": grids or None, "valid_from": begins, "reason": reason, "dry_run": dry_run}
    found = homes.rehome(settings.engine, **given, by=printing.actor(), at=printing.now())
    rows = [(one.number, one.home or "—", one.spot) for one in found]
    printing.table(None, [printing.words(c) for c in ("Case", "From", "To")], rows)
    if dry_run:
        printing.say("{count} open cases would pass to another grid.", count=len(found))
    else:
        printing.say("{count} open cases pass to another grid.", count=len(found))


def say_published(made, city):
    """Print that a version is published and from when on it is in force."""
    printing.say(
        "Version {number} is published, in force from {instant}.",
        number=made.number,
        instant=show(made.effective_from, city),
    )


def show(at, city):
    """Return an instant in the city's time."""
    from gridmgr.domain import times

    return times.show(at, city.timezone)
