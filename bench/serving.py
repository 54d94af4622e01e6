"""How many questions a second the server answers: one spot at a time, and a thousand in a request.

The demo city is served as ``gridmgr serve`` serves it, with every check, metric and log line of
production: by two processes on a PostGIS of the bench's own, and by one process on a file. The load
comes from one light client on the same cores: sixteen connections that each send the next request
when the last one is answered. Requests are prepared beforehand and differ in place, matter and
instant. "GET where" and "POST columns" are measured when the server has been asked for a while, as it is at work: the
parts that decisions are put together from have been made. Those "new to the server" are not.
Measuring begins when the server has made ready what it makes ready by itself.

Usage: python -m bench.serving [--seconds S] [--clients N] [--workers N] [--threads N] [--only WORDS] [--url URL]
"""

import contextlib
import dataclasses
import datetime as dt
import json
import os
import pathlib
import random
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

import postgresql
import shapely

from bench import table
from bench.table import Figure
from gridmgr.services import routing
from gridmgr.services.demo import tour
from gridmgr.store import database

POINTS = 1000
WARM_S, LONG_WARM_S = 1.5, 20.0
IDLE_S = 0.05
SERVE = """
import sys
from gridmgr.cli import main
from gridmgr.web.serving import server

server.THREADS = int(sys.argv[2]) or server.THREADS
main(["serve", "--port", "0", "--workers", sys.argv[1]])
"""
JSON = "application/json"


@dataclasses.dataclass(frozen=True)
class Load:
    """One kind of request: its name, how many points it asks about, and the requests themselves, ready to send."""

    name: str
    points: int
    requests: list[bytes]
    warm_s: float = WARM_S


@dataclasses.dataclass(frozen=True)
class Figures:
    """What came of a load: requests a second, seconds each took, bytes of an answer, processor time of the server for one."""

    rate: float
    taken: list[float]
    size: float
    cpu_us: float

    def at(self, share):
        """Return the milliseconds within which that share of the requests was answered."""
        return sorted(self.taken)[min(int(len(self.taken) * share), len(self.taken) - 1)] * 1000


def main():
    """Serve the demo city from both databases, print what was measured as a table, and write it as JSON."""
    options = read_arguments()
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if options.url:
            places = [("as given", options.url, options.workers)]
        else:
            places = [
                ("PostGIS", stack.enter_context(on_postgis()), options.workers),
                ("file", in_file(folder), 1),
            ]
        figures = []
        for place, url, workers in places:
            loads = [load for load in loads_of(url) if options.only in load.name]
            with served(url, folder / "data", workers, options.threads) as (address, process):
                settle(process)
                for load in loads:
                    found = hammered(address, load, options.clients, options.seconds, process)
                    figures += beside_goals(f"{place}, {workers}", load, found)
                    show(place, workers, load, found)
    table.show_figures("Over HTTP", figures)
    table.write(options.json, "serving", figures=figures)


def beside_goals(place, load, found):
    """Return the Figures of a load: how much a second, and within how many milliseconds 99 of 100 are answered."""
    one = ("requests/s", 1, 4000, 8000, 15)
    many = ("M points/s", load.points / 1e6, 0.5, 2, 60)
    unit, factor, *goals = many if load.points > 1 else one
    if not place.startswith("PostGIS") or load.name not in ("GET where", "POST columns"):
        goals = (None, None, None)
    name = f"{place} × {load.name}"
    return [
        Figure(name, found.rate * factor, unit, *goals[:2]),
        Figure(f"{name}, p99", found.at(0.99), "ms", must=goals[2], less=True),
    ]


def read_arguments():
    """Return what was asked for on the command line."""
    reader = table.parser(__doc__)
    reader.add_argument("--seconds", type=float, default=5)
    reader.add_argument("--clients", type=int, default=16)
    reader.add_argument("--workers", type=int, default=2)
    reader.add_argument("--threads", type=int, default=0, help="Of each process; 0 as in production.")
    reader.add_argument("--only", default="", help="Loads whose name holds this.")
    reader.add_argument("--url", help="Serve this city rather than a demo city built now.")
    return reader.parse_args()


