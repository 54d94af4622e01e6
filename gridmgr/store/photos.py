"""Photos: kept, named by a report or a step, and forgotten where nobody names them."""

from sqlalchemy import delete, func, select, text, update

from gridmgr.domain.photos import Photo
from gridmgr.store.tables.reports import photo

UNUSED = text("used_at IS NULL")


def add(session, new):
    """Keep what is known of a photo; return it with its id."""
    session.add(new)
    session.flush()
    return new


def by_token(session, token):
    """Return the photo of that token, or None."""
    return session.scalars(select(Photo).where(photo.c.token == token)).one_or_none()


def known(session, tokens):
    """Return which of ``tokens`` name a photo."""
    return set(session.scalars(select(photo.c.token).where(photo.c.token.in_(list(tokens)))))


def use(session, tokens, at):
    """Keep that photos are named from now on; return which of ``tokens`` name one that nobody removes any more."""
    named = photo.c.token.in_(list(tokens))
    session.execute(update(Photo).where(named, UNUSED).values(used_at=at), execution_options=UNSYNCHRONISED)
    return set(session.scalars(select(photo.c.token).where(named, photo.c.used_at.is_not(None))))


UNSYNCHRONISED = {"synchronize_session": False}


def count_unused(session, before=None):
    """Return how many photos nobody names yet, of all or of those sent before then."""
    old = (photo.c.created_at < before,) if before is not None else ()
    return session.scalar(select(func.count()).select_from(photo).where(UNUSED, *old))


def forget_unused(session, before, most):
    """Remove the rows of at most ``most`` photos that were sent before then and that nobody names; return their tokens."""
    old = select(photo.c.id).where(UNUSED, photo.c.created_at < before).order_by(photo.c.created_at).limit(most)
    gone = delete(Photo).where(photo.c.id.in_(old), UNUSED).returning(photo.c.token)
    return session.execute(gone, execution_options=UNSYNCHRONISED).scalars().all()
