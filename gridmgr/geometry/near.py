"""The audit of some grids that changed, and of what lies around them.

A finding *concerns* the changed grids if it names one of them or one of their
neighbours (a grid whose box comes within 2 cm of the box of a changed one), or,
where it names no grid, if its ground lies at such a box. Nothing else about the
city can have become otherwise near them, but for what is told of a gap at its
far end.

What is found equals what ``coverage.audit`` finds about them. Most of it hangs
on a grid and its neighbours alone. Three things reach farther:

- a gap is a connected piece: the window looked at grows until it holds the whole
  of it, so a gap costs by its box. Without a frame, ground from which a straight
  line leads out of the city is no gap;
- a near miss is left out where its line ends at an overlap or a gap that is
  named: whatever such lines touch is found too;
- the frame is indexed once for as long as it stays the same object.

Changed grids that lie far apart are looked at one place after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry import checks, defects, uncovered
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.checks import Grids, Lines
from gridmgr.geometry.crs import DECIMALS, Geometries, Metric, Numbers
from gridmgr.geometry.defects import Indices, Mask
from gridmgr.geometry.edges import Edges
from gridmgr.geometry.findings import Finding, worst_first
from gridmgr.geometry.framing import Frame, framed, meets
from gridmgr.geometry.invalidity import explain
from gridmgr.geometry.unpaired import left_edges, some, unpaired

REACH_DEG = 2 * defects.NARROW_DEG
OUTWARD = np.array([-1, -1, 1, 1]) * REACH_DEG
SLIVER_WIDTH_M = 1.0
FAR = 1e6


def audit_near(
    grids: Coverage | Mapping[str, Any],
    codes: Iterable[str],
    frame: Any = None,
    *,
    metric: Metric,
    before: Coverage | None = None,
    sliver_width_m: float = SLIVER_WIDTH_M,
) -> list[Finding]:
    """Return the findings that concern the grids ``codes``: those that ``coverage.audit`` would name of them.

    Parameters
    ----------
    grids : Coverage, or mapping of str to Polygon or MultiPolygon
        The grids of one level, lon/lat. Only a Coverage finds neighbours
        without looking at every grid.
    codes : iterable of str
        What changed. Codes that ``grids`` does not have are looked for in ``before``.
    frame : Polygon or MultiPolygon, optional
        What the grids are to cover; that of the Coverage by default. Hand in the
        same object each time: its index is kept.
    metric : Metric
        Measures areas and widths.
    before : Coverage, optional
        The grids before the change: what lies where a changed grid lay concerns it too.
    sliver_width_m : float
        Parts of a grid with a smaller mean width are slivers.

    Returns
    -------
    list of Finding
        In the order of ``coverage.audit``.
    """
    coverage = grids if isinstance(grids, Coverage) else Coverage.from_polygons(grids)
    edge = framed(coverage.frame if frame is None else frame)
    changed = set(codes)
    places = _places(coverage, changed, before)
    found = {_key(one): one for one in _without_place(coverage, changed, metric)}
    for window in _windows(places):
        some_places = places[_meeting(places, window)]
        for one in _findings(coverage, some_places, edge, metric, sliver_width_m):
            found[_key(one)] = one
    return worst_first(found.values())


def concerning(
    findings: Iterable[Finding],
    grids: Coverage | Mapping[str, Any],
    codes: Iterable[str],
    *,
    before: Coverage | None = None,
) -> list[Finding]:
    """Return those of the ``findings`` on all ``grids`` that concern the grids ``codes``, as ``audit_near`` means it."""
    coverage = grids if isinstance(grids, Coverage) else Coverage.from_polygons(grids)
    changed = set(codes)
    places = _places(coverage, changed, before)
    about = {code for place in places for code in coverage.near(place)} | changed
    return [one for one in findings if _concerns(one, about, shapely.box(*places.T))]


def _concerns(one: Finding, about: set[str], places: Geometries) -> bool:
    if one.codes:
        return not about.isdisjoint(one.codes)
    return bool(shapely.intersects(places, one.geometry).any())


def _key(one: Finding) -> Any:
    """Return what tells findings apart: one that is seen from two places is one."""
    return one.kind, one.severity, one.codes, one.area_m2, one.place


def _without_place(coverage: Coverage, codes: set[str], metric: Metric) -> Iterator[Finding]:
    """Yield the findings on shapes without an extent, which lie nowhere."""
    for code in codes:
        if code in coverage and not np.isfinite(shapely.bounds(coverage.shape(code))).all():
            yield explain(code, coverage.shape(code), metric)


def _places(coverage: Coverage, codes: set[str], before: Coverage | None) -> Numbers:
    """Return the boxes in which the grids lie and lay, widened by the reach; shape (n, 4)."""
    shapes = [known.shape(c) for known in (coverage, before) if known is not None for c in codes if c in known]
    bounds = shapely.bounds(np.array(shapes, dtype=object)).reshape(-1, 4)
    return np.asarray(bounds[np.isfinite(bounds).all(axis=1)] + OUTWARD)


def _windows(places: Numbers) -> Numbers:
    """Return boxes around the places, none meeting another; shape (n, 4)."""
    boxes = shapely.box(*places.T)
    while len(parts := shapely.envelope(shapely.get_parts(shapely.union_all(boxes)))) < len(boxes):
        boxes = parts
    return np.asarray(shapely.bounds(boxes).reshape(-1, 4))


def _meeting(bounds: Numbers, window: Any) -> Mask:
    west, south, east, north = window
    result: Mask = (bounds[:, 0] <= east) & (bounds[:, 2] >= west) & (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    return result


def _findings(
    coverage: Coverage, places: Numbers, frame: Frame | None, metric: Metric, sliver_width_m: float
) -> Iterator[Finding]:
    names = {code for place in places for code in coverage.near(place)}
    window = _box_around(places, shapely.bounds(coverage.shapes(names)))
    grids, unshared = _with_surroundings(coverage, window)
    about = np.flatnonzero([code in names for code in grids.codes])
    lines = checks.lines_of(defects.mismatched_among(grids.shapes, np.unique(unshared.owner)))
    twice = defects.covered_twice(grids.shapes, grids.points)
    beside = _beside(grids, about, lines)
    overlaps = checks.overlaps(grids, _overlapping(grids, about, lines, beside, twice), metric)
    targets = np.concatenate([grids.shapes[about], beside.parts, shapely.box(*places.T)])
    gaps = _gaps(coverage, frame, targets, _beyond(window, beside), metric, known=(window, grids, unshared))
    yield from (explain(grids.codes[i], grids.given[i], metric) for i in about if grids.broken[i])
    boxes = shapely.box(*places.T)
    misses = checks.near_misses(grids, beside, overlaps + gaps, metric)
    yield from (one for one in (*overlaps, *gaps, *misses) if _concerns(one, names, boxes))
    yield from checks.slivers(grids, about, metric, sliver_width_m)
    if frame is not None:
        world = frame.edges_at(window)
        leaving = checks.may_leave(grids, world, uncovered.loose_edges(unshared, world), lines, twice, frame)
        yield from checks.outside(grids, about[leaving[about]], frame, metric)


def _box_around(*bounds: Any) -> Numbers:
    """Return the box around boxes and a margin, on the lattice: west, south, east, north."""
    every = np.concatenate([np.reshape(one, (-1, 4)) for one in bounds])
    box = np.concatenate([np.nanmin(every[:, :2], axis=0), np.nanmax(every[:, 2:], axis=0)])
    return np.asarray(np.round(box + 2 * OUTWARD, DECIMALS))


def _with_surroundings(coverage: Coverage, window: Numbers) -> tuple[Grids, Edges]:
    """Return the grids that meet a window and the edges in it that no other shares.

    With those that have such edges come all that lie at their boxes, so that it
    is known of their whole border what is mismatched.
    """
    grids, unshared = _at(coverage, window)
    owners = shapely.bounds(grids.shapes[np.unique(unshared.owner)])
    reaching = owners[~_within(owners, window)]
    if not len(reaching):
        return grids, unshared
    around = {code for box in reaching for code in coverage.near(box + OUTWARD)}
    more = _grids(coverage, around | set(grids.codes))
    position = np.flatnonzero(np.isin(more.codes, grids.codes))
    return more, unshared._replace(owner=position[unshared.owner])


def _at(coverage: Coverage, window: Numbers) -> tuple[Grids, Edges]:
    grids = _grids(coverage, coverage.near(window))
    edges = left_edges(grids.shapes)
    return grids, some(edges, unpaired(edges) & meets(edges, window))


def _grids(coverage: Coverage, codes: Iterable[str]) -> Grids:
    ordered = sorted(codes, key=str.encode)
    return Grids.of(ordered, coverage.shapes(ordered))


def _within(bounds: Numbers, window: Any) -> Mask:
    west, south, east, north = np.asarray(window) - OUTWARD
    result: Mask = (bounds[:, 0] >= west) & (bounds[:, 2] <= east) & (bounds[:, 1] >= south) & (bounds[:, 3] <= north)
    return result


def _beside(grids: Grids, about: Indices, lines: Lines) -> Lines:
    """Return the mismatched lines that run beside the grids ``about``."""
    which = np.unique(shapely.STRtree(lines.parts).query(grids.shapes[about], "dwithin", REACH_DEG)[1])
    return Lines(lines.parts[which], lines.owner[which])


def _overlapping(grids: Grids, about: Indices, lines: Lines, beside: Lines, twice: Mask) -> Any:
    """Return the pairs that overlap: all of one of ``about``, and those at the lines beside these."""
    doubtful = np.zeros(len(grids.codes), bool)
    doubtful[shapely.STRtree(grids.shapes).query(lines.parts)[1]] = True
    at_lines = shapely.STRtree(grids.shapes).query(beside.parts, "dwithin", defects.TOUCH_DEG)[1]
    chosen = np.union1d(about[(doubtful | twice)[about]], at_lines)
    return defects.with_common_ground(grids.shapes, defects.meeting(grids.shapes, chosen))


def _beyond(window: Numbers, lines: Lines) -> Numbers:
    """Return the window, or one that holds the lines as well where some lead out of it."""
    bounds = shapely.bounds(lines.parts).reshape(-1, 4)
    return window if _within(bounds, window).all() else _box_around(window, bounds)


def _gaps(
    coverage: Coverage,
    frame: Frame | None,
    targets: Geometries,
    window: Numbers,
    metric: Metric,
    *,
    known: tuple[Numbers, Grids, Edges],
) -> list[Finding]:
    """Return the gaps that touch one of ``targets``, each as a whole: the window grows until none is cut by its edge.

    ``known`` are a window, the grids that meet it and the edges in it that no other shares.
    """
    while True:
        grids, unshared = known[1:] if window is known[0] else _at(coverage, window)
        loose = uncovered.loose_edges(unshared, frame.edges_at(window) if frame else None)
        pieces = uncovered.pieces(grids.shapes, loose, frame, window)
        pieces = pieces[np.unique(shapely.STRtree(pieces).query(targets, "dwithin", defects.TOUCH_DEG)[1])]
        cut = shapely.intersects(shapely.box(*window).exterior, pieces)
        if frame is None:
            keep = [not (c and _is_outside(coverage, piece, window)) for c, piece in zip(cut, pieces, strict=True)]
            pieces, cut = pieces[np.array(keep, bool)], cut[np.array(keep, bool)]
        if not cut.any():
            return checks.gaps(grids, uncovered.gaps(pieces, frame), metric)
        step = max(window[2] - window[0], window[3] - window[1])
        window = np.round(window + np.array([-step, -step, step, step]), DECIMALS)


def _is_outside(coverage: Coverage, piece: Any, window: Numbers) -> bool:
    """Return whether a straight line leads from an uncovered piece, cut by the window, out past all grids."""
    return any(_is_free(coverage, ray) for ray in _rays(piece, window))


def _rays(piece: Any, window: Numbers) -> Iterator[Any]:
    """Yield lines straight out of the window from the middle of each stretch where it cuts a piece."""
    west, south, east, north = window
    sides = (
        (west, south, west, north),
        (east, south, east, north),
        (west, south, east, south),
        (west, north, east, north),
    )
    for side, way in zip(sides, ((-FAR, 0), (FAR, 0), (0, -FAR), (0, FAR)), strict=True):
        stretches = shapely.get_parts(shapely.intersection(piece, shapely.LineString([side[:2], side[2:]])))
        for start in shapely.get_coordinates(shapely.centroid(stretches)):
            yield shapely.LineString([start, start + way])


def _is_free(coverage: Coverage, ray: Any) -> bool:
    beside = coverage.shapes(coverage.near(ray))
    return not bool(shapely.intersects(ray, defects.made_valid(beside)).any())
