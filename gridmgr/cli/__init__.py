"""The command line: one group, each noun's commands in a file of its own.

Only click is imported here and at the top of the command files, so that
``--help`` answers at once; everything heavy is imported inside the commands.
"""

import gc

import click

from gridmgr import __version__
from gridmgr.cli import (
    accounts,
    asking,
    calendars,
    casework,
    checking,
    cities,
    impacting,
    layers,
    printing,
    replaying,
    serving,
    staffing,
    trail,
    versions,
    working,
)
from gridmgr.errors import GridmgrError

# A city is a hundred thousand rows that stay: at its usual pace of 700 new objects the
# garbage collector looks them over again and again, a quarter of the time of one question.
ROWS_BETWEEN_COLLECTIONS = 50_000


class Program(click.Group):
    """The main group: an error a user can meet becomes one sentence and exit code 2."""

    def invoke(self, context):
        """Run the command; say what went wrong in the reader's language."""
        try:
            return super().invoke(context)
        except GridmgrError as error:
            click.echo(error.say(printing.language()), err=True)
            context.exit(2)
        except (PermissionError, FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            click.echo(
                printing.words("{file} cannot be written: choose a folder that is yours.", file=error.filename),
                err=True,
            )
            context.exit(2)


@click.group(cls=Program)
@click.version_option(__version__, prog_name="gridmgr")
@click.option(
    "--database", metavar="URL", help="City file or postgresql:// address; default GRIDMGR_DATABASE_URL or city.gpkg."
)
@click.option(
    "--config", "file", type=click.Path(exists=True, dir_okay=False), help="Settings file; default gridmgr.toml."
)
@click.pass_context
def main(context, database, file):
    """Grid management of a city: who answers for every spot, and for every kind of problem there."""
    gc.set_threshold(ROWS_BETWEEN_COLLECTIONS)
    context.obj = printing.Settings(database=database, file=file)
    context.call_on_close(context.obj.close)


for command in (
    cities.init,
    cities.doctor,
    cities.backup,
    cities.restore,
    layers.layer,
    serving.serve,
    serving.demo,
    staffing.staff,
    staffing.matrix,
    staffing.template,
    calendars.calendar,
    casework.case,
    checking.audit,
    impacting.draft,
    versions.publish,
    versions.version,
    versions.diff,
    asking.where,
    asking.route,
    replaying.replay,
    accounts.user,
    trail.trail,
    working.work,
):
    main.add_command(command)
