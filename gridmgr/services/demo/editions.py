"""Three versions of the boundaries: the first, and what two re-griddings changed in it.

Land changes hands by whole faces, so the borders stay shared vertex for vertex.
Numbers of grids are identities: they are never used again.
"""

import dataclasses
from collections import defaultdict

import numpy as np

from gridmgr.services.demo.clusters import group
from gridmgr.services.demo.mesh import neighbours
from gridmgr.services.demo.plane import dice

LEAST_FACES = 3


@dataclasses.dataclass(frozen=True)
class Edition:
    """For each face the number of its community and of its responsibility grid, shape (faces,)."""

    community: np.ndarray
    grid: np.ndarray


class Register:
    """The codes of responsibility grids by number; a new grid takes the next free code of its community."""

    def __init__(self, codes):
        self.codes = list(codes)
        self.last = defaultdict(int)
        for code in self.codes:
            self.last[code[:12]] = max(self.last[code[:12]], int(code[12:]))

    def add(self, community_code):
        """Return the number of a new grid of the community."""
        self.last[community_code] += 1
        self.codes.append(f"{community_code}{self.last[community_code]:02d}")
        return len(self.codes) - 1


class Revision:
    """A re-gridding in the making: an edition to change, and the grids already touched."""

    def __init__(self, ground, shares, register, edition, seed, name):
        self.ground, self.shares, self.register = ground, shares, register
        self.community, self.grid = edition.community.copy(), edition.grid.copy()
        self.rng = dice(seed, name)
        self.touched: set[int] = set()
        self.changed = 0
        self.beside = face_neighbours(ground.mesh)
        order = np.argsort(self.grid, kind="stable")
        self.members = dict(
            enumerate(np.split(order, np.searchsorted(self.grid[order], range(1, self.grid.max() + 1))))
        )

    def edition(self):
        """Return the changed edition."""
        return Edition(self.community, self.grid)

    def touch(self, one, other):
        """Note that two grids were changed; return how many this kind of change has touched so far."""
        self.touched |= {one, other}
        self.changed += 2
        return self.changed

    def chances(self, fits):
        """Yield pairs of neighbouring grids that ``fits(grid, other)`` takes, each grid at most once, in random order."""
        self.changed = 0
        pairs = [(a, b) for a, row in neighbours(self.ground.mesh, self.grid).items() for b in row if a >= 0 <= b]
        pairs.sort()
        for number in self.rng.permutation(len(pairs)).tolist():
            one, other = pairs[number]
            if not {one, other} & self.touched and fits(one, other):
                yield one, other

    def faces(self, grid):
        """Return the faces of a grid."""
        return self.members[grid]

    def give(self, moved, other):
        """Give the faces ``moved`` of one grid to another."""
        one = int(self.grid[moved[0]])
        self.grid[moved] = other
        self.members[one] = np.setdiff1d(self.members[one], moved)
        self.members[other] = np.union1d(self.members.get(other, moved), moved)

    def community_of(self, grid):
        """Return the community of a grid."""
        return int(self.community[self.faces(grid)[0]])

    def is_divided(self, grid):
        """Whether the grid has unit grids."""
        return bool(self.shares.unit[self.faces(grid)[0]] >= 0)

    def hand_over(self, count):
        """Let some unit grids of ``count`` grids change hands within their community."""
        for one, other in self.chances(self.are_urban_kin):
            moved = self.border_faces(one, other)[:3]
            if self.stays_whole(one, moved):
                self.give(moved, other)
                if self.touch(one, other) == 2 * count:
                    return

    def move_borders(self, count):
        """Let a field of ``count`` villages pass to a neighbouring village of the same subdistrict."""
        for one, other in self.chances(self.are_neighbouring_villages):
            moved = self.border_faces(one, other)[:1]
            if self.stays_whole(one, moved):
                self.community[moved] = self.community_of(other)
                self.give(moved, other)
                if self.touch(one, other) == 2 * count:
                    return

    def merge(self, count):
        """Merge ``count`` pairs of grids of one community; the lower code stays."""
        for one, other in self.chances(self.are_urban_kin):
            if self.register.codes[one] < self.register.codes[other]:
                self.give(self.faces(other), one)
                if self.touch(one, other) == 2 * count:
                    return

    def split(self, count, codes):
        """Split ``count`` large divided grids in two; the eastern part keeps the code."""
        self.changed = 0
        for one in self.rng.permutation(len(self.register.codes)).tolist():
            faces = self.faces(one)
            if one not in self.touched and len(faces) >= 14 and self.is_divided(one):
                part = faces[group(self.ground.centres[faces], 2, self.rng) == 0]
                if self.stays_whole(one, part) and self.is_one(part):
                    new = self.register.add(codes[self.community_of(one)])
                    self.give(part, new)
                    if self.touch(one, new) == 2 * count:
                        return

    def are_urban_kin(self, one, other):
        """Whether both are divided grids of one community that can spare a few unit grids."""
        same = self.community_of(one) == self.community_of(other)
        return same and self.is_divided(one) and self.is_divided(other) and 6 <= len(self.faces(one)) <= 14

    def are_neighbouring_villages(self, one, other):
        """Whether both lie in the countryside of one subdistrict, in different communities."""
        a, b = self.faces(one)[0], self.faces(other)[0]
        rural = self.ground.town[a] < 0 and self.ground.town[b] < 0 and len(self.faces(one)) > LEAST_FACES
        return (
            rural
            and self.community[a] != self.community[b]
            and self.shares.subdistrict[a] == self.shares.subdistrict[b]
        )

    def border_faces(self, one, other):
        """Return the faces of ``one`` that touch ``other``, those near each other first."""
        found = [f for f in self.faces(one).tolist() if any(self.grid[n] == other for n in self.beside[f])]
        centres = self.ground.centres
        return np.array(sorted(found, key=lambda f: ((centres[f] - centres[found[0]]) ** 2).sum()), dtype=int)

    def stays_whole(self, grid, moved):
        """Whether the grid without the faces ``moved`` is still one piece, and not too small."""
        rest = np.setdiff1d(self.faces(grid), moved)
        return len(rest) >= LEAST_FACES - 1 and self.is_one(rest)

    def is_one(self, faces):
        """Whether ``faces`` hang together."""
        left, reached = set(faces.tolist()), [int(faces[0])]
        while reached:
            here = reached.pop()
            if here in left:
                left.discard(here)
                reached.extend(n for n in self.beside[here] if n in left)
        return not left


def face_neighbours(mesh):
    """Return face → the faces across its edges."""
    found: dict = defaultdict(set)
    inner = (mesh.left >= 0) & (mesh.right >= 0)
    for a, b in zip(mesh.left[inner].tolist(), mesh.right[inner].tolist(), strict=True):
        found[a].add(b)
        found[b].add(a)
    return found


def editions(ground, shares, register, community_codes, seed):
    """Return the three editions; ``register`` learns the codes of new grids."""
    first = Edition(shares.community, shares.grid)
    second = Revision(ground, shares, register, first, seed, "second version")
    second.hand_over(6)
    second.merge(3)
    second.split(3, community_codes)
    second.move_borders(5)
    third = Revision(ground, shares, register, second.edition(), seed, "third version")
    third.hand_over(4)
    third.split(2, community_codes)
    third.move_borders(3)
    return [first, second.edition(), third.edition()]
