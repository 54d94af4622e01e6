"""Proposing duplicates: what else was reported of the same matter near by, a short time before."""

import datetime as dt
import functools

import numpy as np
import shapely

from gridmgr import resources
from gridmgr.domain.casework.duplicates import Alike, nearness, ranked, read_nearness
from gridmgr.services import routing
from gridmgr.services.handling import finding
from gridmgr.services.standing import facts
from gridmgr.services.transactions import reading
from gridmgr.store import features
from gridmgr.store.cases import casework as rows

COMPONENTS = "component"
REACH_M = 10.0
"""So far from a component may a report of it lie."""
METRES_A_DEGREE = 111_320.0
MOST = 10


@functools.cache
def table():
    """Return how near duplicates are, by category."""
    return read_nearness((resources.directory("layers") / "duplicates.toml").read_text(encoding="utf-8"))


def alike(engine, number, *, at):
    """Return the Alikes of a report, those about the same component first; none for one without a category.

    Raises
    ------
    NoSuchReport
    """
    known = routing.knowledge(engine, at=at)
    with reading(engine) as session:
        told = finding.report_of(session, number)
        category = facts.known(session).categories.get(told.category_code)
        if category is None:
            return []
        near = nearness(category, table())
        since = told.received_at - dt.timedelta(days=near.days)
        pairs = rows.near_alike(session, told, around(told, near.distance_m), since)
        parts = features.at_layer(session, COMPONENTS, around(told, near.distance_m + REACH_M), at)
    return ranked(compared(known.ground.metric, told, pairs, parts, near.distance_m), MOST)


def around(told, reach_m):
    """Return the box that reaches so far round a report; degrees."""
    north = reach_m / METRES_A_DEGREE
    east = north / max(np.cos(np.radians(told.lat)), 0.01)
    return told.lon - east, told.lat - north, told.lon + east, told.lat + north


def compared(metric, told, pairs, parts, reach_m):
    """Return the Alikes among [(Report, Case or None)] that lie within reach of a report."""
    if not pairs:
        return []
    others = [other for other, _ in pairs]
    places = metric(shapely.points([(one.lon, one.lat) for one in (told, *others)]))
    distances = shapely.distance(places[1:], places[0])
    nearest = nearest_parts(places, metric(np.array([shape for _, shape in parts], object)) if parts else None)
    return [
        Alike(other.number, case.number if case else "", round(float(distance), 1), is_same(part, nearest[0]), state)
        for (other, case), distance, part, state in zip(
            pairs, distances, nearest[1:], [case.state if case else other.state for other, case in pairs], strict=True
        )
        if distance <= reach_m
    ]


def nearest_parts(places, parts):
    """Return the position of the component that each place is at, None where none is within reach."""
    if parts is None:
        return [None] * len(places)
    distances = shapely.distance(places[:, None], parts[None, :])
    best = distances.argmin(axis=1)
    return [int(part) if distances[place, part] <= REACH_M else None for place, part in enumerate(best)]


def is_same(part, other):
    """Return whether two places are at one component."""
    return part is not None and part == other
