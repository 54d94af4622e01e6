"""The worker on the command line: what runs beside the server, and the letters it could not deliver."""

import click

from gridmgr.cli import printing
from gridmgr.i18n import N_

OUTCOMES = {
    "delivered": N_("{count} notices delivered."),
    "postponed": N_("{count} tries in vain, to be repeated."),
    "dead": N_("{count} notices given up: gridmgr work dead."),
    "sealed": N_("{count} entries of the trail sealed."),
}


@click.group(invoke_without_command=True)
@click.option("--once", is_flag=True, help="Do what is due now, and stop.")
@click.pass_context
def work(context, once):
    """Deliver notices and seal the audit trail, until told to stop (SIGTERM, Ctrl-C)."""
    if context.invoked_subcommand is not None:
        return
    from gridmgr.services import working

    settings = context.obj
    engine, config = settings.engine, settings.config
    with stopping() as stop:
        if not once:
            printing.say("Working on {place}.", place=place(config))
        counts = working.run(engine, config, now=printing.now, stop=stop, once=once, told=say_at_once)
    for name, text in OUTCOMES.items():
        if counts.get(name):
            printing.say(text, count=counts[name])


def place(config):
    """Return the database's address as it may be shown."""
    from gridmgr.services import cities

    return cities.shown(config.database_url)


def say_at_once(text, **fields):
    """Print a line that a log gets at once."""
    click.echo(f"{printing.now():%Y-%m-%dT%H:%M:%SZ} {printing.words(text, **fields)}", err=True)


class stopping:  # noqa: N801  reads as contextlib's do
    """Turn SIGTERM and Ctrl-C into a question: ``stop()`` is true after the first of them."""

    def __enter__(self):
        import signal

        self.told = False
        self.earlier = {number: signal.signal(number, self.hear) for number in (signal.SIGTERM, signal.SIGINT)}
        return lambda: self.told

    def hear(self, number, frame):
        """Remember that it is time to stop."""
        self.told = True

    def __exit__(self, *_):
        import signal

        for number, earlier in self.earlier.items():
            signal.signal(number, earlier)


@work.command("dead")
@click.option("--most", default=100, show_default=True, type=click.IntRange(1, 100_000), help="So many at most.")
@click.option("--json", "as_json", is_flag=True, help="A letter a line, as JSON, with what it says.")
@click.pass_obj
def list_dead(settings, most, as_json):
    """List the notices that were given up, and why."""
    from gridmgr.domain import times
    from gridmgr.services import routing
    from gridmgr.services.notifications import letters

    zone = routing.city(settings.engine).timezone
    found = letters.dead(settings.engine, limit=most)
    if as_json:
        for letter in found:
            click.echo(as_line(letter, times.show(letter.ended_at, zone), letters))
        return
    rows = [
        (one.id, times.show(one.ended_at, zone), one.kind, letters.receiver(one), one.tries,
         letters.why(one, printing.language()))
        for one in found
    ]  # fmt: skip
    columns = [printing.words(c) for c in (">Number", "Given up", "Notice", "Receiver", ">Tries", "Reason")]
    printing.table(None, columns, rows)


def as_line(letter, ended_at, letters):
    """Return a dead letter as a line of JSON."""
    import json

    told = {"id": letter.id, "key": letter.key, "given_up": ended_at, "kind": letter.kind, "tries": letter.tries}
    told |= {"to": letters.receiver(letter), "reason": letters.why(letter, printing.language())}
    return json.dumps({**told, "payload": letter.payload}, ensure_ascii=False)


@work.command("again")
@click.argument("numbers", nargs=-1, type=printing.NUMBER)
@click.option("--all", "every", is_flag=True, help="All dead letters.")
@click.pass_obj
def again(settings, numbers, every):
    """Let the dead letters NUMBERS be tried anew."""
    from gridmgr.services.notifications import letters

    if not numbers and not every:
        raise click.UsageError(printing.words("Name the letters by their numbers, or --all."))
    found = letters.again(settings.engine, None if every else numbers, by=printing.actor(), at=printing.now())
    printing.say("{count} notices are tried anew.", count=len(found))
