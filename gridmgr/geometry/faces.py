"""Overlaps and unmatched borders, mended on the faces that all borders draw together.

The borders of the grids concerned are noded by snap rounding on the 1e-9 degree
lattice on which coordinates are kept, so that they meet in lattice points only,
and polygonized: the ground falls into faces, each inside or outside any grid as
a whole. Grids put together again from faces share their borders vertex for
vertex and cannot overlap, whoever gets which face. A face in one grid stays; a
face that several claim goes

1. to a claimant that would keep less than half of its ground without such
   faces, the smallest first: it was drawn on top of the others, like a market
   inside a street grid;
2. else to the claimant whose own ground it shares the longest border with;
   faces in the middle of others wait until those are given away;
3. among equals to the lowest code.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gridmgr.geometry import changes, defects
from gridmgr.geometry.changes import Change
from gridmgr.geometry.crs import DECIMALS, Geometries, Metric, metres_per_degree
from gridmgr.geometry.edges import OUTSIDE, Indices, edges_of, shared

Floats = npt.NDArray[np.float64]
LATTICE_DEG = 10.0**-DECIMALS


class Claims(NamedTuple):
    """Which grid claims which face, pair by pair, ordered by face, then grid."""

    face: Indices
    grid: Indices


class Border(NamedTuple):
    """Pairs of faces that share a border and its length in metres; each pair both ways."""

    face: Indices
    other: Indices
    length_m: Floats


def match(codes: list[str], shapes: Geometries, metric: Metric) -> tuple[Geometries, list[Change]]:
    """Return ``shapes`` without overlaps and with shared vertices, and each change; empty where a grid lost all."""
    concerned = concerned_grids(shapes)
    if not len(concerned):
        return shapes, []
    faces = drawn_faces([shapes[i] for i in concerned])
    claims = claims_on(faces, shapes[concerned])
    owner, reasons = owners(faces, claims, shapes[concerned])
    result = shapes.copy()
    for k, i in enumerate(concerned):
        result[i] = defects.only_polygons(shapely.coverage_union_all(faces[owner == k]))
    names = [codes[i] for i in concerned]
    made = _given_away(names, faces, claims, owner, reasons, metric)
    claimed = np.array([shapely.coverage_union_all(faces[claims.face[claims.grid == k]]) for k in range(len(names))])
    return result, made + _matched(names, shapes[concerned], claimed, metric)


def concerned_grids(shapes: Geometries) -> Indices:
    """Return the indices of grids with mismatched edges and of the grids they lie in."""
    suspects = ~shapely.is_empty(defects.mismatched(shapes, gap_width=0))
    first, second, _ = defects.overlapping(shapes, suspects)
    return np.unique(np.concatenate([np.flatnonzero(suspects), first, second]))


def drawn_faces(shapes: list[Any]) -> Geometries:
    """Return the faces that the borders of ``shapes`` draw together, on the lattice."""
    return faces_between(shapely.boundary(shapes))


def faces_between(drawn: Geometries) -> Geometries:
    """Return the faces that lines draw together, on the lattice."""
    lines = shapely.union_all(drawn, grid_size=LATTICE_DEG)
    on_lattice = shapely.transform(lines, lambda xy: np.round(xy, DECIMALS))
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(on_lattice))), dtype=object)


def claims_on(faces: Geometries, shapes: Geometries) -> Claims:
    """Return who claims each face: the grids that hold a point inside it."""
    face, grid = shapely.STRtree(shapes).query(shapely.point_on_surface(faces), predicate="intersects")
    order = np.lexsort((grid, face))
    return Claims(face[order], grid[order])


def owners(faces: Geometries, claims: Claims, shapes: Geometries) -> tuple[Indices, dict[int, str]]:
    """Return the grid that gets each face (-1 for none) and the text of the rule for each contested face."""
    count = np.bincount(claims.face, minlength=len(faces))
    owner = np.full(len(faces), -1, np.intp)
    single = count[claims.face] == 1
    owner[claims.face[single]] = claims.grid[single]
    contested = Claims(claims.face[~single], claims.grid[~single])
    reasons = _carve(faces, contested, owner, shapes)
    border = shared_borders(faces)
    while (left := owner[contested.face] < 0).any():
        before = (owner < 0).sum()
        still = Claims(contested.face[left], contested.grid[left])
        reasons |= _give_by_border(still, owner, border)
        if (owner < 0).sum() == before:
            reasons |= _give_by_code(still, owner)
    return owner, reasons


def _carve(faces: Geometries, contested: Claims, owner: Indices, shapes: Geometries) -> dict[int, str]:
    """Give faces to those of their claimants that would lose most of their ground, the smallest first."""
    area = shapely.area(faces)
    own = np.bincount(owner[owner >= 0], weights=area[owner >= 0], minlength=len(shapes))
    at_risk = own < 0.5 * shapely.area(shapes)
    risky = at_risk[contested.grid]
    face, grid = contested.face[risky], contested.grid[risky]
    order = np.lexsort((grid, shapely.area(shapes)[grid], face))
    given, first = np.unique(face[order], return_index=True)
    owner[given] = grid[order][first]
    return dict.fromkeys(given.tolist(), changes.CARVED)


def _give_by_border(contested: Claims, owner: Indices, border: Border) -> dict[int, str]:
    """Give faces to the claimant with whose ground they share the longest border, where they share any."""
    grids = int(max(owner.max(initial=0), contested.grid.max())) + 1
    known = owner[border.other] >= 0
    length = _summed(border.face[known] * grids + owner[border.other[known]], border.length_m[known])
    shared = np.round([length.get(key, 0.0) for key in (contested.face * grids + contested.grid).tolist()], 6)
    order = np.lexsort((contested.grid, -shared, contested.face))
    face, first = np.unique(contested.face[order], return_index=True)
    best = order[first]
    has_border = shared[best] > 0
    owner[face[has_border]] = contested.grid[best[has_border]]
    return dict.fromkeys(face[has_border].tolist(), changes.BORDERED)


def _give_by_code(contested: Claims, owner: Indices) -> dict[int, str]:
    face, first = np.unique(contested.face, return_index=True)
    owner[face] = contested.grid[first]
    return dict.fromkeys(face.tolist(), changes.LOWEST)


def _summed(keys: Indices, values: Floats) -> dict[int, float]:
    unique, which = np.unique(keys, return_inverse=True)
    return dict(zip(unique.tolist(), np.bincount(which, weights=values, minlength=len(unique)), strict=True))


def shared_borders(faces: Geometries) -> Border:
    """Return which faces share edges, and how much."""
    edges = shared(edges_of(faces))
    inner = edges.second != OUTSIDE
    one, other, step = edges.first[inner], edges.second[inner], (edges.there - edges.here)[inner]
    scale = metres_per_degree(edges.here[inner].imag)
    length_m = np.hypot(step.real * scale.lon, step.imag * scale.lat)
    return Border(np.append(one, other), np.append(other, one), np.append(length_m, length_m))


def _given_away(
    names: list[str], faces: Geometries, claims: Claims, owner: Indices, reasons: dict[int, str], metric: Metric
) -> list[Change]:
    """Return one change for all the faces that the same grids claimed and one got by the same rule."""
    claimants: dict[int, list[str]] = {}
    for face, grid in zip(claims.face.tolist(), claims.grid.tolist(), strict=True):
        claimants.setdefault(face, []).append(names[grid])
    groups: dict[tuple[tuple[str, ...], str, str], list[int]] = {}
    for face, text in reasons.items():
        groups.setdefault((tuple(claimants[face]), names[owner[face]], text), []).append(face)
    return [
        changes.change("overlap", who, shapely.multipolygons(faces[members]), text, metric=metric, to=to)
        for (who, to, text), members in groups.items()
    ]


def _matched(names: list[str], before: Geometries, after: Geometries, metric: Metric) -> list[Change]:
    """Return a change for each grid whose ground is the same ``after`` noding, but with vertices it had not before."""
    made = []
    for name, old, new in zip(names, before, after, strict=True):
        added = np.setdiff1d(_places(new), _places(old))
        if len(added):
            where = shapely.multipoints(np.column_stack([added.real, added.imag]))
            area_m2 = float(shapely.area(metric(shapely.symmetric_difference(old, new))))
            made.append(changes.change("match", [name], where, changes.MATCHED, area_m2=area_m2, count=len(added)))
    return made


def _places(shape: Any) -> npt.NDArray[np.complex128]:
    xy = shapely.get_coordinates(shape)
    return np.asarray(xy[:, 0] + 1j * xy[:, 1])
