"""Sharing work evenly: blocks change between neighbouring grids until no single or paired move helps.

A documented local search on the blocks' adjacency (unit grids, or blocks between streets). It begins
with the grids as they are, so that it proposes few changes, and each step can be told as an edit.
Partitioners (METIS, chains of random flips) draw all grids anew: ``bench/README.md`` has the measurements.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

STEADINESS, SHORTNESS = 0.02, 0.01
"""What it costs to move all the work, and to have every border run between streets, beside the variation squared."""
MOST_STEPS = 2000
MOST_PAIRS, MOST_TRIES = 400, 200
LEAST_GAIN = 1e-9


@dataclasses.dataclass(frozen=True)
class Blocks:
    """The smallest pieces that may change hands.

    Attributes
    ----------
    loads : sequence of float
        Work in each block.
    beside : sequence of mapping of int to float
        For each block its neighbours, with what a border between the two would cost: metres
        of common border that follow no street or river. Blocks that only touch in a point are no neighbours.
    grids : sequence of int
        The grid of each block.
    """

    loads: Sequence[float]
    beside: Sequence[Mapping[int, float]]
    grids: Sequence[int]


@dataclasses.dataclass(frozen=True)
class Group:
    """Blocks that go together from one grid to another; ``needs`` are the numbers of earlier groups it builds on."""

    blocks: tuple[int, ...]
    source: int
    target: int
    needs: tuple[int, ...] = ()


@dataclasses.dataclass(frozen=True)
class Move:
    """One block that may go to a neighbouring grid, with what that does to the costs of borders and of moving."""

    block: int
    source: int
    target: int
    cost: float


class Plan:
    """Who has which block, with what is needed to tell quickly what a move does."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.grids = list(blocks.grids)
        self.members: dict[int, set[int]] = {}
        self.loads: dict[int, float] = {}
        for block, grid in enumerate(self.grids):
            self.members.setdefault(grid, set()).add(block)
            self.loads[grid] = self.loads.get(grid, 0.0) + blocks.loads[block]
        self.parts = {grid: parts_of(members, blocks.beside) for grid, members in self.members.items()}
        self.mean = sum(self.loads.values()) / max(len(self.loads), 1)
        borders = sum(cost for beside in blocks.beside for cost in beside.values()) / 2
        self._per_metre = SHORTNESS / borders if borders else 0.0
        work = sum(blocks.loads)
        self._per_load = STEADINESS / work if work else 0.0

    def moves(self) -> Iterator[Move]:
        """Yield every block beside another grid, for each such grid."""
        for block, grid in enumerate(self.grids):
            for target in sorted({self.grids[other] for other in self.blocks.beside[block]} - {grid}):
                yield Move(block, grid, target, self._cost(block, grid, target))

    def gain(self, moves: Sequence[Move]) -> float:
        """Return by how much the costs fall when all these moves are made; they concern different blocks."""
        change: dict[int, float] = {}
        for one in moves:
            load = self.blocks.loads[one.block]
            change[one.source] = change.get(one.source, 0.0) - load
            change[one.target] = change.get(one.target, 0.0) + load
        squares = sum(
            (self.loads[g] - self.mean) ** 2 - (self.loads[g] + by - self.mean) ** 2 for g, by in change.items()
        )
        return squares / (self.mean**2 * len(self.loads)) - sum(one.cost for one in moves)

    def gain_in_turn(self, one: Move, other: Move) -> float:
        """Return by how much the costs fall when one move is made and then another, whose border the first may change."""
        first = self.gain([one])
        self.make([one])
        after = dataclasses.replace(other, cost=self._cost(other.block, other.source, other.target))
        second = self.gain([after])
        self.make([dataclasses.replace(one, source=one.target, target=one.source)])
        return first + second

    def allows(self, moves: Sequence[Move]) -> bool:
        """Return whether every grid keeps a block, and falls into no more parts than it had."""
        after: dict[int, set[int]] = {}
        for one in moves:
            after.setdefault(one.source, set(self.members[one.source])).discard(one.block)
            after.setdefault(one.target, set(self.members[one.target])).add(one.block)
        return all(
            members and parts_of(members, self.blocks.beside) <= self.parts[grid] for grid, members in after.items()
        )

    def make(self, moves: Iterable[Move]) -> None:
        """Make some moves."""
        for one in moves:
            self.grids[one.block] = one.target
            self.members[one.source].discard(one.block)
            self.members[one.target].add(one.block)
            self.loads[one.source] -= self.blocks.loads[one.block]
            self.loads[one.target] += self.blocks.loads[one.block]

    def _cost(self, block: int, source: int, target: int) -> float:
        """Return what new border and moved work cost, above what they cost now."""
        beside = self.blocks.beside[block].items()
        border = sum(cost for other, cost in beside if self.grids[other] == source)
        border -= sum(cost for other, cost in beside if self.grids[other] == target)
        begun = self.blocks.grids[block]
        moved = (target != begun) - (source != begun)
        return border * self._per_metre + moved * self.blocks.loads[block] * self._per_load


def balanced(blocks: Blocks) -> list[int]:
    """Return the grid of each block after the search.

    The best single move is made, then the next, until none helps; then the best two moves at once
    that share a grid (an exchange, or a block handed on through a third grid), and so on.
    """
    plan = Plan(blocks)
    if plan.mean > 0:
        for _ in range(MOST_STEPS):
            step = best_move(plan) or best_pair(plan)
            if step is None:
                break
            plan.make(step)
    return plan.grids


