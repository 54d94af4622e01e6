"""Descending: which grids one came from, and which came from it."""

import dataclasses
import datetime as dt

from gridmgr.domain.grids import NoSuchGrid
from gridmgr.services.transactions import reading
from gridmgr.store import grids as grid_rows
from gridmgr.store import versions as version_rows
from gridmgr.store.versions import lives


@dataclasses.dataclass(frozen=True)
class Step:
    """That ground of the grid ``before`` became the grid ``after``'s; codes as they were then."""

    version: int
    effective_from: dt.datetime
    kind: str
    before: str
    after: str
    area_m2: float


def lineage(engine, code):
    """Return the Steps to and from the grid that has or had ``code``, oldest first; those of withdrawn versions do not count.

    Raises
    ------
    NoSuchGrid
    """
    with reading(engine) as session:
        states = grid_rows.history(session, code)
        if not states:
            raise NoSuchGrid("There is no grid {code} in any version.", code=code)
        rows = lives.lineage_of_grid(session, states[-1].grid_id)
        versions = {one.number: one for one in version_rows.all_versions(session) if one.withdrawn_at is None}
        codes = {grid_id: lives.codes_of(session, grid_id) for row in rows for grid_id in (row.from_id, row.to_id)}
    return [
        Step(
            row.version_number,
            versions[row.version_number].effective_from,
            row.kind,
            code_before(codes[row.from_id], row.version_number),
            code_before(codes[row.to_id], row.version_number + 1),
            row.area_m2,
        )
        for row in rows
        if row.version_number in versions
    ]


def code_before(states, number):
    """Return the code of a grid in the last version below ``number`` in which it was there."""
    return next(code for start, code in reversed(states) if start < number)
