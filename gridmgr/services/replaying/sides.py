"""The answers to replayed reports as numbers: what was stored, and what boundaries say, comparable row by row."""

import dataclasses

import numpy as np
import pyarrow as pa

from gridmgr.domain.tables.numbered import Numbered
from gridmgr.geometry.locator import NONE
from gridmgr.services import standing
from gridmgr.services.bulk import cells as bulk_cells
from gridmgr.services.routing import deciding

MICROSECONDS = pa.timestamp("us", "UTC")
NO_TWIN = NONE - 1


class Numbers:
    """The codes of grids and departments and the ids of persons that were met, numbered; 0 is none."""

    def __init__(self):
        self.grid, self.department, self.person = Numbered(None), Numbered(None), Numbered(None)
        self._grids = {}

    def of_grids(self, codes):
        """Return the numbers of ``codes``, and 0 at last, so that position -1 means none; kept by the list."""
        if id(codes) not in self._grids:
            self._grids[id(codes)] = codes, numbered(self.grid, [*codes, None])
        return self._grids[id(codes)][1]


@dataclasses.dataclass(frozen=True)
class Side:
    """Who answers for each report; int64 arrays of shape (n,), numbers as Numbers has them."""

    grid: np.ndarray
    department: np.ndarray
    person: np.ndarray


class ThenInForce(standing.Timeline):
    """The versions at each instant; what was seen before the first goes by the first."""

    def __init__(self, engine):
        super().__init__(engine, None, None)

    def at(self, instant):
        """Return the Knowledge for ``instant``."""
        return super().at(max(instant, self.starts[0]))

    def ready(self, begins, ends):
        """Fetch the versions of a time, the earliest first: each is made from the one before, only the first is read whole."""
        first = self.starts[:1] if begins is None else [begins]
        later = [start for start in self.starts if first[0] < start < ends]
        for instant in [*first, *later] if self.starts else ():
            self.at(instant).ground.locator.prepare()


class Beside:
    """The versions then in force, and other boundaries with the same facts, asked the same.

    Most grids are the same in both: who answers for a report there is looked up once.
    """

    def __init__(self, timeline, known, numbers):
        self._before, self._after, self._numbers = timeline, standing.Fixed(known), numbers
        self._is_alike = timeline.facts is known.facts
        self._twins = {}

    def sides(self, asked):
        """Return the Side of the versions then in force and that of the other boundaries."""
        decided = decide(self._before, asked)
        before = of_decided(decided, self._numbers)
        if not self._is_alike:
            return before, answered(self._after, asked, self._numbers)
        rows = np.flatnonzero(self._is_elsewhere(decided))
        after = Side(before.grid.copy(), before.department.copy(), before.person.copy())
        if len(rows):
            found = answered(self._after, among(asked, rows), self._numbers)
            after.grid[rows], after.department[rows], after.person[rows] = found.grid, found.department, found.person
        return before, after

    def _is_elsewhere(self, decided):
        """Return for each row whether it lies in another grid than the twin of the one that had it."""
        locator = self._after.known.ground.locator
        owners = locator.locate_many(decided.asked.lons, decided.asked.lats)
        found = np.empty(len(owners), bool)
        for part in decided.parts:
            found[part.rows] = self._twins_of(part.tables)[part.arrays["grid"]] != owners[part.rows]
        return found

    def _twins_of(self, made):
        if id(made) not in self._twins:
            self._twins[id(made)] = made, twins(made.ground, self._after.known.ground)
        return self._twins[id(made)][1]


def twins(ground, other):
    """Return for each grid, and for none at last, the position of the one in ``other`` for which the same answer.

    That is the one of the same code and identity, with the same above it; ``NO_TWIN`` where none is.
    """
    places = {line: place for place, line in enumerate(lines(other))}
    return np.array([*(places.get(line, NO_TWIN) for line in lines(ground)), NONE], np.int32)


def lines(ground):
    """Yield all about each grid that persons and departments hang on: code, level and identity, its own and of those above."""
    grids, above = ground.boundaries.grids, {}

    def told(code):
        return code, grids[code].level, grids[code].grid_id

    for code in ground.locator.codes:
        parent = grids[code].parent_code
        if parent not in above:
            above[parent] = tuple(map(told, ground.boundaries.ancestors(code)))
        yield told(code), above[parent]


def decide(timeline, asked):
    """Return the Decided about questions, of which the hands alone are told."""
    *positions, received = asked
    return deciding.route_many(timeline, *positions, received=received, hands_only=True)


def answered(timeline, asked, numbers):
    """Return the Side that the boundaries of ``timeline`` give to questions."""
    return of_decided(decide(timeline, asked), numbers)


def among(asked, rows):
    """Return the questions of some rows."""
    lons, lats, categories, codes, *instants = asked
    return lons[rows], lats[rows], categories[rows], codes, *(one[rows] for one in instants)


def questions(rows, facts):
    """Return what ``route_many`` is asked about stored reports: lons, lats, categories, codes, observed, received.

    A category that is in no list any more is left out: such a report waits for the dispatcher, as when it is new.
    """
    categories, codes = bulk_cells.codes(rows["category_code"])
    known = [code if code in facts.categories else None for code in codes]
    lons, lats = (rows[name].to_numpy() for name in ("lon", "lat"))
    return lons, lats, categories, known, *(microseconds(rows[name]) for name in ("observed_at", "received_at"))


def microseconds(column):
    """Return a column of instants as int64 microseconds."""
    return column.cast(MICROSECONDS).cast(pa.int64()).to_numpy()


def stored(rows, numbers):
    """Return the Side of what was decided when the reports were filed."""
    columns = {"grid": "grid_code", "department": "department_code", "person": "person_id"}
    return Side(**{name: encoded(rows[column], getattr(numbers, name)) for name, column in columns.items()})


def nobody(count):
    """Return the Side in which nobody answers for ``count`` reports."""
    return Side(*(np.zeros(count, np.int64) for _ in range(3)))


def of_decided(decided, numbers):
    """Return the Side that a Decided tells."""
    side = nobody(len(decided.asked))
    for part in decided.parts:
        made, arrays = part.tables, part.arrays
        side.grid[part.rows] = numbers.of_grids(made.ground.locator.codes)[arrays["grid"]]
        side.department[part.rows] = encoded(made.department_code.column(arrays["department"]), numbers.department)
        persons, which = np.unique(made.person_id.take(arrays["person"]), return_inverse=True)
        side.person[part.rows] = numbered(numbers.person, [one if one >= 0 else None for one in persons.tolist()])[
            which
        ]
    return side


def encoded(column, values):
    """Return the numbers of the cells of a column."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    places = coded.indices.fill_null(len(coded.dictionary)).to_numpy(zero_copy_only=False)
    return numbered(values, [*coded.dictionary.to_pylist(), None])[places]


def numbered(values, cells):
    """Return the numbers of ``cells`` among the Numbered ``values``."""
    return np.array([values.number(cell) for cell in cells], np.int64)
