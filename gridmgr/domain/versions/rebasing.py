"""Rebasing: a draft that was begun on an older version is laid over the newest one, where the two changed other grids."""

import dataclasses
from collections.abc import Iterable, Mapping

from gridmgr.domain.grids import GridState
from gridmgr.domain.versions.differences import Change


@dataclasses.dataclass(frozen=True)
class Clash:
    """A grid that both the draft and the newer versions changed; ``by_code`` where they gave two grids one code."""

    code: str
    by_code: bool = False


def clashes(drafted: Iterable[Change], published: Iterable[Change]) -> list[Clash]:
    """Return the grids that a draft and newer versions both changed, lowest code first as bytes.

    Areas that are drawn together from those below them may both have another outline: it is drawn anew.
    """
    mine, theirs = {one.key: one for one in drafted}, {one.key: one for one in published}
    both = [mine[key] for key in mine if key in theirs and not (is_redrawn(mine[key]) and is_redrawn(theirs[key]))]
    taken = {one.after.code: one.key for one in theirs.values() if one.after is not None}
    same_code = [
        one.after.code
        for one in mine.values()
        if one.after is not None and taken.get(one.after.code, one.key) != one.key
    ]
    found = [*(Clash(one.grid.code) for one in both), *(Clash(code, by_code=True) for code in same_code)]
    return sorted(found, key=lambda clash: clash.code.encode())


def is_redrawn(change: Change) -> bool:
    """Return whether nothing but the outline of a derived area differs."""
    states = (change.before, change.after)
    return change.differs == ("shape",) and all(one is not None and one.role == "derived" for one in states)


def orphans(after: Mapping[str, GridState], known: Iterable[str]) -> list[str]:
    """Return the codes of grids whose parent is gone, lowest first as bytes.

    Parameters
    ----------
    after : mapping of code to GridState
        The draft over the newest version.
    known : iterable of str
        Every code of the draft and of both versions: a parent outside them was never there.
    """
    there = frozenset(known)
    found = [g.code for g in after.values() if g.parent_code in there and g.parent_code not in after]
    return sorted(found, key=str.encode)
