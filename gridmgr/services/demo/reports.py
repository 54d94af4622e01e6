"""A year of reports: hot spots, a rhythm of days and seasons, some on borders, some outside, some in GCJ-02."""

import dataclasses
import datetime as dt
import tomllib

import numpy as np
import shapely

from gridmgr.domain.cases import Report
from gridmgr.geometry.crs import from_wgs84
from gridmgr.services.demo.places import folder
from gridmgr.services.demo.plane import PLACES, dice, shapes_to_plane, to_lonlat

HOURS = {
    "day": ((9.5, 1.6, 0.5), (15.0, 1.9, 0.5)),
    "morning": ((7.6, 1.3, 0.75), (14.5, 2.4, 0.25)),
    "evening": ((17.6, 1.5, 0.65), (11.5, 1.8, 0.35)),
    "night": ((21.0, 1.4, 0.8), (12.0, 4.0, 0.2)),
    "any": ((10.0, 2.8, 0.5), (16.5, 3.0, 0.5)),
}
WEEK = np.array([1.12, 1.06, 1.0, 1.0, 1.05, 0.86, 0.8])
SHARES = {"hot": 0.5, "town": 0.26, "village": 0.14, "border": 0.06, "land": 0.03, "outside": 0.01}
GCJ_SHARE = 0.04
HOT_SPOTS = 90


@dataclasses.dataclass(frozen=True)
class Scene:
    """Where reports can be: the ground, the boundaries, the nobody's lands (kind → shapes), and the settings."""

    ground: object
    boundaries: object
    lands: dict
    settings: dict


def settings():
    """Return ``reports.toml``."""
    return tomllib.loads((folder() / "reports.toml").read_text(encoding="utf-8"))


def reports(scene, count, now, zone, seed):
    """Return ``count`` reports of the year before ``now``'s day, oldest first; grids are not filled in yet."""
    rng = dice(seed, "reports")
    days = observed_days(count, now.astimezone(zone).date(), rng)
    matters = scene.settings["matters"]
    matter = matters_on(days, matters, rng)
    position, _kind = positions(scene, matter, rng)
    observed = instants(days, matter, matters, zone, rng)
    order = np.argsort(observed, kind="stable")
    rows = zip(order, range(1, count + 1), strict=True)
    sources = list(scene.settings["sources"])
    weight = np.array(list(scene.settings["sources"].values()), dtype=float)
    drawn = Drawn(
        source=rng.choice(len(sources), count, p=weight / weight.sum()),
        accuracy=rng.choice([3.0, 5.0, 8.0, 12.0, 20.0], count, p=[0.3, 0.3, 0.2, 0.15, 0.05]),
        delay=rng.exponential(600, count).clip(20, 20_000),
        phrase=rng.random(count),
        is_gcj=rng.random(count) < GCJ_SHARE,
    )
    gcj = np.round(np.stack(from_wgs84(position[:, 0], position[:, 1], "gcj02"), axis=1), PLACES)
    return [
        report(number, observed[i], matters[matter[i]], position[i], gcj[i], drawn, i, sources, zone)
        for i, number in rows
    ]


@dataclasses.dataclass(frozen=True)
class Drawn:
    """What was drawn for each report, shape (reports,)."""

    source: np.ndarray
    accuracy: np.ndarray
    delay: np.ndarray
    phrase: np.ndarray
    is_gcj: np.ndarray


def report(number, second, matter, position, gcj, drawn, i, sources, zone):
    """Return one report."""
    observed = dt.datetime.fromtimestamp(int(second), dt.UTC)
    received = observed + dt.timedelta(seconds=int(drawn.delay[i]))
    source = sources[drawn.source[i]]
    is_gcj = bool(drawn.is_gcj[i]) and source in ("app", "wechat", "hotline")
    x, y = gcj if is_gcj else position
    phrases = matter["phrases"]
    return Report(
        number=f"R{observed.astimezone(zone):%Y%m%d}{number:06d}",
        received_at=received,
        observed_at=observed,
        x=float(x),
        y=float(y),
        crs="gcj02" if is_gcj else "wgs84",
        lon=float(position[0]),
        lat=float(position[1]),
        category_code=matter["code"],
        accuracy_m=float(drawn.accuracy[i]),
        description=phrases[int(drawn.phrase[i] * len(phrases))],
        source=source,
    )


def observed_days(count, today, rng):
    """Return the day of each report: weekdays, summer and a growing habit count; the last is yesterday."""
    days = np.array([today - dt.timedelta(days=n) for n in range(365, 0, -1)], dtype="datetime64[D]")
    weekday = (days.astype(int) + 3) % 7
    season = 1 + 0.28 * np.cos((days.astype("datetime64[M]").astype(int) % 12 - 6.5) / 12 * 2 * np.pi)
    weight = WEEK[weekday] * season * np.linspace(0.82, 1.18, len(days)) * rng.uniform(0.85, 1.15, len(days))
    return rng.choice(days, count, p=weight / weight.sum())


def matters_on(days, matters, rng):
    """Return the number of the matter of each report; some happen only in their months."""
    month = days.astype("datetime64[M]").astype(int) % 12 + 1
    found = np.zeros(len(days), dtype=int)
    for one in range(1, 13):
        weight = np.array([m["weight"] * (one in m.get("months", [one])) for m in matters], dtype=float)
        here = np.flatnonzero(month == one)
        found[here] = rng.choice(len(matters), len(here), p=weight / weight.sum())
    return found


