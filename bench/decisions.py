"""How many whole decisions a second: rows of the demo city, from cold and from warm tables, on one core.

Usage: python -m bench.decisions [CITY] [ROWS]; CITY is a city file, by default the demo city, which is built into a
folder that is thrown away. The rows lie where people are (clustered) or anywhere (uniform), about every
category, over two weeks. Before any time is taken, some of the rows are compared with the decision made one at a time.
"""

import datetime as dt
import pathlib
import statistics
import tempfile
import time

import numpy as np
import shapely

from bench import table
from bench.table import Figure
from gridmgr.domain.times.clocks import as_instant, as_microseconds
from gridmgr.services import routing
from gridmgr.services.demo import tour
from gridmgr.services.routing import asking, deciding
from gridmgr.store import database

NOW = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
FORTNIGHT = dt.timedelta(days=14)
ROWS, COMPARED, ROUNDS = 1_000_000, 200, 5
SPREAD_DEGREES, PLACES = 0.002, 200


def uniform(boundaries, rows, rng):
    """Return positions anywhere within the bounds of the city that lie in it, as lons and lats."""
    [city] = [boundaries.shapes[code] for code in boundaries.at_level(boundaries.levels[0])]
    west, south, east, north = city.bounds
    shapely.prepare(city)
    found = np.empty((0, 2))
    while len(found) < rows:
        more = rng.uniform([west, south], [east, north], (rows, 2))
        found = np.concatenate([found, more[shapely.contains_xy(city, more)]])
    return found[:rows].T


def clustered(boundaries, rows, rng):
    """Return positions about some hundred places of the city."""
    codes = rng.choice(boundaries.at_level(boundaries.levels[-1]), PLACES)
    middles = shapely.get_coordinates([boundaries.shapes[code].representative_point() for code in codes])
    return (middles[rng.integers(0, PLACES, rows)] + rng.normal(0, SPREAD_DEGREES, (rows, 2))).T


def questions(known, places, rows, rng):
    """Return the arguments of ``route_many`` after the timeline."""
    lons, lats = (np.ascontiguousarray(axis) for axis in places(known.ground.boundaries, rows, rng))
    codes = list(known.facts.categories)
    categories = rng.integers(0, len(codes), rows).astype(np.int32)
    instants = as_microseconds(NOW) + rng.integers(0, FORTNIGHT // dt.timedelta(microseconds=1), rows)
    return lons, lats, categories, codes, instants


def compare(timeline, asked, decided):
    """Stop where one of the first rows is answered otherwise by itself."""
    lons, lats, categories, codes, instants = asked
    columns = {name: column.slice(0, COMPARED).to_pylist() for name, column in decided.columns().items()}
    for row in range(COMPARED):
        at = as_instant(instants[row])
        alone = routing.where(timeline.at(at), lons[row], lats[row], category=codes[categories[row]], at=at)
        found = {name: column[row] for name, column in columns.items()}
        assert found | told(alone) == found, row


def told(decision):
    """Return the main columns of a routed file as one decision tells them."""
    person, department = decision.person or {}, decision.department or {}
    return {
        "version": decision.version,
        **decision.levels,
        "person": person.get("name"),
        "on_duty": person.get("on_duty"),
        "department": department.get("code"),
        "unit": department.get("unit"),
        **{name: getattr(decision, name) for name in ("outside", "fallback", "coverage_gap", "near_border")},
        "neighbours": " ".join(one["code"] for one in decision.neighbours) or None,
    }


def seconds(do):
    """Return how long the processor was at ``do``, and what it gave."""
    began = time.process_time()
    return_value = do()
    return time.process_time() - began, return_value


def measure(engine, places, rows):
    """Print the rows a second of one kind of places, and return them as a Figure."""
    known = routing.knowledge(engine, at=NOW)
    known.facts.tables.clear()
    timeline = asking.timeline(engine, NOW)
    asked = questions(known, places, rows, np.random.default_rng(1))
    cold, decided = seconds(lambda: deciding.route_many(timeline, *asked))
    compare(timeline, asked, decided)
    warm = statistics.median(seconds(lambda: deciding.route_many(timeline, *asked))[0] for _ in range(ROUNDS))
    written = statistics.median(seconds(decided.columns)[0] for _ in range(ROUNDS))
    rates = ", ".join(f"{name} {rows / took / 1e6:.2f}" for name, took in (("warm", warm), ("columns", written)))
    print(f"{places.__name__:>10}: {rates} million rows/s; the first {rows:,} rows took {cold:.2f} s")
    return Figure(f"route_many, {places.__name__}, one core", rows / warm / 1e6, "M rows/s", must=4, aim=10)


def main(path, rows):
    """Measure both kinds of places in the city of a file; return the Figures."""
    engine = database.connect(f"gpkg:///{path}")
    figures = [measure(engine, places, rows) for places in (uniform, clustered)]
    engine.dispose()
    return figures


def arguments():
    """Return the city file, if one is given, and how many rows."""
    reader = table.parser(__doc__)
    reader.add_argument("city", type=pathlib.Path, nargs="?")
    reader.add_argument("rows", type=int, nargs="?", default=ROWS)
    return reader.parse_args()


if __name__ == "__main__":
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        city = options.city or pathlib.Path(scratch) / "city.gpkg"
        if not city.exists():
            tour.build(f"gpkg:///{city}", at=NOW, step=lambda *_, **__: None, seed=1, grids=None, unit_grids=None)
        figures = main(city, options.rows)
    table.show_figures("Whole decisions in bulk", figures)
    table.write(options.json, "decisions", figures=figures)
