"""Measures: one number per grid, for the colours of the map and the tables beside it."""

import dataclasses
import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from gridmgr.domain.staff import holds
from gridmgr.errors import Invalid, NotFound
from gridmgr.i18n import N_
from gridmgr.services import homes
from gridmgr.services.catalogue import finer_level, owner_level
from gridmgr.services.standing import facts
from gridmgr.services.standing.ground import Ground
from gridmgr.services.transactions import reading
from gridmgr.store import cases as case_rows

CLASSES = 7
AGAINST_MEAN = (0.55, 0.75, 0.9, 1.1, 1.3, 1.6)


class NoSuchMeasure(NotFound):
    """There is no measure of that name."""

    slug = "no-such-measure"


class NoSuchLevel(NotFound):
    """The boundaries have no grids of that level."""

    slug = "no-such-level"


@dataclasses.dataclass(frozen=True)
class Scene:
    """What a measure is counted from: the facts, the open cases and the boundaries at an instant."""

    ground: Ground
    facts: Any
    cases: tuple[Any, ...]
    at: dt.datetime

    def owners(self):
        """Return grid id → code of the grids that people answer for; ids a draft has not made yet are left out."""
        grids = self.ground.boundaries.grids
        codes = self.ground.boundaries.at_level(owner_level())
        return {grids[code].grid_id: code for code in codes if grids[code].grid_id is not None}

    def posts(self, *roles):
        """Return the posts that hold now, of the ``roles`` named or all."""
        posts = itertools.chain.from_iterable(self.facts.staffing.posts.values())
        return [post for post in posts if holds(post, self.at) and (not roles or post.role in roles)]


@dataclasses.dataclass(frozen=True)
class Measure:
    """What is counted per grid that people answer for.

    ``kind`` is ``sequential``, or ``diverging`` around 1, the city's mean. An area's
    number is the sum of its grids' where the measure ``adds_up``, else their mean.
    """

    id: str
    title: str
    unit: str
    count: Callable[[Scene], dict[str, float]]
    adds_up: bool = True
    kind: str = "sequential"


@dataclasses.dataclass(frozen=True)
class Sheet:
    """The values of one measure by code, and the limits between its classes, lowest first."""

    measure: Measure
    level: str
    label: str
    values: dict[str, float]
    breaks: list[float]


def tally(scene, grid_ids):
    """Return code → how often its grid stands in ``grid_ids``; 0 for the others."""
    counts = Counter(grid_ids)
    return {code: counts[grid_id] for grid_id, code in scene.owners().items()}


def open_cases(scene):
    """Return code → open cases."""
    return tally(scene, (case.grid_id for case in scene.cases))


def overdue(scene):
    """Return code → open cases past their limit."""
    return tally(scene, (case.grid_id for case in scene.cases if case.due_at < scene.at))


def people(scene):
    """Return code → people posted there."""
    return tally(scene, (post.grid_id for post in scene.posts()))


def grids_per_chief(scene):
    """Return code → how many grids its chief answers for; 0 where there is none."""
    chiefs = {post.grid_id: post.person_id for post in scene.posts("chief")}
    load = Counter(chiefs.values())
    return {code: load[chiefs[grid_id]] if grid_id in chiefs else 0 for grid_id, code in scene.owners().items()}


def staff_load(scene):
    """Return code → open cases per person posted, 1 being the city's mean; nobody counts as one person."""
    posted = people(scene)
    load = {code: count / max(posted[code], 1) for code, count in open_cases(scene).items()}
    mean = sum(load.values()) / max(len(load), 1)
    return {code: round(value / mean, 3) if mean else 0 for code, value in load.items()}


