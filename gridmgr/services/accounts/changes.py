"""Accounts as administrators see them: listed, added, changed, closed and opened, within their own area.

``by`` is the Account of an administrator, or the name of a user of the operating system, who is bound
by nothing: whoever can run commands on the machine can read the database too.
"""

from gridmgr.domain.access import may_give, within
from gridmgr.errors import Conflict, Forbidden, Invalid, NotFound
from gridmgr.i18n import LANGUAGES
from gridmgr.services import accounts, trail
from gridmgr.services.accounts import permitting
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store import tokens as token_rows

CHANGEABLE = ("name", "role", "area_code", "department_code", "language")
AT_ONCE = 500


class NoSuchAccount(NotFound):
    """There is no account of this login."""

    slug = "no-such-account"


class LastAdministrator(Conflict):
    """Nobody would be left who can manage accounts."""

    slug = "last-administrator"


class CityWide(Forbidden):
    """This role reaches beyond the administrator's own area."""

    slug = "city-wide-role"


def listed(engine, by, *, at, after="", containing="", role=None, limit=200):
    """Return (accounts, more): at most ``limit`` accounts by login, after a login, and whether there are more."""
    found = []
    with reading(engine) as session:
        known = None if isinstance(by, str) else permitting.boundaries(session, by, at)
        while len(found) <= limit:
            page = account_rows.page(session, after=after, containing=containing, role=role, limit=AT_ONCE)
            found += [one for one in page if known is None or is_of(by, known, one)]
            if len(page) < AT_ONCE:
                break
            after = page[-1].login
    return found[:limit], len(found) > limit


def is_of(by, boundaries, account):
    """Return whether an account lies within an administrator's area and department."""
    return within(by, boundaries, account.area_code, account.department_code)


def add(engine, *, by, at, **facts):
    """Add an account, as ``accounts.add_account`` says, within the administrator's own area; return it."""
    with writing(engine) as session:
        account = accounts.add_account(session, at=at, **facts)
        require_of(session, by, account, at)
        check_language(account.language)
        told = {name: getattr(account, name) for name in CHANGEABLE}
        trail.record(session, signature(by), "add_account", f"account:{account.login}", told, at=at)
        return account


def change(engine, login, *, by, at, is_closed=None, password=None, **changes):
    """Change what is given of an account and return it.

    A password or closing ends its sessions, closing revokes its tokens too; another role or area
    counts from the next request on.

    Parameters
    ----------
    changes
        New values for any of ``CHANGEABLE``.

    Raises
    ------
    NoSuchAccount, Invalid
    Elsewhere
        The account, or what it is to become, is not within the administrator's own area.
    LastAdministrator
    """
    with writing(engine) as session:
        heads = account_rows.head_administrators(session)
        account = found(session, login)
        require_of(session, by, account, at)
        told = apply(session, account, changes, is_closed, password, at)
        check(session, account)
        require_of(session, by, account, at)
        if heads == [account.login] and not is_head(account):
            raise LastAdministrator("{login} is the last administrator of the city: add another first.", login=login)
        if told:
            trail.record(session, signature(by), "change_account", f"account:{account.login}", told, at=at)
        return account


def apply(session, account, changes, is_closed, password, at):
    """Write what changes into an account; return field → [before, after] of it, without passwords."""
    told = {}
    for name, value in changes.items():
        if getattr(account, name) != value:
            told[name] = [getattr(account, name), value]
            setattr(account, name, value)
    if password is not None:
        accounts.set_password(session, account, password)
        told["password"] = ["…", "…"]
    if is_closed is not None and is_closed is not (account.disabled_at is not None):
        told["closed"] = [not is_closed, is_closed]
        account.disabled_at = at if is_closed else None
    if is_closed:
        account_rows.close_all_sessions(session, account.id)
        token_rows.revoke_all(session, account.id, at)
    return told


def check(session, account):
    """Raise Invalid where an account cannot be as it is now."""
    accounts.check_duty(session, account.role, account.area_code, account.department_code)
    check_language(account.language)
    if not account.name.strip():
        raise Invalid("An account needs the name of a person.")


def check_language(language):
    """Raise Invalid for a language that the pages do not speak."""
    if language not in LANGUAGES:
        raise Invalid(
            "There is no language {language}; choose one of {languages}.",
            language=language,
            languages=", ".join(LANGUAGES),
        )


def set_language(engine, account, language):
    """Remember in which language somebody reads."""
    check_language(language)
    with writing(engine) as session:
        session.merge(account).language = language


def found(session, login):
    """Return the account of a login; raise NoSuchAccount where there is none."""
    account = account_rows.by_login(session, accounts.normal(login))
    if account is None:
        raise NoSuchAccount("There is no account {login}.", login=login)
    return account


def place(engine, login):
    """Return (area code, department code) of an account, None where there is none of that login."""
    with reading(engine) as session:
        account = account_rows.by_login(session, accounts.normal(login))
    return None if account is None else (account.area_code, account.department_code)


def departments(engine):
    """Return the departments that an account may be for, by code."""
    with reading(engine) as session:
        return responsibility_rows.departments(session)


def require_of(session, by, account, at):
    """Raise Elsewhere for an account of another area or department, CityWide for one that reaches beyond ``by``'s."""
    if isinstance(by, str):
        return
    permitting.require_within(session, by, account.area_code, account.department_code, at=at)
    if not may_give(by, account.role):
        raise CityWide(
            "A {role} acts on the whole city: an administrator of one area cannot make one.", role=account.role
        )


def is_head(account):
    """Return whether an account can manage all the others."""
    return account.role == "administrator" and not (account.area_code or account.department_code or account.disabled_at)


def signature(by):
    """Return how the trail names who acts."""
    return by if isinstance(by, str) else by.login
