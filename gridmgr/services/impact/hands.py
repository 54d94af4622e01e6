"""What changes hands: the parts of old grids that lie in other grids of the draft, and all that lies in them."""

import collections
import dataclasses
from typing import Any

import numpy as np
import shapely

from gridmgr.services.impact import households, things
from gridmgr.services.impact.comparing import Comparison
from gridmgr.services.impact.stock import OUTSIDE, Stock

LEAST_M2 = 1.0
"""Smaller parts come from rounding vertices to a tenth of a millimetre; the audit leaves such gaps out too."""


@dataclasses.dataclass(frozen=True)
class Piece:
    """Ground that goes from one grid to another; a code is None for ground outside the city. lon/lat, m²."""

    source: str | None
    target: str | None
    shape: Any
    area_m2: float


def pieces(comparison: Comparison):
    """Return the Pieces that change hands, in the order of the codes they come from and go to."""
    return sorted(
        inner_pieces(comparison) + outer_pieces(comparison),
        key=lambda one: ((one.source or "").encode(), (one.target or "").encode()),
    )


def inner_pieces(comparison):
    """Return the Pieces between grids: touched grids of the base laid over touched grids of the draft."""
    old, new = comparison.touched
    before, after = comparison.before.shapes, comparison.after.shapes
    tree = shapely.STRtree([after[code] for code in new])
    first, second = tree.query(np.array([before[code] for code in old], dtype=object), predicate="intersects")
    pairs = [(old[i], new[j]) for i, j in zip(first.tolist(), second.tolist(), strict=True)]
    others = [pair for pair in pairs if not comparison.is_same(*pair)]
    found = [(pair, overlaid(comparison, before[pair[0]], after[pair[1]])) for pair in others]
    keep_only(comparison, [(before[one], after[other]) for one, other in others])
    return [Piece(*pair, *part) for pair, part in found if part is not None]


def overlaid(comparison, one, other):
    """Return the common ground of two shapes and its area, None where there is none to speak of; kept by the two."""
    key = id(one), id(other)
    found = comparison.pieces.get(key)
    if found is None:
        found = comparison.pieces[key] = one, other, with_area(comparison, shapely.intersection(one, other))
    return found[2]


def keep_only(comparison, pairs):
    """Forget common ground that belongs to no pair of shapes any more."""
    wanted = {(id(one), id(other)) for one, other in pairs}
    for key in set(comparison.pieces) - wanted:
        comparison.pieces.pop(key, None)


def with_area(comparison, shape):
    """Return the polygons of a shape that are large enough, and their area; None where there are none."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    areas = shapely.area(comparison.metric(parts)) if len(parts) else np.empty(0)
    large = areas >= LEAST_M2
    if not large.any():
        return None
    kept = parts[large]
    return (kept[0] if len(kept) == 1 else shapely.multipolygons(kept)), float(areas[large].sum())


def outer_pieces(comparison):
    """Return the Pieces that the city gains or gives away."""
    old, new = comparison.touched
    shapes = [comparison.before.shapes[code] for code in old], [comparison.after.shapes[code] for code in new]
    totals = [sum(comparison.measures(some)[0]) for some in shapes]
    if abs(totals[0] - totals[1]) < LEAST_M2:
        return []
    before, after = map(shapely.union_all, shapes)
    found = []
    for codes, side, others, place in ((old, comparison.before, after, 0), (new, comparison.after, before, 1)):
        for code in codes:
            part = with_area(comparison, shapely.difference(side.shapes[code], others))
            if part is not None:
                found.append(Piece(*((code, None) if place == 0 else (None, code)), *part))
    return found


def area_of(comparison, shape):
    """Return the area of a grid, m²."""
    return comparison.measures([shape])[0][0]


@dataclasses.dataclass(frozen=True)
class Ledger:
    """What changes hands, and what the grids of the draft have in the end.

    Attributes
    ----------
    moved : dict of (str or None, str or None) to dict of str to float
        (From, to) → measure → how much; what the city has no data for is left out.
    after : dict of str to dict of str to float
        Touched grid of the draft → measure → how much.
    """

    moved: dict
    after: dict


def points_moved(comparison: Comparison, stock: Stock, name):
    """Return (from, to) → how much of a measure, and code → how much each touched grid of the draft has.

    Nothing is laid over anything: the things of the touched grids are asked who owns them now.
    """
    counted = stock.counts[name]
    places = {code: number for number, code in enumerate(comparison.base.locator.codes)}
    rows = counted.among([OUTSIDE, *(places[code] for code in comparison.touched[0])])
    amounts, old = counted.things.amounts[rows], counted.owners[rows]
    new = comparison.owners.locate_many(counted.things.lons[rows], counted.things.lats[rows]).astype(np.int64)
    width = len(comparison.owners.codes) + 1
    keys, which = np.unique((old + 1) * width + new + 1, return_inverse=True)
    sums = np.bincount(which, amounts, len(keys))
    moved, after = {}, dict.fromkeys(comparison.touched[1], 0.0)
    for key, total in zip(keys.tolist(), sums.tolist(), strict=True):
        source, target = divmod(key, width)
        pair = (named(comparison.base.locator, source), named(comparison.owners, target))
        if pair[1] in after:
            after[pair[1]] += total
        if pair != (None, None) and not comparison.is_same(*pair):
            moved[pair] = total
    return moved, after


def named(locator, place):
    """Return the code of a grid by its position + 1, None for 0."""
    return locator.codes[place - 1] if place else None


def ledger(comparison, stock, found):
    """Return the Ledger of the Pieces ``found``: area and households by ground, the rest by what lies where."""
    moved = collections.defaultdict(dict)
    of_base = households.households(comparison.base, comparison.level)
    after = {code: {} for code in comparison.touched[1]}
    for one in found:
        moved[one.source, one.target]["area_m2"] = moved[one.source, one.target].get("area_m2", 0.0) + one.area_m2
    if of_base.is_known:
        for one in found:
            count = of_base.within(one.source, one.shape)
            if count is not None:
                moved[one.source, one.target]["households"] = (
                    moved[one.source, one.target].get("households", 0.0) + count
                )
    for name in (name for name in things.POINTS if stock.known(name)):
        between, sums = points_moved(comparison, stock, name)
        for pair, amount in between.items():
            moved[pair][name] = amount
        for code, amount in sums.items():
            after[code][name] = amount
    for code in after:
        after[code] |= of_ground(comparison, of_base, moved, code)
    return Ledger(dict(moved), after)


def of_ground(comparison, of_base, moved, code):
    """Return area and households of a touched grid of the draft: what the same grid had, with what came and without what went."""
    area_m2 = area_of(comparison, comparison.after.shapes[code])
    found = {"area_m2": area_m2}
    if of_base.is_known:
        had = [one for one in comparison.touched[0] if comparison.is_same(one, code)]
        kept = [of_base.of(one) for one in had]
        flows = [
            sign * amounts["households"]
            for (source, target), amounts in moved.items()
            for sign, here in ((1, target == code), (-1, source in had))
            if here and "households" in amounts
        ]
        numbers = [one for one in (*kept, *flows) if one is not None]
        found |= {"households": max(sum(numbers), 0.0)} if numbers else {}
    return found
