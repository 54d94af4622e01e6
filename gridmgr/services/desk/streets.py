"""Where a spot lies in words of the street: the nearest named road, and the one that crosses near by."""

import dataclasses
import weakref

import numpy as np
import shapely

from gridmgr.store import features, revisions

REACH_M = 600.0
_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


@dataclasses.dataclass(frozen=True)
class Road:
    """A road by its names, and how far it is; metres."""

    name: str
    name_en: str
    distance_m: float


@dataclasses.dataclass(frozen=True)
class Streets:
    """The named roads of a city in metres, to be asked for the nearest."""

    tree: shapely.STRtree
    names: list[tuple[str, str]]

    def near(self, spot):
        """Return the two nearest Roads of different names at a point (metres), fewer where there are none."""
        around = self.tree.query(spot, predicate="dwithin", distance=REACH_M)
        distances = shapely.distance(self.tree.geometries[around], spot)
        found: dict[str, Road] = {}
        for place in np.argsort(distances, kind="stable"):
            name, name_en = self.names[around[place]]
            found.setdefault(name, Road(name, name_en, float(distances[place])))
            if len(found) == 2:
                break
        return list(found.values())


def streets(session, metric):
    """Return the Streets of a city, kept until a layer changes.

    Parameters
    ----------
    metric : callable
        Takes lon/lat geometries to the city's metric CRS.
    """
    engine, number = session.get_bind(), revisions.numbers(session).get("features", 0)
    kept = _kept.get(engine)
    if kept is None or kept[0] != number:
        named = [(feature, shape) for feature, shape in features.at_layer(session, "road") if feature.name]
        shapes = metric(np.array([shape for _, shape in named], dtype=object))
        kept = number, Streets(shapely.STRtree(shapes), [(one.name, one.name_en) for one, _ in named])
        _kept[engine] = kept
    return kept[1]


def places(session, known, reports):
    """Return for each report the Roads that it lies at, nearest first."""
    found = streets(session, known.ground.metric)
    spots = known.ground.metric(shapely.points([(one.lon, one.lat) for one in reports])) if reports else []
    return [found.near(spot) for spot in spots]
