"""Accounts: who may sign in, and how often somebody may try."""

import datetime as dt
import functools
import hashlib
import secrets
import unicodedata

import argon2

from gridmgr.domain.access import ACCOUNT_ROLES, OF_A_DEPARTMENT, Account, passwords
from gridmgr.errors import Conflict, Invalid, NotSignedIn, TooManyRequests
from gridmgr.services import trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store import cities as city_rows
from gridmgr.store import grids as grid_rows
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store.accounts import second_factors as second_factor_rows

TRIES = 5
TRIES_PER_ADDRESS = 200
PAUSE = dt.timedelta(minutes=15)
STAY = dt.timedelta(hours=12)
LONGEST_LOGIN = 64
hasher = argon2.PasswordHasher()


class LoginTaken(Conflict):
    """There is an account with this login already."""

    slug = "login-taken"


class WrongPassword(NotSignedIn):
    """Login or password is wrong."""

    slug = "wrong-password"


class TooManyTries(TooManyRequests):
    """Too many wrong passwords in a short time."""

    slug = "too-many-tries"


def add_account(
    session, *, login, password, name, role, at, area_code="", department_code="", person_id=None, language="zh"
):
    """Add an account and return it.

    Raises
    ------
    LoginTaken
    Invalid
        The login, the role, the area, the department or the password cannot be used.
        A demo city takes a password that equals the login, no other city does.
    """
    login = normal(login)
    check_login(login)
    check_duty(session, role, area_code, department_code)
    check_password(session, login, password, name)
    if account_rows.by_login(session, login) is not None:
        raise LoginTaken("There is an account {login} already; choose another login.", login=login)
    place = {"area_code": area_code, "department_code": department_code}
    new = Account(login, name, hasher.hash(password), role, at, person_id=person_id, language=language, **place)
    return account_rows.add(session, new)


def all_accounts(engine):
    """Return every account, by login."""
    with reading(engine) as session:
        return account_rows.all_accounts(session)


def verified(engine, login, password, *, at, address=""):
    """Return the open account that has this login and password; count the try."""
    left = claim(engine, hashed(normal(login)), address, at)
    with reading(engine) as session:
        account = account_rows.by_login(session, normal(login))
    if not is_right(account, password):
        raise WrongPassword(
            "Login or password is wrong. Tries left before a pause of {minutes} minutes: {count}.",
            count=left,
            minutes=minutes(PAUSE),
        )
    if account.disabled_at is not None and account.disabled_at <= at:
        raise NotSignedIn("The account {login} is closed: ask an administrator.", login=account.login)
    return account


def claim(engine, key, address, at):
    """Count one try to sign in; return how many are left after it. Raise TooManyTries where none was."""
    with writing(engine) as session:
        before = claim_one(session, "sign_in", key, TRIES, at)
        if address:
            claim_one(session, "sign_in_address", hashed(address), TRIES_PER_ADDRESS, at)
    return TRIES - before - 1


def claim_one(session, kind, key, most, at):
    """Count one try of a key; return how many there were before it."""
    before = account_rows.claim_try(session, kind, key, at, at - PAUSE, most)
    if before >= most:
        raise TooManyTries(
            "There were {count} tries to sign in: wait {minutes} minutes, then try again.",
            count=before,
            minutes=minutes(account_rows.first_try(session, kind, key) + PAUSE - at),
        )
    return before


def is_right(account, password):
    """Return whether the password is the account's; takes the same time where there is no such account."""
    stored = account.password_hash if account is not None else nobodys_hash()
    try:
        return hasher.verify(stored, password[: passwords.LONGEST]) and account is not None
    except argon2.exceptions.VerifyMismatchError:
        return False


@functools.cache
def nobodys_hash():
    """Return the hash of a password that nobody has."""
    return hasher.hash(secrets.token_urlsafe())


