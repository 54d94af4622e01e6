"""Decision tables: all that is worked out once for the ground of one version or draft and one state of the facts."""

import functools
import threading

import numpy as np
import pyarrow as pa

from gridmgr.domain.responsibility.ownership import chain as areas_of
from gridmgr.domain.routing import identities
from gridmgr.domain.routing.answers import name_of
from gridmgr.domain.tables.departments import DepartmentTable
from gridmgr.domain.tables.numbered import Beside, Numbered
from gridmgr.domain.tables.persons import PersonTable
from gridmgr.geometry.locator import NONE
from gridmgr.services.routing.columns import texts
from gridmgr.services.routing.overlays import Overlays

_making = threading.Lock()


class Tables:
    """The tables that rows are answered from; they fill as rows ask.

    Attributes
    ----------
    asked : int
        How many rows were answered from them.
    categories : dict of str to int
        Code → position, by which ``departments`` know it.
    above : dict of str to ndarray of int32
        Level → for each grid, and for none after the last, the position of its area in ``codes[level]``.
    codes : dict of str to list of str
        Level → its codes; those of the unit grids too.
    unit_level : str or None
        None in a city without unit grids.
    on_duty, fallback, coverage_gap : Beside
        What the numbers of persons and departments mean.
    """

    def __init__(self, known):
        boundaries, facts = known.ground.boundaries, known.facts
        owners, matters = known.ground.locator.codes, list(facts.categories.values())
        chains = [[code, *boundaries.ancestors(code)] for code in owners]
        self.ground, self.matrix, self.asked = known.ground, facts.matrix, 0
        self.categories = {matter.code: number for number, matter in enumerate(matters)}
        self.persons = PersonTable(facts.staffing, [list(identities(boundaries, chain)) for chain in chains])
        areas = [areas_of(boundaries, code) for code in owners]
        self.departments = DepartmentTable(facts.matrix, matters, areas, facts.lands.lands)
        self.overlays = Overlays(facts.lands, known.ground, facts.staffing)
        claimed = {code for land in facts.lands.lands for code in land.categories}
        self.is_claimed = np.array([*(matter.code in claimed for matter in matters), False])
        self.above, self.codes = levels_of(boundaries, areas)
        self.unit_level = next((boundaries.grids[code].level for code in known.ground.units.codes), None)
        if self.unit_level:
            self.codes[self.unit_level] = known.ground.units.codes
        self._texts = {}
        answers, resolutions = self.persons.answers, self.departments.resolutions
        self.values = {"grid": owners, "person": answers.values, "department": resolutions.values, **self.codes}
        self.person_name = Texts(answers, lambda one: one and one.person and one.person.name)
        self.person_id = Beside(answers, lambda one: one.person.id if one and one.person else NONE, np.int64)
        self.department_code = Texts(resolutions, lambda one: one and one.department_code)
        self.department_name = Texts(
            resolutions, lambda one: one and name_of(one.department_code, facts.matrix)["name"]
        )
        self.unit_name = Texts(resolutions, lambda one: one and one.unit and one.unit.organisation)
        self.on_duty = Beside(answers, lambda one: one is not None and one.on_duty, bool)
        self.fallback = Beside(resolutions, lambda one: one is not None and one.fallback, bool)
        self.coverage_gap = Beside(resolutions, lambda one: one is not None and one.coverage_gap, bool)

    @functools.cached_property
    def places(self):
        """Return identity → code of every grid that has one."""
        grids = self.ground.boundaries.grids
        return {grid.grid_id: code for code, grid in grids.items() if grid.grid_id is not None}

    @functools.cached_property
    def owners(self):
        """Return the codes of the grids that reports go to, as a column."""
        return pa.array(self.ground.locator.codes, pa.string())

    def texts_of(self, level):
        """Return the codes of a level as a column."""
        if level not in self._texts:
            self._texts[level] = pa.array(self.codes[level], pa.string())
        return self._texts[level]

    def departments_of(self, grids, categories, asked):
        """Return for each row a number of ``departments``: those of the matrix, and of the lands that claim a matter."""
        slots = self.departments.slots(asked.received)
        situations = self.departments.situations(slots)
        is_claimed = self.is_claimed.take(categories)
        rows, lands = self.overlays.find(asked.lons, asked.lats, grids, asked.observed, is_claimed)
        if len(rows):
            situations = np.array(np.broadcast_to(situations, grids.shape))
            slots = np.broadcast_to(slots, grids.shape)[rows].tolist()
            situations[rows] = [self.departments.situation(*one) for one in zip(slots, lands, strict=True)]
        return self.departments.look_up(grids, categories, situations, asked.received)


class Texts:
    """A column of texts beside numbered values: what ``of`` says of each, None for nothing."""

    def __init__(self, numbered, of):
        self._texts = Numbered(None)
        self._beside = Beside(numbered, lambda value: self._texts.number(of(value)), np.int32)
        self._dictionary = pa.array([], pa.string())

    def column(self, numbers):
        """Return the texts of values with these numbers, as a dictionary array."""
        places = self._beside.take(numbers) - 1
        dictionary = self._dictionary
        if len(dictionary) < len(self._texts.values) - 1:
            self._dictionary = dictionary = pa.array(self._texts.values[1:], pa.string())
        return texts(places, dictionary)


def levels_of(boundaries, areas):
    """Return level → positions of the areas of that level above the grids, and level → codes."""
    above, codes = {}, {}
    for level in boundaries.levels:
        if any(level in chain for chain in areas):
            codes[level] = boundaries.at_level(level)
            place = {code: number for number, code in enumerate(codes[level])}
            above[level] = np.array([*(place.get(chain.get(level), NONE) for chain in areas), NONE], np.int32)
    return above, codes


def tables(known):
    """Return the Tables of ``known``, kept as long as its facts are; those of an older state of a draft are let go."""
    label, kept = known.ground.boundaries.label, known.facts.tables
    made = kept.get(label)
    if made is None or made.ground is not known.ground:
        with _making:
            made = kept.get(label)
            if made is None or made.ground is not known.ground:
                made = kept[label] = Tables(known)
    return made
