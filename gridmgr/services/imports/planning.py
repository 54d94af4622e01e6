"""A level's new grids laid over a draft: parents, roles and derived shapes, before anything is written."""

import dataclasses
from typing import Any

import shapely

from gridmgr.domain.drafts import DraftGrid
from gridmgr.domain.grids import Boundaries, GridState
from gridmgr.errors import Conflict
from gridmgr.geometry.findings import Finding
from gridmgr.geometry.formats import Note
from gridmgr.i18n import N_
from gridmgr.services import nesting
from gridmgr.services.imports.attributes import UnusableField

FACTS = ("level", "code", "name", "role", "parent_code", "grid_id", "name_en", "props")


class CodeElsewhere(Conflict):
    """A code is that of a grid on another level."""

    slug = "code-elsewhere"


@dataclasses.dataclass(frozen=True)
class Plan:
    """What an import into a level will change: boundaries before and after, findings and notes on the way."""

    level: str
    before: Boundaries
    after: Boundaries
    findings: list[Finding]
    notes: list[Note]

    @property
    def added(self):
        """Return the codes of the level that are new."""
        return [c for c in self.after.at_level(self.level) if c not in self.before.grids]

    @property
    def removed(self):
        """Return the codes of the level that are gone."""
        return [c for c in self.before.at_level(self.level) if c not in self.after.grids]

    @property
    def changed(self):
        """Return the codes of the level that stay, with another shape or other facts."""
        stay = (c for c in self.after.at_level(self.level) if c in self.before.grids)
        return [c for c in stay if not same(c, self.before, self.after)]

    def rows(self, draft_id):
        """Return [(DraftGrid, shape or None)] to put into the draft, its own level emptied before."""
        return [(draft_row(draft_id, grid), self.new_shape(code)) for code, grid in self.after.grids.items()
                if grid.level == self.level or not same(code, self.before, self.after)]  # fmt: skip

    def new_shape(self, code):
        """Return the shape to write: that of each grid of the level, of others only where it changed."""
        shape = self.after.shapes.get(code)
        other = self.after.grids[code].level != self.level
        return None if other and same_shape(code, self.before, self.after) else shape


def same(code, before, after):
    """Return whether a grid has the same facts and shape in both."""
    facts = [[getattr(b.grids[code], name) for name in FACTS] if code in b.grids else None for b in (before, after)]
    return facts[0] == facts[1] and same_shape(code, before, after)


def same_shape(code, before, after):
    """Return whether a grid has the same shape in both, wherever its rings begin."""
    one, other = before.shapes.get(code), after.shapes.get(code)
    if one is None or other is None:
        return one is other
    return bool(shapely.equals_exact(one, other, 0.0, normalize=True))


def draft_row(draft_id, grid: GridState):
    """Return the draft's row of a grid."""
    return DraftGrid(draft_id=draft_id, **{name: getattr(grid, name) for name in FACTS})


def plan(before: Boundaries, layer, arrivals, shapes: dict[str, Any], *, metric) -> Plan:
    """Return the Plan that replaces the grids of a level by those of a file.

    Parameters
    ----------
    before : Boundaries
        Of the draft, or of the version a new draft would be begun on.
    arrivals : Arrivals
        What the file brings.
    shapes : dict of str to Polygon or MultiPolygon
        The shapes to take, repaired or not, by code.
    metric : Metric
        Takes lon/lat to metres.

    Raises
    ------
    CodeElsewhere, UnusableField
        A code is used on another level, or a parent that was named does not exist.
    """
    refuse_codes_elsewhere(before, layer, arrivals)
    kept = {code: grid for code, grid in before.grids.items() if grid.level != layer.id}
    grids = kept | {code: state_of(one, layer, before) for code, one in arrivals.by_code.items()}
    grounds = {code: shape for code, shape in before.shapes.items() if code in kept} | shapes
    notes: list[Note] = []
    grids |= new_parents(grids, layer, arrivals, notes)
    grounds |= nesting.derived_shapes(grids, grounds) if notes else {}
    grids, findings = nested(grids, grounds, layer.id, metric=metric)
    grids |= {code: dataclasses.replace(grids[code], role=role) for code, role in nesting.settled_roles(grids).items()}
    grounds |= nesting.derived_shapes(grids, grounds)
    notes += childless_notes(before, grids, arrivals.features.file)
    after = Boundaries(before.label, levels_in(grids), by_code(grids), grounds)
    return Plan(layer.id, before, after, findings, notes)


