"""Edits small random cities ten thousand times over, and looks for a gap; then times edits of large ones.

Each sequence begins on a city of its own, drawn from its number: wiggly borders,
grids of several parts, holes, grids within grids, with or without a frame and
locked parents. After each edit every promise is checked (``random_edits.py``),
after the last the city is audited, the edits are made once more from the
beginning, and undone. What fails is printed with the number of its sequence.

Then 300 edits, one after the other, are made on (a) 2,000 grids with 375,000
vertices and on (b) 20,000 grids with 1.8 million.
"""

import collections
import concurrent.futures
import itertools
import sys
import time
import traceback

import numpy as np
import shapely

from bench import partitions, random_edits, table
from bench.partitions import City
from bench.table import Figure
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.editing import EditRefused, apply

BATCH = 20
BOX = (119.5, 39.9, 119.53, 39.93)
SHOWN = 5
MUST_MS, AIM_MS = 50, 20


def main():
    """Run the sequences and the edits of large cities; print what was found, and end with 1 if anything failed."""
    options = arguments()
    failed = sequences(options) if options.sequences else 0
    figures = [figure for name in options.cities for figure in latency(name, options)]
    table.show_figures("One edit", figures)
    table.write(options.json, "editing", figures=figures, sequences=options.sequences, failed=failed)
    sys.exit(1 if failed else 0)


def arguments():
    """Return how many sequences of how many edits, from which number on, and on which cities edits are timed."""
    reader = table.parser(__doc__)
    reader.add_argument("--sequences", type=int, default=10_000)
    reader.add_argument("--first", type=int, default=0, help="number of the first sequence")
    reader.add_argument("--edits", type=int, default=12, help="edits tried in each sequence")
    reader.add_argument("--jobs", type=int, default=None, help="processes; one a core by default")
    reader.add_argument("--timed", type=int, default=300, help="edits made on each large city")
    reader.add_argument("--cities", nargs="*", default=["a", "b"], choices=list(partitions.CITIES))
    return reader.parse_args()


# --- sequences -----------------------------------------------------------------------


def sequences(options):
    """Run all sequences; return how many failed."""
    numbers = range(options.first, options.first + options.sequences)
    made, refused, failures = collections.Counter(), collections.Counter(), []
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        batches = [numbers[k : k + BATCH] for k in range(0, len(numbers), BATCH)]
        for some in pool.map(run_batch, batches, itertools.repeat(options.edits)):
            made += some[0]
            refused += some[1]
            failures += some[2]
    show_counts(options, made, refused)
    print(f"\n{options.sequences:,} sequences, {made.total():,} edits made, {len(failures)} failed.")
    for number, text in failures[:SHOWN]:
        print(f"\nSequence {number}:\n{text}")
    return len(failures)


def show_counts(options, made, refused):
    """Print how many edits of each kind were made, and why others were refused."""
    kinds = collections.Counter()
    for (op, _), count in refused.items():
        kinds[op] += count
    table.show(
        f"{options.sequences:,} sequences from number {options.first} on",
        ("edit", "made", "refused"),
        [(op, made[op], kinds[op]) for op in random_edits.WEIGHTS],
    )
    table.show("Refused", ("edit and reason", "times"), [(f"{op}: {why}", n) for (op, why), n in refused.most_common()])


def run_batch(numbers, edits):
    """Return the edits made by kind, those refused by kind and reason, and the numbers and texts of failures."""
    made, refused, failures = collections.Counter(), collections.Counter(), []
    for number in numbers:
        try:
            some, others = run(number, edits)
        except Exception:
            failures.append((number, traceback.format_exc()))
        else:
            made.update(some)
            refused.update(others)
    return made, refused, failures


def run(number, edits):
    """Run one sequence; return the kinds of edits made, and the kinds and reasons of those refused."""
    random = np.random.default_rng(number)
    first = small_city(number, random)
    before = as_bytes(first)
    last, made, refused = random_edits.sequence(first, random, edits)
    random_edits.assert_no_findings(last)
    again = first
    for edit in made:
        again = apply(again, edit)
    assert as_bytes(again) == as_bytes(last), "made again, the edits gave other bytes"
    assert as_bytes(last.replaced(first.changed_from(last))) == before == as_bytes(first), "undone, bytes differ"
    return [edit["op"] for edit in made], refused


def as_bytes(coverage):
    """Return {code: bytes of the shape}."""
    return {code: shape.wkb for code, shape in coverage.polygons().items()}


def small_city(number, random):
    """Return a whole coverage: cells of a drawn city shared out at random among fewer codes."""
    cells = partitions.drawn(City(int(random.integers(6, 40)), int(random.integers(100, 1200)), BOX, seed=number))
    codes = [f"{i}" for i in range(random.integers(3, len(cells) // 2 + 2))]
    owner = np.append(np.arange(len(codes)), random.integers(0, len(codes), len(cells) - len(codes)))
    random.shuffle(owner)
    shapes = {code: shapely.coverage_union_all(cells[owner == i]) for i, code in enumerate(codes)}
    frame = shapely.coverage_union_all(cells) if random.random() < 0.6 else None
    parents = {code: str(random.choice(["P", "Q"])) for code in codes} if random.random() < 0.4 else {}
    return Coverage.from_polygons(shapes, frame, parents)


# --- latency -------------------------------------------------------------------------


def latency(name, options):
    """Make edits on a large city; return the Figures of how long one takes, refused ones included."""
    city = partitions.CITIES[name]
    coverage = Coverage.from_polygons(partitions.coded(partitions.polygons(city)))
    random, taken = np.random.default_rng(city.seed), collections.defaultdict(list)
    count = 0
    while count < options.timed:
        coverage, op, spent, is_made = timed(coverage, random)
        taken[op].append(spent)
        count += is_made
    rows = [(op, len(spent), *percentiles(spent)) for op, spent in taken.items()]
    table.show(f"({name}): {city.grids:,} grids", ("edit", "tried", "p50 ms", "p95 ms", "longest ms"), sorted(rows))
    every = [one for op, spent in taken.items() if op != "repair" for one in spent]
    p50, p95, longest = percentiles(every)
    return [
        Figure(f"an edit on ({name}), p50", p50, "ms", less=True),
        Figure(f"an edit on ({name}), p95", p95, "ms", MUST_MS, AIM_MS, less=True),
        Figure(f"an edit on ({name}), longest", longest, "ms", less=True),
    ]


def timed(coverage, random):
    """Try one edit; return the coverage after it, its kind, the seconds of processor time it took, and whether it was made."""
    drawn = random_edits.edit(coverage, random)
    began = time.process_time()
    try:
        coverage = apply(coverage, drawn)
    except EditRefused:
        return coverage, drawn["op"], time.process_time() - began, False
    return coverage, drawn["op"], time.process_time() - began, True


def percentiles(spent):
    """Return the 50th and the 95th percentile and the longest of some seconds, in milliseconds."""
    return tuple(float(np.percentile(spent, p)) * 1000 for p in (50, 95, 100))


if __name__ == "__main__":
    main()
