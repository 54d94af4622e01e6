"""Whether grids cover their city: every spot once, neighbours sharing their borders.

How findings are counted. ``invalid``: one a grid. ``overlap``: one a pair of
grids, whatever the number of pieces. ``gap``: one a connected piece of the
frame that no grid covers. ``near_miss``: one a group of grids, for borders that
differ by less than a hundredth of a square metre, or, as a warning, that come
within a centimetre of each other on the outer edge without meeting.
``outside_parent``: one a grid. ``sliver``: one a grid, for parts with a mean
width under a metre. Pieces along the frame that are smaller than a hundredth of
a square metre or thinner than a millimetre are the rounding of two drawings of
one line and are left out; inside the city no piece is too small to be named.

Without a frame it is the coverage's own outer rings: the outer edge is then
unchecked, and every hole is a gap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import defects, tiling
from gridmgr.geometry.changes import Change
from gridmgr.geometry.crs import Geometries, Metric, metres_per_degree, metric_for, metric_of
from gridmgr.geometry.findings import Finding, audit_codes, finding, worst_first
from gridmgr.geometry.invalidity import explain
from gridmgr.geometry.repair import MAX_AREA_M2, MAX_WIDTH_M, repair
from gridmgr.i18n import N_

__all__ = ["Change", "Finding", "audit", "audit_children", "audit_codes", "repair"]

audit_children = tiling.audit_children
SLIVER_WIDTH_M = 1.0


def audit(
    polygons: Mapping[str, Any],
    frame: Any = None,
    *,
    metric: Metric | None = None,
    sliver_width_m: float = SLIVER_WIDTH_M,
) -> list[Finding]:
    """Return what keeps ``polygons`` from covering ``frame`` whole.

    Parameters
    ----------
    polygons : mapping of str to Polygon or MultiPolygon
        The grids of one level by code, lon/lat.
    frame : Polygon or MultiPolygon, optional
        What they are to cover, lon/lat; their own outer rings where there is none.
    metric : Metric, optional
        Measures areas and widths; that of the middle of the grids by default.
    sliver_width_m : float
        Parts of a grid with a smaller mean width are slivers.

    Returns
    -------
    list of Finding
        Kinds ``invalid, overlap, gap, outside_parent, near_miss, sliver`` in
        that order, the largest first; empty where the coverage is whole.
    """
    codes = sorted(polygons, key=str.encode)
    given = np.array([polygons[code] for code in codes], dtype=object)
    shapes = defects.made_valid(given)
    if metric is None:
        metric = metric_for(0, 0) if shapely.is_empty(shapes).all() else metric_of(shapes)
    return worst_first(_findings(codes, given, shapes, frame, metric, sliver_width_m))


def _findings(
    codes: list[str], given: Geometries, shapes: Geometries, frame: Any, metric: Metric, sliver_width_m: float
) -> Iterator[Finding]:
    broken = ~(shapely.is_valid(given) & defects.usable(given))
    edges = defects.mismatched(shapes)
    suspects = broken | ~shapely.is_empty(edges)
    overlaps = [f for f in _overlaps(codes, shapes, suspects, metric) if f.area_m2 >= defects.DUST_M2]
    gaps = list(_gaps(codes, shapes, defects.union(shapes, suspects), frame, metric))
    yield from (explain(codes[i], given[i], metric) for i in np.flatnonzero(broken))
    yield from overlaps
    yield from gaps
    yield from _near_misses(codes, shapes, edges, overlaps + gaps, metric)
    yield from _slivers(codes, shapes, metric, sliver_width_m)
    if frame is not None:
        yield from _outside(codes, shapes, frame, metric)


def _overlaps(codes: list[str], shapes: Geometries, suspects: defects.Mask, metric: Metric) -> Iterator[Finding]:
    for i, j, common in zip(*defects.overlapping(shapes, suspects), strict=True):
        yield finding(
            "overlap",
            (codes[i], codes[j]),
            common,
            N_("{codes} both claim {area_m2:,.2f} m², in {pieces} pieces."),
            N_("Move the shared border to where it belongs, or let repair give each piece to one of them."),
            metric=metric,
            pieces=len(shapely.get_parts(common)),
        )


def _gaps(codes: list[str], shapes: Geometries, covered: Any, frame: Any, metric: Metric) -> Iterator[Finding]:
    pieces = defects.gap_pieces(defects.frame_or_outline(frame, covered), covered, metric)
    width = defects.widths(pieces, metric)
    is_small = (width <= MAX_WIDTH_M) & (shapely.area(metric(pieces)) <= MAX_AREA_M2)
    beside = _touching(codes, shapes, pieces)
    for piece, grids, width_m, small in zip(pieces, beside, width.tolist(), is_small, strict=True):
        texts = LONELY_GAP if not grids else SMALL_GAP if small else LARGE_GAP
        yield finding("gap", grids, piece, *texts, metric=metric, width_m=width_m)


def _near_misses(
    codes: list[str], shapes: Geometries, edges: Geometries, named: list[Finding], metric: Metric
) -> Iterator[Finding]:
    """Yield findings for mismatched lines that bound no overlap or gap already named, grouped by their grids."""
    with_lines = np.flatnonzero(~shapely.is_empty(edges))
    lines, owner = shapely.get_parts(edges[with_lines], return_index=True)
    lines, owner = lines[~shapely.is_empty(lines)], owner[~shapely.is_empty(lines)]
    explained, _ = shapely.STRtree([f.geometry for f in named]).query(
        lines, predicate="dwithin", distance=defects.TOUCH_DEG
    )
    left = np.setdiff1d(np.arange(len(lines)), explained)
    if not len(left):
        return
    beside = _touching(codes, shapes, lines[left], 2 * defects.NARROW_DEG)
    touching_only = ~shapely.intersects(lines[left], defects.mismatched(shapes, gap_width=0)[with_lines[owner[left]]])
    groups: dict[tuple[bool, tuple[str, ...]], list[Any]] = {}
    for line, grids, warning in zip(lines[left], beside, touching_only, strict=True):
        groups.setdefault((bool(warning), tuple(sorted(grids))), []).append(line)
    for (warning, group), parts in groups.items():
        severity, texts = ("warning", NEARLY_MEETING) if warning else ("error", UNMATCHED)
        yield finding("near_miss", group, shapely.union_all(parts), *texts, metric=metric, severity=severity)


def _outside(codes: list[str], shapes: Geometries, frame: Any, metric: Metric) -> Iterator[Finding]:
    whole = defects.frame_or_outline(frame, None)
    shapely.prepare(whole)
    for i in np.flatnonzero(~shapely.covers(whole, shapes)):
        yield from tiling.outside(codes[i], shapes[i], whole, metric)


def _slivers(codes: list[str], shapes: Geometries, metric: Metric, width_m: float) -> Iterator[Finding]:
    present = np.flatnonzero(~shapely.is_empty(shapes))
    parts, position = shapely.get_parts(shapes[present], return_index=True)
    owner = present[position]
    thin = _mean_width(parts) < 2 * width_m
    flat = metric(parts[thin])
    thin[thin] = 2 * shapely.area(flat) / shapely.length(flat) < width_m
    for i in np.unique(owner[thin]):
        slivers = shapely.multipolygons(parts[thin & (owner == i)])
        yield finding("sliver", [codes[i]], slivers, *SLIVER, metric=metric, severity="warning", width_m=width_m)


def _mean_width(parts: Geometries) -> Any:
    """Return the mean width of polygons in metres, with one scale for all: good enough to choose what to measure."""
    if not len(parts):
        return np.empty(0)
    scale = metres_per_degree(float(shapely.total_bounds(parts)[[1, 3]].mean()))
    return 2 * shapely.area(parts) * scale.lat * scale.lon / (shapely.length(parts) * scale.lon)


def _touching(
    codes: list[str], shapes: Geometries, pieces: Geometries, distance: float = defects.TOUCH_DEG
) -> list[list[str]]:
    """Return for each piece the codes of the grids that touch it."""
    result: list[list[str]] = [[] for _ in pieces]
    for piece, grid in zip(*shapely.STRtree(shapes).query(pieces, "dwithin", distance), strict=True):
        result[piece].append(codes[grid])
    return result


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
