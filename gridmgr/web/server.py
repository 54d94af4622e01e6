"""The server: one process with threads on a local file, several processes on PostGIS."""

import contextlib
import ctypes
import errno
import multiprocessing
import signal
import socket
import sys
import threading
import time

import granian.server
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, RuntimeModes
from granian.http import HTTP1Settings

from gridmgr.errors import Conflict, Invalid, Unavailable
from gridmgr.geometry.locator import asking
from gridmgr.services import standing
from gridmgr.web import access_log, api_audit, maps, metrics, observing, stalling, tiles
from gridmgr.web.app import create_app

THREADS = 4
BACKLOG = 1024
STALLED_S = 5
GRACE_S = 10
LOOK_EVERY_S = 0.5
PR_SET_PDEATHSIG = 1


class PortTaken(Conflict):
    """Another program listens there already."""

    slug = "port-taken"


class Server(granian.server.Server):
    """granian on a socket that is open already, which its workers share."""

    def __init__(self, listener, **settings):
        host, port = listener.getsockname()[:2]
        super().__init__("gridmgr", address=host, port=port, interface=Interfaces.WSGI, websockets=False, **settings)
        self.listener = listener

    def _init_shared_socket(self):
        self._ssp, self._sso, self._sfd = None, self.listener, self.listener.fileno()
        self._shd = SocketHolder(self._sfd, False, BACKLOG)


def serve(config, *, host="127.0.0.1", port=8000, workers=1, ready=None):
    """Serve the city of ``config`` until the process is told to stop.

    Prints ``Serving on http://HOST:PORT`` once the first worker answers.

    Parameters
    ----------
    port : int
        0 takes a free port.
    workers : int
        Processes; more than one only on PostGIS, since the file has one writer.
    ready : callable, optional
        Called with the address, in the worker, right before it is printed.

    Raises
    ------
    PortTaken, Invalid, Unavailable, NoCity
    """
    check_workers(config, workers)
    listener = listen(host, port)
    address = address_of(listener)
    create_app(config).extensions["gridmgr"].engine.dispose()
    announced = multiprocessing.get_context("fork").Value("b", 0)
    with metrics.counting_together():
        Server(listener, **settings(workers)).serve(
            target_loader=lambda: begin(create_app(config), address, ready, announced), wrap_loader=False
        )


def check_workers(config, workers):
    """Raise Invalid where a local file would be served by several processes."""
    if workers > 1 and config.database_url.startswith("gpkg:"):
        raise Invalid("A local city file is served by one process: leave out --workers, or move the city to PostGIS.")


def listen(host, port):
    """Return a socket that is bound; a taken port is refused at once, in one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        raise refusal(error, host, port) from error
    return listener


def refusal(error, host, port):
    """Return what to say where ``host:port`` cannot be listened on."""
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        return PortTaken(
            "Port {port} is taken by another program: choose another with --port, or --port 0 for a free one.",
            port=port,
        )
    return Unavailable(
        "Cannot listen on {host}:{port} ({reason}): choose another --host or --port.",
        host=host,
        port=port,
        reason=error,
    )


def address_of(listener):
    """Return the address a browser opens."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def settings(workers):
    """Return granian's settings: quiet, threaded, patient with those who ask and not with those who stall."""
    return {
        "workers": workers,
        "blocking_threads": THREADS,
        "backlog": BACKLOG,
        "http": HTTPModes.http1,
        "http1_settings": HTTP1Settings(header_read_timeout=STALLED_S * 1000),
        "runtime_mode": RuntimeModes.mt,
        "log_enabled": False,
        "respawn_failed_workers": True,
        "workers_kill_timeout": GRACE_S,
    }


def begin(app, address, ready, announced):
    """Return the application of one worker; the first one says that the server answers, then all make the map quick."""
    end_with_the_parent()
    log = access_log.writer(app.extensions["gridmgr"].config.data / access_log.NAME)
    served = observing.observed(stalling.patient(app, STALLED_S, THREADS), log)
    with announced.get_lock():
        if not announced.value:
            announced.value = 1
            if ready is not None:
                ready(address)
            print(f"Serving on {address}", flush=True)
    threading.Thread(target=warm, args=[app], daemon=True).start()
    return served


def end_with_the_parent():
    """Let this worker be told to stop when the process that started it is gone (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def warm(app):
    """Make ready what the first map asks for while nobody has asked yet, then keep ready what will be asked next."""
    house = app.extensions["gridmgr"]
    for ready in (lambda: tiles.warm(app), maps.workplace_map, lambda: api_audit.warm(app), asking.load_compiled):
        tried(ready)
    while True:
        tried(lambda: standing.keep_ready(house.engine, house.clock()))
        time.sleep(LOOK_EVERY_S)


def tried(ready):
    """Call what makes something ready; what fails here fails again, and is told, when somebody asks for it."""
    with contextlib.suppress(Exception):
        ready()
