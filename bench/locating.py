"""How soon points find their grid: ours beside whatever else could be picked, in one run, after all agreed.

Batches of a million points on (a) 2,000 grids with about 375,000 vertices, (b)
20,000 with 1.8 million, and Boston's precincts where their file is; spread evenly
and in dense places. Then ten million points against what memory allows, and single
calls in plain Python. Nothing is timed before all ways gave the same owners.
"""

import contextlib
import functools
import pathlib

import geopandas
import numpy as np
import shapely

from bench import measure, ours, partitions, points, postgis, rivals, table
from bench.measure import Way
from bench.reference import Reference
from bench.table import Figure

BOSTON = pathlib.Path(__file__).parents[2] / "shared" / "data" / "boston" / "precincts.geojson"
FEET = "EPSG:2249"
MILLION = 1_000_000
GOALS_OF_NUMBA = {rivals.SJOIN: (80, 160), rivals.PREPARED: (20, 40)}
GOALS = {
    (ours.NUMPY, "uniform"): {rivals.SJOIN: (45, 80), rivals.PREPARED: (12, 20), rivals.POSTGIS_BEST: (30, 60)},
    (ours.NUMPY, "clustered"): {rivals.SJOIN: (45, 80), rivals.PREPARED: (9, 20), rivals.POSTGIS_BEST: (30, 60)},
    (ours.NUMBA, "uniform"): GOALS_OF_NUMBA,
    (ours.NUMBA, "clustered"): GOALS_OF_NUMBA,
}


def main():
    """Measure, print and write all of it."""
    options = arguments()
    if ours.NUMBA not in ours.forms():
        print(ours.WITHOUT_NUMBA)
    with postgis.connection() as connected:
        if connected is None:
            print("Left out: PostGIS, as there is no PostgreSQL 15+ with PostGIS on this machine.")
        figures, rates = [], {}
        for name, polygons in cities(options.cities).items():
            found = batches(name, polygons, connected, options)
            figures += found[0]
            rates |= found[1]
    polygons = partitions.coded(partitions.polygons(partitions.CITIES["a"]))
    figures += against_memory(polygons, options) + single_calls(polygons, options)
    table.show_figures("Beside the goals", figures)
    table.write(options.json, "locating", figures=figures, points_per_second=rates)


def arguments():
    """Return how many points, how often, and on which cities."""
    reader = table.parser(__doc__)
    reader.add_argument("--points", type=int, default=MILLION)
    reader.add_argument("--many", type=int, default=10 * MILLION, help="points against the memory's limit")
    reader.add_argument("--calls", type=int, default=20_000)
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--budget", type=float, default=6.0, help="seconds after which a slow way sits out a round")
    reader.add_argument("--cities", nargs="+", default=["a", "b", "boston"])
    return reader.parse_args()


def cities(names):
    """Return name → {code: polygon} of the cities asked for that are there."""
    found = {n: partitions.coded(partitions.polygons(partitions.CITIES[n])) for n in names if n in partitions.CITIES}
    if "boston" in names and BOSTON.exists():
        found["boston"] = boston()
    elif "boston" in names:
        print("Left out: Boston, as its precincts are not beside the checkout.")
    return found


def boston():
    """Return Boston's precincts as published, with gaps and overlaps; the file is in feet and does not say so."""
    shapes = geopandas.read_file(BOSTON).set_crs(FEET, allow_override=True).to_crs("EPSG:4326").geometry.to_numpy()
    return partitions.coded(shapely.make_valid(shapely.force_2d(shapes), method="structure"))


def batches(city, polygons, connected, options):
    """Measure all ways on a city's points of both kinds; return Figures and points a second by city, kind and way."""
    reference, locators = Reference(polygons), ours.locators(polygons)
    if connected is not None:
        postgis.load_grids(connected, reference)
    figures, rates = [], {}
    for kind, spread in points.KINDS.items():
        lons, lats = spread(tuple(shapely.total_bounds(reference.shapes)), options.points)
        ways = own_ways(locators, lons, lats) + other_ways(reference, connected, lons, lats)
        measure.checked(ways, reference.owners(lons, lats))
        spent = measure.interleaved(ways, options.rounds, options.budget)
        show_batch(f"{city}, {kind}: {describe(reference)}, {len(lons):,} points", spent, len(lons))
        rates[f"{city} {kind}"] = {name: round(len(lons) / seconds) for name, seconds in spent.items()}
        figures += ratios(city, kind, spent) if city == "a" else []
    return figures, rates


