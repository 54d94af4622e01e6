"""Files routed from end to end: `gridmgr route` as it is typed, on the demo city, with the time and memory it takes.

The rows lie where people are, about every category. Each run is a process of its own, so its start is in the
time. Threads, and two workers of a Dask cluster on the same cores where Dask is installed, are asked for the
same file; what they write is compared before any time is printed.
"""

import contextlib
import datetime as dt
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from bench import decisions, table
from bench.table import Figure
from gridmgr.services import routing
from gridmgr.services.demo import tour
from gridmgr.store import database

NOW = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
LOT = 1 << 20
PATIENCE_S = 60


def main():
    """Make the rows, route them in each way, print and write."""
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        city = options.city or demo_city(scratch / "city.gpkg")
        small = options.rows // 10
        make_rows(city, scratch / "in.parquet", options.rows)
        make_rows(city, scratch / "in.csv", small)
        figures = [
            *route(city, scratch, "in.parquet", "out.parquet", options.rows, must=1.0, aim=3.0),
            *route(city, scratch, "in.csv", "out.csv", small),
            *on_a_cluster(city, scratch, options.rows),
        ]
    table.show_figures(f"Files of {options.rows:,} rows (CSV: {small:,}), {os.cpu_count()} cores", figures)
    table.write(options.json, "files", figures=figures)


def arguments():
    """Return how many rows, and the city to ask."""
    reader = table.parser(__doc__)
    reader.add_argument("--rows", type=int, default=10_000_000)
    reader.add_argument(
        "--city", type=pathlib.Path, help="city file; default: the demo city, built for the measurement"
    )
    return reader.parse_args()


def demo_city(path):
    """Build the demo city in a file and return its path."""
    tour.build(f"gpkg:///{path}", at=NOW, step=lambda *_, **__: None, seed=1, grids=None, unit_grids=None)
    return path


def make_rows(city, path, rows):
    """Write a file of rows in lots of a million."""
    engine = database.connect(f"gpkg:///{city}")
    known = routing.knowledge(engine, at=NOW)
    rng, codes = np.random.default_rng(1), np.array(list(known.facts.categories))
    with contextlib.ExitStack() as files:
        out = None
        for first in range(0, rows, LOT):
            count = min(LOT, rows - first)
            lons, lats = decisions.clustered(known.ground.boundaries, count, rng)
            kinds = pa.array(codes[rng.integers(0, len(codes), count)])
            lot = pa.table({"id": np.arange(first, first + count), "lon": lons, "lat": lats, "category": kinds})
            out = out or files.enter_context(writer(path, lot.schema))
            out.write_table(lot)
    engine.dispose()


def writer(path, schema):
    """Return what writes tables to ``path``."""
    return pa.csv.CSVWriter(path, schema) if path.suffix == ".csv" else pa.parquet.ParquetWriter(path, schema)


def route(city, scratch, source, target, rows, *, must=None, aim=None, more=(), name=""):
    """Yield the rate, the processor time and the peak memory of one run of the command."""
    command = [sys.executable, "-m", "bench.peak", "--database", str(city), "route", source, target]
    options = ["--category", "category", "--at", NOW.isoformat(), *more]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    began = time.perf_counter()
    ran = subprocess.run([*command, *options], cwd=scratch, check=True, capture_output=True, env=environment)
    spent = time.perf_counter() - began
    label = name or f"{source} → {target}"
    yield Figure(label, rows / spent / 1e6, "M rows/s", must=must, aim=aim)
    held, busy = map(float, ran.stderr.split()[-2:])
    yield Figure(f"{label}: processor time, its start too", busy / rows * 1e6, "µs a row", less=True)
    yield Figure(f"{label}: most memory", held / 1e6, "MB", must=1500, less=True)


def on_a_cluster(city, scratch, rows):
    """Yield the rate on two workers of this machine, nothing without Dask."""
    if shutil.which("dask", path=pathlib.Path(sys.executable).parent) is None:
        return
    with cluster(scratch) as address:
        yield from route(
            city, scratch, "in.parquet", "far.parquet", rows, more=("--scheduler", address), name="on 2 Dask workers"
        )
    far, near = (pa.parquet.ParquetFile(scratch / name) for name in ("far.parquet", "out.parquet"))
    for one, other in zip(far.iter_batches(), near.iter_batches(), strict=True):
        assert one.equals(other), "the cluster answers otherwise"


@contextlib.contextmanager
def cluster(scratch):
    """Start a scheduler and two workers; give the scheduler's address."""
    with contextlib.ExitStack() as processes:

        def start(*words):
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            process = subprocess.Popen([sys.executable, "-m", "dask", *words], cwd=scratch, **quiet)
            processes.callback(process.wait)
            processes.callback(process.terminate)

        here = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
        start("scheduler", *here, "--port", "0", "--scheduler-file", "scheduler.json")
        address = written_address(scratch / "scheduler.json")
        for _ in range(2):
            start("worker", address, *here, "--no-nanny", "--nthreads", "1", "--memory-limit", "0")
        yield address


def written_address(path):
    """Return the address that the scheduler wrote down when it was ready."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError):
            return json.loads(path.read_text())["address"]
        time.sleep(0.05)
    raise TimeoutError(path)


if __name__ == "__main__":
    main()
