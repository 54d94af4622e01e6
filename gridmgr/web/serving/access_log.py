"""The access log: one line of JSON a request, without what was asked; written by a thread of its own.

A line tells when, by whom (address), what (method, path, status), how long and how large. The
query is left out, for it holds positions of people. The file is begun anew at 64 MB; three older ones stay.
Lines that cannot be written, as on a full disk, are lost; the server goes on.
"""

import datetime as dt
import fcntl
import logging
import multiprocessing.util
import pathlib
import queue
import threading

import orjson

NAME = "access.log"
LARGEST = 64 * 2**20
OLDER = 3
MOST_WAITING = 100_000
EVERY_S = 0.25
log = logging.getLogger(__name__)


def writer(path):
    """Return a queue for the fields of lines, as :func:`line` takes them; a thread writes them to the file at ``path``."""
    waiting = queue.SimpleQueue()
    stop = threading.Event()
    thread = threading.Thread(target=write_on, args=[path, waiting, stop], daemon=True, name="access log")
    thread.start()

    def finish():
        stop.set()
        thread.join(5)

    # A forked worker ends without asking atexit; these it does ask.
    multiprocessing.util.Finalize(None, finish, exitpriority=10)
    return waiting


def write_on(path, waiting, stop):
    """Write what is waiting, several lines at a time, until told to stop."""
    while not stop.wait(EVERY_S):
        attempt(path, waiting)
    attempt(path, waiting)


def attempt(path, waiting):
    """Append what is waiting to the file, or say that it is lost: a thread that ended would let the queue grow."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, waiting)
    except OSError as error:
        log.warning("Lines of the access log are lost: %s", error)


def write(path, waiting):
    """Append what is waiting to the file."""
    lines = [line(*waiting.get()) for _ in range(min(waiting.qsize(), MOST_WAITING))]
    if lines:
        with path.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(b"".join(lines))
        if path.stat().st_size > LARGEST:
            rotate(path)


def line(at, address, method, path, status, seconds, size):
    """Return one line of the log."""
    when = dt.datetime.fromtimestamp(at, dt.UTC).isoformat(timespec="milliseconds")
    fields = {"at": when, "address": address, "method": method, "path": path, "status": status}
    return orjson.dumps(fields | {"ms": round(seconds * 1000, 2), "bytes": size}, option=orjson.OPT_APPEND_NEWLINE)


def rotate(path: pathlib.Path):
    """Begin the file anew; the older ones move up by one number, and the oldest is let go."""
    with path.with_name(path.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists() and path.stat().st_size > LARGEST:
            for number in range(OLDER, 0, -1):
                older = path.with_name(f"{path.name}.{number - 1}") if number > 1 else path
                if older.exists():
                    older.replace(path.with_name(f"{path.name}.{number}"))