def describe(reference):
    """Return the size of a city in words."""
    vertices = shapely.get_num_coordinates(reference.shapes).sum()
    return f"{len(reference.codes):,} grids, {vertices:,} vertices"


def own_ways(locators, lons, lats):
    """Return our Ways."""
    return [Way(name, lambda one=one: one.locate_many(lons, lats)) for name, one in locators.items()]


def other_ways(reference, connected, lons, lats):
    """Return all other Ways that run here, after a line about each that does not."""
    ways = rivals.shapely_ways(reference, lons, lats)
    with left_out("SedonaDB"):
        ways += rivals.sedona_ways(reference, lons, lats)
    with left_out("DuckDB spatial"):
        ways += rivals.duckdb_ways(reference, lons, lats)
    return ways + (rivals.postgis_ways(connected, reference, lons, lats) if connected is not None else [])


@contextlib.contextmanager
def left_out(name):
    """Say in a line that a rival is left out if it turns out to be Unusable."""
    try:
        yield
    except rivals.Unusable as reason:
        say_once(f"Left out: {name}, as {reason}.")


@functools.cache
def say_once(line):
    """Print a line the first time."""
    print(line)


def show_batch(title, spent, count):
    """Print the ways, fastest first, with how many times as long as each of ours they take."""
    own = [name for name in spent if name in (ours.NUMPY, ours.NUMBA)]
    head = ("way", "seconds", "M points/s", *(f"÷ {name}" for name in own))
    rows = [
        (name, seconds, count / seconds / MILLION, *(seconds / spent[one] for one in own))
        for name, seconds in sorted(spent.items(), key=lambda item: item[1])
    ]
    table.show(title, head, rows)


def ratios(city, kind, spent):
    """Return the Figures of how many times as fast ours is as the ways that have a goal."""
    return [
        Figure(f"{name} against {other}, ({city}) {kind}", spent[other] / spent[name], "×", must, aim)
        for name in ours.forms()
        for other, (must, aim) in GOALS[name, kind].items()
        if other in spent
    ]


def against_memory(polygons, options):
    """Return the Figures of the share of the memory's limit on many clustered points, all owners checked."""
    lons, lats = points.clustered(partitions.QINHUANGDAO, options.many)
    limit = measure.copy_limit(lons, lats)
    ways = own_ways(ours.locators(polygons), lons, lats)
    measure.checked(ways, Reference(polygons).owners(lons, lats))
    spent = measure.interleaved(ways, options.rounds, options.budget)
    show_batch(f"a, clustered: {len(lons):,} points; memory allows {limit / MILLION:,.0f} M points/s", spent, len(lons))
    goals = {ours.NUMBA: (5, 20)}
    return [
        Figure(f"{name}, share of the memory's limit", len(lons) / seconds / limit * 100, "%", *goals.get(name, ()))
        for name, seconds in spent.items()
    ]


def single_calls(polygons, options):
    """Return the Figures of one point at a time: the 50th and the 99th percentile, after as many other calls."""
    figures = []
    for kind, spread in points.KINDS.items():
        lons, lats = spread(partitions.QINHUANGDAO, 2 * options.calls)
        assert_same_singly(polygons, lons, lats)
        locator = ours.Locator(polygons).prepare()
        warm, cold = np.split(np.stack([lons, lats]), 2, axis=1)
        measure.call_times(locator.locate, *warm)
        spent = measure.call_times(locator.locate, *cold) / 1000
        figures += [
            Figure(f"one point, plain Python, {kind}, p{p}", float(np.percentile(spent, p)), "µs", must, aim, less=True)
            for p, must, aim in ((50, 2, 1), (99, 10, 5))
        ]
    return figures


def assert_same_singly(polygons, lons, lats):
    """Raise AssertionError unless single calls find what the reference finds."""
    reference, locator = Reference(polygons), ours.Locator(polygons).prepare()
    owners = [locator.locate(lon, lat) for lon, lat in zip(lons.tolist(), lats.tolist(), strict=True)]
    expected = [None if owner < 0 else reference.codes[owner] for owner in reference.owners(lons, lats)]
    assert owners == expected, "single calls differ"


if __name__ == "__main__":
    main()
