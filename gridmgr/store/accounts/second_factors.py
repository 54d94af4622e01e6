"""Second factors of accounts, and sign-ins that wait for theirs."""

from sqlalchemy import delete, select, update

from gridmgr.domain.access import Account
from gridmgr.domain.access.second_factor import HalfSignIn, SecondFactor
from gridmgr.store.tables.accounts import account, half_sign_in, second_factor


def of_account(session, account_id, *, for_change=False):
    """Return the SecondFactor of an account, or None; ``for_change`` lets others who change it wait."""
    found = select(SecondFactor).where(second_factor.c.account_id == account_id)
    return session.scalars(found.with_for_update() if for_change else found).one_or_none()


def holders(session, account_ids):
    """Return those of the accounts that have a second factor."""
    held = select(second_factor.c.account_id).where(
        second_factor.c.account_id.in_(account_ids), second_factor.c.secret != ""
    )
    return set(session.scalars(held.order_by(second_factor.c.account_id)))


def add(session, new):
    """Keep a new row and return it."""
    session.add(new)
    session.flush()
    return new


def use_step(session, account_id, step):
    """Note that the code of a half minute was taken; return whether it is the first time that it or a later one is."""
    later = update(second_factor).where(second_factor.c.account_id == account_id, second_factor.c.last_step < step)
    return session.execute(later.values(last_step=step)).rowcount == 1


def drop(session, account_id):
    """Forget the second factor of an account; return whether it had one that was confirmed."""
    gone = delete(SecondFactor).where(second_factor.c.account_id == account_id)
    was_on = bool(holders(session, [account_id]))
    session.execute(gone)
    return was_on


def wait(session, account_id, token_hash, at, expires_at):
    """Keep that somebody has shown his password, and forget who did not go on."""
    session.execute(delete(HalfSignIn).where(half_sign_in.c.expires_at <= at))
    session.add(HalfSignIn(account_id, token_hash, at, expires_at))


def waiting(session, token_hash, at):
    """Return the open account that a half sign-in is of, or None."""
    goes_on = (half_sign_in.c.token_hash == token_hash, half_sign_in.c.expires_at > at, account.c.disabled_at.is_(None))
    owner = select(Account).join(half_sign_in, half_sign_in.c.account_id == account.c.id)
    return session.scalars(owner.where(*goes_on)).one_or_none()


def end_waiting(session, token_hash):
    """End one half sign-in; return whether it was there, so that of two who end it one goes on."""
    return session.execute(delete(HalfSignIn).where(half_sign_in.c.token_hash == token_hash)).rowcount == 1


def end_all_waiting(session, account_id):
    """End every half sign-in of an account."""
    session.execute(delete(HalfSignIn).where(half_sign_in.c.account_id == account_id))
