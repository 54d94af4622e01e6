"""Counters that tell whether what somebody remembers is still true."""

from sqlalchemy import select, text

from gridmgr.store.mapping import revision

RAISE = text("""
INSERT INTO revision (kind, number) VALUES (:kind, 1)
ON CONFLICT (kind) DO UPDATE SET number = revision.number + 1
""")


def raise_(session, kind):
    """Count one more change of ``kind`` (boundaries, drafts, staff, responsibility, features, …)."""
    session.execute(RAISE, {"kind": kind})


def numbers(session):
    """Return kind → number of changes so far."""
    return dict(session.execute(select(revision.c.kind, revision.c.number).order_by(revision.c.kind)).all())
