"""What was decided for many rows: positions in tables of the distinct answers, and the columns of a file."""

import dataclasses

import numpy as np
import pyarrow as pa

from gridmgr.domain import layers
from gridmgr.geometry.locator import NONE
from gridmgr.services.catalogue import catalogue
from gridmgr.services.routing import bordering
from gridmgr.services.routing.columns import nullable, texts
from gridmgr.services.routing.decision_tables import Tables

LEVELS = layers.levels(catalogue())
FLAGS = ("outside", "on_duty", "fallback", "coverage_gap", "near_border")
NUMBERS = ("grid", "person", "department")


@dataclasses.dataclass(frozen=True)
class Asked:
    """The questions, as arrays; instants and accuracies are one for all or one each.

    Attributes
    ----------
    lons, lats : ndarray of float64, shape (n,)
    categories : ndarray of int32, shape (n,)
    observed, received : ndarray of int64, shape (n,) or ()
        Microseconds, UTC.
    accuracy_m : ndarray of float64, shape (n,) or ()
    """

    lons: np.ndarray
    lats: np.ndarray
    categories: np.ndarray
    observed: np.ndarray
    received: np.ndarray
    accuracy_m: np.ndarray

    def __len__(self):
        """Return the number of questions."""
        return len(self.lons)

    def among(self, rows):
        """Return the questions of ``rows``, a slice or positions."""
        every = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        some = {id(one): one[rows] if one.ndim else one for one in every.values()}
        return Asked(**{name: some[id(one)] for name, one in every.items()})


@dataclasses.dataclass(frozen=True)
class Coded:
    """A column of few distinct values: for each row a position in ``values``, -1 for none."""

    positions: np.ndarray
    values: list


@dataclasses.dataclass(frozen=True)
class Part:
    """The rows that one version answered: which they are, what was asked, and arrays of answers by name."""

    rows: slice | np.ndarray
    asked: Asked
    tables: Tables
    arrays: dict[str, np.ndarray]

    @classmethod
    def empty(cls, rows, asked, tables, *, hands_only=False):
        """Return a Part whose arrays are still to be filled; ``hands_only`` has none but those of ``NUMBERS``."""
        numbers, flags = (NUMBERS, ()) if hands_only else ((*NUMBERS, *tables.codes), FLAGS)
        arrays = {name: np.empty(len(asked), np.int32) for name in numbers}
        return cls(rows, asked, tables, arrays | {name: np.empty(len(asked), bool) for name in flags})

    def coded(self, name):
        """Return the Coded column of ``name``, all of whose positions are -1 for a level that the city has not."""
        if name == "version":
            return Coded(np.zeros(len(self.asked), np.int32), [self.tables.ground.boundaries.label])
        missing = np.full(len(self.asked), NONE, np.int32) if name not in self.arrays else None
        return Coded(self.arrays.get(name, missing), self.tables.values.get(name, []))

    def columns(self):
        """Return the columns that a routed file gains, by name."""
        arrays, tables = self.arrays, self.tables
        identity = tables.person_id.take(arrays["person"])
        nearest, nearest_m = bordering.nearest(self)
        return {
            "routed_lon": pa.array(self.asked.lons),
            "routed_lat": pa.array(self.asked.lats),
            "version": texts(np.zeros(len(self.asked), np.int32), pa.array([tables.ground.boundaries.label])),
            "outside": pa.array(arrays["outside"]),
            **{level: self.level(level) for level in LEVELS},
            "person": tables.person_name.column(arrays["person"]),
            "on_duty": pa.array(arrays["on_duty"], mask=identity == NONE),
            "person_id": nullable(identity, identity != NONE),
            "department": tables.department_code.column(arrays["department"]),
            "department_name": tables.department_name.column(arrays["department"]),
            "unit": tables.unit_name.column(arrays["department"]),
            **{name: pa.array(arrays[name]) for name in ("fallback", "coverage_gap", "near_border")},
            "neighbours": texts(*bordering.neighbours(self)),
            "nearest": texts(nearest, tables.owners),
            "nearest_m": nullable(nearest_m, nearest != NONE),
        }

    def level(self, name):
        """Return the codes of a level as a column, empty where the city has no such level."""
        if name not in self.arrays:
            return pa.DictionaryArray.from_arrays(pa.nulls(len(self.asked), pa.int32()), pa.array([], pa.string()))
        return texts(self.arrays[name], self.tables.texts_of(name))


@dataclasses.dataclass(frozen=True)
class Decided:
    """The answers to many rows, of one Part for each version that answered.

    The columns of names are ``version, grid``, the levels, ``person`` (whose values are
    Answers) and ``department`` (Resolutions); the flags ``outside, on_duty, fallback,
    coverage_gap`` and ``near_border``.
    """

    parts: list[Part]
    asked: Asked

    def flag(self, name):
        """Return a flag of all rows; ndarray of bool, shape (n,)."""
        return self._gathered([part.arrays[name] for part in self.parts])

    def coded(self, name):
        """Return a column of all rows as :class:`Coded`; the tables of several versions follow each other."""
        columns = [part.coded(name) for part in self.parts]
        starts = np.cumsum([0, *(len(one.values) for one in columns)])
        moved = [np.where(c.positions < 0, NONE, c.positions + s) for c, s in zip(columns, starts, strict=False)]
        return columns[0] if len(columns) == 1 else Coded(self._gathered(moved), [v for c in columns for v in c.values])

    def columns(self):
        """Return the columns that a routed file gains, by name; texts as dictionaries of texts."""
        if len(self.parts) == 1:
            return self.parts[0].columns()
        place = pa.array(np.argsort(np.concatenate([part.rows for part in self.parts])))
        by_part = [part.columns() for part in self.parts]
        chunked = {name: pa.chunked_array([one[name] for one in by_part]).unify_dictionaries() for name in by_part[0]}
        return {name: column.combine_chunks().take(place) for name, column in chunked.items()}

    def _gathered(self, arrays):
        """Return the arrays of the parts as one, in the order of the rows."""
        if len(arrays) == 1:
            return arrays[0]
        whole = np.empty(len(self.asked), arrays[0].dtype)
        for part, array in zip(self.parts, arrays, strict=True):
            whole[part.rows] = array
        return whole
