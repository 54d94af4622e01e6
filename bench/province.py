"""A province: 500,000 unit grids, and a hundred million points on all cores at once.

Not part of a plain ``make bench``, as drawing the grids takes a minute the first
time: ``make bench BENCH=province``. Round by round each thread has a lot of points;
the clock runs while all find the owners of theirs, and a sample of each lot is
checked against the reference.
"""

import concurrent.futures
import os
import resource
import time

from bench import ours, partitions, points, table
from bench.reference import Reference
from bench.table import Figure

LOT = 5_000_000
SAMPLE = 20_000


def main():
    """Build, ask on all cores, print and write."""
    options = arguments()
    polygons = partitions.coded(partitions.polygons(partitions.PROVINCIAL))
    began = time.perf_counter()
    locator = ours.Locator(polygons).prepare()
    build = time.perf_counter() - began
    figures = [
        Figure("built", build, "s", less=True),
        Figure("in memory", locator.nbytes / 1e6, "MB", less=True),
        *(rate(kind, locator, Reference(polygons), options) for kind in points.KINDS),
        Figure("most that the process held, shapes and points too", held_mb(), "MB", less=True),
    ]
    table.show_figures(f"A province of {len(polygons):,} grids, {options.threads} threads", figures)
    table.write(options.json, "province", figures=figures)


def arguments():
    """Return how many points of each kind, and in how many threads."""
    reader = table.parser(__doc__)
    reader.add_argument("--points", type=int, default=100_000_000)
    reader.add_argument("--threads", type=int, default=os.cpu_count())
    return reader.parse_args()


def rate(kind, locator, reference, options):
    """Return the Figure of how many points of a kind all threads together find a second."""
    spent, rounds = 0.0, -(-options.points // (LOT * options.threads))
    with concurrent.futures.ThreadPoolExecutor(options.threads) as pool:
        for number in range(rounds):
            seeds = [number * options.threads + thread for thread in range(options.threads)]
            lots = [points.KINDS[kind](partitions.PROVINCE, LOT, seed) for seed in seeds]
            began = time.perf_counter()
            owners = list(pool.map(lambda lot: locator.locate_many(*lot), lots))
            spent += time.perf_counter() - began
            assert_right(owners, lots, reference)
    asked = rounds * options.threads * LOT
    return Figure(f"{kind}: {asked:,} points", asked / spent / 1e6, "M points/s")


def assert_right(owners, lots, reference):
    """Raise AssertionError if a sample of the owners is not what the reference finds."""
    for found, (lons, lats) in zip(owners, lots, strict=True):
        assert (found[:SAMPLE] == reference.owners(lons[:SAMPLE], lats[:SAMPLE])).all(), "owners differ"


def held_mb():
    """Return the most that this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    main()
