"""The parts of a decision: what hangs on the grid, on its people and on its departments, each kept once it was made.

Two spots of one grid have most of their answer in common. The part of the
people is the same between two changes of the roster (:class:`Hours`), that of
the departments between two changes of the matrix; only the position is new
each time. Parts come from the rules themselves, so a kept one says what a new one would.
"""

import bisect
import dataclasses
import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from typing import Any

from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import Matrix, NobodysLand
from gridmgr.domain.responsibility.resolving import Resolution, resolve
from gridmgr.domain.routing import answers, explaining
from gridmgr.domain.routing.spots import LandHere
from gridmgr.domain.routing.trace import Entry
from gridmgr.domain.staff import DAY_MINUTES, Staffing
from gridmgr.domain.staff.answering import answering
from gridmgr.domain.staff.vacancies import changes, edges

UNNAMED = 0
MOST = 20_000
"""So many parts of a kind are kept; the next makes all of that kind begin anew."""


@dataclasses.dataclass(frozen=True, eq=False, slots=True, weakref_slot=True)
class Part:
    """Some fields of a decision, and the entries of the trace that explain them.

    What two parts say alike may be one object in both, so nobody changes it.
    """

    fields: dict[str, Any]
    trace: tuple[Entry, ...]


@dataclasses.dataclass(frozen=True)
class Chain:
    """A grid and the areas above it: codes nearest first, identity → code, and level → code."""

    codes: tuple[str, ...]
    places: dict[int, str]
    areas: dict[str, str]


class Parts:
    """The parts of decisions on one land, with one staff and one matrix."""

    def __init__(self, boundaries: Boundaries, staffing: Staffing, matrix: Matrix) -> None:
        self.boundaries, self.staffing, self.matrix = boundaries, staffing, matrix
        self._chains: dict[str, Chain] = {}
        self._hours: dict[str, Hours] = {}
        self._places: dict[tuple[str, str | None], Part] = {}
        self._persons: dict[tuple[str, object], Part] = {}
        self._departments: dict[tuple[str, str | None, int], Part] = {}
        self._categories: dict[str, Part] = {}
        self._said: dict[str, Any] = {}

    def place(self, code: str, unit_grid: str | None) -> Part:
        """Return grid, levels and version; the trace's first entry comes before those of the border."""
        part = self._places.get((code, unit_grid))
        if part is None:
            part = keep(self._places, (code, unit_grid), self._place(code, unit_grid))
        return part

    def person(self, code: str, at: dt.datetime) -> Part:
        """Return who answers for the grid ``code`` at ``at``."""
        hours = self._hours.get(code) or self._hours.setdefault(
            code, Hours(self.staffing, list(self.chain(code).places))
        )
        key = code, hours.at(at)
        part = self._persons.get(key)
        return part if part is not None else keep(self._persons, key, self._person(code, at))

    def department(self, code: str, category: Category | None, at: dt.datetime) -> Part:
        """Return which department owns ``category`` in the grid ``code``, where no nobody's land is."""
        key = code, category.code if category else None, bisect.bisect_right(self._matrix_changes, at)
        part = self._departments.get(key)
        return part if part is not None else keep(self._departments, key, self.department_among(code, category, at))

    def category(self, category: Category | None) -> Part:
        """Return code and names of a category."""
        code = category.code if category else ""
        part = self._categories.get(code)
        return part or keep(self._categories, code, Part({"category": answers.of_category(category)}, ()))

    def department_among(
        self,
        code: str,
        category: Category | None,
        at: dt.datetime,
        here: Sequence[LandHere] = (),
        lands: Sequence[NobodysLand] = (),
    ) -> Part:
        """Return which department owns ``category`` among the nobody's lands ``here``; ``lands`` of them are in force."""
        owned = owner_of(category, self.chain(code).areas, lands, self.matrix, at)
        fields = {
            "department": self._once(answers.of_department(owned, self.matrix)),
            "assisting": self._once([answers.of_helper(one, self.matrix) for one in owned.assisting] if owned else []),
            "fallback": owned is not None and owned.fallback,
            "coverage_gap": owned is not None and owned.coverage_gap,
        }
        trace = [
            *explaining.of_lands(here, category, lands, owned),
            *explaining.of_department(category, owned, lands, self.boundaries, self.matrix),
        ]
        return Part(fields, tuple(self._once(entry) for entry in trace))

    def _once(self, said: Any) -> Any:
        """Return what was said in the same words before, else ``said``: thousands of grids share their departments."""
        if len(self._said) >= MOST:
            self._said.clear()
        return self._said.setdefault(repr(said), said)

    def chain(self, code: str) -> Chain:
        """Return the grid ``code`` with the areas above it."""
        if code not in self._chains:
            codes = (code, *self.boundaries.ancestors(code))
            areas = {self.boundaries.grids[one].level: one for one in codes}
            self._chains[code] = Chain(codes, identities(self.boundaries, codes), areas)
        return self._chains[code]

    def _place(self, code: str, unit_grid: str | None) -> Part:
        chain, grids = self.chain(code).codes, self.boundaries.grids
        down = [*reversed(chain), *([unit_grid] if unit_grid else [])]
        fields = {
            "version": self.boundaries.label,
            "grid": answers.of_grid(self.boundaries, code),
            "levels": {grids[one].level: one for one in down},
            "level_names": {grids[one].level: grids[one].name for one in reversed(chain)},
        }
        return Part(fields, tuple(explaining.of_place(chain, unit_grid, self.boundaries)))

    def _person(self, code: str, at: dt.datetime) -> Part:
        places = self.chain(code).places
        found = answering(self.staffing, list(places), at)
        return Part(
            {"person": answers.of_person(found, places)}, tuple(explaining.of_person(found, places, self.boundaries))
        )

    @functools.cached_property
    def _matrix_changes(self) -> list[dt.datetime]:
        rows = [row for table in (self.matrix.entries, self.matrix.units) for line in table.values() for row in line]
        return sorted({end for row in rows for end in (row.valid_from, row.valid_to) if end is not None})


