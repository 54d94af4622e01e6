"""What the index costs: built anew, changed by one border, saved and loaded, held in memory; on (a) and (b).

The changed and the loaded index are asked for the same points as one built anew
before their times are printed.
"""

import functools
import pathlib
import tempfile

import numpy as np
import shapely

from bench import measure, ours, partitions, points, table
from bench.table import Figure

BUILD_GOALS = {"a": (2, 1), "b": (5, 3)}
KEY = "bench"
ASKED = 200_000


def main():
    """Measure, print and write."""
    options = arguments()
    figures = []
    for name in options.cities:
        figures += costs(name, partitions.coded(partitions.polygons(partitions.CITIES[name])), options.rounds)
    table.show_figures("The index", figures)
    table.write(options.json, "index", figures=figures)


def arguments():
    """Return on which cities, and how often."""
    reader = table.parser(__doc__)
    reader.add_argument("--rounds", type=int, default=5)
    reader.add_argument("--cities", nargs="+", default=["a", "b"], choices=["a", "b"])
    return reader.parse_args()


def costs(city, polygons, rounds):
    """Return the Figures of one city."""
    must, aim = BUILD_GOALS[city]
    build = measure.median_seconds(lambda: ours.Locator(polygons).prepare(), rounds)
    locator = ours.Locator(polygons).prepare()
    vertices = shapely.get_num_coordinates(list(polygons.values())).sum()
    return [
        Figure(f"({city}) built", build, "s", must, aim, less=True),
        changing(city, polygons, locator, rounds),
        Figure(f"({city}) in memory", locator.nbytes / 1e6, "MB", less=True),
        Figure(f"({city}) in memory a vertex", float(locator.nbytes / vertices), "bytes", less=True),
        *loading(city, polygons, locator, rounds),
        Figure(f"({city}) in memory, with what distances need", locator.nbytes / 1e6, "MB", less=True),
    ]


def changing(city, polygons, locator, rounds):
    """Return the Figure of replacing two neighbours after their border was moved."""
    changed = with_a_moved_border(polygons)
    assert_alike(locator.replaced(changed), ours.Locator(polygons | changed), changed)
    spent = measure.median_seconds(lambda: locator.replaced(changed).prepare(), rounds)
    goals = (200, 50) if city == "b" else (None, None)
    return Figure(f"({city}) after moving one border", spent * 1000, "ms", *goals, less=True)


def with_a_moved_border(polygons):
    """Return {code: polygon} of two neighbours, one vertex of the middle of their border moved a little."""
    codes, shapes = list(polygons), np.array(list(polygons.values()), dtype=object)
    middle = int(
        shapely.STRtree(shapes).nearest(shapely.Point(shapely.total_bounds(shapes).reshape(2, 2).mean(axis=0)))
    )
    touching = np.flatnonzero(shapely.touches(shapes, shapes[middle]))
    shared = shapely.line_merge(shapely.intersection(shapes[touching], shapes[middle]))
    longest = int(np.argmax(shapely.length(shared)))
    line = shapely.get_coordinates(shared[longest])
    place = line[len(line) // 2]
    moved = place + (line[len(line) // 2 + 1] - place) * 0.4
    move = functools.partial(
        shapely.transform, transformation=lambda xy: np.where((xy == place).all(axis=1)[:, None], moved, xy)
    )
    return {codes[i]: move(shapes[i]) for i in (middle, int(touching[longest]))}


def loading(city, polygons, locator, rounds):
    """Return the Figures of the index on disk: saved, loaded while the file is still in memory, its size."""
    goals = (100, 20) if city == "b" else (None, None)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "index"
        saved = measure.median_seconds(lambda: locator.save(path, KEY), rounds)
        load = functools.partial(ours.Locator.load, path, KEY, polygons)
        assert_alike(load(), locator, polygons)
        return [
            Figure(f"({city}) saved", saved * 1000, "ms", less=True),
            Figure(f"({city}) loaded", measure.median_seconds(load, rounds) * 1000, "ms", *goals, less=True),
            Figure(f"({city}) loaded, and one point found", first_answer(load, rounds) * 1000, "ms", less=True),
            Figure(f"({city}) on disk", path.stat().st_size / 1e6, "MB", less=True),
        ]


def first_answer(load, rounds):
    """Return the median seconds of loading the index and finding one point with it."""
    west, south, east, north = partitions.QINHUANGDAO
    return measure.median_seconds(lambda: load().locate((west + east) / 2, (south + north) / 2), rounds)


def assert_alike(one, other, around):
    """Raise AssertionError unless two Locators find the same, in the whole city and densely around some grids."""
    for box in (partitions.QINHUANGDAO, tuple(shapely.total_bounds(list(around.values())))):
        lons, lats = points.uniform(box, ASKED)
        assert one.codes == other.codes
        assert (one.locate_many(lons, lats) == other.locate_many(lons, lats)).all(), "a changed index answers otherwise"


if __name__ == "__main__":
    main()
