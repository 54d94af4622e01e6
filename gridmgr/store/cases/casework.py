"""Queries of casework: histories, counters of case numbers, and which reports tell of the same thing."""

from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased

from gridmgr.domain.cases import Case, Event, Report
from gridmgr.store import boxes, bulk
from gridmgr.store.tables.casework import case, counter, event
from gridmgr.store.tables.reports import report, report_place

NEXT = text("""
INSERT INTO case_counter (division, day, number) VALUES (:division, :day, 1)
ON CONFLICT (division, day) DO UPDATE SET number = case_counter.number + 1
RETURNING number
""")
RAISE = text("""
INSERT INTO case_counter (division, day, number) VALUES (:division, :day, :number)
ON CONFLICT (division, day) DO UPDATE SET number = :number WHERE case_counter.number < :number
""")


def next_place(session, division, day):
    """Return the next place in a division's row of a day; others wait, and it is free again if this is not kept."""
    return session.execute(NEXT, {"division": division, "day": day}).scalar_one()


def raise_counters(session, highest):
    """Let the counters go on after the places that were given out elsewhere; ``highest`` by (division, day)."""
    named = [{"division": d, "day": day, "number": number} for (d, day), number in sorted(highest.items())]
    if named:
        session.execute(RAISE, named)


def case_to_change(session, number):
    """Return (Case, Report) of that number, or None; nobody else changes the case until this transaction ends."""
    found = session.scalars(select(Case).where(case.c.number == number).with_for_update()).one_or_none()
    return found and (found, session.get_one(Report, found.report_id))


def report_to_change(session, number):
    """Return the Report of that number, or None; nobody else changes it until this transaction ends."""
    return session.scalars(select(Report).where(report.c.number == number).with_for_update()).one_or_none()


def case_of_number(session, number):
    """Return (Case, Report) of that number, or None."""
    found = select(Case, Report).join(Report, Case.report_id == Report.id).where(case.c.number == number)
    row = session.execute(found).one_or_none()
    return row and tuple(row)


def case_of_report(session, report_id):
    """Return the Case that a report became, or None."""
    return session.scalars(select(Case).where(case.c.report_id == report_id)).one_or_none()


def history(session, *, case_id=None, report_id=None):
    """Return the Events of a case, or of a report, in their order."""
    subject = event.c.case_id == case_id if case_id is not None else event.c.report_id == report_id
    return session.scalars(select(Event).where(subject).order_by(event.c.number)).all()


def histories(session, case_ids):
    """Return case id → its Events in their order."""
    found = {case_id: [] for case_id in case_ids}
    rows = select(Event).where(event.c.case_id.in_(list(found))).order_by(event.c.case_id, event.c.number)
    for one in session.scalars(rows):
        found[one.case_id].append(one)
    return found


def add(session, *events):
    """Add steps to histories."""
    bulk.insert(session, events)


def origin(session, told):
    """Return the report that a report tells the same as, itself where it is no duplicate."""
    while told.duplicate_of_id is not None:
        told = session.get_one(Report, told.duplicate_of_id)
    return told


def duplicates_of(session, report_id):
    """Return the reports that were merged into a report, and into those in turn, the first received first."""
    merged = select(report.c.id).where(report.c.duplicate_of_id == report_id).cte("merged", recursive=True)
    further = aliased(report)
    merged = merged.union(select(further.c.id).join(merged, further.c.duplicate_of_id == merged.c.id))
    found = select(Report).where(report.c.id.in_(select(merged.c.id)))
    return session.scalars(found.order_by(report.c.received_at, report.c.id)).all()


def near_alike(session, told, box, since):
    """Return [(Report, Case or None)] of the same category in ``box``, received since then and not decided otherwise.

    Parameters
    ----------
    told : Report
        It is not among them, nor are reports that were rejected, not filed, or are duplicates themselves.
    box : tuple of float
        West, south, east, north; degrees.
    """
    near = select(report_place.c.report_id).where(boxes.may_meet(session, report_place, box))
    found = (
        select(Report, Case)
        .outerjoin(Case, Case.report_id == Report.id)
        .where(
            report.c.id.in_(near),
            report.c.id != told.id,
            report.c.category_code == told.category_code,
            report.c.received_at >= since,
            report.c.duplicate_of_id.is_(None),
            report.c.state.not_in(("rejected", "not_filed", "duplicate")),
            case.c.closed_at.is_(None),
        )
        .order_by(report.c.received_at, report.c.id)
    )
    return [tuple(row) for row in session.execute(found)]


def waking(session, at, most):
    """Return the numbers of the open cases that something befalls by itself by ``at``, the first to wake first."""
    awake = (text("closed_at IS NULL"), text("wakes_at IS NOT NULL"), case.c.wakes_at <= at)
    return session.scalars(select(case.c.number).where(*awake).order_by(case.c.wakes_at, case.c.id).limit(most)).all()


def count(session):
    """Return how many steps are kept."""
    return session.scalar(select(func.count()).select_from(event))


def counted(session):
    """Return (division, day) → places given out."""
    return {(row.division, row.day): row.number for row in session.execute(select(counter))}
