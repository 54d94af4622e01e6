"""Proposals: ordinary edits by which neighbouring grids would share their work evenly, to be accepted in part."""

import dataclasses
from typing import Any

import numpy as np
import shapely

from gridmgr.domain import balancing, workload
from gridmgr.domain.workload import Balance
from gridmgr.errors import Invalid
from gridmgr.geometry import blocks as block_shapes
from gridmgr.geometry import editing
from gridmgr.geometry.arcs import Coverage
from gridmgr.services.impact import loading
from gridmgr.services.impact.comparing import compare
from gridmgr.services.impact.ground_blocks import Surveyor
from gridmgr.services.impact.households import households
from gridmgr.services.impact.stock import stock
from gridmgr.services.transactions import reading

MOST_BLOCKS = 3000
EXCLUSIVE = "exclusive"


class TooMuchAtOnce(Invalid):
    """Too much ground for one proposal."""

    slug = "too-much-at-once"


@dataclasses.dataclass(frozen=True)
class Step:
    """One edit of a proposal; ``load`` goes from one grid to another, ``needs`` are the numbers of the steps it builds on."""

    edit: dict[str, Any]
    source: str
    target: str
    load: float
    needs: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Proposal:
    """Steps in an order that can be taken, and the loads of the grids by code before and after all of them.

    ``left_out`` are grids that take no part, each with the reason's name: ``exclusive``, ``alone``.
    """

    revision: int
    steps: list[Step]
    loads_before: dict[str, float]
    loads_after: dict[str, float]
    left_out: dict[str, str]

    @property
    def before(self) -> Balance:
        """Return the Balance of the grids as they are."""
        return workload.balance(list(self.loads_before.values()))

    @property
    def after(self) -> Balance:
        """Return the Balance of the grids after all steps."""
        return workload.balance(list(self.loads_after.values()))


def propose(engine, draft_id, *, grids, within=None, at, weights=""):
    """Return the Proposal by which grids of a draft share their work evenly.

    Parameters
    ----------
    grids : sequence of str
        Grids, or areas above them.
    within : str, optional
        The level whose borders nothing crosses: the one right above the answering grids.
    weights : str
        Other weights than the city's.

    Raises
    ------
    NoSuchDraft, NoSuchGrid, TooMuchAtOnce
    Invalid
        The level is another one, or the weights cannot be read.
    """
    with reading(engine) as session:
        surveyor, codes = survey(session, draft_id, grids, at=at, weights=weights)
        check_within(surveyor.comparison, within)
        together, left_out = sets_of(surveyor, codes)
        found = [of_set(surveyor, one) for one in together]
    steps, before, after = [], {}, {}
    for some, had, has in found:
        steps += [dataclasses.replace(one, needs=tuple(n + len(steps) for n in one.needs)) for one in some]
        before |= had
        after |= has
    return Proposal(surveyor.comparison.draft.revision, steps, before, after, left_out)


def survey(session, draft_id, grids, *, at, weights):
    """Return the Surveyor of a draft, and the answering grids that are meant."""
    comparison = compare(session, draft_id)
    stocked = stock(session, comparison.base, at=at, months=loading.MONTHS, names=loading.POINTS)
    chosen = workload.read_weights(weights, loading.defaults(comparison.facts.city))
    of_base = households(comparison.base, comparison.level)
    codes = loading.sides(comparison, grids)[1]
    every = comparison.base.locator.codes
    loads = loading.by_code(every, loading.amounts_before(comparison, stocked, of_base, every), chosen)
    return Surveyor(session, comparison, stocked, of_base, chosen, loading.balance_of(loads).mean), codes


def check_within(comparison, within):
    """Raise Invalid where ``within`` is not the level right above the answering grids."""
    levels = comparison.after.levels
    above = levels[max(levels.index(comparison.level) - 1, 0)]
    if within not in (None, above):
        raise Invalid("A proposal stays within each {level}: {given} is another level.", level=above, given=within)


def sets_of(surveyor, codes):
    """Return lists of grids that may exchange ground: of one area, all divided or none; and why others take no part."""
    grids, found, left_out = surveyor.comparison.after.grids, {}, {}
    for code in codes:
        if grids[code].props.get(EXCLUSIVE):
            left_out[code] = EXCLUSIVE
        else:
            found.setdefault((grids[code].parent_code or "", bool(surveyor.units[code])), []).append(code)
    left_out |= {some[0]: "alone" for some in found.values() if len(some) == 1}
    return [some for _, some in sorted(found.items()) if len(some) > 1], left_out


def of_set(surveyor, codes):
    """Return the Steps for grids that may exchange ground, and their loads before and after."""
    ground = surveyor.ground(codes)
    if len(ground.shapes) > MOST_BLOCKS:
        raise TooMuchAtOnce(
            "{count} blocks are too many for one proposal: choose grids with at most {most}.",
            count=len(ground.shapes),
            most=MOST_BLOCKS,
        )
    blocks = ground.blocks()
    groups = balancing.groups(blocks, balancing.balanced(blocks))
    steps = [step_of(ground, one) for one in groups]
    kept = possible(surveyor, ground, steps) if ground.units is None else list(range(len(steps)))
    after = ground.owner.copy()
    for number in kept:
        after[list(groups[number].blocks)] = groups[number].target
    place = {number: position for position, number in enumerate(kept)}
    told = [dataclasses.replace(steps[n], needs=tuple(place[one] for one in steps[n].needs)) for n in kept]
    return told, loads_of(ground, ground.owner), loads_of(ground, after)


def loads_of(ground, owner):
    """Return the load of each grid when ``owner`` has the blocks."""
    return dict(zip(ground.grids, np.bincount(owner, ground.loads, len(ground.grids)).tolist(), strict=True))


def step_of(ground, group):
    """Return a Group of blocks as a Step."""
    source, target = ground.grids[group.source], ground.grids[group.target]
    if ground.units is not None:
        edit = {"op": "hand_over", "grids": [ground.units[block] for block in group.blocks], "to": target}
    else:
        piece = block_shapes.piece_of([ground.shapes[block] for block in group.blocks])
        edit = {"op": "transfer", "piece": shapely.geometry.mapping(piece), "to": target}
    return Step(edit, source, target, float(ground.loads[list(group.blocks)].sum()), group.needs)


def possible(surveyor, ground, steps):
    """Return the numbers of the steps that can really be made, one after the other, on the borders as they are."""
    shapes = surveyor.comparison.after.shapes
    area = shapely.box(*shapely.total_bounds(ground.shapes))
    near = {code: shapes[code] for code in surveyor.comparison.owners.codes if shapes[code].intersects(area)}
    coverage, done = Coverage.from_polygons(near), []
    for number, step in enumerate(steps):
        if set(step.needs) <= set(done):
            try:
                coverage = editing.apply(coverage, step.edit)
            except editing.EditRefused:
                continue
            done.append(number)
    return done
