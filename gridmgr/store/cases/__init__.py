"""Queries about cases."""

from sqlalchemy import or_, select

from gridmgr.domain.cases import Case, Rehoming, Report


def open_at(at):
    """Return the conditions under which a case is open at ``at``."""
    return Case.filed_at <= at, or_(Case.closed_at.is_(None), Case.closed_at > at)


def open_cases(session, at):
    """Return the cases that are open at ``at``, oldest first."""
    return session.scalars(select(Case).where(*open_at(at)).order_by(Case.filed_at, Case.id)).all()


def open_places(session, at, *, box=None, limit=None):
    """Return [(Case, Report)] open at ``at``, the one due first before the others.

    Parameters
    ----------
    box : tuple of float, optional
        West, south, east, north; degrees.
    """
    found = select(Case, Report).join(Report, Case.report_id == Report.id).where(*open_at(at))
    if box is not None:
        west, south, east, north = box
        found = found.where(Report.lon.between(west, east), Report.lat.between(south, north))
    return [tuple(row) for row in session.execute(found.order_by(Case.due_at, Case.id).limit(limit))]


def numbered(session, beginning, limit=50):
    """Return [(Case, Report)] whose number begins so, lowest number first."""
    found = select(Case, Report).join(Report, Case.report_id == Report.id)
    return [
        tuple(row)
        for row in session.execute(
            found.where(Case.number.startswith(beginning, autoescape=True)).order_by(Case.number).limit(limit)
        )
    ]


def rehomed(session, at, among=None):
    """Return case id → identity of the grid that it was passed to last, of the cases passed on by ``at``.

    ``among`` names the ids of the few cases that are asked about; all without it.
    """
    rows = select(Rehoming.case_id, Rehoming.grid_id).where(Rehoming.valid_from <= at)
    if among is not None:
        rows = rows.where(Rehoming.case_id.in_(among))
    return dict(session.execute(rows.order_by(Rehoming.valid_from, Rehoming.id)).all())


def rehomed_later(session, case_id, at):
    """Return the Rehomings by which a case is passed on after ``at``, the next first."""
    later = select(Rehoming).where(Rehoming.case_id == case_id, Rehoming.valid_from > at)
    return session.scalars(later.order_by(Rehoming.valid_from, Rehoming.id)).all()
