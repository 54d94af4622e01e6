"""The checks of an audit: arrays of grids go in, findings come out; what is looked at is the caller's choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely

from gridmgr.geometry import defects, tiling
from gridmgr.geometry.crs import Geometries, Metric, metres_per_degree
from gridmgr.geometry.defects import Indices, Mask
from gridmgr.geometry.edges import Edges
from gridmgr.geometry.findings import Finding, finding
from gridmgr.geometry.framing import Frame
from gridmgr.geometry.repair import MAX_AREA_M2, MAX_WIDTH_M
from gridmgr.geometry.unpaired import segments
from gridmgr.geometry.unpaired import some as some_edges
from gridmgr.i18n import N_


class Grids(NamedTuple):
    """Grids by position: codes in order, shapes as given and made valid, which were broken, a point inside each."""

    codes: list[str]
    given: Geometries
    shapes: Geometries
    broken: Mask
    points: Geometries

    @classmethod
    def of(cls, codes: list[str], given: Geometries) -> Grids:
        """Return grids looked over for validity."""
        shapes, broken = defects.sound(given)
        return cls(codes, given, shapes, broken, shapely.point_on_surface(shapes))


class Lines(NamedTuple):
    """Mismatched lines, each with the position of the grid on whose border it runs."""

    parts: Geometries
    owner: Indices


def lines_of(edges: Geometries) -> Lines:
    """Return the single lines of what is mismatched of each grid."""
    with_lines = np.flatnonzero(~shapely.is_empty(edges))
    parts, position = shapely.get_parts(edges[with_lines], return_index=True)
    drawn = ~shapely.is_empty(parts)
    return Lines(parts[drawn], with_lines[position[drawn]])


def overlaps(grids: Grids, pairs: tuple[Indices, Indices, Geometries], metric: Metric) -> list[Finding]:
    """Return a finding for each pair with its common ground, but for rounding."""
    found = [_overlap(grids.codes, i, j, common, metric) for i, j, common in zip(*pairs, strict=True)]
    return [f for f in found if f.area_m2 >= defects.DUST_M2]


def _overlap(codes: list[str], i: int, j: int, common: Any, metric: Metric) -> Finding:
    pieces = len(shapely.get_parts(common))
    return finding("overlap", (codes[i], codes[j]), common, *OVERLAP, metric=metric, pieces=pieces)


def gaps(grids: Grids, pieces: Geometries, metric: Metric) -> list[Finding]:
    """Return a finding for each piece of ground that is in no grid."""
    width = defects.widths(pieces, metric)
    is_small = (width <= MAX_WIDTH_M) & (shapely.area(metric(pieces)) <= MAX_AREA_M2)
    found = []
    for piece, codes, width_m, small in zip(pieces, touching(grids, pieces), width.tolist(), is_small, strict=True):
        texts = LONELY_GAP if not codes else SMALL_GAP if small else LARGE_GAP
        found.append(finding("gap", codes, piece, *texts, metric=metric, width_m=width_m))
    return found


def near_misses(grids: Grids, lines: Lines, named: list[Finding], metric: Metric) -> Iterator[Finding]:
    """Yield findings for mismatched lines that bound no overlap or gap already named, grouped by their grids."""
    explained, _ = shapely.STRtree([f.geometry for f in named]).query(
        lines.parts, predicate="dwithin", distance=defects.TOUCH_DEG
    )
    left = np.setdiff1d(np.arange(len(lines.parts)), explained)
    if not len(left):
        return
    parts, owner = lines.parts[left], lines.owner[left]
    crossing = defects.mismatched_among(grids.shapes, np.unique(owner), gap_width=0)
    touching_only = ~shapely.intersects(parts, crossing[owner])
    groups: dict[tuple[bool, tuple[str, ...]], list[Any]] = {}
    for line, codes, warning in zip(parts, touching(grids, parts, 2 * defects.NARROW_DEG), touching_only, strict=True):
        groups.setdefault((bool(warning), tuple(sorted(codes))), []).append(line)
    for (warning, group), members in groups.items():
        severity, texts = ("warning", NEARLY_MEETING) if warning else ("error", UNMATCHED)
        drawn = shapely.normalize(shapely.union_all(members))
        yield finding("near_miss", group, drawn, *texts, metric=metric, severity=severity)


def outside(grids: Grids, some: Indices, frame: Frame, metric: Metric) -> Iterator[Finding]:
    """Yield a finding for each of ``some`` grids that reaches out of the frame."""
    for i in some:
        part = frame.part_at(shapely.bounds(grids.shapes[i]))
        if not shapely.covers(part, grids.shapes[i]):
            yield from tiling.outside(grids.codes[i], grids.shapes[i], part, metric)


def may_leave(grids: Grids, world: Edges, loose: Edges, lines: Lines, twice: Mask, frame: Frame) -> Mask:
    """Return which grids may reach out of the frame.

    Where each edge of the frame is a grid's own edge, another grid can only
    cross it by overlapping that one; ``loose`` are the edges without a partner,
    ``world`` those of the frame.
    """
    tree, doubtful = shapely.STRtree(grids.shapes), twice.copy()
    at_frame = np.zeros(len(grids.shapes), bool)
    at_frame[tree.query(segments(world))[1]] = True
    doubtful[tree.query(segments(some_edges(loose, loose.owner < 0)))[1]] = True
    doubtful[tree.query(lines.parts)[1]] = True
    present = ~shapely.is_empty(grids.shapes)
    return np.asarray(present & ((at_frame & doubtful) | ~frame.contains(grids.points)))


def slivers(grids: Grids, some: Indices, metric: Metric, width_m: float) -> Iterator[Finding]:
    """Yield a finding for each of ``some`` grids that has parts with a smaller mean width."""
    present = some[~shapely.is_empty(grids.shapes[some])]
    parts, position = shapely.get_parts(grids.shapes[present], return_index=True)
    owner = present[position]
    thin = _mean_width(parts) < 2 * width_m
    flat = metric(parts[thin])
    thin[thin] = 2 * shapely.area(flat) / shapely.length(flat) < width_m
    for i in np.unique(owner[thin]):
        found = shapely.multipolygons(parts[thin & (owner == i)])
        yield finding("sliver", [grids.codes[i]], found, *SLIVER, metric=metric, severity="warning", width_m=width_m)


def _mean_width(parts: Geometries) -> Any:
    """Return the mean width of polygons in metres with the scale of their latitude: good enough to choose what to measure."""
    scale = metres_per_degree(shapely.bounds(parts)[:, [1, 3]].mean(axis=1))
    return 2 * shapely.area(parts) * scale.lat * scale.lon / (shapely.length(parts) * scale.lon)


def touching(grids: Grids, pieces: Geometries, distance: float = defects.TOUCH_DEG) -> list[list[str]]:
    """Return for each piece the codes of the grids that touch it."""
    result: list[list[str]] = [[] for _ in pieces]
    for piece, grid in zip(*shapely.STRtree(grids.shapes).query(pieces, "dwithin", distance), strict=True):
        result[piece].append(grids.codes[grid])
    return result


OVERLAP = (
    N_("{codes} both claim {area_m2:,.2f} m², in {pieces} pieces."),
    N_("Move the shared border to where it belongs, or let repair give each piece to one of them."),
)
LARGE_GAP = (
    N_("No grid covers these {area_m2:,.0f} m² beside {codes}."),
    N_("Draw or import the missing grid, or correct the frame; repair leaves a gap of this size alone."),
)
LONELY_GAP = (
    N_("No grid covers these {area_m2:,.2f} m², and none touches them."),
    N_("Draw or import the missing grid, or correct the frame; repair has nobody to give them to."),
)
SMALL_GAP = (
    N_(
        "{area_m2:,.2f} m² beside {codes}, {width_m:.2f} m at the widest, belong to nobody: one border was drawn twice."
    ),
    N_("Let repair give it to the neighbour with the longest shared border, or move the border."),
)
UNMATCHED = (
    N_("The borders of {codes} run along each other but do not share their vertices."),
    N_("Let repair match them vertex for vertex."),
)
NEARLY_MEETING = (
    N_("The outer edges of {codes} come within a centimetre of each other without meeting."),
    N_("Join them if they belong together; otherwise nothing needs to be done."),
)
SLIVER = (
    N_("Parts of {codes} are less than {width_m:g} m wide on average."),
    N_("Merge them with a neighbour if nobody meant them; publishing does not wait for it."),
)
