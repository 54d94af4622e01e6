"""The queue of cases: a page of those that are due first, however many there are."""

import dataclasses
import datetime as dt
import json

from sqlalchemy import Integer, String, any_, func, literal, literal_column, or_, select, text, tuple_
from sqlalchemy import case as case_of
from sqlalchemy.dialects.postgresql import ARRAY

from gridmgr.domain.cases import Case, Report
from gridmgr.store import boxes
from gridmgr.store.tables.casework import case, rehoming
from gridmgr.store.tables.land import grid
from gridmgr.store.tables.reports import report, report_place
from gridmgr.store.types import Instant

SMALL_SHARE = 0.1
"""Up to this share of all grids an area's cases are looked up grid by grid, above it in the order of deadlines."""


@dataclasses.dataclass(frozen=True)
class Area:
    """The grids of an area, as identities, and the share that they are of all.

    Cases that belong elsewhere than their row says: ``coming`` lie in the area, ``going`` do not; ids.
    """

    grids: tuple[int, ...]
    share: float
    coming: tuple[int, ...] = ()
    going: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which cases: None and "" ask for any. ``after`` is (due_at, id) of the last one of the page before.

    ``soon`` has for each category the instant up to which a case of it is due soon, "" for all others; ``is_soon``
    asks for those that are, or are not. ``waits_for`` "any" asks for all that wait for an answer.
    """

    states: tuple[str, ...] = ()
    department: str = ""
    category: str = ""
    handler: str = ""
    waits_for: str = ""
    due_from: dt.datetime | None = None
    due_before: dt.datetime | None = None
    soon: tuple[tuple[str, dt.datetime], ...] = ()
    is_soon: bool | None = None
    near_border: bool = False
    is_open: bool = True
    after: tuple[dt.datetime, int] | None = None
    limit: int = 50


def page(session, wanted, area=None):
    """Return [(Case, Report)] of a page, the one due first before the others."""
    found = select(case.c.id).where(*conditions(wanted), *in_area(session, area))
    if wanted.after is not None:
        due_at, last = wanted.after
        found = found.where(tuple_(case.c.due_at, case.c.id) > tuple_(literal(due_at, Instant), literal(last)))
    ids = found.order_by(case.c.due_at, case.c.id).limit(wanted.limit)
    rows = select(Case, Report).join(Report, Case.report_id == Report.id).where(case.c.id.in_(ids.scalar_subquery()))
    return [tuple(row) for row in session.execute(rows.order_by(case.c.due_at, case.c.id))]


def in_box(session, wanted, area, box):
    """Return [(Case, Report)] of what is wanted whose spot lies in a box (west, south, east, north; degrees)."""
    west, south, east, north = box
    near = select(report_place.c.report_id).where(boxes.may_meet(session, report_place, box))
    found = (
        select(Case, Report)
        .join(Report, Case.report_id == Report.id)
        .where(
            *conditions(wanted),
            *in_area(session, area),
            report.c.id.in_(near),
            report.c.lon.between(west, east),
            report.c.lat.between(south, north),
        )
    )
    return [tuple(row) for row in session.execute(found.order_by(case.c.due_at, case.c.id))]


def count(session, wanted, area, most):
    """Return how many cases are wanted, at most ``most``."""
    some = select(case.c.id).where(*conditions(wanted), *in_area(session, area)).limit(most)
    return session.scalar(select(func.count()).select_from(some.subquery()))


def conditions(wanted):
    """Yield the conditions of :class:`Wanted`; open cases are asked for in the very words of the indexes."""
    if wanted.is_open:
        yield case.c.closed_at.is_(None)
    if wanted.states:
        yield case.c.state.in_(wanted.states) if len(wanted.states) > 1 else case.c.state == wanted.states[0]
    for column, value in (("department_code", wanted.department), ("category_code", wanted.category)):
        if value:
            yield case.c[column] == value
    if wanted.handler:
        yield text("cases.handler <> ''")
        yield case.c.handler == wanted.handler
    if wanted.waits_for:
        yield text("cases.waits_for <> ''")
        if wanted.waits_for != "any":
            yield case.c.waits_for == wanted.waits_for
    if wanted.near_border:
        yield select(report.c.id).where(report.c.id == case.c.report_id, report.c.near_border).exists()
    if wanted.due_from is not None:
        yield case.c.due_at >= wanted.due_from
    if wanted.due_before is not None:
        yield case.c.due_at < wanted.due_before
    if wanted.is_soon is not None:
        yield from in_time(wanted)


def in_time(wanted):
    """Yield the conditions that a case is due soon, or is not; the first is for the index."""
    soon = {code: literal(until, Instant) for code, until in wanted.soon}
    rest = soon.pop("")
    until = case_of(*((case.c.category_code == code, at) for code, at in soon.items()), else_=rest) if soon else rest
    if wanted.is_soon:
        yield case.c.due_at < max(at for _, at in wanted.soon)
        yield case.c.due_at < until
    else:
        yield case.c.due_at >= until


def in_area(session, area):
    """Yield the condition that a case belongs to an area."""
    if area is None:
        return
    is_file = session.connection().dialect.name == "geopackage"
    unindexed = is_file and area.share > SMALL_SHARE
    column = literal_column("+cases.grid_id", Integer) if unindexed else case.c.grid_id
    inside = among(session, column, area.grids)
    if area.going:
        inside = inside & ~among(session, case.c.id, area.going)
    yield or_(inside, among(session, case.c.id, area.coming)) if area.coming else inside


def among(session, column, numbers):
    """Return the condition that a column holds one of many numbers, sent as one value."""
    if session.connection().dialect.name == "postgresql":
        return column == any_(literal(list(numbers), ARRAY(Integer)))
    given = func.json_each(json.dumps(list(numbers))).table_valued("value")
    return column.in_(select(given.c.value))


def among_codes(session, column, codes):
    """Return the condition that a column holds one of many codes, sent as one value."""
    if session.connection().dialect.name == "postgresql":
        return column == any_(literal(list(codes), ARRAY(String)))
    given = func.json_each(json.dumps(list(codes))).table_valued("value")
    return column.in_(select(given.c.value))


def strays(session, alive, level, at):
    """Return [(Case, Report)] that are open and may belong elsewhere than their row says.

    Those are the cases that were passed on by ``at``, and those of a grid of ``level`` that is not ``alive``.
    """
    passed = select(rehoming.c.case_id).where(rehoming.c.valid_from <= at)
    gone = session.scalars(select(grid.c.id).where(grid.c.level == level, ~among(session, grid.c.id, alive))).all()
    elsewhere = case.c.id.in_(passed)
    if gone:
        elsewhere |= among(session, case.c.grid_id, gone)
    found = select(Case, Report).join(Report, Case.report_id == Report.id).where(case.c.closed_at.is_(None), elsewhere)
    return [tuple(row) for row in session.execute(found.order_by(case.c.id))]
