"""What is left when the web server and the worker are killed again and again while reports come in.

Each database in turn: the city is served as ``gridmgr serve`` serves it, beside it ``gridmgr work`` delivers
notices to a web server on this machine. Clients send reports over HTTP, each under a key of its own, and send one
again under the same key until it is acknowledged. Meanwhile all processes of the server and the worker are
killed (SIGKILL) at random moments and started again; PostGIS itself is killed once and comes back after
``--away`` seconds. Then it is counted: each acknowledged report is there once, under the number that was
answered; each has its receipt, delivered at least once; the audit trail verifies. The run ends with an error
where that is not so.

Usage: python -m bench.killing [--reports N] [--kills N] [--away S] [--clients N] [--seed N] [--only postgis|file]
"""

import contextlib
import dataclasses
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from sqlalchemy import text

from bench import intake, serving, table, work
from bench.serving import postgresql
from bench.table import Figure
from bench.work import receivers
from gridmgr.services import routing, trail
from gridmgr.services.transactions import writing

PATIENCE_S = 300
RESTS_S = (0.2, 1.5)
"""Between two kills: at least and at most, once the server answers again."""
HEARD_BY = {"report_received": ["channel:hook"]}


@dataclasses.dataclass
class Course:
    """What happened so far: key → number that was acknowledged, and how often something else was answered."""

    acknowledged: dict = dataclasses.field(default_factory=dict)
    refused: dict = dataclasses.field(default_factory=dict)
    broken: int = 0
    longest_s: float = 0.0
    address: str = ""


def main():
    """Kill and count on both databases, print what came of it as a table and write it as JSON."""
    options = read_arguments()
    figures = []
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if options.only != "file":
            programs = postgresql.postgresql_programs()
            server = postgresql.start_server(programs, postgresql.DURABLE)
            stack.callback(postgresql.stop_server, programs, server)
            postgresql.execute(server, "CREATE DATABASE killing")
            url, away = postgresql.server_url(server, "killing"), (programs, server, options.away)
            figures += measured("PostGIS", url, folder / "postgis", options, 2, away)
        if options.only != "postgis":
            figures += measured("file", f"gpkg:///{folder / 'city.gpkg'}", folder / "file", options, 1, None)
    table.show_figures("Killed at random moments", figures)
    table.write(options.json, "killing", figures=figures)


def read_arguments():
    """Return what was asked for on the command line."""
    reader = table.parser(__doc__)
    reader.add_argument("--reports", type=int, default=10_000)
    reader.add_argument("--kills", type=int, default=20)
    reader.add_argument("--away", type=float, default=30, help="For so many seconds is PostGIS away; 0: never.")
    reader.add_argument("--clients", type=int, default=16)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--only", default="", choices=("", "postgis", "file"))
    return reader.parse_args()


def measured(place, url, data, options, workers, away):
    """Return the Figures of one database."""
    data.mkdir()
    engine, secret = intake.built(url, HEARD_BY)
    now = work.now()
    asked = serving.questions(routing.knowledge(engine, at=now), options.reports, now)
    told = [{name: one[name] for name in ("lon", "lat", "category")} for one in asked]
    began = time.monotonic()
    with receivers.web() as heard:
        course = played(url, data, told, secret, heard.port, options, workers, away)
        lasted = time.monotonic() - began
        doubled = settled(engine, url, data, course, heard)
    engine.dispose()
    return [
        Figure(f"{place}: reports acknowledged, each kept once", len(course.acknowledged), ""),
        Figure(f"{place}: kills of server and worker", options.kills, ""),
        Figure(f"{place}: tries that broke", course.broken, ""),
        *(Figure(f"{place}: answered {status}", n, "") for status, n in sorted(course.refused.items())),
        Figure(f"{place}: the longest that one waited", course.longest_s, "s", less=True),
        Figure(f"{place}: receipts that came twice", doubled, ""),
        Figure(f"{place}: all of it", lasted, "s", less=True),
    ]


