"""The two long-running commands: serve a city, and show the demo city."""

import pathlib

import click

from gridmgr.cli import printing
from gridmgr.i18n import N_

HOST = "127.0.0.1"
DAYS_AHEAD = 14
"""So many days before it ends a certificate is warned of."""
ENDED = N_("The certificate {file} ended on {day}: phones refuse it. Make a new one.")
ENDS = N_("The certificate {file} ends on {day}: make a new one before that.")
FIRST = ("supervisor", "dispatcher", "planner")
"""The roles whose desks a visitor looks at first."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, help="0 takes a free port.")
@click.option("--workers", default=1, show_default=True, help="Processes; more than one needs PostGIS.")
@click.option("--tls-cert", metavar="FILE", help="Certificate of this server with its chain, PEM: serve over https.")
@click.option("--tls-key", metavar="FILE", help="Its key, PEM without a password.")
@click.pass_obj
def serve(settings, host, port, workers, tls_cert, tls_key):
    """Serve the map and the API of the city; phones give their position, and work offline, over https only."""
    from gridmgr.services import routing
    from gridmgr.web.serving import certificates, server

    tls = certificates.read_tls(tls_cert, tls_key)
    if tls:
        warn_of_end(certificates.ends_at(certificates.certificate_in(tls.cert)), tls.cert)
    routing.city(settings.engine)
    server.serve(settings.config, host=host, port=port, workers=workers, tls=tls)


def warn_of_end(ends_at, cert):
    """Say that a certificate has ended, or soon will: phones refuse it from then on."""
    days = (ends_at - printing.now()).days
    if days < 0:
        sentence = ENDED
    elif days < DAYS_AHEAD:
        sentence = ENDS
    else:
        return
    click.echo(printing.words(sentence, file=cert, day=f"{ends_at:%Y-%m-%d}"), err=True)


@click.command()
@click.option(
    "--file",
    default="demo/city.gpkg",
    show_default=True,
    type=click.Path(dir_okay=False),
    help="Where the demo city lies.",
)
@click.option("--no-serve", is_flag=True, help="Build, audit, route, and stop.")
@click.option("--port", default=0, show_default=True, help="0 takes a free port.")
@click.option("--seed", default=1, show_default=True, help="Another number, another city.")
@click.option("--now", help="The day the demo is anchored to; default today.")
@click.option("--grids", type=click.IntRange(40), help="A city of so many responsibility grids, for measurements.")
@click.option("--unit-grids", type=click.IntRange(40), help="And so many unit grids.")
@click.pass_obj
def demo(settings, file, no_serve, port, seed, now, grids, unit_grids):
    """Build the demo city, run the main job on it and serve its map."""
    from gridmgr import config
    from gridmgr.services.demo import tour

    path = pathlib.Path(file)
    url = (settings.database and settings.config.database_url) or config.address(str(path))
    anchor = printing.instant(now, "Asia/Shanghai") or printing.now()
    if port and not no_serve:
        refuse_taken(port)
    with printing.steps() as step:
        shown = tour.prepare(url, data_of(path), at=anchor, seed=seed, grids=grids, unit_grids=unit_grids, step=step)
        job = tour.main_job(shown.engine, at=anchor, step=step)
    printing.table(
        printing.words("The main job"),
        [printing.words(c) for c in ("What", ">Count", ">Seconds")],
        job.rows(printing.language()),
    )
    if no_serve:
        leave_word(path, url, shown, address=None)
    else:
        serve_demo(settings, path, url, shown, port)


def data_of(path):
    """Return the data folder of a demo city, beside its file."""
    return path.absolute().parent / "data"


def refuse_taken(port):
    """Say that the port is taken before minutes of work, not after."""
    from gridmgr.web.serving import server

    server.listen(HOST, port)[0].close()


def serve_demo(settings, path, url, shown, port):
    """Serve the demo city; the address is known, and written down, once the port is open."""
    import dataclasses

    from gridmgr.web.serving import server

    settings = dataclasses.replace(settings.config, database_url=url, data=data_of(path))
    server.serve(settings, host=HOST, port=port, workers=1, ready=lambda address: leave_word(path, url, shown, address))


def leave_word(path, url, shown, address):
    """Print, and write into demo.txt, where the city lies, its address and the sign-ins."""
    text = "\n".join(last_lines(path.absolute() if url.startswith("gpkg") else url, address, shown.accounts))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_name("demo.txt").write_text(text + "\n", encoding="utf-8")
    click.echo(text)


def last_lines(place, address, accounts):
    """Yield what a visitor needs to know: the file, the address, and who can sign in, the supervisor first."""
    from gridmgr.domain.access import words

    roles = list(dict.fromkeys((*FIRST, *words.ROLES)))
    yield printing.words("City file: {file}", file=place)
    if address:
        yield printing.words("Map: {address}", address=address)
    else:
        yield printing.words("Map: not served; gridmgr demo serves it.")
    for account in sorted(accounts, key=lambda one: roles.index(one.role)):
        yield printing.words(
            "Sign in as {role}: {login} (password the same)",
            role=printing.words(words.ROLES[account.role]),
            login=account.login,
        )