def show(place, workers, load, found):
    """Print one row."""
    print(
        f"{place:>8} {workers} {load.name:34} {found.rate:9,.0f} requests/s {found.rate * load.points:12,.0f} points/s"
        f"   p50 {found.at(0.5):7.2f}  p99 {found.at(0.99):7.2f}  longest {max(found.taken) * 1000:7.1f} ms"
        f"   {found.size:9,.0f} bytes   {found.cpu_us:8,.0f} µs of processor",
        flush=True,
    )


@contextlib.contextmanager
def on_postgis():
    """Give the address of the demo city on a PostGIS server that only this bench uses."""
    programs = postgresql.postgresql_programs()
    if programs is None:
        raise SystemExit("There is no PostgreSQL with PostGIS on this machine.")
    folder = postgresql.start_server(programs)
    try:
        postgresql.execute(folder, "CREATE DATABASE bench")
        url = postgresql.server_url(folder, "bench")
        build(url)
        yield url
    finally:
        postgresql.stop_server(programs, folder)


def in_file(folder):
    """Return the address of the demo city in a file."""
    url = f"gpkg:///{folder / 'city.gpkg'}"
    build(url)
    return url


def build(url):
    """Build the demo city as of now."""
    step = lambda *_, **__: None  # noqa: E731
    tour.build(url, at=dt.datetime.now(dt.UTC), step=step, seed=1, grids=None, unit_grids=None)


@contextlib.contextmanager
def served(url, data, workers, threads=0):
    """Run the server in processes of its own; give its address and the number of the first."""
    environ = {**os.environ, "GRIDMGR_DATABASE_URL": url, "GRIDMGR_DATA": str(data)}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(workers), str(threads)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=sys.stderr,
    )
    try:
        yield process.stdout.readline().split()[-1].decode(), process.pid
    finally:
        process.terminate()
        process.communicate(timeout=30)


def loads_of(url):
    """Return the loads for a city."""
    engine, now = database.connect(url), dt.datetime.now(dt.UTC)
    asked = list(questions(routing.knowledge(engine, at=now), 60_000, now))
    spots, more = asked[:20_000], asked[20_000:]
    engine.dispose()
    chance = random.Random(2)
    batches = [[chance.choice(spots) for _ in range(POINTS)] for _ in range(40)]
    return [
        Load("GET where", 1, [get(one) for one in spots], LONG_WARM_S),
        Load("GET where, new to the server", 1, [get(one) for one in more]),
        Load("GET healthz", 1, [b"GET /healthz HTTP/1.1\r\nHost: bench\r\n\r\n"]),
        Load("POST columns", POINTS, [by_columns(batch, "") for batch in batches], LONG_WARM_S),
        Load("POST columns, codes only", POINTS, [by_columns(batch, "?names=false") for batch in batches]),
        Load("POST list, with traces", POINTS, [post(batch, "") for batch in batches]),
        Load("POST list", POINTS, [post(batch, "?trace=false") for batch in batches]),
    ]


def questions(known, count, now):
    """Yield questions about spots spread over the grids, each with a category and an instant of the last day."""
    chance, categories = random.Random(1), sorted(known.facts.categories)
    boxes = shapely.bounds([known.ground.boundaries.shapes[code] for code in known.ground.locator.codes])
    for _ in range(count):
        west, south, east, north = chance.choice(boxes)
        at = now - dt.timedelta(seconds=chance.randrange(86_400))
        yield {
            "lon": round(chance.uniform(west, east), 6),
            "lat": round(chance.uniform(south, north), 6),
            "category": chance.choice(categories),
            "at": at.isoformat(timespec="seconds"),
        }


