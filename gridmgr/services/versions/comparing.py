"""Comparing: what one version or draft changes against another, and which ground changes hands."""

import dataclasses
from typing import Any

import numpy as np

from gridmgr.domain.versions import differences
from gridmgr.domain.versions.differences import Change, Move
from gridmgr.errors import Invalid
from gridmgr.geometry.crs import metric_of
from gridmgr.services import drafts
from gridmgr.services.maps import viewing
from gridmgr.services.transactions import reading
from gridmgr.store.versions import differences as difference_rows


@dataclasses.dataclass(frozen=True)
class Difference:
    """What ``after`` changes against ``before`` (labels like ``v12`` or ``draft 3``), lowest code first."""

    before: str
    after: str
    changes: list[Change]
    moves: list[Move]
    metric: Any

    def of_kind(self, kind):
        """Return the changes of one kind: created, dissolved or changed."""
        return [one for one in self.changes if one.kind == kind]

    def area_m2(self, shape):
        """Return the area of a shape; None stays None."""
        return None if shape is None else float(self.metric(shape).area)


def of_versions(engine, before, after):
    """Return the Difference of two published versions, by number.

    Raises
    ------
    NoSuchVersion
    """
    with reading(engine) as session:
        for number in (before, after):
            viewing.numbered(session, number)
        sides = difference_rows.sides(session, before, after)
    return difference(f"v{before}", f"v{after}", *sides)


def of_draft(engine, draft_id):
    """Return the Difference that a draft makes against the version it was begun on.

    Raises
    ------
    NoSuchDraft
    """
    with reading(engine) as session:
        draft = drafts.living_draft(session, draft_id)
        sides = difference_rows.sides_of_draft(session, draft_id)
        base = f"v{draft.base_number}" if draft.base_number is not None else "–"
    return difference(base, f"draft {draft_id}", *sides)


def of_drafts(engine, one, other):
    """Return the Difference between two drafts that were begun on the same version.

    Raises
    ------
    NoSuchDraft, Invalid
    """
    with reading(engine) as session:
        bases = {drafts.living_draft(session, number).base_number for number in (one, other)}
        if len(bases) > 1:
            raise Invalid(
                "Drafts {one} and {other} were begun on different versions: rebase the older one first.",
                one=one,
                other=other,
            )
        (base, first), (other_base, second) = (difference_rows.sides_of_draft(session, n) for n in (one, other))
    before = {key: value for key, value in other_base.items() if key not in base} | first
    after = {key: value for key, value in base.items() if key not in other_base} | second
    return difference(f"draft {one}", f"draft {other}", before, after)


def difference(before_label, after_label, before, after):
    """Return the Difference of two sides: key → (GridState, shape or None)."""
    found = differences.changes(before, after)
    shapes = [shape for one in found for shape in (one.shape_before, one.shape_after) if shape is not None]
    metric = metric_of(np.array(shapes, dtype=object)) if shapes else None
    moved = differences.moves(found, metric=metric) if shapes else []
    return Difference(before_label, after_label, found, moved, metric)
