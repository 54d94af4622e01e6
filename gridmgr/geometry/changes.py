"""What a repair did: rule, grids, place and size, in words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

import shapely

from gridmgr.geometry.crs import Metric
from gridmgr.geometry.findings import listed, place_on
from gridmgr.i18n import N_, translate

RULES = ("make_valid", "snap", "overlap", "gap", "cut", "match")

REBUILT = N_("The rings of {codes} were rebuilt by the even-odd rule; its area changed by {area_m2:,.2f} m².")
SNAPPED = N_("{count} vertices of {codes} moved by at most {moved_m:.3f} m onto those of its neighbours.")
CARVED = N_("{area_m2:,.2f} m² claimed by {codes} went to {to}, which would have lost most of its ground.")
BORDERED = N_("{area_m2:,.2f} m² claimed by {codes} went to {to}, which shares the longest border with it.")
LOWEST = N_("{area_m2:,.2f} m² claimed by {codes} went to {to}, the lowest code of equal claims.")
CLOSED = N_("{area_m2:,.2f} m² of nobody's beside {codes} went to {to}, which shares the longest border with it.")
CUT = N_("{area_m2:,.2f} m² of {codes} outside the boundary were cut off.")
MATCHED = N_("{codes} took over vertices of its neighbours: {count} more than before.")


@dataclasses.dataclass(frozen=True)
class Change:
    """One thing that a repair did.

    ``rule`` is one of ``RULES``; ``codes`` are the grids concerned, lowest first
    as bytes; ``area_m2`` is the ground that changed hands; ``geometry`` is
    lon/lat and ``place`` a lon, lat on it; ``text`` is an English template over
    ``fields``, where ``to`` is the grid that got the piece.
    """

    rule: str
    codes: tuple[str, ...]
    area_m2: float
    geometry: Any
    place: tuple[float, float] | None
    text: str
    fields: Mapping[str, Any]

    def say(self, language: str) -> str:
        """Return what was done and why, in ``language``."""
        return translate(self.text, language, **self.fields)


def change(
    rule: str,
    codes: Iterable[str],
    geometry: Any,
    text: str,
    *,
    metric: Metric | None = None,
    area_m2: float = 0.0,
    **fields: Any,
) -> Change:
    """Return a change of ``geometry``; its size is measured where there is a metric."""
    size = float(shapely.area(metric(geometry))) if metric else area_m2
    ordered = tuple(sorted(set(codes), key=str.encode))
    known = {"codes": listed(ordered), "area_m2": size, **fields}
    return Change(rule, ordered, size, geometry, place_on(geometry), text, known)


def summed(made: list[Change], metric: Metric) -> list[Change]:
    """Return changes by rule, the largest first; vertices that one grid took over in several rounds as one change."""
    once = [one for one in made if one.rule != "match"]
    matches: dict[tuple[str, ...], list[Change]] = {}
    for one in made:
        if one.rule == "match":
            matches.setdefault(one.codes, []).append(one)
    once += [_one_match(codes, several) for codes, several in matches.items()]
    return sorted(once, key=lambda c: (RULES.index(c.rule), -c.area_m2, [code.encode() for code in c.codes]))


def _one_match(codes: tuple[str, ...], several: list[Change]) -> Change:
    count = sum(one.fields["count"] for one in several)
    area_m2 = sum(one.area_m2 for one in several)
    return change("match", codes, several[0].geometry, MATCHED, area_m2=area_m2, count=count)