AREA = Measure("area", N_("Area"), N_("km²"), count=lambda scene: areas(scene.ground, owner_level()))
MEASURES = {
    measure.id: measure
    for measure in (
        Measure("open_cases", N_("Open cases"), N_("cases"), open_cases),
        Measure("overdue", N_("Overdue cases"), N_("cases"), overdue),
        Measure("staff_load", N_("Load against the mean"), N_("× mean"), staff_load, adds_up=False, kind="diverging"),
        Measure("people", N_("People posted"), N_("people"), people),
        Measure("grids_per_chief", N_("Grids per chief"), N_("grids"), grids_per_chief, adds_up=False),
        AREA,
    )
}


def sheet(engine, measure_id, ground, *, level=None, at):
    """Return the Sheet of a measure on ``level`` of ``ground`` as things stand at ``at``.

    Raises
    ------
    NoSuchMeasure, NoSuchLevel
    Invalid
        The measure is counted per responsibility grid and ``level`` is finer.
    """
    measure = MEASURES.get(measure_id)
    if measure is None:
        raise NoSuchMeasure(
            "There is no measure {name}: choose one of {known}.", name=measure_id, known=", ".join(MEASURES)
        )
    level = level or owner_level()
    check_level(ground.boundaries, level)
    values = counted(engine, measure, ground, level, at)
    return Sheet(measure, level, ground.boundaries.label, values, breaks(values, measure.kind))


def check_level(boundaries, level):
    """Raise NoSuchLevel where ``boundaries`` have no grids of ``level``."""
    if level not in boundaries.levels:
        known = ", ".join(boundaries.levels)
        raise NoSuchLevel(
            "{label} has no level {level}: choose one of {known}.", label=boundaries.label, level=level, known=known
        )


def counted(engine, measure, ground, level, at):
    """Return code → number on ``level``."""
    if measure is AREA:
        return areas(ground, level)
    if level == finer_level():
        raise Invalid(
            "{measure} is counted per {level}: choose that level or one above it.",
            measure=measure.id,
            level=owner_level(),
        )
    return rolled_up(measure, measure.count(scene(engine, ground, at)), ground.boundaries, level)


def scene(engine, ground, at):
    """Return the Scene at ``at``."""
    with reading(engine) as session:
        pairs = homes.at_home(session, ground, case_rows.open_places(session, at), at)
        return Scene(ground, facts.known(session), tuple(case for case, _ in pairs), at)


def areas(ground, level):
    """Return code → area of the grids of ``level``; km²."""
    shapes = ground.boundaries.shapes
    codes = [code for code in ground.boundaries.at_level(level) if code in shapes]
    square_metres = shapely.area(ground.metric(np.array([shapes[code] for code in codes], dtype=object)))
    return {code: round(float(m2) / 1e6, 6) for code, m2 in zip(codes, square_metres, strict=True)}


def rolled_up(measure, values, boundaries, level):
    """Return code → number of the areas of ``level``: the sum or the mean of their grids'."""
    found = {code: [] for code in boundaries.at_level(level)}
    for code, value in values.items():
        area = next((one for one in (code, *boundaries.ancestors(code)) if boundaries.grids[one].level == level), None)
        if area is not None:
            found[area].append(value)
    return {code: total(measure, numbers) for code, numbers in found.items()}


def total(measure, numbers):
    """Return the number of an area from those of its grids."""
    if measure.adds_up:
        return round(sum(numbers), 6)
    return round(sum(numbers) / len(numbers), 3) if numbers else 0


def breaks(values, kind):
    """Return the limits between at most seven classes: bands around the mean, or quantiles.

    Most grids have nothing of what is counted on an ordinary day: the least value has a class
    of its own, and the others are parted by quantiles among themselves, or each has its own
    where they are few.
    """
    if kind == "diverging":
        return list(AGAINST_MEAN)
    least = min(values.values(), default=0)
    above = [value for value in values.values() if value > least]
    if len(set(above)) < CLASSES:
        return sorted(set(above))
    limits = np.quantile(above, np.arange(CLASSES - 1) / (CLASSES - 1), method="higher")
    return sorted({round(float(limit), 6) for limit in limits})
