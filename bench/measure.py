"""Takes times: medians of several rounds in which all ways take turns, so that what else runs hits them alike."""

import dataclasses
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

LEAST_S = 0.25


@dataclasses.dataclass(frozen=True)
class Way:
    """One way to find the owners of a batch of points.

    ``run`` is what is timed; ``owners`` makes of what it gives the position of each
    point's owner, -1 for none.
    """

    name: str
    run: Callable[[], Any]
    owners: Callable[[Any], np.ndarray] = np.asarray


def seconds(run):
    """Return how long a call takes."""
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def checked(ways, expected):
    """Run each Way once; raise AssertionError where one answers other than ``expected``."""
    for way in ways:
        differing = np.flatnonzero(way.owners(way.run()) != expected)
        assert not len(differing), f"{way.name} differs at {len(differing)} points, first at number {differing[:5]}"


def interleaved(ways, rounds, budget_s):
    """Return name → median seconds of ``rounds`` rounds; a way that has used ``budget_s`` is out of later rounds.

    In its turn a quick way runs again until LEAST_S have passed and counts with its
    mean, as it would else slip through the moments in which others hold the processor.
    """
    taken, used = {way.name: [] for way in ways}, dict.fromkeys((way.name for way in ways), 0.0)
    for _ in range(rounds):
        for way in ways:
            if used[way.name] < budget_s:
                turn = turn_of(way)
                taken[way.name].append(statistics.mean(turn))
                used[way.name] += sum(turn)
    return {name: statistics.median(times) for name, times in taken.items()}


def turn_of(way):
    """Return the seconds of each run of a way in one turn."""
    turn = [seconds(way.run)]
    while sum(turn) < LEAST_S:
        turn.append(seconds(way.run))
    return turn


def median_seconds(run, rounds):
    """Return the median seconds of a call."""
    return statistics.median(seconds(run) for _ in range(rounds))


def call_times(call, lons, lats):
    """Return the nanoseconds of each single call, less those of an empty one; ndarray."""
    spent = timed_calls(call, lons, lats) - np.median(timed_calls(lambda lon, lat: None, lons, lats))
    return np.maximum(spent, 0)


def timed_calls(call, lons, lats):
    """Return the nanoseconds of each single call with plain Python numbers; ndarray."""
    now, spent = time.perf_counter_ns, []
    for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True):
        began = now()
        call(lon, lat)
        spent.append(now() - began)
    return np.array(spent)


def copy_limit(lons, lats):
    """Return how many points a second memory allows, if finding an owner cost nothing.

    A point is read (two float64, 16 bytes) and its owner written (one int32, 4
    bytes). The bandwidth is that of ``np.copyto`` on the same arrays, which reads
    16 and writes 16 bytes a point: limit = (32 bytes * n / seconds) / 20 bytes.
    """
    x, y = np.empty_like(lons), np.empty_like(lats)
    times = [seconds(lambda: (np.copyto(x, lons), np.copyto(y, lats))) for _ in range(5)]
    bandwidth = 32 * len(lons) / statistics.median(times[1:])
    return bandwidth / 20
