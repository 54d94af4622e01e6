"""Nobody's lands with their registered owners: railway strips, urban villages, fringe, estates, back lanes."""

import dataclasses
import datetime as dt

import numpy as np
import shapely

from gridmgr import resources
from gridmgr.domain.layers import Feature
from gridmgr.domain.responsibility import NobodysLand
from gridmgr.domain.routing.lands import read_land_kinds
from gridmgr.services.demo.naming import person_names, phone
from gridmgr.services.demo.offices import office_of
from gridmgr.services.demo.plane import dice, shapes_to_lonlat, shapes_to_plane

COUNTS = {"urban_village": 22, "fringe": 16, "unmanaged_estate": 40, "back_lane": 60}
PRIORITY = {"railway": 50, "back_lane": 40, "unmanaged_estate": 30, "urban_village": 20, "fringe": 10}
DEPARTMENT = {"railway": "SUB", "urban_village": "SUB", "fringe": "SUB", "unmanaged_estate": "COM", "back_lane": "SAN"}
MARK = {"railway": "TL", "urban_village": "CZ", "fringe": "JH", "unmanaged_estate": "XQ", "back_lane": "JX"}
FRINGE_M = 450
LANE_M = 3.5
BY = "demo"


@dataclasses.dataclass(frozen=True)
class Site:
    """A nobody's land before it has an owner: kind, name, who holds it, shape in lon/lat."""

    kind: str
    name: str
    organisation: str
    shape: shapely.Geometry


def lands(places, ground, shares, boundaries, lines, since, now, seed):
    """Return [(NobodysLand, Feature, shape)]; ``feature_id`` counts them from 1."""
    rng = dice(seed, "lands")
    sites = [
        *railway_strips(boundaries, lines),
        *urban_villages(places, boundaries, ground, rng),
        *fringe(places, boundaries, ground, rng),
        *estates(places, ground, shares, rng),
        *back_lanes(places, ground, shares, rng),
    ]
    kinds = read_land_kinds((resources.directory("layers") / "nobodys_lands.toml").read_text(encoding="utf-8"))
    people = person_names(len(sites), rng)
    return [
        registered(n, site, kinds[site.kind], people[n - 1], since, now, rng) for n, site in enumerate(sites, start=1)
    ]


def registered(number, site, kind, person, since, now, rng):
    """Return a site with its registered owner."""
    expires = (now + dt.timedelta(days=int(rng.integers(70, 900)))).date()
    land = NobodysLand(
        number,
        f"{MARK[site.kind]}{number:03d}",
        site.name,
        site.kind,
        DEPARTMENT[site.kind],
        site.organisation,
        person,
        phone(6000 + number),
        f"秦网格办〔{since.year}〕{number}号（示意）",
        list(kind.claims),
        since,
        expires_on=expires,
        priority=PRIORITY[site.kind],
        recorded_at=since,
        recorded_by=BY,
    )
    props = {
        "kind": site.kind,
        "department": land.department_code,
        "organisation": land.organisation,
        "person": person,
        "phone": land.phone,
        "document": land.document,
        "expires_on": expires.isoformat(),
    }
    feature = Feature(
        "nobodys_land", land.code, site.name, props=props, valid_from=since, recorded_at=since, recorded_by=BY
    )
    return land, feature, site.shape


def railway_strips(boundaries, lines):
    """Yield the ground on both sides of each railway, cut at the borders of the evaluated areas."""
    for line in lines:
        if line.layer == "railway":
            strip = widened(line.shape, line.half_width_m)
            for code in boundaries.at_level("evaluated_area"):
                part = shapely.intersection(strip, boundaries.shapes[code])
                name = boundaries.grids[code].name
                if part.area > 0:
                    yield Site("railway", f"{line.name}{name}段", f"{name}铁路沿线环境管护办公室", areas_only(part))


def widened(shape, metres, **options):
    """Return a lon/lat shape widened by ``metres``."""
    return shapes_to_lonlat(shapely.buffer(shapes_to_plane(shape), metres, **options))


