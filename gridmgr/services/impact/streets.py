"""Grids from streets: the ground between streets gathered to candidate grids, given as splits of the grids there are."""

import dataclasses
import types

import numpy as np
import shapely

from gridmgr.geometry import blocks as block_shapes
from gridmgr.services.drafting import numbering
from gridmgr.services.impact import proposing
from gridmgr.services.impact.proposing import Step
from gridmgr.services.transactions import reading

SMALLEST_SHARE = 0.5
"""A candidate with less than this share of the load that is aimed at goes together with a neighbour."""


@dataclasses.dataclass(frozen=True)
class Candidates:
    """Splits of grids along streets, and the load of every grid there would be, by code."""

    revision: int
    steps: list[Step]
    loads: dict[str, float]
    aim: float


def candidates(engine, draft_id, *, grids, at, weights="", aim=None):
    """Return the Candidates for grids of a draft.

    Parameters
    ----------
    grids : sequence of str
        Grids, or areas above them.
    aim : float, optional
        The load that one grid should have; the mean of the draft's grids by default.

    Raises
    ------
    NoSuchDraft, NoSuchGrid, Invalid
    """
    with reading(engine) as session:
        surveyor, codes = proposing.survey(session, draft_id, grids, at=at, weights=weights)
        wanted = aim or surveyor.mean_load
        desk = types.SimpleNamespace(states=dict(surveyor.comparison.after.grids))
        steps, loads = [], {}
        for code in codes:
            ground = surveyor.ground([code])
            parts = gathered(ground, wanted)
            splits = list(splits_of(session, desk, ground, code, parts))
            steps += splits
            loads |= loads_after(ground, code, parts, splits)
    return Candidates(surveyor.comparison.draft.revision, steps, loads, wanted)


def gathered(ground, wanted):
    """Return for each block of one grid the number of its candidate, 0 for the one that keeps the grid's code.

    The candidate with the least work goes together with the neighbour it has the longest border with that
    follows no street, until none has less than ``SMALLEST_SHARE`` of the wanted load.
    """
    parts = {number: {number} for number in range(len(ground.shapes))}
    loads = dict(enumerate(ground.loads.tolist()))
    areas = shapely.area(ground.shapes)
    while len(parts) > 1:
        lightest = min(parts, key=lambda one: (loads[one], sum(areas[block] for block in parts[one]), one))
        other = neighbour(ground, parts, loads, lightest) if loads[lightest] < SMALLEST_SHARE * wanted else None
        if other is None:
            break
        parts[other] |= parts.pop(lightest)
        loads[other] += loads.pop(lightest)
    home = {block: one for one, blocks in parts.items() for block in blocks}
    number = {
        one: n for n, one in enumerate(inwards(ground, parts, home, max(parts, key=lambda one: (loads[one], -one))))
    }
    return np.array([number[home[block]] for block in range(len(areas))])


def inwards(ground, parts, home, kept):
    """Return the candidates, ``kept`` first, then the others so that each that is split off leaves the rest in one piece."""
    reached, left = [kept], set(parts) - {kept}
    for one in reached:
        near = {home[other] for block in parts[one] for other in ground.beside[block]} & left
        left -= near
        reached += sorted(near)
    return [kept, *sorted(left), *reversed(reached[1:])]


def neighbour(ground, parts, loads, part):
    """Return the candidate that ``part`` best goes together with, None where it has no neighbour."""
    borders = dict.fromkeys(parts, -1.0)
    home = {block: one for one, blocks in parts.items() for block in blocks}
    for block in parts[part]:
        for other, cost in ground.beside[block].items():
            if home[other] != part:
                borders[home[other]] = max(borders[home[other]], 0.0) + cost
    near = [one for one, metres in borders.items() if metres >= 0]
    return min(near, key=lambda one: (-borders[one], loads[one], one)) if near else None


def splits_of(session, desk, ground, code, parts):
    """Yield the Steps that split the candidates off one grid, each with the next free code."""
    for number in range(1, parts.max() + 1):
        new = numbering.next_code(session, desk, code)
        desk.states[new] = desk.states[code]
        blocks = np.flatnonzero(parts == number)
        piece = block_shapes.piece_of(ground.shapes[blocks])
        edit = {"op": "split", "grid": code, "piece": shapely.geometry.mapping(piece), "codes": [code, new]}
        yield Step(edit, code, new, float(ground.loads[blocks].sum()))


def loads_after(ground, code, parts, splits):
    """Return code → load of a grid and of those split off it."""
    loads = np.bincount(parts, ground.loads)
    return dict(zip([code, *(one.target for one in splits)], loads.tolist(), strict=True))
