"""The answers to replayed reports as numbers: what was stored, and what boundaries say, comparable row by row."""

import dataclasses

import numpy as np
import pyarrow as pa

from gridmgr.domain.numbered import Numbered
from gridmgr.services import bulk_cells, standing

MICROSECONDS = pa.timestamp("us", "UTC")


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
