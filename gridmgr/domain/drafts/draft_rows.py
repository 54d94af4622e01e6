"""What a draft holds of one grid, as a value that can be kept beside an edit and put back byte for byte."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import shapely

from gridmgr.domain.drafts import DraftGrid
from gridmgr.domain.grids import GridState

FACTS = ("level", "name", "role", "parent_code", "grid_id", "name_en", "props")
"""What is kept of a grid's state beside its code."""


@dataclasses.dataclass(frozen=True, eq=False)
class DraftRow:
    """One grid as a draft has it; ``shape`` None is that of its base version, ``removed`` dissolves it.

    An identity below zero in ``state`` stands for one that is not written yet, None for that of its base.
    """

    state: GridState
    removed: bool = False
    shape: Any = None

    def to_values(self) -> dict[str, Any]:
        """Return the row as plain values for JSON, its shape as hexadecimal WKB."""
        shape = None if self.shape is None else shapely.to_wkb(self.shape, hex=True, output_dimension=2, byte_order=1)
        return {**facts(self.state), "removed": self.removed, "shape": shape}

    def over(self, base: GridState | None) -> GridState:
        """Return the state of the grid; without an identity of its own it keeps that of ``base``."""
        if self.state.grid_id is not None or base is None:
            return self.state
        return dataclasses.replace(self.state, grid_id=base.grid_id)

    def grid(self, draft_id: int) -> DraftGrid:
        """Return the row as the draft's table has it, without its shape."""
        return DraftGrid(draft_id=draft_id, code=self.state.code, removed=self.removed, **facts(self.state))


def facts(found: GridState | DraftGrid) -> dict[str, Any]:
    """Return what is kept of a grid's state beside its code."""
    return {**{name: getattr(found, name) for name in FACTS}, "props": dict(found.props)}


def from_values(code: str, values: Mapping[str, Any] | None) -> DraftRow | None:
    """Return the row of a grid that :meth:`DraftRow.to_values` told; None stays None."""
    if values is None:
        return None
    stored = values["shape"]
    state = GridState(code=code, **{name: values[name] for name in FACTS})
    return DraftRow(state, values["removed"], None if stored is None else shapely.from_wkb(stored))


def of_grid(grid: DraftGrid, shape: Any = None) -> DraftRow:
    """Return the row that a draft's table holds, with its shape (None: that of the base)."""
    return DraftRow(GridState(code=grid.code, **facts(grid)), grid.removed, shape)


def of_state(state: GridState, shape: Any = None, *, removed: bool = False) -> DraftRow:
    """Return the row by which a draft gives a grid this state, or dissolves it."""
    return DraftRow(GridState(code=state.code, **facts(state)), removed, None if removed else shape)
