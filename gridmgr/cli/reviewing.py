"""The review of drafts on the command line: handed in, approved, returned, moved to a new base."""

import click

from gridmgr.cli import printing
from gridmgr.cli.drafting import acting, draft

ACCEPT = click.option(
    "--accept",
    "kinds",
    multiple=True,
    type=click.Choice(["no_person", "no_department"]),
    help="Findings of this kind may stay.",
)


@draft.command("submit")
@click.argument("number", type=printing.NUMBER)
@ACCEPT
@click.option("--reason", default="", help="Why they may; needed with --accept.")
@click.pass_obj
def submit(settings, number, kinds, reason):
    """Hand draft NUMBER in for review; refused while the audit is red."""
    from gridmgr.services import reviewing

    reviewing.submit(settings.engine, number, accept=kinds, reason=reason, **acting())
    printing.say("Draft {number} is submitted; another person has to approve it.", number=number)


@draft.command("approve")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def approve(settings, number):
    """Approve the submitted draft NUMBER as another person than any who worked on it."""
    from gridmgr.services import reviewing

    reviewing.approve(settings.engine, number, **acting())
    printing.say("Draft {number} is approved.", number=number)


@draft.command("return")
@click.argument("number", type=printing.NUMBER)
@click.argument("text", default="")
@click.pass_obj
def give_back(settings, number, text):
    """Return draft NUMBER to those who work on it, with TEXT saying what is to be done."""
    from gridmgr.services import reviewing

    reviewing.give_back(settings.engine, number, text=text, **acting())
    printing.say("Draft {number} is open again.", number=number)


@draft.command("rebase")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def rebase(settings, number):
    """Let draft NUMBER go on from the newest version; refused with the grids named that both changed."""
    from gridmgr.services.versions import rebasing

    made = rebasing.rebase(settings.engine, number, **acting())
    printing.say("Draft {number} goes on from version {base}.", number=number, base=made.base_number or "—")
