"""A file that was edited elsewhere comes back into its draft as edits, with a report of what differs."""

import dataclasses
import pathlib
from typing import Any

import shapely

from gridmgr.geometry.editing import EditRefused
from gridmgr.services.catalogue import catalogue, owner_level
from gridmgr.services.drafting import editing, passing
from gridmgr.services.drafting.round_trip import comparing, recognising
from gridmgr.services.imports import arrivals
from gridmgr.services.transactions import reading

COVERED = 0.999


@dataclasses.dataclass
class Difference:
    """What a file holds otherwise than a draft.

    ``edits`` are those that were made (or would be): (edit, m² that change hands). ``unchanged`` counts
    grids that are as they were, ``snapped`` those among them that were so only within some centimetres;
    ``arcs`` borders of the other grids that run as before. ``slivers`` and ``slivers_m2`` were left out
    as rounding. ``missing`` grids are not in the file and stay; ``left`` are (edit, error) that could
    not be made, ``disputed`` pairs of grids that draw their common border differently.
    """

    file: str
    count: int
    unchanged: int = 0
    snapped: int = 0
    arcs: int = 0
    edits: list[tuple[dict, float]] = dataclasses.field(default_factory=list)
    slivers: int = 0
    slivers_m2: float = 0.0
    missing: list[str] = dataclasses.field(default_factory=list)
    disputed: list[tuple[Any, Any]] = dataclasses.field(default_factory=list)
    left: list[tuple[dict, Exception]] = dataclasses.field(default_factory=list)
    is_written: bool = False


def import_edits(engine, draft_id, path, *, reason="", dry_run=False, by, at):
    """Take the grids of a file into a draft as edits, and return the Difference.

    Nothing is written where an edit could not be made or two grids dispute a border, and with ``dry_run``.

    Raises
    ------
    Invalid
        The file cannot be read.
    NoSuchDraft, DraftUnderReview, DraftMovedOn
    """
    desk = editing.opened(engine, draft_id, None)
    level = catalogue()[owner_level()]
    brought = arrivals.read(pathlib.Path(path), level, city=bounds_of(desk))
    found = compared(engine, desk, brought)
    if found.edits and not (dry_run or found.left or found.disputed):
        given = [(edit, reason) for edit, _ in found.edits]
        editing.make(engine, draft_id, given, revision=desk.revision, by=by, at=at)
        found.is_written = True
    return found


def bounds_of(desk):
    """Return (west, south, east, north) of a draft's grids, None where it has none."""
    codes = desk.coverage.codes
    return tuple(float(v) for v in shapely.total_bounds(desk.coverage.shapes(codes))) if codes else None


def compared(engine, desk, brought):
    """Return the Difference of a file and a draft."""
    shapes = brought.shapes
    changed, snapped = recognising.recognised(desk.coverage, shapes)
    known = [code for code in shapes if code in desk.coverage]
    found = Difference(brought.features.file, len(shapes), len(known) - len(changed), snapped)
    found.missing = [code for code in desk.coverage.codes if code not in shapes]
    work = Work(engine, desk, found, changed)
    work.merge_missing()
    for edit in comparing.moved_corners(work.desk.coverage, work.still_other()):
        work.try_edit(edit, quietly=True)
    borders = comparing.moved_borders(work.desk.coverage, work.still_other())
    found.arcs, found.disputed = borders.unchanged, borders.disputed
    for edit in borders.edits:
        work.try_edit(edit, quietly=True)
    for code in [code for code in shapes if code not in desk.states]:
        work.try_edit(carved(brought, code))
    if not found.disputed:
        for code in changed:
            work.hand_pieces_over(code)
    work.compare_rows(brought)
    return found


def carved(brought, code):
    """Return the edit that cuts out a grid that is new in the file."""
    one = brought.by_code[code]
    names = {"name": one.name} | ({"name_en": one.name_en} if one.name_en else {})
    return {"op": "carve", "piece": shapely.geometry.mapping(one.shape), "code": code, **names}


class Work:
    """A draft on its way to what a file holds: the desk so far, and what is still to be reported."""

    def __init__(self, engine, desk, found, targets):
        self.engine, self.desk, self.found, self.targets = engine, desk, found, targets

    def try_edit(self, edit, *, quietly=False):
        """Make an edit on the desk in memory; one that is refused is reported, unless others may do its work."""
        try:
            with reading(self.engine) as session:
                made = editing.worked_one(session, self.desk, edit, "")
        except EditRefused as error:
            if not quietly:
                self.found.left.append((edit, error))
            return False
        self.desk = made.after
        self.found.edits.append((made.edit, passing.moved_m2(made)))
        return True

    def still_other(self):
        """Return code → shape in the file of the grids that the desk still has otherwise."""
        coverage = self.desk.coverage
        return {code: shape for code, shape in self.targets.items()
                if code in coverage and not recognising.same(shape, coverage.shape(code))}  # fmt: skip

    def merge_missing(self):
        """Merge grids that the file has no more into that which has taken all their ground."""
        for code in list(self.found.missing):
            shape = self.desk.shapes[code]
            takers = [one for one, target in self.targets.items() if covers(target, shape)]
            if len(takers) == 1 and self.try_edit({"op": "merge", "grids": [takers[0], code], "code": takers[0]}):
                self.found.missing.remove(code)

    def hand_pieces_over(self, code):
        """Hand over the pieces by which a grid still differs from the file once its borders were moved."""
        if code not in self.desk.coverage:
            return
        target = shapely.make_valid(self.targets[code])
        for ground, is_gain in ((shapely.difference(target, self.desk.shapes[code]), True),
                                (shapely.difference(self.desk.shapes[code], target), False)):  # fmt: skip
            worth, count, area = comparing.pieces(ground, self.desk.metric)
            self.found.slivers += count
            self.found.slivers_m2 += area
            for piece in worth:
                to = code if is_gain else self.taker(code, piece)
                if to is not None:
                    self.try_edit({"op": "transfer", "piece": shapely.geometry.mapping(piece), "to": to})

    def taker(self, code, piece):
        """Return who takes a piece that a grid gave up: a grid that the file left as it was, with the longest border.

        Where the file gives the piece to another changed grid, that one will take it itself.
        """
        beside = [one for one in self.desk.coverage.near(piece) if one != code]
        if any(
            one in self.targets and shapely.area(shapely.intersection(self.targets[one], piece)) > 0 for one in beside
        ):
            return None
        border = {one: shapely.length(shapely.intersection(self.desk.shapes[one], piece.exterior)) for one in beside}
        return max(sorted(border, key=str.encode), key=border.__getitem__) if any(border.values()) else None

    def compare_rows(self, brought):
        """Take over names and parents that the file gives otherwise."""
        for code, one in brought.by_code.items():
            state = self.desk.states.get(code)
            if state is None or code not in self.desk.coverage:
                continue
            names = {}
            if brought.columns.name and one.name != (state.name or code):
                names["name"] = one.name
            if brought.columns.name_en and one.name_en != state.name_en:
                names["name_en"] = one.name_en
            if names:
                self.try_edit({"op": "rename", "grid": code, **names})
            if brought.columns.parent and one.parent and one.parent != state.parent_code and code in self.desk.states:
                self.try_edit({"op": "hand_over", "grids": [code], "to": one.parent})


def covers(target, shape):
    """Return whether a shape in a file covers all of a grid."""
    common = shapely.intersection(shapely.make_valid(target), shape)
    return shapely.area(common) >= COVERED * shapely.area(shape)
