"""Things on the street: a sample of components along the lanes, and points of interest."""

import dataclasses
import datetime as dt

import numpy as np
import shapely

from gridmgr.domain.layers import Feature
from gridmgr.services.demo.naming import names
from gridmgr.services.demo.plane import dice, to_lonlat

BESIDE_M = 4.0
BY = "demo"
STATES = ("intact", "intact", "intact", "intact", "intact", "intact", "intact", "intact", "damaged", "lost")
PUBLIC_PLACES = (
    ("小学", "school", 5),
    ("幼儿园", "school", 5),
    ("社区卫生服务站", "clinic", 4),
    ("菜市场", "market", 4),
    ("便民服务中心", "office", 3),
    ("口袋公园", "park", 3),
    ("公厕", "toilet", 4),
)


def components(places, ground, shares, kinds, departments, count, since, seed):
    """Return [(Feature, shape)] of ``count`` components, as many in a street as it is long.

    Parameters
    ----------
    kinds : list of dict
        ``code``, ``name`` and ``weight`` of the categories to draw from.
    departments : dict of category code to department code
    """
    rng = dice(seed, "components")
    points, face = along_lanes(ground, count, rng)
    weights = np.array([kind["weight"] for kind in kinds], dtype=float)
    kind = rng.choice(len(kinds), count, p=weights / weights.sum())
    area = np.array([places.subdistricts[s].area for s in shares.subdistrict])[face]
    status, age = rng.integers(len(STATES), size=count), rng.integers(1, 3000, size=count)
    found = []
    for n, position in enumerate(shapely.points(points)):
        chosen = kinds[kind[n]]
        props = {
            "category": chosen["code"],
            "department": departments[chosen["code"]],
            "status": STATES[status[n]],
            "initial_date": (since.date() - dt.timedelta(days=int(age[n]))).isoformat(),
        }
        code = f"{area[n]}{chosen['code']}{n + 1:06d}"
        found.append((Feature("component", code, chosen["name"], props=props, recorded_by=BY), position))
    return found


def along_lanes(ground, count, rng):
    """Return lon/lat positions a few metres beside edges of town cells, shape (count, 2), and the face of each."""
    mesh = ground.mesh
    face = np.where(mesh.left >= 0, mesh.left, mesh.right)
    edges = np.flatnonzero((ground.town[face] >= 0) & (mesh.left >= 0))
    ends = mesh.vertices[mesh.edges[edges]]
    along = ends[:, 1] - ends[:, 0]
    length = np.hypot(*along.T)
    chosen = rng.choice(len(edges), count, p=length / length.sum())
    inward = np.stack([-along[:, 1], along[:, 0]], axis=1)[chosen] / length[chosen, None]
    points = ends[chosen, 0] + along[chosen] * rng.uniform(0.05, 0.95, (count, 1)) + inward * BESIDE_M
    return to_lonlat(points), face[edges[chosen]]


@dataclasses.dataclass(frozen=True)
class Place:
    """A point of interest to be numbered."""

    name: str
    name_en: str
    kind: str
    shape: shapely.Geometry


def points_of_interest(places, boundaries, seed):
    """Return [(Feature, shape)]: the landmarks, and what every neighbourhood has."""
    rng = dice(seed, "points of interest")
    found = [
        Place(name, name_en, kind, shapely.points(*to_lonlat_pair(lon, lat)))
        for name, name_en, kind, lon, lat in names()["landmarks"]["list"]
    ]
    for one in places.communities:
        if one.is_urban:
            found += list(neighbourhood(one, boundaries.shapes[one.code], rng))
    return [
        (Feature("point_of_interest", f"POI{n:05d}", p.name, p.name_en, {"class": p.kind}, recorded_by=BY), p.shape)
        for n, p in enumerate(found, start=1)
    ]


def to_lonlat_pair(lon, lat):
    """Return a position rounded as all are."""
    return round(lon, 9), round(lat, 9)


def neighbourhood(community, shape, rng):
    """Yield two or three public places of an urban community."""
    weights = np.array([w for _, _, w in PUBLIC_PLACES], dtype=float)
    base = community.name.split("（")[0].removesuffix("社区")
    for number in sorted(rng.choice(len(PUBLIC_PLACES), 3, replace=False, p=weights / weights.sum()).tolist()):
        word, kind, _ = PUBLIC_PLACES[number]
        yield Place(f"{base}{word}", "", kind, point_in(shape, rng))


def point_in(shape, rng):
    """Return a random point inside ``shape``."""
    west, south, east, north = shape.bounds
    for _ in range(40):
        x, y = round(float(rng.uniform(west, east)), 9), round(float(rng.uniform(south, north)), 9)
        if shapely.contains_xy(shape, x, y):
            return shapely.points(x, y)
    return shapely.point_on_surface(shape)