def played(url, data, told, secret, port, options, workers, away=None):
    """Send all reports while server and worker are killed; return the Course."""
    course, left, lock = Course(), iter(list(enumerate(told))), threading.Lock()
    clients = [threading.Thread(target=client, args=(course, left, lock, secret)) for _ in range(options.clients)]
    chance = random.Random(options.seed)
    server, courier = start(url, data, workers, course), work.worker(url, port, data)
    try:
        for one in clients:
            one.start()
        for kill in range(options.kills):
            time.sleep(chance.uniform(*RESTS_S))
            if away and kill == options.kills // 2:
                gone(*away)
            for process in (server, courier):
                end(process)
            server, courier = start(url, data, workers, course), work.worker(url, port, data)
        for one in clients:
            one.join(PATIENCE_S)
            assert not one.is_alive(), "a client still waits for its acknowledgement"
    finally:
        for process in (server, courier):
            end(process)
    return course


def gone(programs, server, seconds):
    """Kill PostGIS and let it come back after some seconds."""
    if seconds:
        postgresql.switch_off(programs, server)
        time.sleep(seconds)
        postgresql.switch_on(programs, server, postgresql.DURABLE)


def start(url, data, workers, course):
    """Start the server in a group of its own, wait until it answers, and tell the clients its address."""
    environ = {**os.environ, "GRIDMGR_DATABASE_URL": url, "GRIDMGR_DATA": str(data)}
    command = [sys.executable, "-c", serving.SERVE, str(workers), "0"]
    process = subprocess.Popen(
        command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    course.address = process.stdout.readline().split()[-1].decode()
    return process


def end(process):
    """Kill a process, and with it all of its group where it leads one."""
    if os.getpgid(process.pid) == process.pid:
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()


def client(course, left, lock, secret):
    """Send reports until none is left, each again and again until it is acknowledged."""
    while True:
        with lock:
            n, one = next(left, (None, None))
        if n is None:
            return
        began = time.monotonic()
        while (number := sent(course, one, f"kill-{n}", secret, lock)) is None:
            time.sleep(0.1)
        with lock:
            course.acknowledged[f"kill-{n}"] = number
            course.longest_s = max(course.longest_s, time.monotonic() - began)


def sent(course, one, key, secret, lock):
    """Send a report once; return the number that was acknowledged, None where there was no such answer."""
    place = urllib.parse.urlsplit(course.address)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {secret}", "Idempotency-Key": key}
    try:
        line = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
        with contextlib.closing(line):
            line.request("POST", "/api/v1/reports", json.dumps(one), headers)
            answer = line.getresponse()
            body = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        with lock:
            course.broken += 1
        return None
    if answer.status == 201:
        return body["report"]["number"]
    assert answer.status == 503 and answer.headers["Retry-After"] and body["detail"], (answer.status, body)
    with lock:
        course.refused[answer.status] = course.refused.get(answer.status, 0) + 1
    return None


def settled(engine, url, data, course, heard):
    """Let the worker finish and count; return how many receipts came more than once."""
    with writing(engine) as session:
        trail.record(session, "bench", "count_reports", "city", {"reports": len(course.acknowledged)}, at=work.now())
    process = work.worker(url, heard.port, data)
    work.until(lambda: work.all_arrived(engine))
    process.terminate()
    process.wait()
    kept = kept_numbers(engine)
    assert kept == {key: [number] for key, number in course.acknowledged.items()}, (
        "a report is lost, doubled or changed"
    )
    came = [one["data"]["number"] for one in heard.bodies()]
    missing = set(course.acknowledged.values()) - set(came)
    assert not missing, f"{len(missing)} receipts were lost"
    trail.seal(engine, at=work.now())
    work.whole(engine)
    return len(came) - len(set(came))


def kept_numbers(engine):
    """Return key → the numbers of the reports that are kept under it."""
    found = {}
    with engine.connect() as connection:
        for key, number in connection.execute(text(KEPT)):
            found.setdefault(key, []).append(number)
    return found


KEPT = "SELECT idempotency_key, number FROM report WHERE idempotency_key LIKE 'kill-%' ORDER BY id"

if __name__ == "__main__":
    main()
