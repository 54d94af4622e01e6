"""Accounts, their open sessions, and counted tries."""

from sqlalchemy import delete, event, func, or_, select
from sqlalchemy.orm import object_session

from gridmgr.domain.access import Account, Attempt, SignIn
from gridmgr.store import revisions
from gridmgr.store.tables.accounts import account, attempt, sign_in


@event.listens_for(Account, "before_update")
def told(_, connection, changed):
    """Count each change of an account, whoever makes it: what is remembered of accounts is over then."""
    revisions.raise_on(connection, object_session(changed), revisions.ACCOUNTS)


def all_accounts(session):
    """Return the accounts, by login."""
    return session.scalars(select(Account).order_by(account.c.login)).all()


def names(session, logins):
    """Return login → name of those accounts that there are."""
    found = select(account.c.login, account.c.name).where(account.c.login.in_(sorted(logins)))
    return dict(session.execute(found).all())


def handlers(session, department):
    """Return the accounts in use of a department's handlers and of the department itself, by name."""
    found = select(Account).where(
        account.c.role.in_(("handler", "department")),
        account.c.department_code == department,
        account.c.disabled_at.is_(None),
    )
    return session.scalars(found.order_by(account.c.name, account.c.login)).all()


def page(session, *, after="", containing="", role=None, limit):
    """Return at most ``limit`` accounts that come after a login, whose login or name holds a text, of a role."""
    found = select(Account).where(account.c.login > after).order_by(account.c.login).limit(limit)
    if containing:
        found = found.where(
            or_(*(one.icontains(containing, autoescape=True) for one in (account.c.login, account.c.name)))
        )
    return session.scalars(found.where(account.c.role == role) if role else found).all()


def head_administrators(session):
    """Return the logins of the open administrators of the whole city; others who change them wait."""
    of_city = (account.c.role == "administrator", account.c.area_code == "", account.c.department_code == "")
    found = select(account.c.login).where(*of_city, account.c.disabled_at.is_(None))
    return session.scalars(found.order_by(account.c.login).with_for_update()).all()


def count(session):
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(account))


def by_login(session, login):
    """Return the account of ``login``, or None."""
    return session.scalars(select(Account).where(account.c.login == login)).one_or_none()


def by_token_hash(session, token_hash, at):
    """Return the account whose session has this token and goes on at ``at``, or None."""
    goes_on = (sign_in.c.token_hash == token_hash, sign_in.c.expires_at > at, account.c.disabled_at.is_(None))
    owner = select(Account).join(sign_in, sign_in.c.account_id == account.c.id)
    return session.scalars(owner.where(*goes_on)).one_or_none()


def add(session, new):
    """Keep a new account; return it with its id."""
    session.add(new)
    session.flush()
    return new


def open_session(session, account_id, token_hash, at, expires_at):
    """Keep that somebody signed in, and forget what has expired."""
    session.execute(delete(SignIn).where(sign_in.c.expires_at <= at))
    session.add(SignIn(account_id=account_id, token_hash=token_hash, created_at=at, expires_at=expires_at))


def close_session(session, token_hash):
    """End the session that has this token."""
    session.execute(delete(SignIn).where(sign_in.c.token_hash == token_hash))


def close_all_sessions(session, account_id):
    """End every session of an account."""
    session.execute(delete(SignIn).where(sign_in.c.account_id == account_id))


def claim_try(session, kind, key, at, since, most):
    """Count a try unless ``most`` were counted after ``since``; return how many there were before this one.

    Tries of one key wait for each other, so that parallel ones cannot exceed
    ``most``; tries of the kind that lie before ``since`` are forgotten.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"{kind}:{key}"))))
    session.execute(delete(Attempt).where(attempt.c.kind == kind, attempt.c.at <= since))
    counted = select(func.count()).where(attempt.c.kind == kind, attempt.c.key == key)
    before = session.scalar(counted)
    if before < most:
        session.add(Attempt(kind=kind, key=key, at=at))
    return before


def first_try(session, kind, key):
    """Return the instant of the oldest counted try of a key, or None."""
    return session.scalar(select(func.min(attempt.c.at)).where(attempt.c.kind == kind, attempt.c.key == key))


def forget_tries(session, kind, key):
    """Forget the tries of one key."""
    session.execute(delete(Attempt).where(attempt.c.kind == kind, attempt.c.key == key))
