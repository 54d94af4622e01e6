"""The facts that change daily: people, matrix, lands, categories; kept until a revision is raised."""

import dataclasses
import functools
import itertools
import math
import threading
import weakref
from typing import Any

import shapely

from gridmgr.domain import layers
from gridmgr.domain.categories import Category
from gridmgr.domain.grids import City
from gridmgr.domain.responsibility import Matrix, NobodysLand, matrix
from gridmgr.domain.staff import Staffing, ended, holds, in_effect, staffing
from gridmgr.services.catalogue import catalogue
from gridmgr.store import categories as category_rows
from gridmgr.store import cities as city_rows
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store import revisions
from gridmgr.store import staff as staff_rows
from gridmgr.store import versions as version_rows
from gridmgr.store.versions import lives

OTHERS = frozenset({revisions.ACCOUNTS, "boundaries", "calendar", "drafts", "reports"})
"""Kinds of revisions that no fact hangs on."""

CELLS, MOST_CELLS = 100, 100_000

_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_loading = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Lands:
    """Nobody's lands with an index of their shapes."""

    lands: tuple[NobodysLand, ...]
    shapes: tuple[shapely.Geometry, ...]
    tree: shapely.STRtree

    def at(self, lon, lat, instant):
        """Return [(land, shape)] that cover the position and hold at ``instant``."""
        if not self.may_lie_at(lon, lat):
            return []
        found = sorted(int(i) for i in self.tree.query(shapely.Point(lon, lat), predicate="intersects"))
        return [(self.lands[i], self.shapes[i]) for i in found if holds(self.lands[i], instant)]

    def may_lie_at(self, lon, lat):
        """Return whether the box of some land touches the hundredth of a degree that the position is in."""
        return self.cells is None or (math.floor(lon * CELLS), math.floor(lat * CELLS)) in self.cells

    @functools.cached_property
    def cells(self):
        """Return the hundredths of a degree that boxes of lands touch; None where they are too many to be listed."""
        found = set()
        for shape in self.shapes:
            west, south, east, north = (math.floor(bound * CELLS) for bound in shape.bounds)
            if len(found) + (east - west + 1) * (north - south + 1) > MOST_CELLS:
                return None
            found.update(itertools.product(range(west, east + 1), range(south, north + 1)))
        return found


@dataclasses.dataclass(frozen=True)
class Facts:
    """Everything but the boundaries that a decision needs, at one state of the revisions."""

    city: City
    staffing: Staffing
    matrix: Matrix
    lands: Lands
    categories: dict[str, Category]
    revisions: dict[str, int]
    tables: dict[str, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)
    """What :mod:`gridmgr.services.routing.deciding` works out from these facts, by the label of the boundaries."""


def known(session):
    """Return the facts as the database holds them now."""
    numbers = revisions.numbers(session)
    pool = session.get_bind().pool
    facts = _kept.get(pool)
    if facts is None or not same(facts.revisions, numbers):
        with _loading:
            facts = _kept.get(pool)
            if facts is None or not same(facts.revisions, numbers):
                facts = _kept[pool] = load(session, numbers)
    return facts if facts.revisions == numbers else dataclasses.replace(facts, revisions=numbers)


def same(numbers, others):
    """Return whether two states of the revisions have the same facts."""
    return without_others(numbers) == without_others(others)


def without_others(numbers):
    """Return the revisions that facts hang on."""
    return {kind: number for kind, number in numbers.items() if kind not in OTHERS}


def load(session, numbers):
    """Return the facts, newly loaded."""
    city = city_rows.the_city(session)
    lands = responsibility_rows.lands(session)
    shapes = tuple(shape for _, shape in lands)
    return Facts(
        city=city,
        staffing=staffing(*staff_in_effect(session), timezone=city.timezone),
        matrix=matrix(
            responsibility_rows.entries(session),
            responsibility_rows.units(session),
            responsibility_rows.departments(session),
            offices=layers.offices(catalogue()),
        ),
        lands=Lands(tuple(land for land, _ in lands), shapes, shapely.STRtree(shapes)),
        categories={c.code: c for c in category_rows.matters(session)},
        revisions=numbers,
    )


def staff_in_effect(session):
    """Return (persons, posts, duties, substitutions) as the versions leave them."""
    persons, posts, duties, substitutions = staff_rows.staffing_rows(session)
    dissolved = lives.dissolved(session)
    posts = in_effect(posts, dissolved, version_rows.withdrawn(session))
    return persons, posts, [ended(line, dissolved.get(line.grid_id, ())) for line in duties], substitutions
