"""Grids and versions: what nests in what, and since when."""

import dataclasses
import datetime as dt
import functools
from typing import Any

import shapely

from gridmgr.errors import NotFound

ROLES = ("drawn", "derived", "reference")
UNNUMBERED_CITY = "city"
"""Code of the outline of a city that was founded without one: ours, so no pattern applies to it."""


class NoSuchGrid(NotFound):
    """There is no grid of that code in these boundaries."""

    slug = "no-such-grid"


@dataclasses.dataclass(eq=False)
class City:
    """The one city a database holds."""

    name: str
    timezone: str
    srid: int
    name_en: str = ""
    code: str = ""
    profile: str = "any"
    is_demo: bool = False
    is_schematic: bool = False
    settings: dict[str, Any] = dataclasses.field(default_factory=dict)
    created_at: dt.datetime | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Version:
    """Published boundaries: in force from an instant until the next one."""

    number: int
    effective_from: dt.datetime
    published_at: dt.datetime
    published_by: str
    name: str = ""
    reason: str = ""
    withdrawn_at: dt.datetime | None = None
    withdrawn_reason: str = ""
    approved_by: str = ""
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Acceptance:
    """A kind of finding that a version was published with, and why."""

    version_number: int
    kind: str
    reason: str
    accepted_by: str
    accepted_at: dt.datetime
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Grid:
    """An identity on which codes, shapes, posts and cases hang; it outlives every code."""

    level: str
    id: int | None = None


@dataclasses.dataclass(eq=False)
class GridState:
    """Code, name and parent of a grid from one version until before another.

    ``role`` tells where its shape comes from: ``drawn`` (the leaf coverage),
    ``derived`` (coverage union of its children) or ``reference`` (an imported
    parent: compared, never routed by).
    """

    grid_id: int | None
    level: str
    code: str
    name: str
    role: str = "drawn"
    parent_code: str | None = None
    name_en: str = ""
    props: dict[str, Any] = dataclasses.field(default_factory=dict)
    from_version: int = 0
    to_version: int | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class GridShape:
    """The shape of a grid from one version until before another; lon/lat."""

    grid_id: int
    from_version: int
    shape: shapely.Geometry
    to_version: int | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Lineage:
    """That ground of one grid became another's with a version: by a split, merge, carve or transfer."""

    version_number: int
    from_id: int
    to_id: int
    kind: str
    area_m2: float
    id: int | None = None


@dataclasses.dataclass(frozen=True)
class Boundaries:
    """The grids of one version or draft, by code (codes are unique over all levels).

    ``levels`` runs from the top down. ``grids`` holds every level's grids,
    ``shapes`` their lon/lat shapes. ``label`` is ``"v12"`` or ``"draft 3"``.
    """

    label: str
    levels: tuple[str, ...]
    grids: dict[str, GridState]
    shapes: dict[str, shapely.Geometry]

    def at_level(self, level: str) -> list[str]:
        """Return the codes of ``level``, lowest first as bytes."""
        return list(self._codes_by_level.get(level, ()))

    @functools.cached_property
    def _codes_by_level(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for code in sorted(self.grids, key=str.encode):
            found.setdefault(self.grids[code].level, []).append(code)
        return found

    def inside(self, area: str, level: str) -> list[str]:
        """Return the codes of ``level`` that are ``area`` or lie in it, lowest first as bytes."""
        if level not in self._inside:
            found: dict[str, list[str]] = {}
            for code in self.at_level(level):
                for above in (code, *self.ancestors(code)):
                    found.setdefault(above, []).append(code)
            self._inside[level] = found
        return list(self._inside[level].get(area, ()))

    @functools.cached_property
    def _inside(self) -> dict[str, dict[str, list[str]]]:
        return {}

    def ancestors(self, code: str) -> list[str]:
        """Return the codes above ``code``, nearest first."""
        found: list[str] = []
        parent = self.grids[code].parent_code
        while parent is not None and parent in self.grids and parent not in found:
            found.append(parent)
            parent = self.grids[parent].parent_code
        return found

    def children(self) -> dict[str, list[str]]:
        """Return parent code → list of the codes directly below it."""
        below: dict[str, list[str]] = {}
        for code, grid in self.grids.items():
            if grid.parent_code is not None:
                below.setdefault(grid.parent_code, []).append(code)
        return below
