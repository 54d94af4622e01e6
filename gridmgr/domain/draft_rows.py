"""What a draft holds of one grid, as a value that can be kept beside an edit and put back byte for byte."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import shapely

from gridmgr.domain.drafts import DraftGrid
from gridmgr.domain.grids import GridState

FACTS = ("level", "name", "role", "parent_code", "grid_id", "removed", "name_en", "props")


@dataclasses.dataclass(frozen=True, eq=False)
class DraftRow:
    """One grid as a draft has it; ``shape`` None is that of its base version, ``removed`` dissolves it.

    A ``grid_id`` below zero stands for an identity that is not written yet.
    """

    level: str
    name: str
    role: str = "drawn"
    parent_code: str | None = None
    grid_id: int | None = None
    removed: bool = False
    name_en: str = ""
    props: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    shape: Any = None

    def to_values(self) -> dict[str, Any]:
        """Return the row as plain values for JSON, its shape as hexadecimal WKB."""
        facts = {name: getattr(self, name) for name in FACTS}
        shape = None if self.shape is None else shapely.to_wkb(self.shape, hex=True, output_dimension=2, byte_order=1)
        return {**facts, "props": dict(self.props), "shape": shape}

    def state(self, code: str, base: GridState | None) -> GridState:
        """Return the state of the grid; without an identity of its own it keeps that of ``base``."""
        known = self.grid_id if self.grid_id is not None or base is None else base.grid_id
        return GridState(
            known, self.level, code, self.name, self.role, self.parent_code, self.name_en, dict(self.props)
        )

    def grid(self, draft_id: int, code: str) -> DraftGrid:
        """Return the row as the draft's table has it, without its shape."""
        facts = {name: getattr(self, name) for name in FACTS}
        return DraftGrid(draft_id=draft_id, code=code, **{**facts, "props": dict(self.props)})


def from_values(values: Mapping[str, Any] | None) -> DraftRow | None:
    """Return the row that :meth:`DraftRow.to_values` told; None stays None."""
    if values is None:
        return None
    stored = values["shape"]
    return DraftRow(**{**values, "shape": None if stored is None else shapely.from_wkb(stored)})


def of_grid(grid: DraftGrid, shape: Any) -> DraftRow:
    """Return the row that a draft's table holds, with its shape (None: that of the base)."""
    return DraftRow(**{name: getattr(grid, name) for name in FACTS}, shape=shape)


def of_state(state: GridState, shape: Any = None, *, removed: bool = False) -> DraftRow:
    """Return the row by which a draft gives a grid this state, or dissolves it."""
    facts = {name: getattr(state, name) for name in FACTS if name != "removed"}
    return DraftRow(**facts, removed=removed, shape=None if removed else shape)
