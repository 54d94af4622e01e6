"""The second factor of accounts: taken into use, asked for, renewed and taken away; which roles must have one."""

from gridmgr.domain.access import ACCOUNT_ROLES
from gridmgr.domain.access import second_factor as rules
from gridmgr.domain.access.second_factor import CODE, ENROL, SecondFactor
from gridmgr.errors import Conflict, Invalid, NotSignedIn
from gridmgr.services import accounts, trail
from gridmgr.services.accounts import changes
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store import cities as city_rows
from gridmgr.store.accounts import second_factors as rows

SETTING = "second_factor_roles"
"""Where the roles stand among the city's settings."""
KIND = "second_factor"
"""Of the counted tries."""


class WrongCode(NotSignedIn):
    """The code is not the right one, or was used already."""

    slug = "wrong-code"


class NoSecondFactor(Conflict):
    """The account has no second factor."""

    slug = "no-second-factor"


class SecondFactorRequired(Conflict):
    """The city asks a second factor of this role."""

    slug = "second-factor-required"


def needed(session, account):
    """Return what an account has to show after its password: ``"code"``, ``"enrol"`` or None for nothing."""
    held = rows.of_account(session, account.id)
    if held is not None and held.secret:
        return CODE
    return ENROL if account.role in required_roles(session) else None


def required_roles(session):
    """Return the roles that must have a second factor, in the order of the table."""
    named = city_rows.the_city(session).settings.get(SETTING, ())
    return [role for role in ACCOUNT_ROLES if role in named]


def roles(engine):
    """Return the roles that must have a second factor."""
    with reading(engine) as session:
        return required_roles(session)


def set_roles(engine, wanted, *, by, at):
    """Ask a second factor of these roles from their next sign-in on; return those it was asked of before."""
    wrong = [role for role in wanted if role not in ACCOUNT_ROLES]
    if wrong:
        known = ", ".join(ACCOUNT_ROLES)
        raise Invalid("There is no role {role}; choose one of {roles}.", role=wrong[0], roles=known)
    with writing(engine) as session:
        before = required_roles(session)
        city_rows.set_setting(session, SETTING, [role for role in ACCOUNT_ROLES if role in wanted])
        told = {"before": before, "now": required_roles(session)}
        trail.record(session, by, "require_second_factor", "city", told, at=at)
    return before


def state(engine, account):
    """Return whether an account has a second factor, since when, how many codes on paper are left, and whether it must."""
    with reading(engine) as session:
        held = rows.of_account(session, account.id)
        is_required = account.role in required_roles(session)
    is_on = held is not None and bool(held.secret)
    left = len(held.recovery) if is_on else 0
    return {
        "is_on": is_on,
        "since": held.confirmed_at if is_on else None,
        "recovery_left": left,
        "is_required": is_required,
    }


def begin(engine, account, password, *, at, address=""):
    """Return (secret, address for the picture) of a new phone; it counts once it has shown a code.

    Raises
    ------
    WrongPassword, TooManyTries
    """
    accounts.verified(engine, account.login, password, at=at, address=address)
    with writing(engine) as session:
        account_rows.forget_tries(session, "sign_in", accounts.hashed(account.login))
        return offered(session, account, is_new=True)


def offered(session, account, *, is_new=False):
    """Return (secret, address for the picture) that waits for its first code; ``is_new`` makes another."""
    held = rows.of_account(session, account.id, for_change=True) or rows.add(session, SecondFactor(account.id))
    if is_new or not held.waiting_secret:
        held.waiting_secret = rules.new_secret()
    return held.waiting_secret, rules.uri(held.waiting_secret, account.login, city_rows.the_city(session).name)


def confirm(engine, account, code, *, at):
    """Take the phone into use that shows this code; return the codes for paper, which are shown this once.

    Raises
    ------
    WrongCode, TooManyTries, NoSecondFactor
    """
    left = claim(engine, account, at)
    with writing(engine) as session:
        held = rows.of_account(session, account.id, for_change=True)
        if held is None or not held.waiting_secret:
            raise NoSecondFactor("No phone of {login} waits for its first code: begin anew.", login=account.login)
        step = rules.step_of(held.waiting_secret, code, at)
        if step is not None:
            return taken_into_use(session, account, held, step, at)
    raise wrong_code(left)


