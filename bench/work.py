"""What the worker gets done: entries sealed and verified, notices delivered, and nothing lost when it is killed.

Each database in turn, PostGIS being a server of the bench's own without write-ahead safety: so many
entries of the audit trail are recorded in one transaction, sealed and verified; so many notices are
delivered to a web server on this machine by ``gridmgr work``; and so many more while the worker is
killed again and again at random moments, with leases of two seconds so that nobody waits for long.
At last PostGIS itself is killed under a worker and comes back some seconds later.
Times are the processor's, of this process or of the worker, but where it says otherwise. The run ends
with an error where a notice did not arrive or the chain does not verify.

Usage: python -m bench.work [--entries N] [--notices N] [--kills N] [--seed N]
"""

import contextlib
import datetime as dt
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

import postgresql
import receivers

from bench import table
from bench.table import Figure
from gridmgr.domain.grids import City
from gridmgr.services import notifications, trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities, database, outbox

SECRET = "a secret of some length"
SECONDS = 120
AWAY_S = 5
"""For so long is the database away."""
WORKER = """
import datetime as dt
from gridmgr.services.notifications import courier

courier.LEASE = dt.timedelta(seconds=2)
from gridmgr.cli import main

main()
"""


def main():
    """Print what was measured on both databases as a table, and write it as JSON."""
    options = read_arguments()
    figures = []
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(on_postgis())
        figures += measured("file", f"gpkg:///{folder / 'city.gpkg'}", folder, options)
        if server is None:
            print("PostGIS is left out: there is no PostgreSQL with PostGIS on this machine.")
        else:
            url = postgresql.server_url(server, "bench")
            figures += [*measured("PostGIS", url, folder, options), *away(server, url, folder, options)]
    table.show_figures("The worker", figures)
    table.write(options.json, "work", figures=figures)


def measured(place, url, folder, options):
    """Return the Figures of one database."""
    engine = found(url)
    figures = [*sealing(place, engine, options), *delivering(place, engine, url, folder, options)]
    figures += killing(place, engine, url, folder, options)
    engine.dispose()
    return figures


def read_arguments():
    """Return how much is done."""
    reader = table.parser(__doc__)
    reader.add_argument("--entries", type=int, default=10_000)
    reader.add_argument("--notices", type=int, default=2_000)
    reader.add_argument("--kills", type=int, default=20)
    reader.add_argument("--seed", type=int, default=1)
    return reader.parse_args()


@contextlib.contextmanager
def on_postgis():
    """Give the folder of a server that only this bench uses, with an empty database ``bench``; None without one."""
    programs = postgresql.postgresql_programs()
    if programs is None:
        yield None
        return
    folder = postgresql.start_server(programs)
    try:
        postgresql.execute(folder, "CREATE DATABASE bench")
        yield folder
    finally:
        postgresql.stop_server(programs, folder)


def found(url):
    """Return the engine of a new city with nothing in it."""
    engine = database.create(url, srid=4490)
    with writing(engine) as session:
        cities.add(session, City("Bench", "Asia/Shanghai", 4490, created_at=now()))
    return engine


def now():
    """Return this instant."""
    return dt.datetime.now(dt.UTC)


def sealing(place, engine, options):
    """Return the Figures of the audit trail: recorded, sealed, verified."""
    count = options.entries
    with writing(engine) as session:
        recorded = cpu(
            lambda: [trail.record(session, "li", "file_case", f"case:{n}", {"n": n}, at=now()) for n in range(count)]
        )
    began = time.perf_counter()
    sealed = cpu(lambda: trail.seal(engine, at=now()))
    waited = time.perf_counter() - began
    verified = cpu(lambda: whole(engine, count))
    return [
        Figure(f"{place}: {count:,} entries recorded, without the commit", recorded, "s CPU"),
        Figure(f"{place}: sealed", sealed, "s CPU"),
        Figure(f"{place}: sealed, by the clock", waited, "s"),
        Figure(f"{place}: verified", verified, "s CPU"),
    ]


