"""Mending a coverage by stated rules: which grid gets a piece, and why.

1. **Rings** (``make_valid``): an invalid polygon is rebuilt over the same
   rings by the even-odd rule.
2. **Snapping** (``snap``): vertices of unshared borders within 5 cm of each
   other become one; the one that most grids have stays, then that of the lower
   code. No vertex moves farther.
3. **Overlaps** (``overlap``) and vertices that one side lacks (``match``): see
   ``faces``.
4. **Gaps** (``gap``): a piece of the frame in no grid, at most ``max_width``
   wide and ``max_area`` large, goes to the neighbour with the longest shared
   border, the lower code of equals. Larger ones are left: somebody has to draw
   what is there.
5. **Outside** (``cut``): what reaches out of a given frame is cut off within
   the same limits.

Steps 3 to 5 are repeated until nothing is left to do, since a piece that is
given away brings its vertices along. What no step touches stays as it is, to
the last bit of rounded coordinates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import shapely

from gridmgr.errors import Invalid
from gridmgr.geometry import changes, defects, faces, snapping, uncovered
from gridmgr.geometry.changes import Change
from gridmgr.geometry.crs import DECIMALS, Geometries, Metric, metric_for, metric_of
from gridmgr.geometry.findings import listed
from gridmgr.geometry.framing import Frame
from gridmgr.i18n import N_

MAX_WIDTH_M = 5.0
MAX_AREA_M2 = 1_000.0
ROUNDS = 24


class Unrepairable(Invalid):
    """The grids cannot be mended without losing one."""

    slug = "unrepairable"


def repair(
    polygons: Mapping[str, Any],
    frame: Any = None,
    *,
    max_width: float = MAX_WIDTH_M,
    max_area: float = MAX_AREA_M2,
    metric: Metric | None = None,
) -> tuple[dict[str, Any], list[Change]]:
    """Return valid polygons that share their borders, and each change that was made.

    Parameters
    ----------
    polygons : mapping of str to Polygon or MultiPolygon
        The grids of one level by code, lon/lat.
    frame : Polygon or MultiPolygon, optional
        What they are to cover; their own outer rings where there is none.
    max_width, max_area : float
        Largest gap that is closed, and largest piece outside that is cut off:
        metres at the widest place, and m².
    metric : Metric, optional
        That of the middle of the grids by default.

    Returns
    -------
    dict, list of Change
        The same codes; no overlap, every polygon valid, ``coverage_is_valid``.

    Raises
    ------
    Unrepairable
        A grid has no ground of its own: no inside, or the same as another's.
    """
    codes = sorted(polygons, key=str.encode)
    given = np.array([polygons[code] for code in codes], dtype=object)
    shapes = defects.made_valid(rounded(np.where(defects.usable(given), given, shapely.Polygon())))
    keep_ground(codes, shapes)
    metric = metric or (metric_of(shapes) if codes else metric_for(0, 0))
    made = list(_rebuilt(codes, given, shapes, metric))
    shapes, moved = snapping.snap(codes, shapes, metric)
    made += moved
    for _ in range(ROUNDS):
        shapes, step = _round(codes, defects.made_valid(rounded(shapes)), frame, (max_width, max_area), metric)
        made += step
        if not step:
            return dict(zip(codes, shapes, strict=True)), changes.summed(made, metric)
    raise Unrepairable(N_("The borders could not be mended in {rounds} rounds; draw them anew."), rounds=ROUNDS)


def rounded(shapes: Geometries) -> Geometries:
    """Return ``shapes`` with coordinates rounded to 1e-9 degree, none twice in a row."""
    return defects.without_repeats(shapely.transform(shapes, lambda xy: np.round(xy, DECIMALS)))


def keep_ground(codes: list[str], shapes: Geometries) -> None:
    """Raise Unrepairable where a grid has no inside."""
    lost = [code for code, empty in zip(codes, shapely.is_empty(shapes), strict=True) if empty]
    if lost:
        raise Unrepairable(
            N_(
                "{codes} has no ground of its own: no inside, or the same as another grid's. Draw it anew or leave it out."
            ),
            codes=listed(tuple(lost)),
        )


def _round(
    codes: list[str], shapes: Geometries, frame: Any, limits: tuple[float, float], metric: Metric
) -> tuple[Geometries, list[Change]]:
    """Take the first step that has something to do: the later ones need what the earlier ones leave whole."""
    shapes, made = faces.match(codes, shapes, metric)
    keep_ground(codes, shapes)
    if not made:
        shapes, made = _cut(codes, shapes, frame, limits, metric)
        keep_ground(codes, shapes)
    if not made:
        shapes, made = _closed(codes, shapes, frame, limits, metric)
    return shapes, made


def _rebuilt(codes: list[str], given: Geometries, shapes: Geometries, metric: Metric) -> Iterator[Change]:
    for i in np.flatnonzero(~shapely.is_valid(given)):
        area_m2 = abs(float(shapely.area(metric(shapes[i])) - shapely.area(metric(given[i]))))
        yield changes.change("make_valid", [codes[i]], shapes[i], changes.REBUILT, area_m2=area_m2)


def _closed(
    codes: list[str], shapes: Geometries, frame: Any, limits: tuple[float, float], metric: Metric
) -> tuple[Geometries, list[Change]]:
    pieces = _small(_gaps(shapes, frame), limits, metric)
    beside = _borders(shapes, pieces, metric)
    taken: dict[int, list[Any]] = {}
    made = []
    for piece, lengths in zip(pieces, beside, strict=True):
        if lengths:
            owner = min(lengths, key=lambda grid: (-round(lengths[grid], 6), grid))
            taken.setdefault(owner, []).append(piece)
            names = [codes[grid] for grid in lengths]
            made.append(changes.change("gap", names, piece, changes.CLOSED, metric=metric, to=codes[owner]))
    result = shapes.copy()
    for owner, gained in taken.items():
        result[owner] = defects.only_polygons(shapely.union_all([shapes[owner], *gained]))
    return result, made


def _gaps(shapes: Geometries, frame: Any) -> Geometries:
    """Return what is to be closed: in a frame the very pieces that an audit names, else all that the outline encloses."""
    if frame is not None:
        return uncovered.gaps_of(shapes, Frame(frame))
    covered = shapely.coverage_union_all(shapes)
    return defects.missing(defects.outline(covered), covered)


def _cut(
    codes: list[str], shapes: Geometries, frame: Any, limits: tuple[float, float], metric: Metric
) -> tuple[Geometries, list[Change]]:
    result, made = shapes.copy(), []
    whole = None if frame is None else defects.frame_or_outline(frame, None)
    for i in np.flatnonzero(~shapely.covers(whole, shapes)) if frame is not None else ():
        pieces = _small(defects.outside_pieces(shapes[i], whole), limits, metric)
        if len(pieces):
            result[i] = defects.only_polygons(shapely.difference(shapes[i], shapely.union_all(pieces)))
            made += [changes.change("cut", [codes[i]], piece, changes.CUT, metric=metric) for piece in pieces]
    return result, made


def _small(pieces: Geometries, limits: tuple[float, float], metric: Metric) -> Geometries:
    width, area = limits
    pieces = pieces[shapely.area(metric(pieces)) <= area]
    return np.asarray(pieces[defects.widths(pieces, metric, up_to_m2=area) <= width], dtype=object)


def _borders(shapes: Geometries, pieces: Geometries, metric: Metric) -> list[dict[int, float]]:
    """Return for each piece the metres of border that it shares with each grid; grids that share none are left out.

    An edge counts where its middle touches the grid: where the frame cuts
    across a long border, the rounded end of the piece is a little off the line.
    """
    rings, owner = shapely.get_rings(pieces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    within = np.flatnonzero(ring[1:] == ring[:-1])
    edges = shapely.linestrings(np.stack([xy[within], xy[within + 1]], axis=1))
    length = shapely.length(metric(edges))
    middles = shapely.points((xy[within] + xy[within + 1]) / 2)
    result: list[dict[int, float]] = [{} for _ in pieces]
    for edge, grid in zip(*shapely.STRtree(shapes).query(middles, "dwithin", defects.TOUCH_DEG), strict=True):
        shared = result[owner[ring[within[edge]]]]
        shared[int(grid)] = shared.get(int(grid), 0.0) + float(length[edge])
    return result
