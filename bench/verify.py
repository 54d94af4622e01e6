"""Proves that the locator gives every point to the grid that GEOS and the lowest code give it to.

Ten million points spread evenly and in dense places, then every vertex, places on
edges, their neighbours one step of a double away, points in line with vertices, and
numbers that are no place; on whole coverages and on shapes of all sorts
(``grounds.py``). Each is asked in every way there is: with numpy, with numba, one at
a time, after grids were replaced, after the index was saved and loaded. Each
difference is printed with its point, and the run ends with 1. Of some points it is
also asked whether a border is near, and compared with the distance that GEOS finds.
"""

import itertools
import pathlib
import sys
import tempfile

import numpy as np
import shapely

from bench import borders, grounds, ours, partitions, points, table
from bench.reference import Reference
from gridmgr.errors import Invalid

KEY = "verify"
NONE = "none"
SHOWN = 3
METRES_A_DEGREE = 1e5
MOST = 2_000_000


def main():
    """Ask everything of every ground; print the counts, and end with 1 if anything differs."""
    options, total, rows = arguments(), 0, []
    assert_antimeridian_refused()
    chosen = {name: make for name, make in grounds.all_of_them().items() if options.only in name}
    for number, (name, make) in enumerate(chosen.items()):
        share = options.points // 3 if number < 2 else options.points // (3 * max(1, len(chosen) - 2))
        counted = differences(name, make(), share, options)
        total += sum(row[3] for row in counted)
        rows += counted
        table.show(name, ("way", "points", "differences"), [(way, count, wrong) for _, way, count, wrong in counted])
    asked = sum(count for _, _, count, _ in rows)
    print(f"\n{asked:,} answers on {len(chosen)} grounds compared with STRtree + lowest code: {total:,} differences.")
    table.write(options.json, "verify", answers=asked, differences=total, rows=rows)
    sys.exit(1 if total else 0)


def arguments():
    """Return how many points are asked, and on which grounds."""
    reader = table.parser(__doc__)
    reader.add_argument(
        "--points", type=int, default=10_000_000, help="points spread evenly or in dense places, in all"
    )
    reader.add_argument("--singly", type=int, default=3_000, help="points of each kind that are asked one at a time")
    reader.add_argument("--nasty", type=int, default=MOST, help="points of each nasty kind at most")
    reader.add_argument("--only", default="", help="a word of the grounds to look at")
    return reader.parse_args()


