"""What the audit of the land costs on city (b): of everything, and of what an edit changed with its neighbours.

Before any time is printed, what was found near an edit is held against what the
audit of everything says there.
"""

import collections
import time

import numpy as np
import shapely

from bench import measure, partitions, table
from bench.table import Figure
from gridmgr.geometry import coverage
from gridmgr.geometry.arcs import Coverage
from gridmgr.geometry.crs import metric_of
from gridmgr.geometry.near import concerning

FULL_S, NEAR_MS = (4.0, 2.5), (50.0, 25.0)
STEP = 3e-5
"""A grid moved by this many degrees (3 m) overlaps some of its neighbours and leaves gaps to the others."""


def main():
    """Measure, print and write."""
    options = arguments()
    polygons = partitions.coded(partitions.polygons(partitions.CITIES[options.city]))
    frame = shapely.coverage_union_all(list(polygons.values()))
    metric = metric_of(list(polygons.values()))
    rim = [code for code, shape in polygons.items() if shapely.intersects(shape, shapely.boundary(frame))]
    damaged = polygons | moved(polygons, chosen(list(polygons), options.damaged))
    figures = [
        *everything("whole", polygons, frame, metric, options.rounds),
        *everything("whole, without a boundary", polygons, None, metric, options.rounds),
        *everything(f"{options.damaged} grids moved", damaged, frame, metric, options.rounds),
    ]
    for where, codes in (("inside", list(polygons)), ("at the city's edge", rim)):
        some = chosen(codes, options.edits)
        figures += edits(where, polygons, frame, metric, some)
        figures += edits(f"{where}, without a boundary", polygons, None, metric, some)
    table.show_figures(f"The audit of {len(polygons):,} grids", figures)
    table.write(options.json, "auditing", figures=figures)


def arguments():
    """Return on which city, how often, and with how many edits."""
    reader = table.parser(__doc__)
    reader.add_argument("--city", default="b", choices=["a", "b"])
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--edits", type=int, default=100, help="at each place")
    reader.add_argument("--damaged", type=int, default=200, help="grids moved before the audit of everything")
    return reader.parse_args()


def chosen(codes, count, seed=1):
    """Return some of the codes at random, each once."""
    return np.random.default_rng(seed).permutation(sorted(codes))[:count].tolist()


def moved(polygons, codes):
    """Return {code: polygon} of grids that overlap their neighbours to the north-east and leave those to the south-west."""
    return {code: shapely.transform(polygons[code], lambda xy: np.round(xy + STEP, 9)) for code in codes}


def everything(what, polygons, frame, metric, rounds):
    """Return the Figures of the audit of all grids: its time, and how many findings it lists."""
    found = coverage.audit(polygons, frame, metric=metric)
    spent = measure.median_seconds(lambda: coverage.audit(polygons, frame, metric=metric), rounds)
    kinds = collections.Counter(one.kind for one in found)
    listed = "".join(f", {count:,} {kind}" for kind, count in sorted(kinds.items()))
    return [Figure(f"everything: {what}{listed}", spent, "s", *FULL_S, less=True)]


def edits(where, polygons, frame, metric, codes):
    """Return the Figures of the audit near one grid that changed: to another whole coverage, and to a damaged one."""
    whole = Coverage.from_polygons(polygons, frame)
    assert_alike(whole, polygons, frame, metric, codes[0])
    same = [whole.replaced({code: shapely.transform(polygons[code], np.copy)}) for code in codes]
    torn = [whole.replaced(moved(polygons, [code])) for code in codes]
    return [
        figure
        for what, after in (("nothing wrong", same), ("moved by 3 m", torn))
        for figure in latencies(f"near an edit {where}: {what}", whole, after, codes, metric)
    ]


def latencies(name, before, after, codes, metric):
    """Return the median and the 95th percentile of the audit near each edit; ms."""
    spent = []
    for one, code in zip(after, codes, strict=True):
        began = time.perf_counter()
        coverage.audit_near(one, [code], metric=metric, before=before)
        spent.append((time.perf_counter() - began) * 1000)
    return [
        Figure(f"{name}, half within", float(np.median(spent)), "ms", less=True),
        Figure(f"{name}, 95 of 100 within", float(np.percentile(spent, 95)), "ms", *NEAR_MS, less=True),
    ]


def assert_alike(whole, polygons, frame, metric, code):
    """Raise AssertionError unless the same is found near a moved grid as by the audit of everything; warm up."""
    shapes = moved(polygons, [code])
    after = whole.replaced(shapes)
    near = coverage.audit_near(after, [code], metric=metric, before=whole)
    everything_there = concerning(coverage.audit(polygons | shapes, frame, metric=metric), after, [code], before=whole)
    assert told(near) == told(everything_there), "near the edit something else is found than by the audit of everything"
    assert near, "a moved grid leaves no finding"


def told(findings):
    """Return findings as values that can be compared."""
    return sorted((one.kind, one.severity, one.codes, one.area_m2, one.place) for one in findings)


if __name__ == "__main__":
    main()
