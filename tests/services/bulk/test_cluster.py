"""Routing on a Dask cluster of separate processes, of which one is killed in the middle."""

import contextlib
import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
import small_cities
from click.testing import CliRunner
from small_cities import NOON

from gridmgr import __version__
from gridmgr.cli import main
from gridmgr.errors import Invalid, Unavailable
from gridmgr.services import routing
from gridmgr.services.bulk import cluster as bulk_cluster
from gridmgr.services.bulk import files, folders
from gridmgr.services.bulk.files import Columns
from gridmgr.services.routing import asking
from gridmgr.services.streams import sources

PATIENCE = 60
ROWS, PART = 1200, 100
DOOMED = """
import os, signal
from gridmgr.services.bulk import parts
answer, calls = parts.answer_chunk, []
def killed_in_the_middle(*args, **options):
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(*args, **options)
parts.answer_chunk = killed_in_the_middle
"""


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler with two workers, and the process of the one that will be killed at its third part."""
    (tmp_path / "doomed.py").write_text(DOOMED, encoding="utf-8")
    with contextlib.ExitStack() as processes:

        def start(*words):
            command = [sys.executable, "-W", "ignore", "-m", "dask", *map(str, words)]
            with (tmp_path / "dask.log").open("ab") as log:
                process = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path)
            processes.callback(end, process)
            return process

        here = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")
        start("scheduler", *here, "--port", 0, "--scheduler-file", tmp_path / "scheduler.json")
        address = waited_for(lambda: json.loads((tmp_path / "scheduler.json").read_text())["address"])
        one = ("worker", address, *here, "--no-nanny", "--nthreads", 1, "--memory-limit", 0)
        doomed = start(*one, "--local-directory", tmp_path / "a", "--preload", tmp_path / "doomed.py")
        start(*one, "--local-directory", tmp_path / "b")
        waited_for(lambda: (tmp_path / "dask.log").read_text().count("Register worker") == 2 or 1 / 0)
        yield address, doomed


def end(process):
    """End a process that is still there."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def waited_for(look):
    """Return what ``look`` finds, asked again until it finds something."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError, ZeroDivisionError):
            return look()
        time.sleep(0.05)
    raise TimeoutError


@pytest.fixture
def rows(tmp_path):
    """A file of twelve parts with rows inside, outside, before the first version and without a position."""
    rng = np.random.default_rng(1)
    lons, lats = rng.uniform(119.59, 119.63, ROWS), rng.uniform(39.92, 39.96, ROWS)
    lons[::50] = np.nan
    whens = ["2025-05-03" if n % 70 == 3 else "2026-05-03" for n in range(ROWS)]
    table = pa.table({"n": range(ROWS), "lon": lons, "lat": lats, "when": whens})
    pa.parquet.write_table(table, tmp_path / "in.parquet", row_group_size=PART)
    return tmp_path / "in.parquet"


SMALL_PARTS = f"""
import sys
from gridmgr.cli import main
from gridmgr.services.streams import sources
sources.PART = {PART}
main(sys.argv[1:])
"""


@pytest.mark.parametrize("database_url", ["gpkg"], indirect=True)
def test_a_cluster_that_loses_a_worker_gives_each_row_once_as_this_machine_does(
    engine, database_url, cluster, rows, tmp_path, monkeypatch
):
    small_cities.whole_city(engine)
    monkeypatch.setattr(sources, "PART", PART)
    address, doomed = cluster
    words = ["--database", database_url, "route", rows, tmp_path / "far.parquet", "--at-column", "when"]
    command = [sys.executable, "-W", "ignore", "-c", SMALL_PARTS, *map(str, words), "--scheduler", address]
    environment = os.environ | {"GRIDMGR_LANG": "en"}

    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE, env=environment)
    known = routing.knowledge(engine, at=NOON)
    here = files.route_file(
        engine, known, rows, tmp_path / "here.parquet", columns=Columns(at="when"), at=NOON, is_now=True
    )

    assert ran.returncode == 0, ran.stderr + (tmp_path / "dask.log").read_text()
    assert doomed.wait(PATIENCE) == -signal.SIGKILL
    assert f"{ROWS} rows" in ran.stdout and f"{here.routed} routed, {here.outside} outside" in ran.stdout
    far, near = (pa.parquet.read_table(tmp_path / f"{name}.parquet") for name in ("far", "here"))
    assert far.equals(near) and len(far) == ROWS - here.refused
    assert (tmp_path / "far.rejected.csv").read_bytes() == (tmp_path / "here.rejected.csv").read_bytes()
    assert not folders.folder_of(tmp_path / "far.parquet").exists()


def route(*words):
    return CliRunner().invoke(main, [*map(str, words)], env={"GRIDMGR_LANG": "en"})


def test_without_dask_a_scheduler_is_refused_in_one_sentence(engine, database_url, rows, tmp_path, monkeypatch):
    small_cities.whole_city(engine)
    monkeypatch.setitem(sys.modules, "distributed", None)

    said = route("--database", database_url, "route", rows, tmp_path / "out.csv", "--scheduler", "tcp://127.0.0.1:1")

    assert (said.exit_code, "pip install gridmgr[dask]" in said.output) == (2, True)
    with pytest.raises(Invalid):
        bulk_cluster.runner("tcp://127.0.0.1:1")


def a_job(engine, rows, tmp_path):
    """Return the Job of a run that begins now, with a folder for its parts."""
    folder = tmp_path / "parts"
    folder.mkdir()
    timeline, columns = asking.timeline(engine, NOON), Columns("lon", "lat", at="when")
    return files.Job(sources.opened(rows), folder, ".csv", timeline, columns, "wgs84", NOON, "en")


def test_a_job_that_was_sent_asks_no_database(engine, rows, tmp_path):
    small_cities.whole_city(engine)
    job = a_job(engine, rows, tmp_path)
    folder = job.folder

    digest = bulk_cluster.write_state(job)
    engine.dispose()
    tally = bulk_cluster.answer(0, str(folder), digest)[1]

    assert pathlib.Path(bulk_cluster.job_of(str(folder), digest).folder) == folder
    assert not hasattr(bulk_cluster.job_of(str(folder), digest).timeline, "_engine")
    assert sorted(path.name for path in folder.glob("*.index"))[0] == "0.index"
    assert tally.rows == ROWS and 0 < tally.refused < tally.routed
    assert bulk_cluster.equipment(str(folder), digest)[1]
    assert not bulk_cluster.equipment(str(folder), "another run")[1]
    with pytest.raises(Unavailable):
        bulk_cluster.job_of(str(folder), "another run")


class Trap:
    """Leaves a file where it is unpacked."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        """Return what is done there."""
        return pathlib.Path.touch, (self.path,)


def test_what_somebody_else_put_into_the_folder_is_not_unpacked(engine, rows, tmp_path):
    small_cities.whole_city(engine)
    job = a_job(engine, rows, tmp_path)
    digest = bulk_cluster.write_state(job)
    state = job.folder / bulk_cluster.STATE
    head = state.read_bytes()[:32]

    for forged in (head + pickle.dumps(Trap(tmp_path / "sprung")), pickle.dumps(Trap(tmp_path / "sprung"))):
        state.write_bytes(forged)
        with pytest.raises(Unavailable, match="is not what this run wrote"):
            bulk_cluster.answer(0, str(job.folder), digest)

    assert not bulk_cluster.equipment(str(job.folder), digest)[1]
    assert not (tmp_path / "sprung").exists()


NOBODY_THERE = """
import sys
from gridmgr.cli import main
from gridmgr.services.bulk import cluster
cluster.PATIENCE = 1
main(sys.argv[1:])
"""


@pytest.mark.parametrize("database_url", ["gpkg"], indirect=True)
def test_a_scheduler_that_is_not_there_is_one_sentence_and_leaves_nothing(engine, database_url, rows, tmp_path):
    small_cities.whole_city(engine)
    words = ["--database", database_url, "route", rows, tmp_path / "out.csv", "--scheduler", "tcp://127.0.0.1:1"]
    command = [sys.executable, "-W", "ignore", "-c", NOBODY_THERE, *map(str, words)]

    ran = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=PATIENCE, env=os.environ | {"GRIDMGR_LANG": "en"}
    )

    assert ran.returncode == 2, ran.stderr
    assert "No Dask scheduler answers at tcp://127.0.0.1:1" in ran.stderr
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []


class Workers:
    """Stands in for the client of a cluster of other machines."""

    def __init__(self, found):
        self.found = found

    def wait_for_workers(self, count, timeout):
        """Do as Dask does where there are none."""
        if not self.found:
            raise TimeoutError

    def run(self, *_):
        """Return what each worker says of itself."""
        return self.found


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, "has no workers"),
        ({"tcp://far:1": ("0.0", True)}, "tcp://far:1 has gridmgr 0.0"),
        ({"tcp://far:1": (__version__, True), "tcp://far:2": (__version__, False)}, "tcp://far:2 does not reach /here"),
    ],
)
def test_workers_that_cannot_do_it_are_named_before_anything_is_asked_of_them(found, said):
    with pytest.raises(Unavailable, match=said):
        bulk_cluster.check_workers(Workers(found), "tcp://s:1", "/here", "mark")
