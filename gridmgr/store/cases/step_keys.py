"""Queries of the keys under which steps were sent."""

from sqlalchemy import func, select

from gridmgr.domain.cases import Event, StepKey
from gridmgr.store.tables.casework import step_key


def wait_for_twins(session, by, key):
    """Wait until nobody else takes a step under this key; on a city file one writes at a time anyway."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"step:{by}:{key}"))))


def by_key(session, by, key):
    """Return the StepKey that somebody sent a step under, or None."""
    return session.scalars(select(StepKey).where(step_key.c.by == by, step_key.c.key == key)).one_or_none()


def event(session, number):
    """Return the Event of a row."""
    return session.get_one(Event, number)
