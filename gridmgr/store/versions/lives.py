"""Lives of grids: when versions dissolved them, and which ground passed from one to another."""

from sqlalchemy import exists, select

from gridmgr.domain.grids import Lineage
from gridmgr.store.tables.casework import case
from gridmgr.store.tables.land import grid_state, lineage
from gridmgr.store.tables.reports import report
from gridmgr.store.versions import all_versions


def dissolved(session):
    """Return grid id → instants at which a version dissolved the grid, earliest first.

    A version that was withdrawn dissolves nothing: where it would have been the first without the
    grid, the next one that is without it counts.
    """
    starts = [(one.number, one.effective_from) for one in all_versions(session) if one.withdrawn_at is None]
    found = {}
    for grid_id, gone, revived in absences(session):
        first = next((at for number, at in starts if gone <= number and (revived is None or number < revived)), None)
        if first is not None:
            found.setdefault(grid_id, []).append(first)
    return found


def absences(session):
    """Yield (grid id, first version without it, the version that has it again or None) in the order of versions."""
    follower = grid_state.alias()
    goes_on = exists().where(
        follower.c.grid_id == grid_state.c.grid_id, follower.c.from_version == grid_state.c.to_version
    )
    ends = select(grid_state.c.grid_id, grid_state.c.to_version).where(grid_state.c.to_version.is_not(None), ~goes_on)
    gone = session.execute(ends.order_by(grid_state.c.to_version, grid_state.c.grid_id)).all()
    ended = ends.subquery()
    begins = select(grid_state.c.grid_id, grid_state.c.from_version).join(
        ended, ended.c.grid_id == grid_state.c.grid_id
    )
    starts = session.execute(begins.distinct()).all() if gone else []
    for grid_id, number in gone:
        later = (start for one, start in starts if one == grid_id and start > number)
        yield grid_id, number, min(later, default=None)


def lineage_of_grid(session, grid_id):
    """Return the Lineage rows to and from a grid, oldest first."""
    either = (lineage.c.from_id == grid_id) | (lineage.c.to_id == grid_id)
    return session.scalars(select(Lineage).where(either).order_by(lineage.c.version_number, lineage.c.id)).all()


def lineage_of_version(session, number):
    """Return the Lineage rows of a version, in the order of their writing."""
    return session.scalars(select(Lineage).where(lineage.c.version_number == number).order_by(lineage.c.id)).all()


def all_lineage(session):
    """Return the Lineage rows of all versions, in the order of their writing."""
    return session.scalars(select(Lineage).order_by(lineage.c.version_number, lineage.c.id)).all()


def decided_spots(session, at, starts=None, ends=None):
    """Return (identity of the grid, lon, lat, whether a case was filed) of each report that was decided for a grid.

    Observed by ``at``, from ``starts`` until before ``ends``.
    """
    columns = report.c.grid_id, report.c.lon, report.c.lat, case.c.id.is_not(None)
    rows = select(*columns).outerjoin(case, case.c.report_id == report.c.id)
    rows = rows.where(report.c.grid_id.is_not(None), report.c.observed_at <= at)
    rows = rows if starts is None else rows.where(report.c.observed_at >= starts)
    rows = rows if ends is None else rows.where(report.c.observed_at < ends)
    return session.execute(rows).all()


def codes_of(session, grid_id):
    """Return [(first version, code)] of a grid, oldest first."""
    states = select(grid_state.c.from_version, grid_state.c.code).where(grid_state.c.grid_id == grid_id)
    return session.execute(states.order_by(grid_state.c.from_version)).all()
