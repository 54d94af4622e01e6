"""Grids that share their borders, as a value: changed copies cost by what changed, never by the size of the city.

Neighbours share a border vertex for vertex, so a border is never stored by
itself: what is at a place is found through a spatial index, and arcs are put
together from the rings there (``topology``). A changed coverage shares the
index of the one it came from and carries what differs as a patch; when the
patch has grown, the index is built anew.
"""

from __future__ import annotations

import collections
import functools
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely

from gridmgr.geometry.crs import Geometries, metres_per_degree
from gridmgr.geometry.edges import OUTSIDE, edges_of, shared
from gridmgr.geometry.topology import Topology, topology

PATCH_AT_MOST = 256
__all__ = ["Coverage", "Topology"]

Parents = Mapping[str, str | None]


class _Index:
    """Shapes by code with a tree of their boxes."""

    def __init__(self, shapes: dict[str, Any]) -> None:
        self.shapes = shapes
        self.codes = list(shapes)

    @functools.cached_property
    def tree(self) -> shapely.STRtree:
        return shapely.STRtree(list(self.shapes.values()))


class Coverage:
    """Polygons that share their borders, by code; never changed once made.

    Attributes
    ----------
    frame : Polygon or MultiPolygon or None
        What the grids are to cover, lon/lat; with it the outer border is locked.
    parent_of : mapping of str to str or None
        The area whose borders are locked and in which a grid lies, if any.
    """

    def __init__(
        self, index: _Index, patch: dict[str, Any], frame: Any, parents: collections.ChainMap[str, str | None]
    ) -> None:
        self._index = index
        self._patch = patch
        self.frame = frame
        self.parent_of = parents

    @classmethod
    def from_polygons(
        cls, polygons: Mapping[str, Any], frame: Any = None, parent_of: Parents | None = None
    ) -> Coverage:
        """Return the coverage of ``polygons`` (lon/lat, by code); their shapes are kept as they are.

        ``frame`` is the outer boundary, ``parent_of`` names for each code the area whose borders are locked.
        """
        return cls(_Index(dict(polygons)), {}, frame, collections.ChainMap({}, dict(parent_of or {})))

    # --- what is in it -------------------------------------------------------------------

    def polygons(self) -> dict[str, Any]:
        """Return all shapes by code, lowest code first as bytes: the same objects that were given."""
        return {code: self.shape(code) for code in self.codes}

    @functools.cached_property
    def codes(self) -> list[str]:
        """All codes, lowest first as bytes."""
        kept = [code for code in self._index.codes if code not in self._patch]
        return sorted(kept + self._patched_codes, key=str.encode)

    def __contains__(self, code: object) -> bool:
        return self._shape(code) is not None

    def __len__(self) -> int:
        return len(self.codes)

    def shape(self, code: str) -> Any:
        """Return the shape of a grid.

        Raises
        ------
        KeyError
            There is no such grid.
        """
        found = self._shape(code)
        if found is None:
            raise KeyError(code)
        return found

    def shapes(self, codes: Iterable[str]) -> Geometries:
        """Return the shapes of grids, in the order given."""
        return _array([self.shape(code) for code in codes])

    def _shape(self, code: Any) -> Any:
        return self._patch[code] if code in self._patch else self._index.shapes.get(code)

    @functools.cached_property
    def _patched_codes(self) -> list[str]:
        return [code for code, shape in self._patch.items() if shape is not None]

    @functools.cached_property
    def _patched_bounds(self) -> Any:
        return shapely.bounds(_array([self._patch[code] for code in self._patched_codes]))

    # --- another one ---------------------------------------------------------------------

    def replaced(self, shapes: Mapping[str, Any], parent_of: Parents | None = None) -> Coverage:
        """Return the coverage with other ``shapes`` for some codes: new ones, changed ones, none (``None``) any more.

        ``parent_of`` names the locked areas of codes that are new or change theirs.
        """
        patch = {**self._patch, **shapes}
        gone = {code: None for code, shape in shapes.items() if shape is None and self.parent_of.get(code)}
        above = {**self.parent_of.maps[0], **gone, **(parent_of or {})}
        parents = collections.ChainMap(above, *self.parent_of.maps[1:])
        if len(patch) <= PATCH_AT_MOST and len(above) <= PATCH_AT_MOST:
            return Coverage(self._index, patch, self.frame, parents)
        every = {**self._index.shapes, **patch}
        present = {code: shape for code, shape in every.items() if shape is not None}
        known: dict[str, str | None] = {code: parent for code, parent in parents.items() if parent is not None}
        return Coverage(_Index(present), {}, self.frame, collections.ChainMap({}, known))

    def changed_from(self, other: Coverage) -> dict[str, Any]:
        """Return the codes whose shape is another object than in ``other``, with it; None where the grid is gone."""
        if self._index is other._index:
            candidates: Iterable[str] = {**other._patch, **self._patch}
        else:
            candidates = {**other._index.shapes, **other._patch, **self._index.shapes, **self._patch}
        changed = [code for code in candidates if self._shape(code) is not other._shape(code)]
        return {code: self._shape(code) for code in sorted(changed, key=str.encode)}

    # --- who is where --------------------------------------------------------------------

    def near(self, where: Any) -> list[str]:
        """Return the codes of grids whose box meets that of ``where``, lowest first as bytes.

        ``where`` is a shape or (west, south, east, north), lon/lat.
        """
        west, south, east, north = shapely.bounds(where) if isinstance(where, shapely.Geometry) else where
        found = [self._index.codes[i] for i in self._index.tree.query(shapely.box(west, south, east, north))]
        kept = [code for code in found if code not in self._patch]
        box = self._patched_bounds
        meets = (box[:, 0] <= east) & (box[:, 2] >= west) & (box[:, 1] <= north) & (box[:, 3] >= south)
        return sorted(kept + [self._patched_codes[i] for i in np.flatnonzero(meets)], key=str.encode)

    def neighbours(self, code: str) -> list[str]:
        """Return the codes of grids with a common edge, lowest first as bytes."""
        others = [other for other in self.near(self.shape(code)) if other != code]
        edges = shared(edges_of(self.shapes([code, *others])))
        beside = edges.second[(edges.first == 0) & (edges.second != OUTSIDE)]
        return [others[i - 1] for i in np.unique(beside)]

    def border_length(self, first: str, second: str) -> float:
        """Return the length of the border between two grids; metres, 0 where they share none."""
        edges = shared(edges_of(self.shapes([first, second])))
        step = (edges.there - edges.here)[edges.second != OUTSIDE]
        scale = metres_per_degree(edges.here.imag[edges.second != OUTSIDE])
        return float(np.hypot(step.real * scale.lon, step.imag * scale.lat).sum())

    def topology(self, codes: Iterable[str] | None = None) -> Topology:
        """Return the shared arcs of all grids, or only of ``codes``; their other sides are named all the same."""
        if codes is None:
            return topology(self.codes, self.shapes(self.codes))
        chosen = sorted(set(codes), key=str.encode)
        around = {near for code in chosen for near in self.near(self.shape(code))} - set(chosen)
        known = [*chosen, *sorted(around, key=str.encode)]
        return topology(known, self.shapes(known), only=len(chosen))


def _array(shapes: list[Any]) -> Geometries:
    result = np.empty(len(shapes), dtype=object)
    result[:] = shapes
    return result
