"""Accounts: who may sign in on the web, and the tokens of their programs."""

import click

from gridmgr.cli import printing

ROLES = (
    "collector",
    "acceptor",
    "shift_leader",
    "dispatcher",
    "department",
    "handler",
    "supervisor",
    "grid_chief",
    "line_chief",
    "planner",
    "auditor",
    "administrator",
)
"""The roles of ``gridmgr.domain.access``, which takes too long to import for --help; a test compares them."""
PASSWORD = click.option(
    "--password", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given."
)
MOST = 1_000_000
AREA = "Code of the area the account is for; the whole city without it."
DEPARTMENT = "Code of the department the account is for; every one without it."


@click.group()
def user():
    """Accounts that sign in on the web."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--area", default="", help=AREA)
@click.option("--department", default="", help=DEPARTMENT)
@PASSWORD
@click.pass_obj
def add(settings, login, name, role, area, department, password):
    """Add an account that signs in as LOGIN."""
    from gridmgr.services.accounts import changes as account_changes

    place = {"area_code": area, "department_code": department}
    account_changes.add(settings.engine, login=login, name=name, role=role, password=password, **place, **acting())
    printing.say("{login} may sign in as {role}.", login=login, role=role)


@user.command("list")
@click.option("--role", type=click.Choice(ROLES), help="Only this role.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.pass_obj
def show(settings, role, as_json):
    """List the accounts by login."""
    import json

    from gridmgr.services import routing
    from gridmgr.services.accounts import changes as account_changes

    timezone = routing.city(settings.engine).timezone
    found, _ = account_changes.listed(settings.engine, printing.actor(), at=printing.now(), role=role, limit=MOST)
    rows = [facts(one, timezone) for one in found]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        columns = [
            printing.words(c) for c in ("Login", "Name", "Role", "Area of responsibility", "Department", "Closed since")
        ]
        printing.table("", columns, [[value or "" for value in row.values()] for row in rows])


@user.command("change")
@click.argument("login")
@click.option("--name", help="The person's name.")
@click.option("--role", type=click.Choice(ROLES))
@click.option("--area", help="Code of the area the account is for; '' for the whole city.")
@click.option("--department", help="Code of the department the account is for; '' for every one.")
@click.pass_obj
def change(settings, login, name, role, area, department):
    """Change name, role, area or department of an account; it counts from the next click on."""
    given = {"name": name, "role": role, "area_code": area, "department_code": department}
    changed(settings, login, **{field: value for field, value in given.items() if value is not None})
    printing.say("{login} is changed.", login=login)


@user.command("disable")
@click.argument("login")
@click.pass_obj
def disable(settings, login):
    """Close an account at once: its sessions end, its tokens are revoked."""
    changed(settings, login, is_closed=True)
    printing.say("{login} is closed: sessions ended, tokens revoked.", login=login)


@user.command("enable")
@click.argument("login")
@click.pass_obj
def enable(settings, login):
    """Open a closed account again; its tokens stay revoked."""
    changed(settings, login, is_closed=False)
    printing.say("{login} may sign in again.", login=login)


@user.command("password")
@click.argument("login")
@PASSWORD
@click.pass_obj
def password(settings, login, password):
    """Give an account another password: its sessions end, a lock-out ends too."""
    changed(settings, login, password=password)
    printing.say("{login} has a new password; open sessions ended.", login=login)


@user.command("reset-second-factor")
@click.argument("login")
@click.pass_obj
def reset_second_factor(settings, login):
    """Take the second factor of an account away that lost its phone and its recovery codes: its sessions end."""
    from gridmgr.services.accounts import second_factor

    second_factor.reset(settings.engine, login, **acting())
    printing.say("{login} has no second factor any more; open sessions ended.", login=login)


@user.command("ask-second-factor")
@click.argument("roles", nargs=-1, type=click.Choice(ROLES))
@click.option("--nobody", is_flag=True, help="Ask it of no role.")
@click.pass_obj
def ask_second_factor(settings, roles, nobody):
    """Ask a second factor of every account of these ROLES, from its next sign-in on; without ROLES show of whom."""
    from gridmgr.services.accounts import second_factor

    if roles or nobody:
        second_factor.set_roles(settings.engine, roles, **acting())
    asked = ", ".join(second_factor.roles(settings.engine)) or printing.words("none")
    printing.say("Roles that must have a second factor: {roles}.", roles=asked)


@user.group("token")
def token():
    """Tokens that programs show in place of a password."""


@token.command("add")
@click.argument("login")
@click.option("--name", required=True, help="What the token is for.")
@click.option("--right", "rights", multiple=True, help="A right of the account's role; may be given several times.")
@click.option("--days", default=90, show_default=True, help="For how many days it holds, at most 366.")
@click.pass_obj
def add_token(settings, login, name, rights, days):
    """Make a token for the account LOGIN and print it: it is shown this once."""
    from gridmgr.services import tokens

    account = found(settings, login)
    _, secret = tokens.make(settings.engine, account, name=name, rights=list(rights), days=days, **acting())
    click.echo(secret)
    click.echo(printing.words("Keep it now: it is shown this once."), err=True)


@token.command("list")
@click.argument("login")
@click.pass_obj
def list_tokens(settings, login):
    """List the tokens of the account LOGIN that were not revoked."""
    from gridmgr.services import routing, tokens

    timezone = routing.city(settings.engine).timezone
    columns = [printing.words(c) for c in (">Number", "Name", "Rights", "Expires", "Last used")]
    rows = [token_row(one, timezone) for one in tokens.of_account(settings.engine, found(settings, login))]
    printing.table("", columns, rows)


@token.command("revoke")
@click.argument("login")
@click.argument("number", type=printing.NUMBER)
@click.pass_obj
def revoke(settings, login, number):
    """Revoke the token NUMBER of the account LOGIN at once."""
    from gridmgr.services import tokens

    tokens.revoke(settings.engine, found(settings, login), number, **acting())
    printing.say("Token {number} of {login} is revoked.", number=number, login=login)


def acting():
    """Return who acts here and when."""
    return {"by": printing.actor(), "at": printing.now()}


def changed(settings, login, **changes):
    """Change an account."""
    from gridmgr.services.accounts import changes as account_changes

    account_changes.change(settings.engine, login, **acting(), **changes)


def found(settings, login):
    """Return the account of a login."""
    from gridmgr.services.accounts import changes as account_changes
    from gridmgr.services.transactions import reading

    with reading(settings.engine) as session:
        return account_changes.found(session, login)


def facts(account, timezone):
    """Return what is listed of an account, in the city's time."""
    from gridmgr.domain.times import show

    names = ("login", "name", "role", "area_code", "department_code")
    closed = show(account.disabled_at, timezone) if account.disabled_at else None
    return {name: getattr(account, name) for name in names} | {"closed_at": closed}


def token_row(one, timezone):
    """Return one row of the list of tokens, in the city's time."""
    from gridmgr.domain.times import show

    last = show(one.last_used_at, timezone) if one.last_used_at else printing.words("never")
    rights = ", ".join(one.rights) or printing.words("none of its own")
    return [one.id, one.name, rights, show(one.expires_at, timezone), last]
