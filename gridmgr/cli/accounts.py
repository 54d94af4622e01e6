"""Accounts: who may sign in on the web."""

import click

from gridmgr.cli import printing


@click.group()
def user():
    """Accounts that sign in on the web."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice(["supervisor", "dispatcher", "planner", "administrator"]))
@click.option("--area", default="", help="Code of the area the account is for; the whole city without it.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
@click.pass_obj
def add(settings, login, name, role, area, password):
    """Add an account that signs in as LOGIN."""
    from gridmgr.services import accounts
    from gridmgr.services.transactions import writing

    with writing(settings.engine) as session:
        accounts.add_account(
            session, login=login, name=name, role=role, area_code=area, password=password, at=printing.now()
        )
    printing.say("{login} may sign in as {role}.", login=login, role=role)
