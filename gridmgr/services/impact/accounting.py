"""The account of a draft: what changes hands, from whom to whom, and which grids and people have more or less in the end."""

import collections
import dataclasses
import datetime as dt
from typing import Any

from gridmgr.services.impact import hands, people, things
from gridmgr.services.impact.comparing import Comparison, compare
from gridmgr.services.impact.hands import Piece
from gridmgr.services.impact.households import households
from gridmgr.services.impact.stock import stock
from gridmgr.services.transactions import reading

MEASURES = ("area_m2", "households", *things.POINTS)


@dataclasses.dataclass(frozen=True)
class Grid:
    """One answering grid that a draft touches; amounts by measure, people None where there are none.

    ``change`` is ``created``, ``dissolved``, ``recoded`` or ``changed``; ``code_before`` and ``code`` are
    the same but for a recoded grid, and one is None for a created or dissolved one.
    """

    change: str
    code_before: str | None
    code: str | None
    name: str
    before: dict[str, float] | None
    after: dict[str, float] | None
    person_before: Any
    person_after: Any


@dataclasses.dataclass(frozen=True)
class Holder:
    """What one person has in the touched grids before and after: how many grids, and amounts by measure."""

    person: Any
    grids_before: int
    grids_after: int
    before: dict[str, float]
    after: dict[str, float]


@dataclasses.dataclass(frozen=True)
class Account:
    """What a draft does.

    ``known`` are the measures that the city has data for; ``moved`` is (from, to) → measure → how much, None
    being the outside. ``codes`` names by level the grids that are created, dissolved and recoded.
    """

    comparison: Comparison
    at: dt.datetime
    months: int
    known: tuple[str, ...]
    pieces: list[Piece]
    moved: dict[tuple[str | None, str | None], dict[str, float]]
    grids: list[Grid]
    holders: list[Holder]
    codes: dict[str, list[Any]]

    def totals(self):
        """Return measure → how much changes hands in all; None for what the city has no data for."""
        sums = {name: sum(one.get(name, 0.0) for one in self.moved.values()) for name in self.known}
        return {name: sums.get(name) for name in MEASURES}


def account(engine, draft_id, *, at, months):
    """Return the Account of a draft as things stand at ``at``.

    Parameters
    ----------
    months : int
        How far back past cases are counted.

    Raises
    ------
    NoSuchDraft
    """
    with reading(engine) as session:
        comparison = compare(session, draft_id)
        stocked = stock(session, comparison.base, at=at, months=months)
    of_base = households(comparison.base, comparison.level)
    found = hands.pieces(comparison)
    ledger = hands.ledger(comparison, stocked, found)
    known = ("area_m2", *(["households"] if of_base.is_known else []), *filter(stocked.known, things.POINTS))
    before = {code: before_of(comparison, stocked, of_base, code) for code in comparison.touched[0]}
    grids = grids_of(comparison, before, ledger.after, at)
    return Account(comparison, at, months, known, found, ledger.moved, grids, holders(grids), codes(comparison))


def before_of(comparison, stocked, of_base, code):
    """Return measure → how much a grid of the base has."""
    shape = comparison.before.shapes[code]
    found = {"area_m2": hands.area_of(comparison, shape)}
    count = of_base.of(code) if of_base.is_known else None
    found |= {} if count is None else {"households": count}
    place = comparison.base.positions[code]
    return found | {name: float(stocked.sums(name)[place]) for name in things.POINTS if stocked.known(name)}


def grids_of(comparison, before, after, at):
    """Return the touched Grids and those that get another person, by code."""
    posted = {code for code in comparison.assigned if code in comparison.after.grids}
    old, new = people.chiefs(comparison, {*before, *after, *posted}, at)
    earlier = {comparison.identity(comparison.before, code): code for code in before}
    found = []
    for code in sorted({*after, *posted}, key=str.encode):
        was = earlier.pop(comparison.identity(comparison.after, code), None)
        was = code if was is None and code in posted and code not in after and code in comparison.before.grids else was
        change = "created" if was is None else "changed" if was == code else "recoded"
        name = comparison.after.grids[code].name
        found.append(Grid(change, was, code, name, before.get(was), after.get(code), old.get(was), new.get(code)))
    for code in sorted(earlier.values(), key=str.encode):
        name = comparison.before.grids[code].name
        found.append(Grid("dissolved", code, None, name, before[code], None, old.get(code), None))
    return found


def holders(grids):
    """Return the Holders of these grids, the one with the most grids before first; grids without a person have none."""
    sides = [collections.defaultdict(list), collections.defaultdict(list)]
    known = {}
    for one in grids:
        for person, amounts, side in ((one.person_before, one.before, 0), (one.person_after, one.after, 1)):
            if person is not None:
                known[person.id] = person
                sides[side][person.id].append(amounts or {})
    found = [
        Holder(person, len(sides[0][key]), len(sides[1][key]), added(sides[0][key]), added(sides[1][key]))
        for key, person in known.items()
    ]
    return sorted(found, key=lambda one: one.person.code.encode())


def added(amounts):
    """Return the sum of amounts by measure."""
    total = collections.defaultdict(float)
    for one in amounts:
        for name, value in one.items():
            total[name] += value
    return dict(total)


def codes(comparison):
    """Return the codes of all levels that are ``created``, ``dissolved`` and, as pairs, ``recoded``."""
    before, after = comparison.before, comparison.after
    old = {comparison.identity(before, code): code for code in before.grids}
    new = {comparison.identity(after, code): code for code in after.grids}
    return {
        "created": in_order(new[one] for one in new.keys() - old.keys()),
        "dissolved": in_order(old[one] for one in old.keys() - new.keys()),
        "recoded": sorted([old[one], new[one]] for one in new.keys() & old.keys() if old[one] != new[one]),
    }


def in_order(found):
    """Return codes, lowest first as bytes."""
    return sorted(found, key=str.encode)
