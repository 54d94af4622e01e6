"""Area classes: grids that a part of the matrix cannot tell apart.

Entries and units name areas. Two grids whose chains of areas have the same of
these names at the same levels get the same answer from them.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from gridmgr.domain.categories import Category
from gridmgr.domain.responsibility import LAST_RESORT, Matrix, NobodysLand, Responsibility
from gridmgr.domain.responsibility.resolving import chain_after

Areas = Mapping[str, str]


def classes(chains: Sequence[Areas], named: frozenset[str]) -> npt.NDArray[np.int64]:
    """Return for each chain (level → code) the number of its class, where only the areas of ``named`` count."""
    keys = [tuple((level, code if code in named else "") for level, code in chain.items()) for chain in chains]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys], np.int64)


def named_areas(
    matrix: Matrix, categories: Sequence[Category], lands: Sequence[NobodysLand]
) -> tuple[list[int], list[frozenset[str]]]:
    """Return the kind of each category, and for each kind the areas that its entries and their units name.

    Categories of one kind have the same entries everywhere and are claimed by the same lands.
    """
    entries = entries_by_category(matrix)
    desks = areas_by_department(matrix)
    kinds: dict[object, int] = {}
    names: list[frozenset[str]] = []
    found = []
    for category in categories:
        own = entries.get(category.code, [])
        claimed = tuple(number for number, land in enumerate(lands) if category.code in land.categories)
        key = (tuple((area, *content(entry)) for area, entry in own), claimed)
        if key not in kinds:
            kinds[key] = len(names)
            names.append(names_of(own, desks))
        found.append(kinds[key])
    return found, names


def entries_by_category(matrix: Matrix) -> dict[str, list[tuple[str, Responsibility]]]:
    """Return category → (area, entry) of all its entries, those of an area in the matrix's order."""
    found: dict[str, list[tuple[str, Responsibility]]] = {}
    for category, area in sorted(matrix.entries):
        found.setdefault(category, []).extend((area, entry) for entry in matrix.entries[category, area])
    return found


def content(entry: Responsibility) -> tuple[object, ...]:
    """Return what an entry says, whatever its category and area."""
    who = (entry.department_code, *map(tuple, (entry.co_departments, entry.fallback_chain)))
    return (*who, entry.routing_rule, entry.to_confirm, entry.valid_from, entry.valid_to)


def areas_by_department(matrix: Matrix) -> dict[str, set[str]]:
    """Return department → the areas in which it has a unit."""
    found: dict[str, set[str]] = {}
    for department, area in matrix.units:
        found.setdefault(department, set()).add(area)
    return found


def names_of(entries: Sequence[tuple[str, Responsibility]], desks: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Return the areas that these entries name, and those of the units of every department that may answer by them."""
    departments = {*LAST_RESORT}
    for _, entry in entries:
        departments |= {entry.department_code, *chain_after(entry)}
    return frozenset(area for area, _ in entries).union(*(desks.get(one, ()) for one in departments))
