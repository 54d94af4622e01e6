"""Signing in, in one step or two: no session is there before the last of them."""

import datetime as dt
import secrets

from gridmgr.domain.access.second_factor import ENROL
from gridmgr.errors import NotSignedIn
from gridmgr.services import accounts
from gridmgr.services.accounts import second_factor
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store.accounts import second_factors as rows

PATIENCE = dt.timedelta(minutes=10)
"""For so long the second step may be taken after the first."""


class SecondStepNeeded(NotSignedIn):
    """This account shows a second factor too."""

    slug = "second-step-needed"

    def __init__(self, message, step, waiting):
        super().__init__(message)
        self.step, self.waiting = step, waiting


class StepOver(NotSignedIn):
    """The sign-in was not finished in time."""

    slug = "step-over"


class NoAccountHere(NotSignedIn):
    """This city has no account for you."""

    slug = "no-account-here"


def sign_in(engine, login, password, *, at, address=""):
    """Open a session and return (Account, token).

    Each try is counted before the password is looked at, so parallel guesses
    share the same five; a success forgets them. Tries from one ``address`` are
    limited too, against guessing one password for many logins.

    Raises
    ------
    WrongPassword
        Says how many tries are left.
    TooManyTries
        Says how long to wait.
    SecondStepNeeded
        Carries the token that :func:`finish` takes; there is no session so far.
    """
    account = accounts.verified(engine, login, password, at=at, address=address)
    ask_second(engine, account, at)
    return account, accounts.open_session(engine, account, password, at)


def ask_second(engine, account, at):
    """Raise SecondStepNeeded where an account has, or must have, a second factor."""
    with reading(engine) as session:
        step = second_factor.needed(session, account)
    if step is None:
        return
    waiting = secrets.token_urlsafe(32)
    with writing(engine) as session:
        rows.wait(session, account.id, accounts.hashed(waiting), at, at + PATIENCE)
        if step == ENROL:
            second_factor.offered(session, account)
    raise SecondStepNeeded("The password is right; now the code of the second factor.", step, waiting)


def halfway(engine, waiting, *, at):
    """Return (Account, step, what a phone reads or None) of somebody who has shown his password.

    Raises
    ------
    StepOver
    """
    with writing(engine) as session:
        account = rows.waiting(session, accounts.hashed(waiting or ""), at)
        if account is None:
            raise StepOver("The sign-in was not finished in time: begin anew with the password.")
        step = second_factor.needed(session, account)
        return account, step, second_factor.offered(session, account) if step == ENROL else None


def finish(engine, waiting, code, *, at):
    """Take the second step; return (Account, token, codes for paper or None).

    Raises
    ------
    StepOver, WrongCode, TooManyTries
    """
    account, step, _ = halfway(engine, waiting, at=at)
    codes = None
    if step == ENROL:
        codes = second_factor.confirm(engine, account, code, at=at)
    elif step is not None:
        second_factor.check(engine, account, code, at=at)
    with writing(engine) as session:
        if not rows.end_waiting(session, accounts.hashed(waiting)):
            raise StepOver("The sign-in was not finished in time: begin anew with the password.")
    return account, accounts.open_session(engine, account, None, at), codes


def vouched(engine, login, *, is_enough, at, address=""):
    """Open a session for the account of a login that the city's provider vouches for; return (Account, token).

    An account must be there and open: nobody gets one, or a right, by being known elsewhere.

    Parameters
    ----------
    is_enough : bool
        Whether the provider has asked for the second factor, so that none is asked for here.

    Raises
    ------
    NoAccountHere, SecondStepNeeded, TooManyTries
    """
    if address:
        with writing(engine) as session:
            accounts.claim_one(session, "sign_in_address", accounts.hashed(address), accounts.TRIES_PER_ADDRESS, at)
    with reading(engine) as session:
        account = account_rows.by_login(session, accounts.normal(login))
    if account is None or (account.disabled_at is not None and account.disabled_at <= at):
        raise NoAccountHere("There is no open account {login} in this city: ask an administrator.", login=login[:64])
    if not is_enough:
        ask_second(engine, account, at)
    return account, accounts.open_session(engine, account, None, at)
