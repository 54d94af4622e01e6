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
@click.option("--photos", type=click.Path(file_okay=False), help="Folder for the photos; by default FILE.photos.")
@click.pass_obj
def backup(settings, file, photos):
    """Write a whole copy of the city to FILE and of its photos beside it, also while it is served."""
    from gridmgr.services import backups

    config = settings.config
    with printing.progress("Photos", unit="photos") as moved:
        size, done = backups.backup(config.database_url, config.data, file, photos=photos, progress=moved)
    printing.say("{file} holds the whole city ({size:.1f} MB).", file=file, size=size / 1e6)
    tell_of_photos(done, photos or backups.beside(file))


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Replace the present city file.")
@click.option(
    "--photos", type=click.Path(file_okay=False, exists=True), help="Folder of its photos, if not FILE.photos."
)
@click.pass_obj
def restore(settings, file, yes, photos):
    """Put the copy FILE back in the place of the city file, and its photos into the data folder."""
    from gridmgr.services import backups

    config = settings.config
    with printing.progress("Photos", unit="photos") as moved:
        done = backups.restore(config.database_url, config.data, file, photos=photos, replace=yes, progress=moved)
    printing.say("The city is back as in {file}.", file=file)
    tell_of_photos(done, config.data / "photos")


def tell_of_photos(done, folder):
    """Print how many photos a folder has, and how many are nowhere."""
    if done.count:
        printing.say("Photos in {folder}: {count}, of which new: {new}.", folder=folder, count=done.count, new=done.new)
    if done.missing:
        printing.say("Photos that are named but missing or damaged: {count}.", count=len(done.missing))
