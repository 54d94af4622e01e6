"""Runs that are interrupted: no half file, nothing lost, and the same rows as without an interruption."""

import datetime as dt
import fcntl
import os
import signal
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet
import pytest
import small_cities
from click.testing import CliRunner
from small_cities import NOON

from gridmgr.cli import main
from gridmgr.services import routing
from gridmgr.services.bulk import files, folders, parts
from gridmgr.services.bulk.files import Columns
from gridmgr.services.streams import sources
from gridmgr.services.transactions import writing
from gridmgr.store import revisions

PLACES = [(119.605, 39.935), (119.615, 39.945), (119.9, 39.9), (float("nan"), 39.9)]


@pytest.fixture
def city(engine, monkeypatch):
    """The engine of the city of four squares, where a part is two rows."""
    monkeypatch.setattr(sources, "CHUNK", 2)
    monkeypatch.setattr(sources, "PART", 2)
    small_cities.whole_city(engine)
    return engine


@pytest.fixture
def rows(tmp_path):
    """A file of ten parts, with rows inside, outside and without a position in each second one."""
    lons, lats = zip(*PLACES * 5, strict=True)
    pa.parquet.write_table(pa.table({"n": range(20), "lon": lons, "lat": lats}), tmp_path / "in.parquet")
    return tmp_path / "in.parquet"


def route(engine, source, target, *, said=None, **options):
    options = {"columns": Columns(), "at": NOON} | options
    known = routing.knowledge(engine, at=options["at"])
    say = (lambda text, **fields: said.append(text.format(**fields))) if said is not None else lambda *_, **__: None
    return files.route_file(engine, known, source, target, step=say, **options)


def interrupted(engine, source, target, *, after=8, **options):
    """Route until so many rows are done, and be interrupted there."""

    def progress(done, total):
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        route(engine, source, target, progress=progress, **options)


@pytest.fixture
def asked(monkeypatch):
    """The numbers of the parts that are answered from now on."""
    numbers = []
    answer = parts.answer_part

    def counting(job, number, moved):
        numbers.append(number)
        return answer(job, number, moved)

    monkeypatch.setattr("gridmgr.services.bulk.threads.answer_part", counting)
    return numbers


@pytest.mark.parametrize("ending", ["csv", "parquet", "geojson", "gpkg"])
def test_the_same_run_again_answers_only_what_is_missing(city, rows, tmp_path, ending, asked):
    interrupted(city, rows, tmp_path / f"out.{ending}")
    left = sorted(p.name for p in tmp_path.glob("out*"))
    said = []
    asked.clear()

    outcome = route(city, rows, tmp_path / f"out.{ending}", said=said)

    answered = len(asked)
    whole = route(city, rows, tmp_path / f"whole.{ending}")
    assert left == []
    assert 4 <= outcome.earlier < 20 and answered == 10 - outcome.earlier // 2
    assert "Going on with the run of 2026-05-04T12:00" in said[0]
    assert (outcome.rows, outcome.routed, outcome.outside, outcome.refused) == (20, 10, 5, 5)
    assert content(tmp_path / f"out.{ending}") == content(tmp_path / f"whole.{ending}")
    assert (tmp_path / "out.rejected.csv").read_bytes() == (tmp_path / "whole.rejected.csv").read_bytes()
    assert not folders.folder_of(tmp_path / f"out.{ending}").exists()
    assert whole.earlier == 0


