"""Whether grids cover their city: every spot once, neighbours sharing their borders.

How findings are counted. ``invalid``: one a grid. ``overlap``: one a pair of
grids, whatever the number of pieces. ``gap``: one a connected piece of the
frame that no grid covers. ``near_miss``: one a group of grids, for borders that
differ by less than a hundredth of a square metre, or, as a warning, that come
within a centimetre of each other on the outer edge without meeting.
``outside_parent``: one a grid. ``sliver``: one a grid, for parts with a mean
width under a metre. Pieces along the frame that are smaller than a hundredth of
a square metre or thinner than a millimetre are the rounding of two drawings of
one line and are left out; inside the city no piece is too small to be named
that is wider than the lattice of 1e-9 degree on which coordinates are kept.

Without a frame it is the coverage's own outer rings: the outer edge is then
unchecked, and every hole is a gap.

``audit`` looks at everything; ``audit_near`` (see ``near``) finds the same near
some grids that have changed, without looking at the rest of the city.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import checks, defects, near, tiling, uncovered
from gridmgr.geometry.changes import Change
from gridmgr.geometry.checks import Grids
from gridmgr.geometry.crs import Metric, metric_for, metric_of
from gridmgr.geometry.findings import Finding, audit_codes, worst_first
from gridmgr.geometry.framing import Frame
from gridmgr.geometry.invalidity import explain
from gridmgr.geometry.near import SLIVER_WIDTH_M
from gridmgr.geometry.repair import repair
from gridmgr.geometry.unpaired import left_edges, some, unpaired

__all__ = ["Change", "Finding", "audit", "audit_children", "audit_codes", "audit_near", "repair"]

audit_children = tiling.audit_children
audit_near = near.audit_near


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
    grids = Grids.of(codes, np.array([polygons[code] for code in codes], dtype=object))
    if metric is None:
        metric = metric_for(0, 0) if shapely.is_empty(grids.shapes).all() else metric_of(grids.shapes)
    return worst_first(_findings(grids, None if frame is None else Frame(frame), metric, sliver_width_m))


def _findings(grids: Grids, frame: Frame | None, metric: Metric, sliver_width_m: float) -> Iterator[Finding]:
    edges = left_edges(grids.shapes)
    unshared = some(edges, unpaired(edges))
    loose = uncovered.loose_edges(unshared, frame.world if frame else None)
    mismatched = defects.mismatched_among(grids.shapes, np.unique(unshared.owner))
    lines = checks.lines_of(mismatched)
    twice = defects.covered_twice(grids.shapes, grids.points)
    overlaps = checks.overlaps(grids, _overlapping(grids, ~shapely.is_empty(mismatched) | twice), metric)
    gaps = checks.gaps(grids, uncovered.gaps(uncovered.pieces(grids.shapes, loose, frame), frame), metric)
    yield from (explain(grids.codes[i], grids.given[i], metric) for i in np.flatnonzero(grids.broken))
    yield from overlaps
    yield from gaps
    yield from checks.near_misses(grids, lines, overlaps + gaps, metric)
    yield from checks.slivers(grids, np.arange(len(grids.codes)), metric, sliver_width_m)
    if frame is not None:
        leaving = checks.may_leave(grids, frame.world, loose, lines, twice, frame)
        yield from checks.outside(grids, np.flatnonzero(leaving), frame, metric)


def _overlapping(grids: Grids, suspects: defects.Mask) -> Any:
    """Return all pairs that overlap: where none of a pair is a suspect, one overlaps another grid that is."""
    found = defects.overlapping(grids.shapes, suspects)
    involved = np.setdiff1d(np.concatenate(found[:2]), np.flatnonzero(suspects))
    pairs = defects.meeting(grids.shapes, involved)
    more = defects.with_common_ground(grids.shapes, pairs[~suspects[pairs].any(axis=1)])
    return tuple(np.concatenate(both) for both in zip(found, more, strict=True))