def best_move(plan: Plan) -> Sequence[Move] | None:
    """Return the allowed single move that helps most, None where none does."""
    ranked = sorted(((plan.gain([one]), one.block, one.target, one) for one in plan.moves()), reverse=True)
    return next(([one] for gain, _, _, one in ranked if gain > LEAST_GAIN and plan.allows([one])), None)


def best_pair(plan: Plan) -> Sequence[Move] | None:
    """Return two allowed moves at once that help, the best of the most promising ones; None where none do."""
    singles = sorted((-plan.gain([one]), one.block, one.target, one) for one in plan.moves())[:MOST_PAIRS]
    moves = [one for *_, one in singles]
    together = gains_together(plan, moves, np.array([-gain for gain, *_ in singles]))
    first, second = np.nonzero(np.triu(together > LEAST_GAIN, 1))
    best_first = np.lexsort((second, first, -together[first, second]))[:MOST_TRIES]
    for one, other in zip(first[best_first].tolist(), second[best_first].tolist(), strict=True):
        pair = (moves[one], moves[other])
        if plan.allows(pair) and plan.gain_in_turn(*pair) > LEAST_GAIN:
            return pair
    return None


def gains_together(plan: Plan, moves: Sequence[Move], gains: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how much each two moves help at once, -1 for two of one block or without a grid in common.

    Two moves that both lighten a grid help less than their sum, one that lightens and one that loads it help more.
    """
    blocks = np.array([one.block for one in moves])
    change = np.zeros((len(moves), max(plan.members) + 1))
    for number, one in enumerate(moves):
        change[number, one.source] -= plan.blocks.loads[one.block]
        change[number, one.target] += plan.blocks.loads[one.block]
    involved = change != 0
    shared = involved.astype(np.int64) @ involved.T.astype(np.int64) > 0
    together = gains[:, None] + gains - 2 * change @ change.T / (plan.mean**2 * len(plan.loads))
    together[~shared | (blocks[:, None] == blocks)] = -1.0
    return together


def parts_of(members: set[int], beside: Sequence[Mapping[int, float]]) -> int:
    """Return into how many connected parts some blocks fall."""
    left, parts = set(members), 0
    while left:
        parts += 1
        reached = [left.pop()]
        while reached:
            near = left.intersection(beside[reached.pop()])
            left -= near
            reached.extend(near)
    return parts


# --- as groups that can be accepted one by one -----------------------------------------


def groups(blocks: Blocks, after: Sequence[int]) -> list[Group]:
    """Return what changed as connected Groups, in an order in which each can be done after those before it.

    Where a group cannot stand alone it names the earlier ones it needs.
    """
    left = connected_groups(blocks, after)
    plan = Plan(blocks)
    done: list[Group] = []
    while left:
        chosen = next((one for one in left if plan.allows(moves_of(one))), left[0])
        left.remove(chosen)
        plan.make(moves_of(chosen))
        done.append(dataclasses.replace(chosen, needs=needs_of(blocks, done, chosen)))
    return done


def connected_groups(blocks: Blocks, after: Sequence[int]) -> list[Group]:
    """Return the Groups of blocks that go from the same grid to the same grid and hang together, the heaviest first."""
    by_pair: dict[tuple[int, int], set[int]] = {}
    for block, (source, target) in enumerate(zip(blocks.grids, after, strict=True)):
        if source != target:
            by_pair.setdefault((source, target), set()).add(block)
    found = [
        Group(tuple(sorted(part)), *pair)
        for pair, members in by_pair.items()
        for part in connected_parts(members, blocks.beside)
    ]
    return sorted(found, key=lambda one: (-sum(blocks.loads[block] for block in one.blocks), one.blocks))


def connected_parts(members: set[int], beside: Sequence[Mapping[int, float]]) -> Iterator[set[int]]:
    """Yield the connected parts of some blocks."""
    left = set(members)
    while left:
        part, reached = set(), [min(left)]
        left.discard(reached[0])
        while reached:
            block = reached.pop()
            part.add(block)
            near = left.intersection(beside[block])
            left -= near
            reached.extend(near)
        yield part


def needs_of(blocks: Blocks, done: Sequence[Group], wanted: Group) -> tuple[int, ...]:
    """Return the numbers of as few of the groups ``done`` as are needed before ``wanted`` can be."""
    needed = list(range(len(done)))
    for number in reversed(range(len(done))):
        fewer = [one for one in needed if one != number]
        if can_follow(blocks, [done[one] for one in fewer], wanted):
            needed = fewer
    return tuple(needed)


def can_follow(blocks: Blocks, before: Sequence[Group], wanted: Group) -> bool:
    """Return whether ``wanted`` is allowed after ``before``, each of which is allowed after those before it."""
    plan = Plan(blocks)
    for one in (*before, wanted):
        if not plan.allows(moves_of(one)):
            return False
        plan.make(moves_of(one))
    return True


def moves_of(group: Group) -> list[Move]:
    """Return the moves of a Group."""
    return [Move(block, group.source, group.target, 0.0) for block in group.blocks]
