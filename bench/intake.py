"""How many reports a second the city takes in: ``POST /api/v1/reports`` with routing, receipt and outbox, committed.

A demo city of about 600 grids is served as ``gridmgr serve`` serves it: by several processes on a PostGIS of
the bench's own that keeps what was committed (fsync, full page writes and synchronous commit as they are by
default), and by one process on a file. Sixteen clients on the same cores each send the next report when the
last one is acknowledged, each under its own Idempotency-Key and in the name of an account's token. Every
report is routed, kept with its decision, and puts a notice into the outbox. What was taken in is counted
afterwards: each acknowledged report once, and one notice for each.

Reports are measured when the server has been asked about other spots for a while, as it is at work: what decisions
share has been made by then. Those "new to the server" are the first that it gets.

Beside it stands the bare cost: the same rows, taken out of the tables and written again under other numbers
by as many connections as the servers have threads, without HTTP, routing or our program.

Usage: python -m bench.intake [--reports N] [--clients N] [--workers N] [--only postgis|file]
"""

import contextlib
import datetime as dt
import json
import pathlib
import select
import sqlite3
import tempfile
import threading
import time
import urllib.parse

from bench import serving, table
from bench.serving import postgresql
from bench.table import Figure
from gridmgr.services import routing, tokens
from gridmgr.services.demo import loading
from gridmgr.services.demo.city import generate
from gridmgr.services.transactions import reading, writing
from gridmgr.store import accounts, cities, database
from gridmgr.store.geopackage import register_functions

GRIDS = 600
WARM, NEW, ASKED = 400, 3000, 20_000
LOGIN = "zhouxiaowen"
MUST_PER_S, MUST_MS = 300, 250
RECEIVERS = {"report_received": ["channel:desk"]}
TABLES = ("report", "report_place", "notice")


def main():
    """Take reports in on both databases, write the same rows barely, print both as one table and write it as JSON."""
    options = read_arguments()
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if options.only != "file":
            with on_postgis() as url:
                figures += measured("PostGIS", url, folder / "postgis", options, options.workers)
        if options.only != "postgis":
            figures += measured("file", f"gpkg:///{folder / 'city.gpkg'}", folder / "file", options, 1)
    table.show_figures("Intake", figures)
    table.write(options.json, "intake", figures=figures)


def read_arguments():
    """Return what was asked for on the command line."""
    reader = table.parser(__doc__)
    reader.add_argument("--reports", type=int, default=10_000)
    reader.add_argument("--clients", type=int, default=16)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--only", default="", choices=("", "postgis", "file"))
    return reader.parse_args()


@contextlib.contextmanager
def on_postgis(settings=postgresql.DURABLE):
    """Give the address of a database on a server that keeps what was committed."""
    programs = postgresql.postgresql_programs()
    if programs is None:
        raise SystemExit("There is no PostgreSQL with PostGIS on this machine.")
    server = postgresql.start_server(programs, settings)
    try:
        postgresql.execute(server, "CREATE DATABASE intake")
        yield postgresql.server_url(server, "intake")
    finally:
        postgresql.stop_server(programs, server)


def measured(place, url, data, options, workers):
    """Return the Figures of one database."""
    engine, secret = built(url)
    asked, requests = prepared(engine, secret, options.reports)
    with serving.served(url, data, workers) as (address, process):
        serving.settle(process)
        send_all(address, requests[:WARM], options.clients)
        first = send_all(address, requests[WARM : WARM + NEW], options.clients)[1]
        serving.hammer(address, asked, options.clients, asked.warm_s)
        before = counts(engine)
        used = serving.processor_s(process)
        taken, lasted = send_all(address, requests[WARM + NEW :], options.clients)
        used = serving.processor_s(process) - used
    after = counts(engine)
    new = {name: after[name] - before[name] for name in TABLES}
    assert set(new.values()) == {options.reports}, f"acknowledged {options.reports}, kept {new}"
    bare = written_barely(engine, options.reports, threads=4 * workers)
    engine.dispose()
    new_to_it = Figure(f"{place}: reports over HTTP, new to the server", NEW / first, "a second")
    return [*beside(place, options.reports / lasted, taken, used / options.reports, bare), new_to_it]


def built(url, receivers=RECEIVERS):
    """Build a demo city whose desk is told of each report; return its engine and the secret of a token that may report."""
    now = dt.datetime.now(dt.UTC)
    engine = database.create(url, srid=4490)
    with writing(engine) as session:
        loading.load(session, generate(now=now, grids=GRIDS))
    with writing(engine) as session:
        city = cities.the_city(session)
        city.settings = city.settings | {"notices": receivers}
    with reading(engine) as session:
        account = accounts.by_login(session, LOGIN)
    _, secret = tokens.make(engine, account, name="bench", rights=["post_report"], days=1, by=LOGIN, at=now)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")
    return engine, secret


def prepared(engine, secret, count):
    """Return the questions that the server is asked before, as a Load, and the requests of all reports, of other spots."""
    now = dt.datetime.now(dt.UTC)
    known = routing.knowledge(engine, at=now)
    spots = list(serving.questions(known, ASKED + WARM + NEW + count, now))
    asked = serving.Load("other spots", 1, [serving.get(one) for one in spots[:ASKED]], serving.LONG_WARM_S)
    return asked, [report_of(spot, n, secret) for n, spot in enumerate(spots[ASKED:])]


def report_of(spot, n, secret):
    """Return the request of the ``n``-th report, of a spot."""
    told = {name: spot[name] for name in ("lon", "lat", "category")} | {"description": f"a heap of rubbish, {n}"}
    return request(told, f"intake-{n}", secret)


