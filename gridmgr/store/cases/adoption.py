"""What adopting cases in bulk asks of the rows: numbers that came in before, and places for many cases at once."""

from sqlalchemy import func, select, text

from gridmgr.store.tables.reports import report

SOME = text("""
INSERT INTO case_counter (division, day, number) VALUES (:division, :day, :count)
ON CONFLICT (division, day) DO UPDATE SET number = case_counter.number + :count
RETURNING number
""")


def wait_for_others(session, source):
    """Wait until nobody else adopts under ``source``; on a city file one writes at a time anyway."""
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"adoption:{source}"))))


def known_keys(session, source, keys):
    """Return those of ``keys`` under which ``source`` has sent a report."""
    sent = (report.c.source == source, report.c.idempotency_key.in_(list(keys)))
    return set(session.scalars(select(report.c.idempotency_key).where(*sent)))


def next_places(session, division, day, count):
    """Give out so many places at once and return the last of them."""
    return session.execute(SOME, {"division": division, "day": day, "count": count}).scalar_one()
