"""The server as a process of its own."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

import pytest
from click.testing import CliRunner
from web import small_city

from gridmgr.cli import main
from gridmgr.config import Config
from gridmgr.errors import Invalid
from gridmgr.store import database
from gridmgr.web.serving import server, stalling


@pytest.fixture
def city(city_file):
    """The settings of a small city in a file that stays for the test."""
    url = f"gpkg:///{city_file.with_name('served.gpkg')}"
    if not city_file.with_name("served.gpkg").exists():
        city_file.with_name("served.gpkg").write_bytes(city_file.read_bytes())
        engine = database.connect(url)
        small_city.found(engine)
        engine.dispose()
    return Config(url, city_file.parent / "data")


def start(city):
    """Start a process that serves ``city`` on a free port."""
    script = (
        "from gridmgr import config; from gridmgr.web.serving import server; "
        "server.STALLED_S = 1; server.serve(config.load(), port=0)"
    )
    environ = {**os.environ, "GRIDMGR_DATA": str(city.data), "GRIDMGR_DATABASE_URL": city.database_url}
    return subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ
    )


def test_a_free_port_is_taken_printed_and_answered_at(city):
    process = start(city)
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving on http://127.0.0.1:"), process.stderr.read()
        with urllib.request.urlopen(f"{line.split()[-1]}/api/v1/where?lon=119.605&lat=39.905") as answer:
            assert json.load(answer)["grid"]["code"] == "A"
    finally:
        process.send_signal(signal.SIGTERM)
        rest, complaints = process.communicate(timeout=30)

    assert (process.returncode, rest, complaints) == (0, "", "")


def test_a_server_counts_its_requests_and_writes_each_to_the_log(city):
    (city.data / "access.log").unlink(missing_ok=True)
    process = start(city)
    try:
        address = process.stdout.readline().split()[-1]
        for _ in range(5):
            urllib.request.urlopen(f"{address}/api/v1/where?lon=119.605&lat=39.905").close()
        with urllib.request.urlopen(f"{address}/metrics") as answer:
            counted = answer.read().decode()
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert 'gridmgr_request_seconds_count{endpoint="where.get_where",method="GET",status="200"} 5.0' in counted
    logged = [json.loads(line) for line in (city.data / "access.log").read_text().splitlines()]
    assert [one["path"] for one in logged].count("/api/v1/where") == 5


@pytest.mark.parametrize(
    "begun", [b"GET /healthz HTTP/1.1\r\nHo", b"POST /api/v1/where HTTP/1.1\r\nContent-Length: 9\r\n\r\n["]
)
def test_those_who_stall_in_the_middle_of_a_request_hold_no_thread_for_long(city, begun):
    process = start(city)
    try:
        address = process.stdout.readline().split()[-1]
        place = urllib.parse.urlsplit(address)
        with contextlib.ExitStack() as stalled:
            connect = lambda: stalled.enter_context(socket.create_connection((place.hostname, place.port), 20))  # noqa: E731
            connections = [connect() for _ in range(stalling.OF_ONE_ADDRESS)]
            for connection in connections:
                connection.sendall(begun)
            with urllib.request.urlopen(f"{address}/healthz", timeout=20) as answer:
                assert json.load(answer) == {"status": "alive"}
            for connection in connections:
                assert connection.recv(12) in (b"", b"HTTP/1.1 408")
            with urllib.request.urlopen(f"{address}/healthz", timeout=20) as answer:
                assert json.load(answer) == {"status": "alive"}
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


PIECES, PIECE = 20, 3000


@contextlib.contextmanager
def body_begun(address, pieces=PIECES):
    """Give a connection on which a request with a body of many pieces was begun."""
    place = urllib.parse.urlsplit(address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        head = f"POST /api/v1/where HTTP/1.1\r\nHost: a\r\nContent-Length: {pieces * PIECE}\r\n"
        connection.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n")
        yield connection


def test_a_slow_but_steady_body_is_answered_and_one_that_stalls_is_told_so(city):
    pieces = [b" " * PIECE] * (PIECES - 1) + [b'[{"lon": 119.605, "lat": 39.905}]'.rjust(PIECE)]
    process = start(city)
    try:
        address = process.stdout.readline().split()[-1]
        with body_begun(address) as steady, body_begun(address) as stalled:
            stalled.sendall(pieces[0])
            for piece in pieces:  # Together twice as long as may be stalled.
                steady.sendall(piece)
                time.sleep(0.1)
            answers = [one.recv(12) for one in (steady, stalled)]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert answers == [b"HTTP/1.1 200", b"HTTP/1.1 408"]


def test_those_who_send_a_little_now_and_then_leave_threads_to_the_others(city):
    most = 10 * PIECES
    pieces = [b" " * PIECE] * (most - 1) + [b'[{"lon": 119.605, "lat": 39.905}]'.rjust(PIECE)]
    process = start(city)
    try:
        address = process.stdout.readline().split()[-1]
        with contextlib.ExitStack() as opened:
            begin = lambda: opened.enter_context(body_begun(address, most))  # noqa: E731
            slow = [begin() for _ in range(stalling.OF_ONE_ADDRESS + server.THREADS)]
            left = iter(pieces)
            while len(select.select(slow, [], [], 0)[0]) < server.THREADS:  # Until so many are refused.
                send(slow, next(left))
                time.sleep(0.05)
            with urllib.request.urlopen(f"{address}/healthz", timeout=20) as answer:
                assert json.load(answer) == {"status": "alive"}
            send(slow, b"".join(left))
            answers = sorted(status_of(connection) for connection in slow)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)

    assert answers == [b"HTTP/1.1 200"] * stalling.OF_ONE_ADDRESS + [b"HTTP/1.1 503"] * server.THREADS


def send(connections, piece):
    """Send a piece of a body on each; those that are refused close their connection."""
    for connection in connections:
        with contextlib.suppress(OSError):
            connection.sendall(piece)


def status_of(connection):
    """Return how an answer begins; a connection that was closed under what we sent has none to show, which is a refusal."""
    try:
        return connection.recv(12) or b"HTTP/1.1 503"
    except ConnectionResetError:
        return b"HTTP/1.1 503"


def test_a_taken_port_is_one_sentence(city, monkeypatch):
    monkeypatch.setenv("GRIDMGR_DATA", str(city.data))
    monkeypatch.setenv("GRIDMGR_LANG", "en")
    with socket.create_server(("127.0.0.1", 0)) as other:
        words = ["--database", city.database_url, "serve", "--port", str(other.getsockname()[1])]
        answer = CliRunner().invoke(main, words)

    assert (answer.exit_code, answer.stdout) == (2, "")
    assert answer.stderr.count("\n") == 1
    assert "is taken by another program" in answer.stderr and "--port 0" in answer.stderr


def test_a_file_is_served_by_one_process(city):
    with pytest.raises(Invalid, match="one process"):
        server.serve(city, port=0, workers=2)


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(server.Unavailable, match="--port"):
        server.listen("127.0.0.1", port)


def test_each_worker_has_a_socket_of_its_own_and_nobody_else_the_port():
    with contextlib.ExitStack() as open_ones:
        listeners = [open_ones.enter_context(one) for one in server.listen("127.0.0.1", 0, 2)]
        port = listeners[0].getsockname()[1]

        for count in (1, 2):
            with pytest.raises(server.PortTaken):
                server.listen("127.0.0.1", port, count)

        for _ in range(40):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        assert [is_asked(one, open_ones) for one in listeners] == [True, True]


def is_asked(listener, open_ones):
    """Return whether a connection waits at a socket."""
    listener.settimeout(5)
    connection, _ = listener.accept()
    open_ones.enter_context(connection)
    return True
