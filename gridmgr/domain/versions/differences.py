"""Differences: what one state of the boundaries changes against another, grid by grid, and which ground changes hands.

Grids are compared by their identity, so a new code or name is a change of the same grid.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import shapely

from gridmgr.domain.grids import GridState
from gridmgr.geometry.crs import Metric
from gridmgr.geometry.overlay import shared_ground

FACTS = ("code", "name", "name_en", "parent_code", "level", "role", "props")
Key = int | str
"""A grid's identity; its code where a draft has given it none yet."""
Side = Mapping[Key, tuple[GridState, Any]]
"""Grids by key, each with its shape or None; lon/lat."""


@dataclasses.dataclass(frozen=True)
class Change:
    """One grid that is not the same before and after; ``before`` None is created, ``after`` None is dissolved."""

    before: GridState | None
    after: GridState | None
    shape_before: Any = None
    shape_after: Any = None

    @property
    def kind(self) -> str:
        """Return created, dissolved or changed."""
        return "created" if self.before is None else "dissolved" if self.after is None else "changed"

    @property
    def grid(self) -> GridState:
        """Return the grid as it is after, as it was where it is gone."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def key(self) -> Key:
        """Return the identity of the grid."""
        return key_of(self.grid)

    @property
    def differs(self) -> tuple[str, ...]:
        """Return which facts of a changed grid differ, ``shape`` last."""
        if self.before is None or self.after is None:
            return ()
        facts = [name for name in FACTS if getattr(self.before, name) != getattr(self.after, name)]
        return (*facts, "shape") if not same_shape(self.shape_before, self.shape_after) else tuple(facts)


@dataclasses.dataclass(frozen=True)
class Move:
    """Ground that belongs to another grid of its level than before; lon/lat."""

    before: GridState
    after: GridState
    area_m2: float
    shape: Any


def key_of(state: GridState) -> Key:
    """Return the identity of a grid, its code where it has none."""
    return state.grid_id if state.grid_id is not None else state.code


def same_shape(one: Any, other: Any) -> bool:
    """Return whether two shapes are the same vertex for vertex; both may be None."""
    if one is None or other is None:
        return one is other
    return one is other or bool(shapely.to_wkb(one) == shapely.to_wkb(other))


def changes(before: Side, after: Side) -> list[Change]:
    """Return what differs between two sides, lowest code first as bytes."""
    found = [
        Change(*beside(before.get(key), after.get(key)))
        for key in [*before, *(key for key in after if key not in before)]
    ]
    told = [one for one in found if one.kind != "changed" or one.differs]
    return sorted(told, key=lambda change: change.grid.code.encode())


def beside(before: tuple[GridState, Any] | None, after: tuple[GridState, Any] | None) -> tuple[Any, Any, Any, Any]:
    """Return the states of a grid before and after, then its shapes."""
    (state, shape), (next_state, next_shape) = before or (None, None), after or (None, None)
    return state, next_state, shape, next_shape


def moves(found: list[Change], *, metric: Metric) -> list[Move]:
    """Return which ground changed hands among these changes, level by level; more than 1 m² each.

    Grids that are only compared with (``reference``) own no ground.
    """
    ground = []
    for level in sorted({change.grid.level for change in found}):
        before = {c.key: c.shape_before for c in found if owns(c.before, level) and c.shape_before is not None}
        after = {c.key: c.shape_after for c in found if owns(c.after, level) and c.shape_after is not None}
        ground += shared_ground(before, after, metric=metric)
    was = {c.key: c.before for c in found if c.before is not None}
    then = {c.key: c.after for c in found if c.after is not None}
    told = [Move(was[one.first], then[one.second], one.area_m2, one.shape) for one in ground]
    return sorted(told, key=lambda move: (move.before.code.encode(), move.after.code.encode()))


def owns(state: GridState | None, level: str) -> bool:
    """Return whether a grid is there, of that level, and routed by."""
    return state is not None and state.level == level and state.role != "reference"