def get(one):
    """Return a request for one spot."""
    query = urllib.parse.urlencode(one)
    return f"GET /api/v1/where?{query} HTTP/1.1\r\nHost: bench\r\nAccept-Language: zh-CN\r\n\r\n".encode()


def post(batch, query, accept=JSON, kind=JSON):
    """Return a request for many spots."""
    body = batch if isinstance(batch, bytes) else json.dumps(batch).encode()
    head = f"POST /api/v1/where{query} HTTP/1.1\r\nHost: bench\r\nAccept: {accept}\r\nContent-Type: {kind}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def by_columns(batch, query):
    """Return a request for many spots by columns."""
    names = ("lon", "lat", "category", "at")
    body = json.dumps({name: [one[name] for one in batch] for name in names} | {"at": batch[0]["at"]}).encode()
    head = f"POST /api/v1/where/columns{query} HTTP/1.1\r\nHost: bench\r\nContent-Type: {JSON}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def hammered(address, load, clients, seconds, server):
    """Return the Figures of a load after a short warming."""
    hammer(address, load, clients, load.warm_s)
    before = processor_s(server)
    found = hammer(address, load, clients, seconds)
    return dataclasses.replace(found, cpu_us=(processor_s(server) - before) / len(found.taken) * 1e6)


def settle(server):
    """Wait until a server that was just started rests, a minute at most."""
    before, now, patience = -1.0, 0.0, time.monotonic() + 60
    while now - before > IDLE_S and time.monotonic() < patience:
        time.sleep(1)
        before, now = now, processor_s(server)


def processor_s(number):
    """Return the seconds of processor time that a process and those it started have used so far (Linux)."""
    total = 0.0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            own, rest = stat.read_text().rsplit(")", 1)
            fields = rest.split()
            if number in (int(own.split()[0]), int(fields[1])):
                total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


class Client:
    """One connection that always has one request under way."""

    def __init__(self, place, requests, offset):
        self.socket = socket.create_connection(place)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.requests, self.next = requests, offset
        self.missing, self.received = None, b""

    def send(self):
        """Send the next request."""
        request = self.requests[self.next % len(self.requests)]
        self.next += 1
        self.missing, self.received, self.sent_at = None, b"", time.perf_counter()
        self.socket.sendall(request)

    def receive(self):
        """Read what has come; return whether the answer is whole."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise SystemExit("The server closed the connection.")
        if self.missing is not None:
            self.missing -= len(part)
            self.size += len(part)
            return self.missing <= 0
        self.received += part
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self.received[:end].lower()
        if not head.startswith(b"http/1.1 2"):
            raise SystemExit(self.received[:3000].decode())
        begin = head.index(b"content-length:") + 15
        length = int(head[begin : head.find(b"\r", begin) if head.find(b"\r", begin) > 0 else None])
        self.size = len(self.received)
        self.missing = end + 4 + length - self.size
        return self.missing <= 0


def hammer(address, load, clients, seconds):
    """Return the Figures of ``clients`` connections that ask for so many seconds."""
    parts = urllib.parse.urlsplit(address)
    place, step = (parts.hostname, parts.port), len(load.requests) // clients
    ready = select.epoll()
    all_of = [Client(place, load.requests, number * step) for number in range(clients)]
    by_number = {one.socket.fileno(): one for one in all_of}
    for one in all_of:
        ready.register(one.socket, select.EPOLLIN)
        one.send()
    taken, sizes, began = [], [], time.perf_counter()
    while time.perf_counter() - began < seconds or len(taken) < 2 * clients:
        for number, _ in ready.poll(1):
            one = by_number[number]
            if one.receive():
                taken.append(time.perf_counter() - one.sent_at)
                sizes.append(one.size)
                one.send()
    lasted = time.perf_counter() - began
    for one in all_of:
        one.socket.close()
    return Figures(len(taken) / lasted, taken, statistics.fmean(sizes), 0.0)


if __name__ == "__main__":
    main()
