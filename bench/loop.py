"""How long the desk's pages take over HTTP, with a million cases on PostGIS and 100,000 in a file.

The city of ``bench/cases.py`` is served as ``gridmgr serve`` serves it, and one client in a dispatcher's name asks
for a page of the queue, under each filter, for single cases, and for what the desk shows beside them: what waits in
its tabs, a page of one, who could have a case; each time another. The time is from the request to the whole answer
on the same machine, so what the server takes is no more than that.

Usage: python -m bench.loop [--cases N] [--file-cases N] [--times N] [--only postgis|file]
"""

import contextlib
import datetime as dt
import http.client
import json
import pathlib
import random
import tempfile
import time
import urllib.parse

from sqlalchemy import text

from bench import cases, intake, serving, table
from bench.table import Figure
from gridmgr.domain import desk
from gridmgr.services import tokens
from gridmgr.services.transactions import reading
from gridmgr.store import accounts

LOGIN = "mawenbo"
MUST_MS = 100
QUEUE = "/api/v1/cases/queue"


def main():
    """Ask on both databases, print what was measured as a table and write it as JSON."""
    options = read_arguments()
    figures = []
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if options.only != "file":
            url = stack.enter_context(intake.on_postgis())
            figures += measured("PostGIS", url, folder / "postgis", options.cases, 2, options.times)
        if options.only != "postgis":
            url = f"gpkg:///{folder / 'city.gpkg'}"
            figures += measured("file", url, folder / "file", options.file_cases, 1, options.times)
    table.show_figures("The desk over HTTP", figures)
    table.write(options.json, "loop", figures=figures)


def read_arguments():
    """Return what was asked for on the command line."""
    reader = table.parser(__doc__)
    reader.add_argument("--cases", type=int, default=1_000_000)
    reader.add_argument("--file-cases", type=int, default=100_000)
    reader.add_argument("--times", type=int, default=60, help="How often each question is asked.")
    reader.add_argument("--only", default="", choices=("", "postgis", "file"))
    return reader.parse_args()


def measured(place, url, data, count, workers, times):
    """Return the Figures of one database with so many cases."""
    engine, _ = intake.built(url)
    cases.fill(engine, count, 0.05)
    addresses = list(asked(engine).items())
    secret = token(engine)
    engine.dispose()
    figures = []
    with serving.served(url, data, workers) as (address, process):
        serving.settle(process)
        for name, address_of in addresses:
            dice = random.Random(2)
            ask(address, address_of(dice), secret)
            used = serving.processor_s(process)
            taken = sorted(ask(address, address_of(dice), secret) for _ in range(times))
            used = (serving.processor_s(process) - used) / times * 1000
            most = taken[min(int(len(taken) * 0.95), len(taken) - 1)]
            print(f"{place:>8} {name:28} p50 {taken[len(taken) // 2]:7.1f}   p95 {most:7.1f} ms", flush=True)
            figures.append(Figure(f"{place}, {count:,}: {name}, p95", most, "ms", must=MUST_MS, less=True))
            figures.append(Figure(f"{place}, {count:,}: {name}, processor of the server", used, "ms", less=True))
    return figures


def token(engine):
    """Return the secret of a token with which a dispatcher's programs read cases."""
    with reading(engine) as session:
        account = accounts.by_login(session, LOGIN)
    now = dt.datetime.now(dt.UTC)
    return tokens.make(engine, account, name="bench", rights=["see_cases"], days=1, by=LOGIN, at=now)[1]


def ask(address, path, secret):
    """Return the milliseconds in which a page was answered."""
    place = urllib.parse.urlsplit(address)
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    with contextlib.closing(line):
        line.connect()
        began = time.perf_counter()
        line.request("GET", path, headers={"Authorization": f"Bearer {secret}"})
        answer = line.getresponse()
        body = answer.read()
        taken = (time.perf_counter() - began) * 1000
    assert answer.status == 200, (path, body[:500])
    json.loads(body)
    return taken


def asked(engine):
    """Return name → function of the dice that gives an address."""
    with engine.connect() as connection:
        numbers = connection.execute(text("SELECT number FROM cases ORDER BY id DESC LIMIT 2000")).scalars().all()
        leads = connection.execute(text("SELECT DISTINCT department_code FROM cases ORDER BY 1")).scalars().all()
        areas = connection.execute(text(AREAS)).scalars().all()
        waiting = connection.execute(text(WAITING)).scalars().all()
    return {
        "first page": lambda dice: queue(),
        "of a state": lambda dice: queue(state=dice.choice(cases.STATES)),
        "of a department": lambda dice: queue(department=dice.choice(leads)),
        "of an area": lambda dice: queue(area=dice.choice(areas)),
        "page of a case": lambda dice: f"/api/v1/cases/{dice.choice(numbers)}",
        "desk: what waits": lambda dice: "/api/v1/desk",
        "desk: page of a tab": lambda dice: f"/api/v1/desk/queue?tab={dice.choice(desk.TABS)}",
        "desk: candidates": lambda dice: f"/api/v1/cases/{dice.choice(waiting)}/candidates",
    }


WAITING = "SELECT number FROM cases WHERE state = 'filed' ORDER BY id DESC LIMIT 2000"
AREAS = "SELECT code FROM grid_state WHERE level = 'subdistrict' AND to_version IS NULL ORDER BY code"


def queue(**wanted):
    """Return the address of a page of the queue."""
    return f"{QUEUE}?{urllib.parse.urlencode(wanted)}" if wanted else QUEUE


if __name__ == "__main__":
    main()