def content(path):
    """Return what a routed file holds, without what differs from run to run."""
    if path.suffix == ".gpkg":
        import pyogrio

        return pyogrio.read_dataframe(path).to_csv()
    return str(pa.parquet.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_bytes()


def test_refused_rows_keep_their_number_in_the_whole_file(city, rows, tmp_path):
    interrupted(city, rows, tmp_path / "out.csv")

    route(city, rows, tmp_path / "out.csv")

    lines = (tmp_path / "out.rejected.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == ["4", "8", "12", "16", "20"]


def change_staff(engine, source):
    with writing(engine) as session:
        revisions.raise_(session, "staff")


def change_source(engine, source):
    stat = source.stat()
    os.utime(source, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))


CHANGES = {
    "the staff": (change_staff, {}),
    "the file": (change_source, {}),
    "the instant": (None, {"at": NOON + dt.timedelta(hours=1)}),
    "the system": (None, {"crs": "gcj02"}),
    "the columns": (None, {"columns": Columns(lon="lon", lat="lat", category="n")}),
    "the language": (None, {"language": "zh"}),
    "the wish": (None, {"anew": True}),
}


@pytest.mark.parametrize(("change", "options"), CHANGES.values(), ids=CHANGES)
def test_a_run_of_anything_else_begins_anew_and_says_so(city, rows, tmp_path, change, options, asked):
    interrupted(city, rows, tmp_path / "out.csv")
    asked.clear()
    if change:
        change(city, rows)
    said = []

    outcome = route(city, rows, tmp_path / "out.csv", said=said, **options)

    assert (outcome.earlier, sorted(asked)) == (0, list(range(10)))
    assert options.get("anew") or "beginning anew" in said[0]


def test_a_worker_that_is_late_with_a_part_of_another_run_cannot_put_it_into_this_one(city, rows, tmp_path):
    jobs = []

    def run(job, numbers, moved):
        jobs.append(job)
        raise KeyboardInterrupt
        yield

    def late(job, numbers, moved):
        with pytest.raises(FileNotFoundError):
            parts.answer_part(jobs[0], 0)
        assert parts.kept(job.folder, 0) is None
        for number in numbers:
            yield number, parts.answer_part(job, number)

    interrupted(city, rows, tmp_path / "out.csv")
    with pytest.raises(KeyboardInterrupt):
        route(city, rows, tmp_path / "out.csv", run=run)
    route(city, rows, tmp_path / "out.csv", at=NOON + dt.timedelta(hours=1), run=late)
    route(city, rows, tmp_path / "whole.csv", at=NOON + dt.timedelta(hours=1))

    assert content(tmp_path / "out.csv") == content(tmp_path / "whole.csv")


def test_another_draft_in_work_does_not_disturb_a_run_by_the_published_version(city, rows, tmp_path):
    interrupted(city, rows, tmp_path / "out.csv")
    with writing(city) as session:
        revisions.raise_(session, "drafts")

    assert route(city, rows, tmp_path / "out.csv").earlier > 0


def test_where_nobody_said_an_instant_the_run_goes_on_with_its_own(city, rows, tmp_path):
    interrupted(city, rows, tmp_path / "out.csv", is_now=True)
    said = []

    outcome = route(city, rows, tmp_path / "out.csv", is_now=True, at=NOON + dt.timedelta(hours=1), said=said)

    assert outcome.earlier > 0
    assert "2026-05-04T12:00" in said[0]


def test_a_piece_that_is_not_whole_is_made_again(city, rows, tmp_path, asked):
    interrupted(city, rows, tmp_path / "out.csv")
    folder = folders.folder_of(tmp_path / "out.csv")
    piece = sorted(folder.glob("*/*.json"))[0].with_suffix(".rows")
    piece.write_bytes(piece.read_bytes()[:-1])
    asked.clear()

    route(city, rows, tmp_path / "out.csv")

    assert int(piece.stem) in asked


def test_two_runs_never_write_one_file(city, rows, tmp_path):
    folder = folders.folder_of(tmp_path / "out.csv")
    folder.mkdir()
    with (folder / folders.LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        with pytest.raises(folders.RunGoesOn, match=r"out\.csv"):
            route(city, rows, tmp_path / "out.csv")

    assert route(city, rows, tmp_path / "out.csv").rows == 20


def test_an_interruption_before_the_first_part_leaves_nothing(city, rows, tmp_path):
    interrupted(city, rows, tmp_path / "out.csv", after=0)

    assert [p.name for p in tmp_path.iterdir() if "out" in p.name] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_command_can_be_stopped_and_typed_again(city, database_url, rows, tmp_path, monkeypatch, number):
    answer = parts.answer_chunk
    calls = []

    def stopped_in_the_middle(*args, **options):
        calls.append(1)
        if len(calls) == 6:
            os.kill(os.getpid(), number)
        return answer(*args, **options)

    monkeypatch.setattr(parts, "answer_chunk", stopped_in_the_middle)
    command = ["--database", database_url, "route", str(rows), str(tmp_path / "out.csv")]

    first = CliRunner().invoke(main, command, env={"GRIDMGR_LANG": "en"})
    was_there = (tmp_path / "out.csv").exists()
    second = CliRunner().invoke(main, command, env={"GRIDMGR_LANG": "en"})

    assert (first.exit_code, was_there) == (130, False)
    assert "out.csv is not written" in first.output and "the same command goes on from there" in first.output
    assert second.exit_code == 0, second.output
    assert "Going on with the run of" in second.output and "were routed before the interruption" in second.output
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


KILLED = """
import os, signal, sys
from gridmgr.cli import main
from gridmgr.services.bulk import parts
from gridmgr.services.streams import sources
sources.CHUNK = sources.PART = 2
answer, calls = parts.answer_chunk, []
def killed_in_the_middle(*args, **options):
    calls.append(1)
    if len(calls) == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer(*args, **options)
parts.answer_chunk = killed_in_the_middle
main(sys.argv[1:])
"""


def test_a_run_that_is_killed_goes_on_too(city, database_url, rows, tmp_path):
    command = [
        "--database",
        database_url,
        "route",
        str(rows),
        str(tmp_path / "out.parquet"),
        "--at",
        "2026-05-04T12:00",
    ]

    killed = subprocess.run([sys.executable, "-c", KILLED, *command], check=False, capture_output=True, timeout=60)
    again = CliRunner().invoke(main, command, env={"GRIDMGR_LANG": "en"})
    route(city, rows, tmp_path / "whole.parquet")

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert again.exit_code == 0 and "Going on with the run of 2026-05-04T12:00" in again.output
    assert content(tmp_path / "out.parquet") == content(tmp_path / "whole.parquet")
    assert sorted(p.name for p in tmp_path.iterdir() if "out" in p.name) == ["out.parquet", "out.rejected.csv"]


def test_a_full_disk_costs_only_what_was_not_done(city, rows, tmp_path, monkeypatch):
    def no_space(path, pieces, schema):
        list(pieces)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("gridmgr.services.streams.targets.JOINERS", {".csv": no_space})
        with pytest.raises(OSError, match="No space"):
            route(city, rows, tmp_path / "out.csv")

    assert not (tmp_path / "out.csv").exists()
    assert route(city, rows, tmp_path / "out.csv").earlier == 20


def test_where_joining_fails_nobody_goes_on_answering(city, rows, tmp_path, monkeypatch):
    ended = []

    def run(job, numbers, moved):
        try:
            for number in numbers:
                yield number, parts.answer_part(job, number)
        finally:
            ended.append(number)

    def no_space(path, pieces, schema):
        next(pieces)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gridmgr.services.streams.targets.JOINERS", {".csv": no_space})
    with pytest.raises(OSError, match="No space") as caught:
        route(city, rows, tmp_path / "out.csv", run=run)

    assert caught.traceback and ended == [0]