def differences(ground, shapes, count, options):
    """Return [ground, way, points asked, differences] for each way to ask; print the first points that differ."""
    polygons = partitions.coded(np.array(shapes, dtype=object))
    reference, own, found = Reference(polygons), ours.locators(polygons), {}
    with tempfile.TemporaryDirectory() as folder:
        ways = ways_to_ask(own, polygons, pathlib.Path(folder), options.singly)
        for kind, (lons, lats) in questions(reference.shapes, count, options.nasty).items():
            expected = codes_of(reference.codes, reference.owners(lons, lats))
            for way, ask in ways.items():
                asked, answers = ask(lons, lats)
                wrong = asked[answers != expected[asked]]
                show_wrong((ground, kind, way), lons, lats, wrong, expected)
                count_in(found, (ground, way), len(asked), len(wrong))
            flags = wrong_flags(reference, own, lons, lats, options.singly // 50)
            for way, (asked, wrong) in flags.items():
                show_wrong((ground, kind, way), lons, lats, wrong, expected)
                count_in(found, (ground, way), asked, len(wrong))
    return list(found.values())


def count_in(found, where, asked, wrong):
    """Add to the counts of a ground and way."""
    so_far = found.setdefault(where, [*where, 0, 0])
    so_far[2:] = so_far[2] + asked, so_far[3] + wrong


def wrong_flags(reference, own, lons, lats, count):
    """Return way → how many points it was asked whether a border is near, and the numbers of those told wrongly."""
    chosen = np.unique(np.linspace(0, len(lons) - 1, min(count, len(lons))).astype(int))
    width = np.sqrt(np.median(shapely.area(reference.shapes[~shapely.is_empty(reference.shapes)])))
    radius_m = float(np.clip(width * METRES_A_DEGREE / 10, 0.01, 500))
    found = {}
    for name, locator in own.items():
        wrong = borders.wrong_flags(reference, locator, lons[chosen], lats[chosen], radius_m)
        found[f"border near{name.removeprefix('ours')}"] = len(chosen), chosen[wrong]
    return found


def questions(shapes, count, most=MOST):
    """Return kind → lons, lats; ``count`` random ones, and as many nasty ones as the shapes have, up to ``most`` each."""
    box = tuple(shapely.total_bounds(shapes))
    corners, edges = some(points.vertices(shapes), most), some(points.on_edges(shapes), most)
    return {
        "uniform": points.uniform(box, count // 2),
        "clustered": points.clustered(box, count - count // 2),
        "vertices": corners,
        "on edges": edges,
        "one ulp from vertices": points.one_ulp_off(*corners),
        "one ulp from edges": points.one_ulp_off(*edges, seed=14),
        "in line with vertices": some(points.in_line_with_vertices(shapes, box), most),
        "in line with the box": framed(box),
        "nowhere": points.nowhere(),
    }


def some(found, most):
    """Return the points, or ``most`` of them."""
    if len(found[0]) <= most:
        return found
    chosen = np.random.default_rng(15).choice(len(found[0]), most, replace=False)
    return tuple(values[chosen] for values in found)


def framed(box, count=500):
    """Return points on the sides and corners of a box, one step of a double inside and outside of them."""
    west, south, east, north = box
    lons = np.concatenate([np.linspace(west, east, count), *[np.full(count, side) for side in (west, east)]])
    lats = np.concatenate([np.full(count, north), *[np.linspace(south, north, count)] * 2])
    lons, lats = np.concatenate([lons, lons[:count]]), np.concatenate([lats, np.full(count, south)])
    return tuple(np.concatenate([v, np.nextafter(v, -1e9), np.nextafter(v, 1e9)]) for v in (lons, lats))


def assert_antimeridian_refused():
    """Raise AssertionError unless a grid wider than half the earth is refused."""
    try:
        ours.Locator({"across": shapely.box(-179, 10, 179, 11)}).prepare()
    except Invalid:
        return
    raise AssertionError("a grid across the antimeridian is taken for one around the earth")


def ways_to_ask(own, polygons, folder, singly):
    """Return way → function from lons, lats to the numbers of the points it asked and the codes it got."""
    locators, plain = dict(own), own[ours.NUMPY]
    plain.save(folder / "index", KEY)
    locators["replaced, numpy"] = replaced(polygons)
    for name, compiled in ours.forms().items():
        locators[f"loaded{name.removeprefix('ours')}"] = ours.Locator.load(
            folder / "index", KEY, polygons, compiled=compiled
        )
    ways = {name: in_bulk(locator) for name, locator in locators.items()}
    return ways | {"one at a time": one_by_one(plain, singly), "strided, in odd lots": in_odd_lots(plain)}


def replaced(polygons):
    """Return a Locator that came to these polygons by replacing, adding and leaving out grids of other ones."""
    random = np.random.default_rng(16)
    codes = list(polygons)
    changed = [str(code) for code in random.choice(codes, max(1, min(30, len(codes) // 4)), replace=False)]
    others = [polygons[str(code)] for code in random.choice(codes, len(changed))]
    before = polygons | dict(zip(changed, others, strict=True)) | {"extra": polygons[codes[0]]}
    before.pop(changed[0])
    locator = ours.Locator(before, compiled=False).prepare().replaced({"extra": None})
    for code in changed:
        locator = locator.replaced({code: polygons[code]})
    return locator


def in_bulk(locator):
    """Return the way to ask for all points at once."""
    return lambda lons, lats: (np.arange(len(lons)), codes_of(locator.codes, locator.locate_many(lons, lats)))


def one_by_one(locator, most):
    """Return the way to ask for some of the points, one at a time with plain numbers."""

    def ask(lons, lats):
        chosen = np.unique(np.linspace(0, len(lons) - 1, min(most, len(lons))).astype(int))
        codes = [
            locator.locate(lon, lat) for lon, lat in zip(lons[chosen].tolist(), lats[chosen].tolist(), strict=True)
        ]
        return chosen, np.array([NONE if code is None else code for code in codes])

    return ask


def in_odd_lots(locator, most=100_000):
    """Return the way to ask for the first points in lots of odd sizes, every second of an array twice as long."""

    def ask(lons, lats):
        lons, lats = np.repeat(lons[:most], 2)[::2], np.repeat(lats[:most], 2)[1::2]
        ends = [0, 0, 1, 3, 255, 511, 767, 66_304, len(lons)]
        lots = [slice(min(a, len(lons)), min(b, len(lons))) for a, b in itertools.pairwise(ends)]
        owners = np.concatenate([locator.locate_many(lons[lot], lats[lot]) for lot in lots])
        return np.arange(len(lons)), codes_of(locator.codes, owners)

    return ask


def codes_of(codes, owners):
    """Return the code of each owner, and a word for none."""
    return np.array([*codes, NONE])[owners]


def show_wrong(where, lons, lats, wrong, expected):
    """Print the first points at which an answer differs."""
    for point in wrong[:SHOWN]:
        place = f"{lons[point]!r}, {lats[point]!r}"
        print(f"DIFFERS: {' | '.join(where)}: ({place}) belongs to {expected[point]}", flush=True)


if __name__ == "__main__":
    main()
