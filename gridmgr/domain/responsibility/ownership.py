"""Ownership: does every kind of problem have a department everywhere, and a unit that answers?"""

import collections
import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gridmgr.domain.categories import Category
from gridmgr.domain.grids import Boundaries
from gridmgr.domain.responsibility import REGISTERED, TERRITORY, Matrix
from gridmgr.domain.responsibility.resolving import Resolution, resolve
from gridmgr.domain.staff import holds

Areas = Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Pair:
    """How one category resolves in one evaluated area: the worst of its ``places``.

    ``area`` is None in a city without evaluated areas. ``failing`` are the
    codes of the places (subdistricts, communities, grids with an entry of
    their own) where another than the matrix's lead answers, or nobody;
    ``place_count`` is how many were looked at. ``step`` is the id of the level
    whose entry won, ``city_default, fallback`` or ``gap``.
    """

    category: Category
    area: str | None
    resolution: Resolution
    step: str
    failing: tuple[str, ...]
    place_count: int

    @property
    def severity(self) -> str:
        """Return "" where all is well, ``warning`` where only a registered owner is missing, else ``error``."""
        if not self.failing and self.step not in ("fallback", "gap"):
            return ""
        missing_owner = self.resolution.lead in REGISTERED and not self.resolution.coverage_gap
        return "warning" if missing_owner else "error"


class Pairs:
    """The pairs at one instant, looked at once for the same matrix, its categories, and the same areas.

    Grids below those areas may be drawn anew: no pair hangs on them.
    """

    def __init__(self, at: dt.datetime) -> None:
        self.at = at
        self._kept: tuple[Matrix | None, dict[object, list[Pair]]] = (None, {})

    def pairs(
        self, matrix: Matrix, categories: Iterable[Category], boundaries: Boundaries, evaluated_level: str
    ) -> list[Pair]:
        """Return what :func:`pairs` yields."""
        kept = self._kept  # Another thread may put that of another matrix in its place meanwhile.
        if kept[0] is not matrix:
            kept = self._kept = matrix, {}
        found = kept[1]
        areas = areas_of(matrix, boundaries, evaluated_level)
        if areas not in found:
            found[areas] = list(pairs(matrix, categories, boundaries, evaluated_level=evaluated_level, at=self.at))
        return found[areas]


def areas_of(matrix: Matrix, boundaries: Boundaries, evaluated_level: str) -> tuple[object, ...]:
    """Return the areas that pairs hang on, each with those above it."""
    levels = sorted({evaluated_level, *matrix.offices.values()})
    offices = [code for level in levels for code in boundaries.at_level(level)]
    named = [area for _, area in matrix.entries if area in boundaries.grids]
    return tuple(tuple(chain(boundaries, code).items()) for code in dict.fromkeys([*offices, *named]))


def pairs(
    matrix: Matrix, categories: Iterable[Category], boundaries: Boundaries, *, evaluated_level: str, at: dt.datetime
) -> Iterator[Pair]:
    """Yield how each category resolves in each evaluated area.

    A category whose lead is an office of the spot (SUB, COM) is looked at in
    each subdistrict or community of the area, and one with entries of their
    own below it in each of those places; any other once.

    Parameters
    ----------
    matrix : Matrix
        Entries and units.
    categories : iterable of Category
        The matters.
    boundaries : Boundaries
        The areas of a version or draft.
    evaluated_level : str
        The level by which units are kept.
    at : datetime
        The instant; aware.
    """
    areas: list[str | None] = [*boundaries.at_level(evaluated_level)]
    grounds = [Ground(boundaries, area) for area in areas or [None]]
    overrides = places_with_entries(matrix, at)
    for category in categories:
        for ground in grounds:
            places = [ground.own, *ground.places(matrix, category, at), *ground.among(overrides.get(category.code, ()))]
            yield judge(matrix, category, ground, places[1:] or places, at)


class Ground:
    """One evaluated area with the chains of areas below it, built when they are asked for."""

    def __init__(self, boundaries: Boundaries, area: str | None) -> None:
        self.boundaries = boundaries
        self.area = area
        self.own: Areas = chain(boundaries, area) if area is not None else {}
        self._by_level: dict[str, list[Areas]] = {}

    def at_level(self, level: str) -> list[Areas]:
        """Return the chains of the areas of ``level`` in this area."""
        if level not in self._by_level:
            chains = [chain(self.boundaries, code) for code in self.boundaries.at_level(level)]
            self._by_level[level] = [one for one in chains if self.area is None or self.area in one.values()]
        return self._by_level[level]

    def places(self, matrix: Matrix, category: Category, at: dt.datetime) -> list[Areas]:
        """Return the places that the category's lead tells apart: its own offices, or the territory behind an owner."""
        lead = resolve(matrix, category.code, self.own, at=at).lead or ""
        level = matrix.offices.get(TERRITORY if lead in REGISTERED else lead)
        return self.at_level(level) if level is not None and level not in self.own else []

    def among(self, codes: Sequence[str]) -> list[Areas]:
        """Return the chains of those of ``codes`` that lie in this area."""
        chains = [chain(self.boundaries, code) for code in codes if code in self.boundaries.grids]
        return [one for one in chains if len(one) > len(self.own) and (self.area is None or self.area in one.values())]


def chain(boundaries: Boundaries, code: str) -> Areas:
    """Return level → code of an area and those above it, most specific first."""
    return {boundaries.grids[one].level: one for one in [code, *boundaries.ancestors(code)]}


def places_with_entries(matrix: Matrix, at: dt.datetime) -> dict[str, list[str]]:
    """Return category → the areas that have an entry of their own."""
    found: dict[str, list[str]] = {}
    for (category, area), entries in matrix.entries.items():
        if area and any(holds(entry, at) for entry in entries):
            found.setdefault(category, []).append(area)
    return found


def judge(matrix: Matrix, category: Category, ground: Ground, places: Sequence[Areas], at: dt.datetime) -> Pair:
    """Return the worst resolution of ``category`` among ``places``."""
    resolved = [(areas, resolve(matrix, category.code, areas, at=at)) for areas in places]
    failing = [(areas, r) for areas, r in resolved if r.fallback or r.coverage_gap]
    _, worst = max(failing or resolved, key=lambda pair: (pair[1].coverage_gap, pair[1].fallback))
    codes = tuple(next(iter(areas.values()), "") for areas, _ in failing)
    return Pair(category, ground.area, worst, step_of(worst, ground.boundaries), codes, len(places))


def step_of(resolution: Resolution, boundaries: Boundaries) -> str:
    """Return the step of the matrix at which ``resolution`` was found."""
    if resolution.coverage_gap:
        return "gap"
    kind, _, code = resolution.rule.partition(":")
    return boundaries.grids[code].level if kind == "entry" and code in boundaries.grids else kind


def shares(found: Sequence[Pair]) -> dict[str, float]:
    """Return step → share of the pairs resolved there, the most frequent first; they add up to 1."""
    counts = collections.Counter(pair.step for pair in found)
    return {step: count / len(found) for step, count in counts.most_common()}
