"""Who gets which face: subdistricts, communities, responsibility grids and unit grids of the first version."""

import dataclasses

import numpy as np

from gridmgr.services.demo.clusters import group
from gridmgr.services.demo.ground import give_away, is_in_town
from gridmgr.services.demo.mesh import pieces_of
from gridmgr.services.demo.plane import dice, to_plane
from gridmgr.services.demo.regions import power_owner
from gridmgr.services.demo.towns import turned

GRIDS_PER_URBAN = (3, 4, 4, 5, 5)
BOXY = 6


@dataclasses.dataclass(frozen=True)
class Shares:
    """For each face the number of its grid at each level, shape (faces,).

    ``community`` and ``subdistrict`` number the lists of the places; ``grid`` and
    ``unit`` are numbers of their own. ``unit`` is -1 where the grid itself is drawn.
    """

    subdistrict: np.ndarray
    community: np.ndarray
    grid: np.ndarray
    unit: np.ndarray


def share_out(places, ground, seed):
    """Return the grids of the first version."""
    rng = dice(seed, "shares")
    subdistrict = np.where(ground.owner >= 0, ground.owner, town_subdistricts(places, ground))
    community = communities(places, ground, subdistrict, rng)
    home = np.array([index_of(places)[c.subdistrict] for c in places.communities])
    community = joined(ground.mesh, community, home)
    grid = joined(ground.mesh, grids(places, ground, community, rng), None, community)
    unit = np.where(is_divided(places)[community], pieces_of(ground.mesh, ground.cell), -1)
    return Shares(home[community], community, grid, unit)


def is_divided(places):
    """Return for each community whether it has unit grids: those on the ground of a divided town."""
    divided = {plan["id"] for plan in places.geography["towns"] if plan.get("divided")}
    town = {s.code: s.town for s in places.subdistricts}
    return np.array([c.is_urban and town[c.subdistrict] in divided for c in places.communities])


def index_of(places):
    """Return {subdistrict code: its number}."""
    return {s.code: i for i, s in enumerate(places.subdistricts)}


def parcels(ground, faces, label=None):
    """Return what is shared out whole, pieces of town or cells of country: for each face its number, and the middles.

    The numbers have shape (faces,), the middles, in metres, (parcels, 2).
    """
    if label is None:
        label = np.where(ground.town[faces] >= 0, ground.piece[faces], ground.cell[faces])
    _, index = np.unique(label, return_inverse=True)
    sums = [np.bincount(index, ground.centres[faces, axis]) for axis in (0, 1)]
    return index, np.stack(sums, axis=1) / np.bincount(index)[:, None]


def grouped(ground, faces, count, rng):
    """Return for each of ``faces`` its group; in a town the groups lie along the streets."""
    index, middles = parcels(ground, faces)
    town = ground.town[faces[0]]
    if town < 0:
        return group(middles, count, rng)[index]
    return group(turned(middles, -ground.towns[town].bearing), count, rng, power=BOXY)[index]


def town_subdistricts(places, ground):
    """Return for each face in a town its subdistrict: whole blocks, as many as it has communities; -1 elsewhere."""
    found = np.full(len(ground.town), -1)
    counts = urban_counts(places)
    for number, plan in enumerate(places.geography["towns"]):
        faces = np.flatnonzero(ground.town == number)
        members = np.array([i for i, s in enumerate(places.subdistricts) if s.town == plan["id"]])
        index, centres = parcels(ground, faces, ground.piece[faces] // 4)
        anchors = to_plane([places.subdistricts[i].place for i in members])
        owner = members[
            power_owner(
                turned(centres, -plan["bearing"]), turned(anchors, -plan["bearing"]), counts[members], power=BOXY
            )
        ]
        found[faces] = owner[index]
    return found


def urban_counts(places):
    """Return for each subdistrict the number of its communities on town ground."""
    index = index_of(places)
    inside = [
        index[c.subdistrict] for c in places.communities if is_in_town(c, places.subdistricts[index[c.subdistrict]])
    ]
    return np.bincount(inside, minlength=len(places.subdistricts))


def communities(places, ground, subdistrict, rng):
    """Return for each face its community: pieces of towns and cells of the countryside, grouped."""
    found = np.full(len(subdistrict), -1)
    of = {s.code: s for s in places.subdistricts}
    members: dict = {}
    for i, one in enumerate(places.communities):
        members.setdefault((one.subdistrict, is_in_town(one, of[one.subdistrict])), []).append(i)
    number = index_of(places)
    for (code, is_town), numbers in members.items():
        faces = np.flatnonzero((subdistrict == number[code]) & ((ground.town >= 0) == is_town))
        groups = grouped(ground, faces, len(numbers), rng)
        found[faces] = np.array(numbers)[eastward(groups, ground.centres[faces], len(numbers))]
    return found


def eastward(groups, points, count):
    """Return ``groups`` renumbered from west to east."""
    east = [points[groups == g].mean(axis=0) @ (1, 0.35) for g in range(count)]
    return np.argsort(np.argsort(east))[groups]


def grids(places, ground, community, rng):
    """Return for each face its responsibility grid: one in a village, some four in an urban community."""
    found = np.full(len(community), -1)
    order = np.argsort(community, kind="stable")
    bounds = np.searchsorted(community[order], np.arange(len(places.communities) + 1))
    total = 0
    for number, one in enumerate(places.communities):
        faces = order[bounds[number] : bounds[number + 1]]
        wanted = int(rng.choice(GRIDS_PER_URBAN)) if one.is_urban else 1
        index, _ = parcels(ground, faces)
        found[faces] = total + grouped(ground, faces, min(wanted, index.max() + 1), rng)
        total = found[faces].max() + 1
    return found


def joined(mesh, labels, home=None, inside=None):
    """Return ``labels`` with every label in one piece, where a neighbour can take the lesser pieces.

    The neighbour of the same ``home`` (of a label) or ``inside`` (of a face) comes first.
    """
    for _ in range(3):
        piece = pieces_of(mesh, labels)
        area = np.bincount(piece, minlength=len(labels))
        largest = np.zeros(labels.max() + 1, dtype=int)
        np.maximum.at(largest, labels, area[piece])
        lesser = area[piece] < largest[labels]
        if not lesser.any():
            break
        kin = home if home is not None else first_of(labels, inside)
        labels = give_away(mesh, labels, piece, lesser, lambda a, b, kin=kin: kin[a] == kin[b])
    return labels


def first_of(labels, values):
    """Return for each label one of the ``values`` of its faces."""
    found = np.zeros(labels.max() + 1, dtype=values.dtype)
    found[labels] = values
    return found
