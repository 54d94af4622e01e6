"""The city itself: found it, look after it, keep it safe."""

import click

from gridmgr.cli import printing


@click.command()
@click.option("--city", "name", required=True, help="Name of the city.")
@click.option("--boundary", type=click.Path(exists=True, dir_okay=False), help="File with the city's outer boundary.")
@click.option("--bbox", help="W,S,E,N in degrees, when there is no boundary file.")
@click.option("--crs", help="What the boundary file is in, if it does not say.")
@click.option("--timezone", help="Like Asia/Shanghai; found out when not given.")
@click.option("--profile", type=click.Choice(["any", "cn"]), help="cn: Chinese codes, categories and calendar.")
@click.pass_obj
def init(settings, name, boundary, bbox, crs, timezone, profile):
    """Found a city in a new database."""
    from gridmgr.services import cities

    made = cities.found(
        settings.config.database_url,
        name=name,
        boundary=boundary,
        bbox=bbox,
        crs=crs,
        timezone=timezone,
        profile=profile,
        at=printing.now(),
        by=printing.actor(),
    )
    city = made.city
    printing.say(
        "{name} is founded in {place}: time zone {zone}, EPSG:{srid}, code profile {profile}.",
        name=city.name,
        place=made.place,
        zone=city.timezone,
        srid=city.srid,
        profile=city.profile,
    )
    for note in made.landed.notes if made.landed else ():
        click.echo(note.say(printing.language()))
    advise(settings)


@click.command()
@click.pass_obj
def doctor(settings):
    """Look the city over and say the next step."""
    advise(settings)


def advise(settings):
    """Print each check with a tick or a cross, and what to do."""
    from gridmgr.services import advising

    for check in advising.check_up(settings.engine, at=printing.now()):
        mark = {"ok": "✓", "todo": "→", "warn": "!"}[check.state]
        click.echo(f"  {mark} {check.say(printing.language())}")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
@click.pass_obj
def backup(settings, file):
    """Write a whole copy of the city to FILE, also while it is served."""
    from gridmgr.services import cities

    size = cities.backup(settings.config.database_url, file)
    printing.say("{file} holds the whole city ({size:.1f} MB).", file=file, size=size / 1e6)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Replace the present city file.")
@click.pass_obj
def restore(settings, file, yes):
    """Put the copy FILE back in the place of the city file."""
    from gridmgr.services import cities

    cities.restore(settings.config.database_url, file, replace=yes)
    printing.say("The city is back as in {file}.", file=file)