def request(told, key, secret):
    """Return the request of one report."""
    body = json.dumps(told).encode()
    head = (
        "POST /api/v1/reports HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {secret}\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def send_all(address, requests, clients):
    """Send each request once over so many connections; return the seconds each took and those of all."""
    parts = urllib.parse.urlsplit(address)
    place, ready, left = (parts.hostname, parts.port), select.epoll(), iter(requests)
    by_number, taken, began = {}, [], time.perf_counter()
    for _ in range(clients):
        one = serving.Client(place, [next(left)], 0)
        by_number[one.socket.fileno()] = one
        ready.register(one.socket, select.EPOLLIN)
        one.send()
    while len(taken) < len(requests):
        for number, _ in ready.poll(1):
            one = by_number[number]
            if one.receive():
                taken.append(time.perf_counter() - one.sent_at)
                one.requests = [next(left, None)]
                if one.requests[0] is not None:
                    one.send()
    lasted = time.perf_counter() - began
    for one in by_number.values():
        one.socket.close()
    return taken, lasted


def counts(engine):
    """Return table → rows."""
    with engine.connect() as connection:
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in TABLES}


def written_barely(engine, count, threads):
    """Return (rows' transactions a second, seconds each took) of the newest ``count`` reports written anew."""
    rows = {name: newest(engine, name, count) for name in TABLES}
    work = [{name: rows[name][1][n] for name in TABLES} for n in range(count)]
    columns, lock, taken = {name: rows[name][0] for name in TABLES}, threading.Lock(), []
    left = iter(work)

    def write():
        with bare_connection(engine) as (execute, commit, mark):
            statements = {name: insert(name, columns[name], mark) for name in TABLES}
            while True:
                with lock:
                    one = next(left, None)
                if one is None:
                    return
                began = time.perf_counter()
                write_one(execute, statements, columns, one)
                commit()
                taken.append(time.perf_counter() - began)

    file = engine.dialect.name == "geopackage"
    writers = [threading.Thread(target=write) for _ in range(1 if file else threads)]
    began = time.perf_counter()
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    return count / (time.perf_counter() - began), taken


def newest(engine, name, count):
    """Return the columns of a table and its newest rows as the driver gives them, without their ids."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"SELECT * FROM {name} ORDER BY id DESC LIMIT {count}")
        names = [one[0] for one in cursor.description]
        found = [[plain(value) for value in row[1:]] for row in cursor.fetchall()]
        raw.rollback()
    finally:
        raw.close()
    assert names[0] == "id"
    return names[1:], found


def plain(value):
    """Return a value as the driver takes it back."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def insert(name, columns, mark):
    """Return the statement that writes one row."""
    return f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))}) RETURNING id"


def write_one(execute, statements, columns, one):
    """Write a report, its place and its notice under a new number and new keys."""
    mark = f"{time.monotonic_ns()}-{threading.get_ident()}"
    report_id = execute(statements["report"], changed(columns["report"], one["report"], mark))
    place = [
        report_id if c == "report_id" else v for c, v in zip(columns["report_place"], one["report_place"], strict=True)
    ]
    execute(statements["report_place"], place)
    execute(statements["notice"], changed(columns["notice"], one["notice"], mark))


def changed(columns, row, mark):
    """Return a row with other keys."""
    anew = {"number": mark, "idempotency_key": mark, "key": mark}
    return [anew.get(name, value) for name, value in zip(columns, row, strict=True)]


@contextlib.contextmanager
def bare_connection(engine):
    """Give (execute, commit, mark of a parameter) of a connection of the driver itself."""
    if engine.dialect.name == "geopackage":
        connection = sqlite3.connect(engine.url.database, isolation_level=None)
        connection.execute("PRAGMA synchronous=FULL")
        register_functions(connection)

        def execute(statement, values):
            if not connection.in_transaction:
                connection.execute("BEGIN IMMEDIATE")
            return connection.execute(statement, values).fetchone()[0]

        yield execute, lambda: connection.execute("COMMIT"), "?"
        connection.close()
        return
    import psycopg

    arguments, options = engine.dialect.create_connect_args(engine.url)
    with psycopg.connect(*arguments, **options) as connection:
        yield lambda statement, values: connection.execute(statement, values).fetchone()[0], connection.commit, "%s"


def beside(place, rate, taken, cpu_s, bare):
    """Return the Figures of a database: ours, and the bare inserts."""
    bare_rate, bare_taken = bare
    goal = {"must": MUST_PER_S} if place == "PostGIS" else {}
    late = {"must": MUST_MS} if place == "PostGIS" else {}
    return [
        Figure(f"{place}: reports over HTTP", rate, "a second", **goal),
        Figure(f"{place}: reports over HTTP, p50", at(taken, 0.5), "ms", less=True),
        Figure(f"{place}: reports over HTTP, p99", at(taken, 0.99), "ms", less=True, **late),
        Figure(f"{place}: reports over HTTP, processor of the server", cpu_s * 1000, "ms", less=True),
        Figure(f"{place}: the same inserts, bare", bare_rate, "a second"),
        Figure(f"{place}: the same inserts, bare, p50", at(bare_taken, 0.5), "ms", less=True),
        Figure(f"{place}: the same inserts, bare, p99", at(bare_taken, 0.99), "ms", less=True),
        Figure(f"{place}: of the bare rate", rate / bare_rate, "×"),
    ]


def at(taken, share):
    """Return the milliseconds within which that share was done."""
    return sorted(taken)[min(int(len(taken) * share), len(taken) - 1)] * 1000


if __name__ == "__main__":
    main()
