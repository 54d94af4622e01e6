"""Nesting: which parent a grid lies in, and the shapes of levels that are the union of those below."""

import numpy as np
import shapely

from gridmgr.domain import layers
from gridmgr.geometry import defects
from gridmgr.services.catalogue import catalogue


def parents_of(shapes, candidates):
    """Return code → code of the parent it shares most ground with, the nearest where it shares none.

    Parameters
    ----------
    shapes, candidates : dict of str to Polygon or MultiPolygon
        Grids and the parents that come into question, lon/lat. Of equal
        shares the lower code, compared as bytes, wins.
    """
    codes = sorted(candidates, key=str.encode)
    if not codes:
        return dict.fromkeys(shapes)
    tree = shapely.STRtree([candidates[code] for code in codes])
    return {code: largest_share(shape, codes, candidates, tree) for code, shape in shapes.items()}


def largest_share(shape, codes, candidates, tree):
    """Return the code that covers most of ``shape``, that of the nearest where none does."""
    near = sorted(int(i) for i in tree.query(shape, predicate="intersects"))
    if not near:
        return codes[int(tree.nearest(shape))]
    shared = [shapely.area(shapely.intersection(shapely.make_valid(shape), candidates[codes[i]])) for i in near]
    return codes[near[int(np.argmax(shared))]]


def level_above(boundaries, level):
    """Return the nearest level above ``level`` that has grids, None where there is none."""
    chain = layers.levels(catalogue())
    present = {grid.level for grid in boundaries.grids.values()}
    return next((one for one in reversed(chain[: chain.index(level)]) if one in present), None)


def by_code_prefix(codes, parent_codes):
    """Return code → the parent whose code it begins with, or None where not every code has just one."""
    found = {}
    for code in codes:
        fitting = [parent for parent in parent_codes if code.startswith(parent) and code != parent]
        if len(fitting) != 1:
            return None
        found[code] = fitting[0]
    return found or None


def derived_shapes(boundaries):
    """Return code → coverage union of its children, for the grids whose role is ``derived``; lowest level first."""
    shapes = dict(boundaries.shapes)
    below = boundaries.children()
    found = {}
    for level in reversed(layers.levels(catalogue())):
        for code in boundaries.at_level(level):
            children = [shapes[c] for c in below.get(code, ()) if c in shapes]
            if boundaries.grids[code].role == "derived" and children:
                found[code] = shapes[code] = union(children)
    return found


def union(shapes):
    """Return the union of shapes that share their borders; the slower general one where they do not."""
    if shapely.is_valid(shapes).all() and shapely.coverage_is_valid(shapes):
        return shapely.coverage_union_all(shapes)
    return defects.only_polygons(shapely.union_all(defects.made_valid(np.array(shapes, dtype=object))))
