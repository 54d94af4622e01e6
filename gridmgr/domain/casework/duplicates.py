"""Duplicates: how near and how soon after another report of the same matter probably tells of the same thing."""

import dataclasses
import tomllib
from collections.abc import Mapping
from typing import Any

from gridmgr.domain.categories import Category


@dataclasses.dataclass(frozen=True)
class Nearness:
    """Within what distance, and within how many days, a report may be a duplicate."""

    distance_m: float
    days: float


@dataclasses.dataclass(frozen=True)
class Alike:
    """What else tells of the same matter near by; ``number`` of the report, ``case`` "" where it is none yet."""

    number: str
    case: str
    distance_m: float
    is_same_component: bool
    state: str


def nearness(category: Category, table: Mapping[str, Any]) -> Nearness:
    """Return the Nearness of a category by the most specific entry of ``table``."""
    kind = "event" if category.is_event else "component"
    entries = (
        table.get("category", {}).get(category.code),
        table.get("major", {}).get(category.major_code),
        table.get(kind),
        table["default"],
    )
    return Nearness(**next(entry for entry in entries if entry is not None))


def read_nearness(text: str) -> dict[str, Any]:
    """Return the table of ``layers/duplicates.toml``."""
    return tomllib.loads(text)


def ranked(found: list[Alike], limit: int) -> list[Alike]:
    """Return the best proposals first: those about the same component, then the nearest."""
    return sorted(found, key=lambda one: (not one.is_same_component, one.distance_m, one.number))[:limit]
