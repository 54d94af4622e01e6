"""Tokens: what a program shows in place of a password. Shown once, kept as a digest, good for some rights and some days."""

import datetime as dt
import secrets
import weakref

from gridmgr.domain.access import Token, rights_for_tokens
from gridmgr.errors import Conflict, Invalid, NotFound, NotSignedIn
from gridmgr.services import accounts, standing, trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts as account_rows
from gridmgr.store import revisions
from gridmgr.store import tokens as token_rows

MARK = "gridmgr_"
"""How every token begins, so that one that went astray is noticed in a file."""
MOST = 20
LONGEST_NAME = 100
LONGEST_DAYS = 366
WRONG_PER_ADDRESS = 30
SEEN_EVERY = dt.timedelta(minutes=1)
KIND = "token"
MOST_KNOWN = 10_000
_known: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
"""Pool → (revisions of the accounts, digest → (Account, Token) of those shown since)."""


class WrongToken(NotSignedIn):
    """The token is unknown, expired or revoked."""

    slug = "wrong-token"
    headers = (("WWW-Authenticate", "Bearer"),)


class NoSuchToken(NotFound):
    """This account has no such token."""

    slug = "no-such-token"


class TooManyTokens(Conflict):
    """The account has as many tokens as it may."""

    slug = "too-many-tokens"


def make(engine, account, *, name, rights, days, by, at):
    """Return (Token, secret): a new token of an account; the secret is shown this once.

    Parameters
    ----------
    rights : list of str
        What a program may do with it, beyond what anybody may; rights of the account's role.
    days : int
        For how long it holds, at most ``LONGEST_DAYS``.

    Raises
    ------
    Invalid, TooManyTokens
    """
    check(account, name, rights, days)
    secret = MARK + secrets.token_urlsafe(32)
    with writing(engine) as session:
        if token_rows.holding(session, account.id, at) >= MOST:
            raise TooManyTokens("{login} has {count} tokens: revoke one first.", login=account.login, count=MOST)
        in_order = [right for right in rights_for_tokens(account.role) if right in rights]
        until = at + dt.timedelta(days=days)
        new = token_rows.add(session, Token(account.id, name.strip(), accounts.hashed(secret), in_order, at, until))
        told = {"account": account.login, "name": new.name, "rights": in_order, "expires_at": until.isoformat()}
        trail.record(session, by, "add_token", f"token:{new.id}", told, at=at)
    return new, secret


def check(account, name, rights, days):
    """Raise Invalid where a token cannot be made so."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise Invalid("Give the token a name of 1 to {longest} characters: what it is for.", longest=LONGEST_NAME)
    if not 0 < days <= LONGEST_DAYS:
        raise Invalid("A token holds for 1 to {longest} days; {days} is not.", longest=LONGEST_DAYS, days=days)
    possible = rights_for_tokens(account.role)
    wrong = [right for right in rights if right not in possible]
    if wrong:
        raise Invalid(
            "A token of {role} cannot carry {rights}: choose from {possible}.",
            role=account.role,
            rights=", ".join(wrong),
            possible=", ".join(possible),
        )


def of_account(engine, account):
    """Return the tokens of an account that were not revoked, newest first; expired ones too."""
    with reading(engine) as session:
        return token_rows.of_account(session, account.id)


def revoke(engine, account, token_id, *, by, at):
    """Revoke a token of an account at once; raise NoSuchToken where there is none to revoke."""
    with writing(engine) as session:
        if not token_rows.revoke(session, account.id, token_id, at):
            raise NoSuchToken("{login} has no token {number}.", login=account.login, number=token_id)
        revisions.raise_(session, revisions.ACCOUNTS)
        trail.record(session, by, "revoke_token", f"token:{token_id}", {"account": account.login}, at=at)


def owner(engine, secret, *, at, address=""):
    """Return (Account, Token) of a token that holds, and remember to the minute when it was shown.

    Raises
    ------
    WrongToken
    TooManyTries
        Too many wrong ones came from this address; a token that holds is taken all the same.
    """
    known, digest = known_owners(engine), accounts.hashed(secret)
    found = known.get(digest) or read_owner(engine, known, digest, at)
    if found is None or found[1].expires_at <= at:
        refuse(engine, address, at)
    account, token = found
    if token.last_used_at is None or at - token.last_used_at >= SEEN_EVERY:
        with writing(engine) as session:
            token_rows.touch(session, token.id, at)
        token.last_used_at = at
    return account, token


def known_owners(engine):
    """Return digest → (Account, Token) of the tokens shown since an account or a token last changed.

    A program shows its token with each request, and to read it takes longer than most answers.
    """
    numbers = standing.numbers(engine)
    now = numbers.get(revisions.ACCOUNTS), numbers.get(revisions.RESTORED)
    before, known = _known.get(engine.pool, (None, {}))
    if before != now or len(known) >= MOST_KNOWN:
        known = {}
        _known[engine.pool] = now, known
    return known


def read_owner(engine, known, digest, at):
    """Return (Account, Token) as the database has them, and remember them; None where no such token holds."""
    with reading(engine) as session:
        found = token_rows.by_hash(session, digest, at)
    if found is not None:
        known[digest] = found
    return found


def refuse(engine, address, at):
    """Count a wrong token of an address and raise WrongToken; beyond the limit TooManyTries."""
    key = accounts.hashed(address)
    with writing(engine) as session:
        before = account_rows.claim_try(session, KIND, key, at, at - accounts.PAUSE, WRONG_PER_ADDRESS)
        first = account_rows.first_try(session, KIND, key)
    if before >= WRONG_PER_ADDRESS:
        raise accounts.TooManyTries(
            "{count} wrong tokens came from this address: wait {minutes} minutes, then try again.",
            count=before,
            minutes=accounts.minutes(first + accounts.PAUSE - at),
        )
    raise WrongToken("The token is unknown, has expired or was revoked: make a new one.")