def taken_into_use(session, account, held, step, at):
    """Let the phone that waited be the second factor of its account; return the new codes for paper."""
    held.secret, held.waiting_secret, held.last_step, held.confirmed_at = held.waiting_secret, "", step, at
    codes = new_recovery_codes(held)
    account_rows.forget_tries(session, KIND, accounts.hashed(account.login))
    trail.record(session, account.login, "enrol_second_factor", f"account:{account.login}", at=at)
    return codes


def new_recovery_codes(held):
    """Give a second factor ten new codes for paper and return them; the old ones are good no more."""
    codes = rules.recovery_codes()
    held.recovery = [accounts.hashed(rules.plain(code)) for code in codes]
    return codes


def check(engine, account, code, *, at):
    """Take a code of an account, once: from its phone or from paper; what is left of its tries is forgotten.

    Raises
    ------
    WrongCode
        Says how many tries are left.
    TooManyTries
        Says how long to wait.
    """
    left = claim(engine, account, at)
    with writing(engine) as session:
        if not is_good(session, account, code, at):
            raise wrong_code(left)
        account_rows.forget_tries(session, KIND, accounts.hashed(account.login))


def is_good(session, account, code, at):
    """Return whether a code is good now, and use it up."""
    held = rows.of_account(session, account.id, for_change=True)
    if held is None or not held.secret:
        raise NoSecondFactor("{login} has no second factor.", login=account.login)
    step = rules.step_of(held.secret, code, at)
    if step is not None:
        return rows.use_step(session, account.id, step)
    digest = accounts.hashed(rules.plain(code))
    if digest not in held.recovery:
        return False
    held.recovery = [one for one in held.recovery if one != digest]
    told = {"left": len(held.recovery)}
    trail.record(session, account.login, "use_recovery_code", f"account:{account.login}", told, at=at)
    return True


def claim(engine, account, at):
    """Count one try of an account's codes; return how many are left after it."""
    with writing(engine) as session:
        before = accounts.claim_one(session, KIND, accounts.hashed(account.login), accounts.TRIES, at)
    return accounts.TRIES - before - 1


def wrong_code(left):
    """Return the refusal of a code."""
    return WrongCode(
        "The code is wrong, or was used already. Tries left before a pause of {minutes} minutes: {count}.",
        count=left,
        minutes=accounts.minutes(accounts.PAUSE),
    )


def renew_recovery(engine, account, code, *, at):
    """Return ten new codes for paper against a code that is good; the old ones are good no more."""
    check(engine, account, code, at=at)
    with writing(engine) as session:
        codes = new_recovery_codes(rows.of_account(session, account.id, for_change=True))
        trail.record(session, account.login, "renew_recovery_codes", f"account:{account.login}", at=at)
    return codes


def drop(engine, account, code, *, at):
    """Go on without a second factor, against a code that is good.

    Raises
    ------
    SecondFactorRequired
        The account's role must have one.
    """
    with reading(engine) as session:
        if account.role in required_roles(session):
            message = "The city asks a second factor of every {role}: take another phone into use instead."
            raise SecondFactorRequired(message, role=account.role)
    check(engine, account, code, at=at)
    with writing(engine) as session:
        rows.drop(session, account.id)
        trail.record(session, account.login, "drop_second_factor", f"account:{account.login}", at=at)


def reset(engine, login, *, by, at):
    """Take the second factor of an account away that lost its phone: its sessions end. ``by`` is as for other changes.

    Raises
    ------
    NoSuchAccount, Elsewhere, CityWide, NoSecondFactor
    """
    with writing(engine) as session:
        account = changes.found(session, login)
        changes.require_of(session, by, account, at)
        if not rows.drop(session, account.id):
            raise NoSecondFactor("{login} has no second factor.", login=account.login)
        account_rows.close_all_sessions(session, account.id)
        rows.end_all_waiting(session, account.id)
        account_rows.forget_tries(session, KIND, accounts.hashed(account.login))
        trail.record(session, changes.signature(by), "reset_second_factor", f"account:{account.login}", at=at)


def holders(engine, listed):
    """Return the ids of those of the accounts that have a second factor."""
    with reading(engine) as session:
        return rows.holders(session, [one.id for one in listed])