def open_session(engine, account, password, at):
    """Open a session and return its token; renew a hash that was made with weaker settings.

    ``password`` is the one that was just typed, None where it was not.
    """
    token = secrets.token_urlsafe(32)
    is_weak = password is not None and hasher.check_needs_rehash(account.password_hash)
    renewed = hasher.hash(password) if is_weak else None
    with writing(engine) as session:
        if renewed is not None:
            session.merge(account).password_hash = renewed
        account_rows.forget_tries(session, "sign_in", hashed(account.login))
        account_rows.open_session(session, account.id, hashed(token), at, at + STAY)
    return token


def account_of(engine, token, *, at):
    """Return the Account whose open session has ``token``, None where the session is over or unknown."""
    with reading(engine) as session:
        return account_rows.by_token_hash(session, hashed(token), at)


def sign_out(engine, token):
    """Close the session that has ``token``."""
    with writing(engine) as session:
        account_rows.close_session(session, hashed(token))


def change_password(engine, login, old, new, *, at, address=""):
    """Change a password and close every session of the account; its tokens stay.

    Raises
    ------
    WrongPassword, TooManyTries
        As for signing in: these tries count too.
    Invalid
        The new password cannot be used.
    """
    if new == old:
        raise Invalid("The new password is the old one: choose another.")
    # A new one that is too easy is no try to guess the old one, and must not lock anybody out.
    with reading(engine) as session:
        named = account_rows.by_login(session, normal(login))
        check_password(session, normal(login), new, named.name if named else "")
    account = verified(engine, login, old, at=at, address=address)
    with writing(engine) as session:
        set_password(session, session.merge(account), new)
        trail.record(session, account.login, "change_password", f"account:{account.login}", at=at)


def set_password(session, account, new):
    """Give an account another password: its sessions end, and whoever was locked out may try again."""
    check_password(session, account.login, new, account.name)
    account.password_hash = hasher.hash(new)
    account_rows.close_all_sessions(session, account.id)
    second_factor_rows.end_all_waiting(session, account.id)
    account_rows.forget_tries(session, "sign_in", hashed(account.login))


def allow(engine, kind, key, *, at, most, minutes):
    """Return whether ``key`` may do ``kind`` once more, and count it: at most ``most`` times in so many minutes."""
    with writing(engine) as session:
        since = at - dt.timedelta(minutes=minutes)
        return account_rows.claim_try(session, kind, hashed(key), at, since, most) < most


def normal(login):
    """Return ``login`` as it is stored: without spaces around it, one form of each letter, no capitals."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def check_login(login):
    """Raise Invalid unless ``login`` can be typed and stored."""
    if not login or len(login) > LONGEST_LOGIN or not login.isprintable() or any(c.isspace() for c in login):
        raise Invalid(
            "{login} cannot be a login: 1 to {longest} characters, no spaces.", login=login, longest=LONGEST_LOGIN
        )


def check_duty(session, role, area_code, department_code):
    """Raise Invalid unless there is such a role, area and department, and the role has the department it needs."""
    if role not in ACCOUNT_ROLES:
        raise Invalid("There is no role {role}; choose one of {roles}.", role=role, roles=", ".join(ACCOUNT_ROLES))
    if area_code and not grid_rows.knows_code(session, area_code):
        raise Invalid("There is no grid or area with the code {code}.", code=area_code)
    if department_code and department_code not in {one.code for one in responsibility_rows.departments(session)}:
        raise Invalid("There is no department with the code {code}.", code=department_code)
    if role in OF_A_DEPARTMENT and not department_code:
        raise Invalid("The role {role} works for one department: name its code.", role=role)


def check_password(session, login, password, name=""):
    """Raise Invalid for a password that is easy to guess; a demo city takes the login."""
    city = city_rows.the_city(session)
    if normal(password) == login:
        if city is not None and city.is_demo:
            return
        raise Invalid("The password must not be the login.")
    found = passwords.fault(password, login, name)
    if found is not None:
        template, fields = found
        raise Invalid(template, **fields)


def hashed(secret):
    """Return the digest under which a token, a login or an address is stored: none can be read from the file."""
    return hashlib.sha256(secret.encode()).hexdigest()


def minutes(span):
    """Return the whole minutes that cover ``span``."""
    return max(1, -(-int(span.total_seconds()) // 60))
