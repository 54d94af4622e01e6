"""Says whether the locator has become slow: ratios to Shapely's ways in this run, against stored floors.

Continuous integration runs it after the tests, with or without numba. A ratio
hangs little on the machine, and the floors in ``floors.json`` are about a third of
what was found, so that only a real loss of speed falls below. Ratios that are
below are measured once more before the verdict; it ends with 1 if one still is.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import shapely

from bench import measure, ours, partitions, points, rivals
from bench.reference import Reference

FLOORS = pathlib.Path(__file__).with_name("floors.json")
POINTS, CALLS, ROUNDS, BUDGET_S = 100_000, 2_000, 3, 1.0


def main():
    """Print each ratio beside its floor, and one sentence; end with 1 if one is below."""
    options = arguments()
    floors = json.loads(options.floors.read_text(encoding="utf-8"))
    found = measured(options.points)
    if below(found, floors):
        again = measured(options.points)
        found = {name: max(ratio, again[name]) for name, ratio in found.items()}
    for name, ratio in found.items():
        print(f"  {name:62} {ratio:8.1f}  floor {floors[name]:6.1f}")
    print(sentence(below(found, floors), len(found)))
    sys.exit(1 if below(found, floors) else 0)


def arguments():
    """Return where the floors are, and how many points a batch has."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--floors", type=pathlib.Path, default=FLOORS)
    reader.add_argument("--points", type=int, default=POINTS)
    return reader.parse_args()


def below(found, floors):
    """Return name → (ratio, floor) of the ratios that are below their floors."""
    return {name: (ratio, floors[name]) for name, ratio in found.items() if ratio < floors[name]}


def sentence(slow, count):
    """Return the verdict in one sentence."""
    if not slow:
        return f"Fast enough: all {count} ratios are above their floors."
    named = "; ".join(f"{name} is {ratio:.1f}, its floor {floor:.1f}" for name, (ratio, floor) in slow.items())
    return f"Too slow: {named}."


def measured(count):
    """Return name → how many times as fast the locator is as one of Shapely's ways, on a small city."""
    polygons = partitions.coded(partitions.polygons(partitions.SMALL))
    reference, locators = Reference(polygons), ours.locators(polygons)
    lons, lats = points.clustered(partitions.SMALL.box, count)
    own = [measure.Way(name, lambda one=one: one.locate_many(lons, lats)) for name, one in locators.items()]
    ways = own + rivals.shapely_ways(reference, lons, lats)
    measure.checked(ways, reference.owners(lons, lats))
    spent = measure.interleaved(ways, ROUNDS, BUDGET_S)
    batches = {
        f"{o.name} against {way}": spent[way] / spent[o.name] for o in own for way in (rivals.PREPARED, rivals.TREE)
    }
    return batches | one_call(reference, locators[ours.NUMPY], lons, lats) | building(polygons, spent)


def one_call(reference, locator, lons, lats):
    """Return how many times as fast a single call is as asking the tree with a Point."""

    def by_tree(lon, lat):
        return reference.tree.query(shapely.Point(lon, lat), predicate="intersects")

    some = (lons[:CALLS], lats[:CALLS])
    for call in (locator.locate, by_tree):
        measure.timed_calls(call, *some)
    spent = [np.median(measure.call_times(call, *some)) for call in (locator.locate, by_tree)]
    return {"one point against the tree": float(spent[1] / spent[0])}


def building(polygons, spent):
    """Return how many locators are built while sjoin finds the batch."""
    build = measure.median_seconds(lambda: ours.Locator(polygons, compiled=False).prepare(), 3)
    return {f"building against {rivals.SJOIN} of the batch": spent[rivals.SJOIN] / build}


if __name__ == "__main__":
    main()
