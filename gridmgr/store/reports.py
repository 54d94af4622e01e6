"""Reports and where they were seen."""

import shapely
from sqlalchemy import and_, func, select, true

from gridmgr.domain.cases import Report, ReportPlace
from gridmgr.store import boxes, bulk
from gridmgr.store.tables.reports import report, report_place

AT_ONCE = 500
NAMES = tuple(column.name for column in report.c if column.name != "id")


def add(session, new):
    """Keep a report and its position; return it with its id."""
    session.add(new)
    session.flush()
    session.add(ReportPlace(report_id=new.id, shape=shapely.Point(new.lon, new.lat)))
    return new


def move_place(session, moved):
    """Write that a report was seen where its row says by now."""
    place = session.scalars(select(ReportPlace).where(report_place.c.report_id == moved.id)).one()
    place.shape = shapely.Point(moved.lon, moved.lat)
    session.flush()


def add_new(session, reports):
    """Keep reports and their positions at once; return those kept: not one whose number or key is taken.

    Whoever else is filing under the same key is waited for. Ids are filled in; the session does not follow the reports.
    """
    in_one_order = sorted(reports, key=key_of)  # Two who bring the same keys must not wait for each other.
    rows = [{name: getattr(one, name) for name in NAMES} for one in in_one_order]
    written = bulk.write(session.connection(), report, rows, skips_taken=True, returning=("number", "id"))
    ids = dict(map(tuple, written))
    for one in in_one_order:
        one.id = ids.pop(one.number, None)
    kept = [one for one in reports if one.id is not None]
    places = [{"report_id": one.id, "shape": shapely.Point(one.lon, one.lat)} for one in kept]
    if places:
        bulk.write(session.connection(), report_place, places)
    return kept


def key_of(made):
    """Return what a report is ordered by among those that are kept at once."""
    return made.source, made.idempotency_key or ""


def add_many(session, reports):
    """Keep many reports and their positions at once; return them with their ids."""
    added = bulk.insert(session, reports)
    positions = shapely.points([[one.lon, one.lat] for one in added]) if added else []
    bulk.insert(session, [ReportPlace(report_id=one.id, shape=p) for one, p in zip(added, positions, strict=True)])
    return added


def by_number(session, number):
    """Return the report with that public number, or None."""
    return session.scalars(select(Report).where(report.c.number == number)).one_or_none()


def by_key(session, source, key):
    """Return the report that ``source`` sent with this idempotency key, or None."""
    sent = (report.c.source == source, report.c.idempotency_key == key)
    return session.scalars(select(Report).where(*sent)).one_or_none()


def in_box(session, w, s, e, n, limit):
    """Return at most ``limit`` reports in a box, the newest first.

    Parameters
    ----------
    w, s, e, n : float
        West, south, east, north; degrees; the edges belong to the box.
    """
    near = select(report_place.c.report_id).where(boxes.may_meet(session, report_place, (w, s, e, n)))
    inside = (report.c.lon.between(w, e), report.c.lat.between(s, n))
    newest_first = (report.c.received_at.desc(), report.c.id.desc())
    rows = select(Report).where(report.c.id.in_(near), *inside).order_by(*newest_first).limit(limit)
    return session.scalars(rows).all()


def newest(session, limit):
    """Return the last reports received, the newest first."""
    return session.scalars(select(Report).order_by(report.c.received_at.desc(), report.c.id.desc()).limit(limit)).all()


def positions(session):
    """Return where and when each report was seen, in the order of receipt, as rows for routing them again.

    Each row has ``number, received_at, observed_at, lon, lat, accuracy_m, category_code``.
    """
    names = ("number", "received_at", "observed_at", "lon", "lat", "accuracy_m", "category_code")
    return session.execute(
        select(*(report.c[name] for name in names)).order_by(report.c.received_at, report.c.id)
    ).all()


def highest_number(session, prefix):
    """Return the highest public number that begins with ``prefix``, or None; numbers of one length count up."""
    return session.scalar(select(func.max(report.c.number)).where(report.c.number.startswith(prefix, autoescape=True)))


def count(session):
    """Return how many reports there are."""
    return session.scalar(select(func.count()).select_from(report))


def received(begins=None, ends=None):
    """Return the condition that a report was received from ``begins`` until before ``ends``; None leaves a side open."""
    after = [report.c.received_at >= begins] if begins is not None else []
    return and_(true(), *after, *([report.c.received_at < ends] if ends is not None else []))


def count_received(session, *, begins=None, ends=None):
    """Return how many reports were received in that time."""
    return session.scalar(select(func.count()).select_from(report).where(received(begins, ends)))


def numbers(session, ids):
    """Return row id → public number of these reports."""
    ids, found = list(ids), {}
    for begin in range(0, len(ids), AT_ONCE):
        some = report.c.id.in_(ids[begin : begin + AT_ONCE])
        found |= dict(session.execute(select(report.c.id, report.c.number).where(some)).all())
    return found
