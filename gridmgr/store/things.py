"""What lies in a city, as bare positions: shapes of a layer, open cases. No object is made for each."""

from sqlalchemy import select, type_coerce

from gridmgr.domain.cases import Case
from gridmgr.store.features import was_there
from gridmgr.store.tables.casework import case
from gridmgr.store.tables.features import feature, feature_shape
from gridmgr.store.tables.reports import report
from gridmgr.store.types import RawShape, shapes_of


def shapes(session, layer, *, at, kind=None):
    """Return the shapes of a layer's features that were there at ``at``; ndarray of geometry, lon/lat.

    Parameters
    ----------
    kind : str, optional
        Only those whose attribute ``class`` says so.
    """
    found = (
        select(type_coerce(feature_shape.c.shape, RawShape), feature.c.props)
        .join(feature, feature.c.id == feature_shape.c.feature_id)
        .where(feature.c.layer == layer, was_there(at))
        .order_by(feature.c.id)
    )
    if kind is None:
        stored = session.scalars(found.with_only_columns(type_coerce(feature_shape.c.shape, RawShape))).all()
    else:
        stored = [shape for shape, props in session.execute(found) if (props or {}).get("class") == kind]
    return shapes_of(stored)


def open_places(session, at):
    """Return lons and lats of the cases that are open at ``at``, as two lists."""
    is_open = (case.c.filed_at <= at) & (case.c.closed_at.is_(None) | (case.c.closed_at > at))
    found = select(report.c.lon, report.c.lat).join(case, case.c.report_id == report.c.id).where(is_open)
    rows = session.execute(found.order_by(case.c.id)).all()
    return [row.lon for row in rows], [row.lat for row in rows]


def has_cases(session):
    """Return whether any case was ever filed."""
    return session.scalar(select(Case.id).limit(1)) is not None


def has_reports(session):
    """Return whether any report was ever received."""
    return session.scalar(select(report.c.id).limit(1)) is not None
