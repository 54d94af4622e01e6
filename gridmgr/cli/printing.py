"""What every command shares: its settings, its language, and how it prints."""

import contextlib
import dataclasses
import functools
import os

import click

from gridmgr.i18n import translate

PIPED_WIDTH = 200
NUMBER = click.IntRange(0, 2**31 - 1)


@dataclasses.dataclass
class Settings:
    """What stands before the command's name; the rest is read when it is needed."""

    database: str | None = None
    file: str | None = None

    @functools.cached_property
    def config(self):
        """Return the configuration, with the address given on the command line first."""
        from gridmgr import config

        found = config.load(self.file)
        return dataclasses.replace(found, database_url=config.address(self.database)) if self.database else found

    @functools.cached_property
    def engine(self):
        """Return the engine of the city's database."""
        from gridmgr.services import cities

        return cities.open_city(self.config.database_url, self.config.data)

    def close(self):
        """Let the database go, if a command opened it."""
        if "engine" in self.__dict__:
            self.engine.dispose()


def language(environ=os.environ):
    """Return the reader's language from the environment: ``zh`` or ``en``."""
    name = (
        environ.get("GRIDMGR_LANG") or environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    )
    return "zh" if name.lower().startswith("zh") else "en"


def words(text, /, **fields):
    """Return ``text`` in the reader's language."""
    return translate(text, language(), **fields)


def say(text, /, **fields):
    """Print ``text`` in the reader's language."""
    click.echo(words(text, **fields))


def console(stderr=False):
    """Return a rich console; what is piped into a file has wide lines."""
    from rich.console import Console

    found = Console(stderr=stderr, highlight=False)
    return found if found.is_terminal else Console(stderr=stderr, highlight=False, width=PIPED_WIDTH)


def table(title, columns, rows):
    """Print ``rows`` under ``columns``; a column name with a leading ``>`` is set to the right."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    sheet = Table(title=title or None, box=SIMPLE_HEAD, title_justify="left")
    for column in columns:
        sheet.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left", overflow="fold")
    for row in rows:
        sheet.add_row(*(Text(str(cell)) for cell in row))
    console().print(sheet)


def now():
    """Return this instant; the command line is one of the two rooms that read the clock."""
    import datetime as dt

    return dt.datetime.now(dt.UTC)


def actor():
    """Return who acts here: the user of the operating system."""
    import getpass

    return getpass.getuser()


def instant(text, timezone):
    """Return the instant that ``text`` names in the city's ``timezone``; None stays None."""
    from gridmgr.domain.times import read_instant

    return None if text is None else read_instant(text, timezone)


@contextlib.contextmanager
def progress(title, unit="rows"):
    """Show a bar with rate and time left on a terminal; the value is ``moved(done, total)``."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

    class Rate(ProgressColumn):
        """How many a second, over the last half minute."""

        def render(self, task):
            """Return the rate as text, nothing while it is unknown."""
            return f"{task.speed:,.0f}/s" if task.speed else ""

    parts = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        Rate(),
        TimeRemainingColumn(),
    )
    terminal = console(stderr=True)
    with Progress(*parts, console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
        task = bar.add_task(words(title), total=None)
        yield lambda done, total=None: bar.update(task, completed=done, total=total)


@contextlib.contextmanager
def interruptible():
    """Let a request to end (SIGTERM) interrupt a long job as Ctrl-C does."""
    import signal

    def interrupt(number, frame):
        raise KeyboardInterrupt

    earlier = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, earlier)


@contextlib.contextmanager
def steps():
    """Print what a long command is doing; the value is ``step(title)``, or ``step(title, done, total)`` within one."""
    import sys
    import time

    began = time.monotonic()
    last = {"title": None}

    def step(title, done=None, total=None, **fields):
        if title != last["title"]:
            last["title"] = title
            click.echo(f"[{time.monotonic() - began:5.1f} s] {words(title, **fields)}")
        if total and (done == total or sys.stdout.isatty()):
            end = "\n" if done == total else "\r"
            click.echo(f"[{time.monotonic() - began:5.1f} s]   {done:,} / {total:,}{end}", nl=False)

    yield step