def cpu(work):
    """Return the seconds of processor that a call takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def whole(engine, count=None):
    """Stop where the chain does not verify, or does not have ``count`` entries."""
    found = trail.verify(engine)
    assert not found.breaks, found.breaks[:3]
    assert count is None or (found.entries, found.unsealed) == (count, 0), found


def put(engine, count):
    """Put so many notices into the outbox and record as many entries; return the keys."""
    with writing(engine) as session:
        for n in range(count):
            trail.record(session, "li", "close_case", f"case:{n}", at=now())
        return [
            notifications.put(session, "case_closed", "channel:hook", {"number": n}, at=now()) for n in range(count)
        ]


def worker(url, port, folder, *arguments):
    """Start a worker whose only channel is a webhook on a port of this machine."""
    settings = {"KIND": "webhook", "URL": f"http://127.0.0.1:{port}/", "SECRET": SECRET}
    environment = os.environ | {f"GRIDMGR_CHANNEL_HOOK_{name}": value for name, value in settings.items()}
    environment |= {"GRIDMGR_DATABASE_URL": url, "GRIDMGR_DATA": str(folder / "data"), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-c", WORKER, "work", *arguments]
    return subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL)


def delivering(place, engine, url, folder, options):
    """Return the Figures of notices delivered by one worker."""
    keys = put(engine, options.notices)
    with receivers.web() as heard:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        worker(url, heard.port, folder, "--once").wait(SECONDS)
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert sorted(keys_of(heard)) == sorted(keys), "a notice was lost or doubled though nobody was killed"
    return [
        Figure(
            f"{place}: {options.notices:,} notices delivered, by the clock, with the start",
            options.notices / seconds,
            "a second",
        ),
        Figure(f"{place}: a notice", spent / options.notices * 1000, "ms CPU"),
    ]


def keys_of(heard):
    """Return the key of each webhook that came."""
    return [headers["webhook-id"] for _, headers, _ in heard.requests]


def killing(place, engine, url, folder, options):
    """Kill a worker at random moments while there is something to do; return how many notices came twice."""
    chance, keys = random.Random(options.seed), []
    with receivers.web() as heard:
        for _ in range(options.kills):
            keys += put(engine, options.notices // options.kills)
            before, process = len(heard.requests), worker(url, heard.port, folder)
            until(lambda before=before: len(heard.requests) > before)
            time.sleep(chance.random() * 0.3)
            process.kill()
            process.wait()
        process = worker(url, heard.port, folder)
        until(lambda: all_arrived(engine))
        process.terminate()
        process.wait()
    came = keys_of(heard)
    assert set(came) == set(keys), f"{len(set(keys) - set(came))} notices were lost"
    trail.seal(engine, at=now())
    whole(engine)
    return [
        Figure(
            f"{place}: of {len(keys):,} notices, with {options.kills} kills, came twice", len(came) - len(set(came)), ""
        )
    ]


def away(server, url, folder, options):
    """Kill PostGIS under a worker and start it again; return how many notices came twice."""
    programs, run = postgresql.postgresql_programs(), postgresql.as_its_user(server)
    control = (programs / "pg_ctl", "-D", server / "data", "-w")
    engine = database.connect(url)
    with receivers.web() as heard:
        keys, process = put(engine, options.notices // 4), worker(url, heard.port, folder)
        engine.dispose()
        until(lambda: len(heard.requests) > len(keys) // 4)
        run(*control, "-m", "immediate", "stop")
        time.sleep(AWAY_S)
        run(*control, "-l", server / "log", "-o", f"-k {server} {postgresql.SETTINGS}", "start")
        until(lambda: all_arrived(engine))
        process.terminate()
        process.wait()
    came = keys_of(heard)
    assert set(came) == set(keys), f"{len(set(keys) - set(came))} notices were lost"
    whole(engine)
    engine.dispose()
    twice = len(came) - len(set(came))
    return [Figure(f"PostGIS away for {AWAY_S} s: of {len(keys):,} notices, came twice", twice, "")]


def until(what):
    """Wait until ``what()`` is true."""
    ends = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.02)


def all_arrived(engine):
    """Return whether every notice has been delivered."""
    with reading(engine) as session:
        return set(outbox.counts(session)) == {"delivered"}


if __name__ == "__main__":
    main()
