"""Counters that tell whether what somebody remembers is still true."""

import secrets

from sqlalchemy import select, text

from gridmgr.store.mapping import revision

RESTORED = "restored"
BEGIN = text("""
INSERT INTO revision (kind, number) VALUES (:kind, :number)
ON CONFLICT (kind) DO UPDATE SET number = :number
""")
RAISE = text("""
INSERT INTO revision (kind, number) VALUES (:kind, 1)
ON CONFLICT (kind) DO UPDATE SET number = revision.number + 1
""")


def raise_(session, kind):
    """Count one more change of ``kind`` (boundaries, drafts, staff, responsibility, features, …)."""
    session.execute(RAISE, {"kind": kind})


def begin_anew(session):
    """Say that whatever anybody remembers may be of another city: a copy was put back, whose numbers start anywhere."""
    session.execute(BEGIN, {"kind": RESTORED, "number": secrets.randbelow(2**31)})


def numbers(session):
    """Return kind → number of changes so far."""
    return dict(session.execute(select(revision.c.kind, revision.c.number).order_by(revision.c.kind)).all())
