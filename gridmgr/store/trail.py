"""Entries of the audit trail and the seals over them."""

import itertools

from sqlalchemy import exists, func, select, text, update

from gridmgr.domain.trail import Seal
from gridmgr.store.tables.trail import trail_entry, trail_seal, unsealed

TAKE_TURN = text("SELECT pg_try_advisory_xact_lock(hashtext('trail'))")
FILTERS = ("by", "action", "subject")


def add(session, entry):
    """Keep an entry with what else the session writes."""
    session.add(entry)


def take_turn(session):
    """Return whether this transaction may seal: on PostGIS one at a time, on a city file one writes at a time anyway."""
    return session.connection().dialect.name != "postgresql" or session.scalar(TAKE_TURN)


def has_unsealed(session):
    """Return whether an entry waits for its seal."""
    return session.scalar(select(exists().where(unsealed)))


def waiting(session):
    """Return how many entries have no seal, and the instant of the oldest of them or None."""
    return tuple(session.execute(select(func.count(), func.min(trail_entry.c.at)).where(unsealed)).one())


def count(session):
    """Return how many entries there are."""
    return session.scalar(select(func.count()).select_from(trail_entry))


def unsealed_entries(session, limit):
    """Return the rows of at most ``limit`` entries without a seal, lowest number first."""
    return session.execute(select(trail_entry).where(unsealed).order_by(trail_entry.c.id).limit(limit)).all()


def last_seal(session):
    """Return the newest seal, or None."""
    return session.scalars(select(Seal).order_by(trail_seal.c.number.desc()).limit(1)).first()


def put_seal(session, seal, ids):
    """Keep a seal and mark its entries, each by its number: another may have appeared between them meanwhile."""
    session.add(seal)
    session.execute(update(trail_entry).where(trail_entry.c.id.in_(ids)).values(seal_number=seal.number))


def seals(session):
    """Return the rows of all seals in the order of the chain, a few in memory at a time."""
    ordered = select(trail_seal).order_by(trail_seal.c.number, trail_seal.c.id)
    return session.execute(ordered.execution_options(yield_per=50))


def sealed(session):
    """Yield (seal number, its entries' rows by number) in the order of the chain, a few in memory at a time."""
    ordered = select(trail_entry).where(~unsealed).order_by(trail_entry.c.seal_number, trail_entry.c.id)
    rows = session.execute(ordered.execution_options(yield_per=1000))
    return itertools.groupby(rows, key=lambda entry: entry.seal_number)


def newest(session, limit, before=None, **wanted):
    """Return the rows of at most ``limit`` entries, the newest first.

    Parameters
    ----------
    before : int, optional
        Only entries with a lower number.
    wanted
        ``by``, ``action``, ``subject``; None leaves one open.
    """
    rows = select(trail_entry).order_by(trail_entry.c.id.desc()).limit(limit)
    for name in FILTERS:
        if wanted.get(name) is not None:
            rows = rows.where(trail_entry.c[name] == wanted[name])
    return session.execute(rows if before is None else rows.where(trail_entry.c.id < before)).all()