def instants(days, matter, matters, zone, rng):
    """Return the second (since 1970, UTC) of each report, at the hours of its matter."""
    hour = np.empty(len(days))
    for number, one in enumerate(matters):
        here = np.flatnonzero(matter == number)
        (a, wide_a, share), (b, wide_b, _) = HOURS[one.get("hours", "any")]
        first = rng.random(len(here)) < share
        hour[here] = np.where(first, rng.normal(a, wide_a, len(here)), rng.normal(b, wide_b, len(here)))
    local = days.astype("datetime64[s]").astype(np.int64) + (hour.clip(0.05, 23.9) * 3600).astype(np.int64)
    return local - int(dt.datetime(2026, 1, 1, tzinfo=zone).utcoffset().total_seconds())


def positions(scene, matter, rng):
    """Return lon/lat of each report, shape (n, 2), and how it was placed."""
    kinds = np.array(list(SHARES))
    kind = rng.choice(kinds, len(matter), p=list(SHARES.values()))
    points = np.empty((len(matter), 2))
    for name, place in PLACING.items():
        here = np.flatnonzero(kind == name)
        points[here] = place(scene, len(here), rng)
    on_land(scene, matter, points, rng)
    return np.round(points, PLACES), kind


def on_land(scene, matter, points, rng):
    """Move reports about a nobody's land to such a land."""
    for number, one in enumerate(scene.settings["matters"]):
        shapes = scene.lands.get(one.get("place"), [])
        for i in np.flatnonzero(matter == number).tolist() if shapes else ():
            points[i] = inside(shapes[int(rng.integers(len(shapes)))], rng)


def inside(shape, rng):
    """Return a random lon/lat position inside ``shape``."""
    part = shapely.get_parts(shape)
    part = part[int(rng.integers(len(part)))]
    west, south, east, north = part.bounds
    for _ in range(60):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        if shapely.contains_xy(part, x, y):
            return x, y
    return tuple(shapely.get_coordinates(shapely.point_on_surface(part))[0])


def town_faces(scene):
    """Return the faces that lie in towns; the main town's count four times."""
    ground = scene.ground
    return np.concatenate([np.flatnonzero(ground.town >= 0), *[np.flatnonzero(ground.town == 0)] * 3])


def hot(scene, count, rng):
    """Return positions round hot spots: markets, schools, stations; a few draw most."""
    faces = town_faces(scene)
    centres = scene.ground.centres[rng.choice(faces, HOT_SPOTS, replace=False)]
    weight = 1 / np.arange(1, HOT_SPOTS + 1) ** 0.7
    spot = rng.choice(HOT_SPOTS, count, p=weight / weight.sum())
    reach = rng.uniform(45, 170, HOT_SPOTS)[spot]
    return clipped(scene, centres[spot] + rng.normal(0, 1, (count, 2)) * reach[:, None], rng)


def town(scene, count, rng):
    """Return positions anywhere in towns."""
    faces = rng.choice(town_faces(scene), count)
    return clipped(scene, scene.ground.centres[faces] + rng.normal(0, 35, (count, 2)), rng)


def village(scene, count, rng):
    """Return positions near the middle of villages."""
    rural = np.flatnonzero(scene.ground.town < 0)
    faces = rng.choice(rural if len(rural) else town_faces(scene), count)
    return clipped(scene, scene.ground.centres[faces] + rng.normal(0, 120, (count, 2)), rng)


def border(scene, count, rng):
    """Return positions on borders of grids or within a few metres of them; one in six is exactly a vertex."""
    codes = scene.boundaries.at_level("responsibility_grid")
    urban = [c for c in codes if scene.boundaries.grids[c].role == "derived"]
    shapes = [scene.boundaries.shapes[c] for c in (*urban, *urban, *codes)]
    chosen = [shapes[i] for i in rng.integers(len(shapes), size=count)]
    rings = shapes_to_plane(shapely.get_exterior_ring(shapely.get_geometry(chosen, 0)))
    rings = np.where(shapely.is_empty(rings), rings[0], rings)
    at = shapely.get_coordinates(shapely.line_interpolate_point(rings, rng.random(count), normalized=True))
    points = to_lonlat(at + rng.normal(0, 3.5, (count, 2)))
    vertices = np.array([shapely.get_coordinates(shape)[0] for shape in chosen])
    return np.where(rng.random((count, 1)) < 1 / 6, vertices, points)


def land(scene, count, rng):
    """Return positions inside nobody's lands."""
    shapes = [shape for shapes in scene.lands.values() for shape in shapes]
    return np.array([inside(shapes[int(i)], rng) for i in rng.integers(len(shapes), size=count)]).reshape(-1, 2)


def outside(scene, count, rng):
    """Return positions beyond the city: on the sea, and across the land border."""
    ring = scene.ground.frame.exterior
    at = shapely.get_coordinates(shapely.line_interpolate_point(ring, rng.random(count), normalized=True))
    middle = shapely.get_coordinates(scene.ground.frame.centroid)
    away = at - middle
    far = at + away / np.hypot(*away.T)[:, None] * rng.choice([8.0, 300.0, 2500.0], count)[:, None]
    beyond = ~shapely.contains_xy(scene.ground.frame, far)
    return to_lonlat(np.where(beyond[:, None], far, at + away * 0.2))


def clipped(scene, points, rng):
    """Return ``points`` in lon/lat, those in the sea put on the middle of a face nearby."""
    frame = scene.ground.frame
    shapely.prepare(frame)
    wet = np.flatnonzero(~shapely.contains_xy(frame, points))
    faces = scene.ground.centres
    for i in wet.tolist():
        points[i] = faces[((faces - points[i]) ** 2).sum(axis=1).argmin()]
    return to_lonlat(points)


PLACING = {"hot": hot, "town": town, "village": village, "border": border, "land": land, "outside": outside}