def by_code(grids):
    """Return ``grids`` lowest code first, as bytes."""
    return dict(sorted(grids.items(), key=lambda item: item[0].encode()))


def levels_in(grids):
    """Return the levels that occur in ``grids``, top down."""
    present = {grid.level for grid in grids.values()}
    return tuple(level for level in nesting.chain() if level in present)


def refuse_codes_elsewhere(before, layer, arrivals):
    """Raise CodeElsewhere where a code of the file names a grid of another level: codes are unique over all."""
    for code, one in arrivals.by_code.items():
        if code in before.grids and before.grids[code].level != layer.id:
            raise CodeElsewhere(
                "{file}: feature {feature} has the code {code}, which is already that of a grid of the level {level}. "
                "Codes are unique over all levels: name another column with --code.",
                file=arrivals.features.file,
                feature=one.number,
                code=code,
                level=before.grids[code].level,
            )


def state_of(one, layer, before):
    """Return the state of a grid that a file brings; it keeps the identity that has its code."""
    known = before.grids.get(one.code)
    return GridState(
        grid_id=known.grid_id if known else None,
        level=layer.id,
        code=one.code,
        name=one.name,
        name_en=one.name_en,
        parent_code=one.parent or None,
        props=one.props,
    )


def new_parents(grids, layer, arrivals, notes):
    """Return the parents that a file names and nobody has drawn: derived grids of an empty level above."""
    named = {one.parent for one in arrivals.by_code.values() if one.parent} - grids.keys()
    if not named:
        return {}
    if layer.parent is None or any(grid.level == layer.parent for grid in grids.values()):
        raise UnusableField(
            "{file}: these features name a parent that does not exist: {features}. "
            "Correct column {column}, or import the parent first.",
            file=arrivals.features.file,
            features=arrivals.features.at(o.number - 1 for o in arrivals.by_code.values() if o.parent in named),
            column=arrivals.columns.parent,
        )
    message = N_(
        "{file} names {count} parents of the level {level}, which was empty: they are derived from their children."
    )
    notes.append(Note(message, {"file": arrivals.features.file, "count": len(named), "level": layer.parent}))
    return {code: GridState(None, layer.parent, code, code, role="derived") for code in sorted(named, key=str.encode)}


def nested(grids, grounds, level, *, metric):
    """Return ``grids`` with a parent for each that lacks one, top down, and findings where that is doubtful."""
    grids, findings = dict(grids), []
    for here in levels_in(grids):
        above = nesting.level_above(grids, here)
        lacking = [
            code for code, grid in grids.items() if grid.level == here and lacks_parent(grid, grids, above, level)
        ]
        candidates = [code for code, grid in grids.items() if grid.level == above]
        parent_of = nesting.parents_by_prefix(lacking, candidates) if lacking else {}
        if parent_of is None:
            parent_of, doubtful = nesting.parents_by_ground(
                {c: grounds[c] for c in lacking if c in grounds},
                {c: grounds[c] for c in candidates if c in grounds},
                above,
                metric=metric,
            )
            findings += doubtful if above else []
        grids |= {code: dataclasses.replace(grids[code], parent_code=parent_of.get(code)) for code in lacking}
    return grids, findings


def lacks_parent(grid, grids, above, imported):
    """Return whether a grid has no parent, or one of a level that the imported level now comes before."""
    parent = grids.get(grid.parent_code)
    if parent is None:
        return above is not None or grid.parent_code is not None
    return above == imported and parent.level != imported


def childless_notes(before, grids, file):
    """Return the note on derived grids that have lost all their children and keep their old shape."""
    parents = {grid.parent_code for grid in grids.values()}
    had = {grid.parent_code for grid in before.grids.values()}
    lost = [code for code, grid in grids.items() if grid.role == "derived" and code in had - parents]
    if not lost:
        return []
    message = N_("{file} leaves {codes} without children; each keeps the shape it had.")
    return [Note(message, {"file": file, "codes": ", ".join(lost[:6]) + (" …" if len(lost) > 6 else "")})]
