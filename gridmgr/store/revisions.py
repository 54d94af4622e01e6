"""Counters that tell whether what somebody remembers is still true."""

import secrets
import time

from sqlalchemy import select, text

from gridmgr.store.tables.city import revision

RESTORED, ACCOUNTS = "restored", "accounts"
HOLDS_S = 0.005
"""For so long may somebody go by the numbers of a server after asking for them."""
CHANGED = "revisions changed"
BEGIN = text("""
INSERT INTO revision (kind, number) VALUES (:kind, :number)
ON CONFLICT (kind) DO UPDATE SET number = :number
""")
RAISE = text("""
INSERT INTO revision (kind, number) VALUES (:kind, 1)
ON CONFLICT (kind) DO UPDATE SET number = revision.number + 1
""")


def raise_(session, kind):
    """Count one more change of ``kind`` (boundaries, drafts, staff, responsibility, features, accounts, …)."""
    raise_on(session.connection(), session, kind)


def raise_on(connection, session, kind):
    """Count one more change of ``kind`` while a session is being flushed to its connection."""
    connection.execute(RAISE, {"kind": kind})
    session.info[CHANGED] = True


def begin_anew(session):
    """Say that whatever anybody remembers may be of another city: a copy was put back, whose numbers start anywhere."""
    session.execute(BEGIN, {"kind": RESTORED, "number": secrets.randbelow(2**31)})
    session.info[CHANGED] = True


def numbers(session):
    """Return kind → number of changes so far."""
    return dict(session.execute(select(revision.c.kind, revision.c.number).order_by(revision.c.kind)).all())


def holds_s(engine):
    """Return for how many seconds the numbers may be gone by; a file tells in no time whether they changed."""
    return 0.0 if engine.dialect.name == "geopackage" else HOLDS_S


def settle(session):
    """Wait, after a commit, until nobody goes by numbers any more that it has changed.

    So what a writer was told is done is known to each question that is asked from then on.
    """
    if session.info.pop(CHANGED, False):
        time.sleep(holds_s(session.get_bind()))
