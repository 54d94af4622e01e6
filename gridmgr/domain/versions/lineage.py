"""Lineage: how the grids of a version came from those before it."""

from collections.abc import Iterable

from gridmgr.domain.versions.differences import Key, Move, key_of

KINDS = ("split", "merge", "carve", "transfer", "replace")


def kinds(moves: Iterable[Move], *, created: Iterable[Key], dissolved: Iterable[Key]) -> list[tuple[Move, str]]:
    """Return each move of ground with what it is.

    ``split``: a new grid out of one; ``carve``: a new grid out of several that stay; ``merge``: a grid that
    is gone went into another; ``replace``: a new grid has the whole ground of one that is gone;
    ``transfer``: between two grids that stay.
    """
    moves, new, gone = list(moves), frozenset(created), frozenset(dissolved)
    sources: dict[Key, set[Key]] = {}
    heirs: dict[Key, set[Key]] = {}
    for move in moves:
        sources.setdefault(key_of(move.after), set()).add(key_of(move.before))
        heirs.setdefault(key_of(move.before), set()).add(key_of(move.after))
    return [(move, kind(key_of(move.before), key_of(move.after), sources, heirs, new, gone)) for move in moves]


def descendants(steps: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    """Return identity → all identities that ground of it came to, at once or by others in between.

    Parameters
    ----------
    steps : iterable of (from, to)
        Identities between which ground passed, in any order; a grid that gave ground and got some back descends from itself.
    """
    heirs: dict[int, set[int]] = {}
    for before, after in steps:
        heirs.setdefault(before, set()).add(after)
    found = {}
    for start in heirs:
        reached, waiting = set[int](), [start]
        while waiting:
            new = heirs.get(waiting.pop(), set()) - reached
            reached |= new
            waiting += new
        found[start] = frozenset(reached)
    return found


def kind(
    before: Key,
    after: Key,
    sources: dict[Key, set[Key]],
    heirs: dict[Key, set[Key]],
    new: frozenset[Key],
    gone: frozenset[Key],
) -> str:
    """Return what the move of ground from one grid to another is."""
    if after not in new:
        return "merge" if before in gone else "transfer"
    if sources[after] == {before}:
        return "replace" if before in gone and heirs[before] == {after} else "split"
    return "merge" if sources[after] <= gone else "carve"
