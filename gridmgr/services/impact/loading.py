"""The load of grids before and after a draft, and how evenly, how compactly and how contiguously they are drawn.

Made to be asked after every edit: the sums of a version are kept, and only grids that the draft
touches are counted again.
"""

import dataclasses
import datetime as dt
import functools
from typing import Any

import numpy as np
import shapely

from gridmgr.domain import workload
from gridmgr.domain.grids import NoSuchGrid
from gridmgr.domain.workload import Balance
from gridmgr.services.impact import hands, people, things
from gridmgr.services.impact.comparing import Comparison, compare
from gridmgr.services.impact.households import households
from gridmgr.services.impact.stock import stock
from gridmgr.services.transactions import reading

MONTHS = 3
"""How long back cases are counted for a week's share."""
WEEKS_A_MONTH = things.DAYS_A_MONTH / 7
SETTING = "workload_weights"
"""Where a city's own weights stand among its settings."""
POINTS = ("road_km", "components", "shops", "past_cases")


@dataclasses.dataclass(frozen=True)
class Line:
    """One grid: its load, how compact it is (Polsby-Popper) and of how many parts, before and after; None where it is not."""

    code: str
    name: str
    person: Any
    before: float | None
    after: float | None
    compactness_before: float | None
    compactness_after: float | None
    parts: int | None


@dataclasses.dataclass(frozen=True)
class Load:
    """The Lines of some grids and their Balances; ``known`` are the weighed measures that the city has data for."""

    comparison: Comparison
    at: dt.datetime
    weights: dict[str, float]
    known: tuple[str, ...]
    lines: list[Line]
    before: Balance
    after: Balance


def load(engine, draft_id, *, at, codes=None, weights=""):
    """Return the Load of grids of a draft as things stand at ``at``.

    Parameters
    ----------
    codes : sequence of str, optional
        Grids, or areas above them; the areas right above the touched grids by default.
    weights : str
        Other weights than the city's, like ``households:300,shops:0``.

    Raises
    ------
    NoSuchDraft, NoSuchGrid
    Invalid
        The weights cannot be read.
    """
    with reading(engine) as session:
        comparison = compare(session, draft_id)
        stocked = stock(session, comparison.base, at=at, months=MONTHS, names=POINTS)
    chosen = workload.read_weights(weights, defaults(comparison.facts.city))
    of_base = households(comparison.base, comparison.level)
    old, new = sides(comparison, codes)
    before = by_code(old, amounts_before(comparison, stocked, of_base, old), chosen)
    after = by_code(new, amounts_after(comparison, stocked, of_base, new), chosen)
    known = ["households"] if of_base.is_known else []
    known += [("cases_per_week" if name == "past_cases" else name) for name in POINTS if stocked.known(name)]
    lines = lines_of(comparison, before, after, at)
    return Load(comparison, at, chosen, tuple(known), lines, *map(balance_of, (before, after)))


def by_code(codes, amounts, weights):
    """Return code → load of grids with these amounts."""
    return dict(zip(codes, workload.loads(amounts, weights, grids=len(codes)).tolist(), strict=True))


def balance_of(loads):
    """Return the Balance of loads by code."""
    return workload.balance(list(loads.values()))


def defaults(city):
    """Return the city's own weights, those of the handbook where it has none."""
    own = city.settings.get(SETTING) or {}
    return workload.WEIGHTS | {name: float(own[name]) for name in workload.WEIGHTS.keys() & own.keys()}


def sides(comparison, codes):
    """Return the codes of the answering grids that are meant, in the base and in the draft, lowest first.

    Raises
    ------
    NoSuchGrid
    """
    both = comparison.before, comparison.after
    if codes is None:
        touched = zip(both, comparison.touched, strict=True)
        codes = {one.grids[code].parent_code or code for one, some in touched for code in some}
    for code in codes:
        if not any(code in one.grids for one in both):
            raise NoSuchGrid("There is no grid {code} in {label}.", code=code, label=comparison.after.label)
    wanted = set(codes)
    locators = comparison.base.locator, comparison.owners
    return tuple(list(filter(within(one, wanted), locator.codes)) for one, locator in zip(both, locators, strict=True))


def within(boundaries, wanted):
    """Return a function that tells whether a grid is one of ``wanted`` or lies in one of them; each parent is asked once."""

    @functools.cache
    def of_parent(code):
        return code in wanted or (code in boundaries.grids and of_parent(boundaries.grids[code].parent_code))

    return lambda code: code in wanted or of_parent(boundaries.grids[code].parent_code)


def amounts_before(comparison, stocked, of_base, codes):
    """Return measure → amounts of these grids of the base; None for what the city has no data for."""
    places = np.array([comparison.base.positions[code] for code in codes], np.int64)
    found = {name: stocked.sums(name)[places] if stocked.known(name) else None for name in POINTS}
    found["households"] = of_base.all(codes) if of_base.is_known else None
    return as_weighed(found)


def amounts_after(comparison, stocked, of_base, codes):
    """Return measure → amounts of these grids of the draft: counted anew where it touches them, else those of the base."""
    touched = hands.ledger(comparison, stocked, hands.pieces(comparison)).after
    kept = [code for code in codes if code not in touched]
    before = amounts_before(comparison, stocked, of_base, kept)
    found = {}
    for name in before:
        source = "past_cases" if name == "cases_per_week" else name
        if before[name] is None:
            found[name] = None
            continue
        of_kept = dict(zip(kept, before[name], strict=True))
        scale = 1 / (MONTHS * WEEKS_A_MONTH) if name == "cases_per_week" else 1.0
        of_touched = {code: amounts.get(source, np.nan) * scale for code, amounts in touched.items()}
        found[name] = np.array([(of_kept if code in of_kept else of_touched)[code] for code in codes], np.float64)
    return found


def as_weighed(found):
    """Return amounts by the names of the weights: past cases are cases a week there."""
    cases = found.pop("past_cases")
    return found | {"cases_per_week": None if cases is None else cases / (MONTHS * WEEKS_A_MONTH)}


def lines_of(comparison, before, after, at):
    """Return the Lines of grids with their loads before and after, by code."""
    old, new = people.chiefs(comparison, {*before, *after}, at)
    compact = [
        dict(zip(loads, compactness(comparison, [side.shapes[code] for code in loads]), strict=True))
        for side, loads in ((comparison.before, before), (comparison.after, after))
    ]
    return [
        Line(
            code,
            (comparison.after.grids.get(code) or comparison.before.grids[code]).name,
            new[code] if code in new else old.get(code),
            *(side.get(code) for side in (before, after, *compact)),
            int(shapely.get_num_geometries(comparison.after.shapes[code])) if code in after else None,
        )
        for code in sorted({*before, *after}, key=str.encode)
    ]


def compactness(comparison, shapes):
    """Return the Polsby-Popper score of each shape."""
    return workload.polsby_popper(*map(np.array, comparison.measures(shapes))).tolist()