def areas_only(shape):
    """Return the polygons of a shape as one (Multi)Polygon."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def office_above(places, community):
    """Return the office of the subdistrict of a community."""
    return office_of(next(s.name for s in places.subdistricts if s.code == community.subdistrict))


def chosen(items, count, rng):
    """Return at most ``count`` of ``items``, in their order."""
    picked = rng.permutation(len(items))[:count]
    return [items[i] for i in sorted(picked.tolist())]


def urban_villages(places, boundaries, ground, rng):
    """Yield the old cores of villages that a town swallowed or touches."""
    built_up = shapely.union_all([town.ground for town in ground.towns])
    near = shapes_to_lonlat(shapely.buffer(built_up, 1200))
    shapely.prepare(near)
    villages = [
        c
        for c in places.communities
        if c.name.split("（")[0].endswith("村") and shapely.intersects(near, boundaries.shapes[c.code])
    ]
    for one in chosen(villages, COUNTS["urban_village"], rng):
        shape = boundaries.shapes[f"{one.code}01"]
        middle = shapely.get_coordinates(shapes_to_plane(shapely.point_on_surface(shape)))[0]
        angles = np.linspace(0, 2 * np.pi, 11)[:-1]
        reach = rng.uniform(90, 230, 10)
        outline = shapely.Polygon(middle + np.stack([np.cos(angles), np.sin(angles)], axis=1) * reach[:, None])
        inside = areas_only(shapely.intersection(shapes_to_lonlat(outline), shape))
        yield Site("urban_village", f"{one.name}城中村", office_above(places, one), inside)


def fringe(places, boundaries, ground, rng):
    """Yield the belt of villages around the main town, where town ends and fields begin."""
    town = ground.towns[0].ground
    belt = shapes_to_lonlat(shapely.difference(shapely.buffer(town, FRINGE_M), shapely.buffer(town, 5)))
    shapely.prepare(belt)
    villages = [c for c in places.communities if not c.is_urban and shapely.intersects(belt, boundaries.shapes[c.code])]
    for one in chosen(villages, COUNTS["fringe"], rng):
        part = shapely.intersection(belt, boundaries.shapes[one.code])
        if part.area > 0:
            yield Site("fringe", f"{one.name}城乡结合部", office_above(places, one), areas_only(part))


def estates(places, ground, shares, rng):
    """Yield old estates without property management: a block of houses each, a little inside its lanes."""
    faces = np.flatnonzero((shares.unit >= 0) & (shapely.area(ground.mesh.faces) > 9000))
    for face in chosen(faces.tolist(), COUNTS["unmanaged_estate"], rng):
        community = places.communities[shares.community[face]]
        yard = shapely.buffer(ground.mesh.faces[face], -9, join_style="mitre")
        name = f"{community.name.split('（')[0].removesuffix('社区')}{int(rng.integers(1, 60))}号院"
        yield Site("unmanaged_estate", name, f"{community.name}居民委员会", shapes_to_lonlat(yard))


def back_lanes(places, ground, shares, rng):
    """Yield narrow lanes between two blocks of one grid."""
    mesh = ground.mesh
    length = np.hypot(*(mesh.vertices[mesh.edges[:, 0]] - mesh.vertices[mesh.edges[:, 1]]).T)
    inside = (mesh.left >= 0) & (mesh.right >= 0) & (length > 80)
    lanes = [
        edge
        for edge in np.flatnonzero(inside).tolist()
        if shares.unit[mesh.left[edge]] >= 0 and shares.grid[mesh.left[edge]] == shares.grid[mesh.right[edge]]
    ]
    for number, edge in enumerate(chosen(lanes, COUNTS["back_lane"], rng)):
        line = shapely.linestrings(mesh.vertices[mesh.edges[edge]])
        community = places.communities[shares.community[mesh.left[edge]]]
        name = f"{community.name.split('（')[0].removesuffix('社区')}{'一二三四五六七八九'[number % 9]}巷"
        shape = shapes_to_lonlat(shapely.buffer(line, LANE_M, cap_style="flat"))
        yield Site("back_lane", name, f"{office_above(places, community)}环境卫生科", shape)