class Hours:
    """The times between which the same persons answer for a grid.

    They change where a post, a roster line, an absence or a service begins or ends, and
    at the minutes of the week at which a roster line of the grid or an area above does.
    """

    def __init__(self, staffing: Staffing, grid_ids: Sequence[int]) -> None:
        self._zone = staffing.zone
        self._changes = sorted({instant for one in grid_ids for instant in changes(staffing, one)})
        lines = [line for one in grid_ids for line in staffing.duties.get(one, ())]
        self._minutes = sorted({minute % DAY_MINUTES for line in lines for minute in edges(line)})

    def at(self, instant: dt.datetime) -> object:
        """Return a key that two instants share only where the same persons answer at both."""
        span = bisect.bisect_right(self._changes, instant)
        if not self._minutes:
            return span
        local = instant.astimezone(self._zone)
        return span, local.weekday(), bisect.bisect_right(self._minutes, local.hour * 60 + local.minute)


def keep(kept: dict[Any, Part], key: object, part: Part) -> Part:
    """Keep ``part`` under ``key`` and return it; where there are too many, begin anew."""
    if len(kept) >= MOST:
        kept.clear()
    kept[key] = part
    return part


def identities(boundaries: Boundaries, chain: Sequence[str]) -> dict[int, str]:
    """Return identity → code of the grids in ``chain``, in its order.

    A grid that a draft has just added has no identity yet, so nobody can be
    posted there; it keeps its place, that the area above is not taken for it.
    """
    own = boundaries.grids[chain[0]].grid_id
    above = {boundaries.grids[code].grid_id: code for code in chain[1:]}
    named = {identity: code for identity, code in above.items() if identity is not None}
    return {UNNAMED if own is None else own: chain[0], **named}


def owner_of(
    category: Category | None,
    areas: Mapping[str, str],
    lands: Sequence[NobodysLand],
    matrix: Matrix,
    at: dt.datetime,
) -> Resolution | None:
    """Return the department that owns ``category`` in these areas, None without a category."""
    if category is None:
        return None
    claimed = next((land for land in lands if category.code in land.categories), None)
    return resolve(matrix, category.code, areas, at=at, land=claimed)
