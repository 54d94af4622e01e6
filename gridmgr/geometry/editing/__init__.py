"""Edits of a coverage as values: a coverage and an edit in, another coverage out, or a refusal with place and reason.

Whatever an edit does, ``checking`` proves afterwards that no gap and no overlap
opened and that no locked border moved; an edit that would is refused. The same
edit on the same coverage gives the same coordinates, bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable

import shapely

from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing.carving import carve, transfer
from gridmgr.geometry.editing.checking import checked
from gridmgr.geometry.editing.merging import merge
from gridmgr.geometry.editing.moving import move_arc
from gridmgr.geometry.editing.nodes import add_node, move_node, remove_node
from gridmgr.geometry.editing.reading import Edit
from gridmgr.geometry.editing.refusing import EditRefused
from gridmgr.geometry.editing.repairing import repair
from gridmgr.geometry.editing.splitting import split

__all__ = ["GEOMETRY_OPS", "EditRefused", "apply"]

OPERATIONS: dict[str, Callable[[Coverage, Edit], Coverage]] = {
    "move_arc": move_arc,
    "move_node": move_node,
    "add_node": add_node,
    "remove_node": remove_node,
    "split": split,
    "carve": carve,
    "merge": merge,
    "transfer": transfer,
    "repair": repair,
}
GEOMETRY_OPS = tuple(OPERATIONS)
MOVING_OUTER = ("move_arc", "move_node", "remove_node")


def apply(coverage: Coverage, edit: Edit) -> Coverage:
    """Return the coverage after an edit.

    Parameters
    ----------
    coverage : Coverage
        It stays as it is.
    edit : mapping
        ``op``, one of ``GEOMETRY_OPS``, with the fields that the operation names; positions are lon, lat.

    Raises
    ------
    EditRefused
        The edit would open a gap or an overlap, lose a grid, cross a border or move a locked one, or cannot be read.
    """
    operation = OPERATIONS.get(str(edit.get("op")))
    if operation is None:
        raise EditRefused("“{op}” is no edit of borders.", op=str(edit.get("op")))
    try:
        made = operation(coverage, edit)
        return made if operation is repair else checked(coverage, made, outer_moves=edit["op"] in MOVING_OUTER)
    except shapely.errors.GEOSException:
        raise EditRefused("The shapes here are not valid, so they cannot be edited; repair the grids first.") from None
