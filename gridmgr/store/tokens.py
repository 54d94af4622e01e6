"""Tokens of accounts: those that hold, and when they were last shown."""

from sqlalchemy import func, select, update

from gridmgr.domain.access import Account, Token
from gridmgr.store.tables.accounts import account, token


def add(session, new):
    """Keep a new token; return it with its id."""
    session.add(new)
    session.flush()
    return new


def by_hash(session, token_hash, at):
    """Return (Account, Token) of a token that holds at ``at`` and whose account is open, or None."""
    holds = (token.c.token_hash == token_hash, token.c.expires_at > at, token.c.revoked_at.is_(None))
    owner = select(Account, Token).join(Token, token.c.account_id == account.c.id)
    return session.execute(owner.where(*holds, account.c.disabled_at.is_(None))).one_or_none()


def of_account(session, account_id):
    """Return the tokens of an account that were not revoked, newest first; expired ones too."""
    kept = select(Token).where(token.c.account_id == account_id, token.c.revoked_at.is_(None))
    return session.scalars(kept.order_by(token.c.id.desc())).all()


def holding(session, account_id, at):
    """Return how many tokens of an account hold at ``at``."""
    holds = (token.c.account_id == account_id, token.c.expires_at > at, token.c.revoked_at.is_(None))
    return session.scalar(select(func.count()).select_from(token).where(*holds))


def revoke(session, account_id, token_id, at):
    """Revoke one token of an account; return whether there was one to revoke."""
    mine = (token.c.id == token_id, token.c.account_id == account_id, token.c.revoked_at.is_(None))
    return session.execute(update(Token).where(*mine).values(revoked_at=at)).rowcount == 1


def revoke_all(session, account_id, at):
    """Revoke every token of an account."""
    mine = (token.c.account_id == account_id, token.c.revoked_at.is_(None))
    session.execute(update(Token).where(*mine).values(revoked_at=at))


def touch(session, token_id, at):
    """Remember that a token was shown at ``at``."""
    session.execute(update(Token).where(token.c.id == token_id).values(last_used_at=at))
