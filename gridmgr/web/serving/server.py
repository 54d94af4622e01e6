"""The server: one process with threads on a local file, several processes on PostGIS."""

import contextlib
import ctypes
import errno
import gc
import multiprocessing
import signal
import socket
import sys
import threading
import time

import granian.server
from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces, RuntimeModes, SSLProtocols
from granian.http import HTTP1Settings

from gridmgr.errors import Conflict, Invalid, Unavailable
from gridmgr.geometry.locator import asking
from gridmgr.services import standing
from gridmgr.web import api_audit, maps, tiles
from gridmgr.web.app import create_app
from gridmgr.web.serving import access_log, metrics, observing, stalling

THREADS = 8
BACKLOG = 1024
STALLED_S = 5
GRACE_S = 10
LOOK_EVERY_S = 0.5
PR_SET_PDEATHSIG = 1


class PortTaken(Conflict):
    """Another program listens there already."""

    slug = "port-taken"


class Server(granian.server.Server):
    """granian on sockets that are open already, one for each worker."""

    def __init__(self, listeners, **settings):
        host, port = listeners[0].getsockname()[:2]
        super().__init__("gridmgr", address=host, port=port, interface=Interfaces.WSGI, websockets=False, **settings)
        self.listeners = listeners

    def _init_shared_socket(self):
        self._take(self.listeners[0])

    def _spawn_worker(self, idx, target, callback_loader):
        self._take(self.listeners[idx])
        return super()._spawn_worker(idx, target, callback_loader)

    def _take(self, listener):
        self._ssp, self._sso, self._sfd = None, listener, listener.fileno()
        self._shd = SocketHolder(self._sfd, False, BACKLOG)


def serve(config, *, host="127.0.0.1", port=8000, workers=1, ready=None, tls=None):
    """Serve the city of ``config`` until the process is told to stop.

    Prints ``Serving on http://HOST:PORT`` (https with ``tls``) once the first worker answers.

    Parameters
    ----------
    port : int
        0 takes a free port.
    workers : int
        Processes; more than one only on PostGIS, since the file has one writer.
    ready : callable, optional
        Called with the address, in the worker, right before it is printed.
    tls : gridmgr.web.serving.certificates.Tls, optional
        Served over TLS, and over nothing else.

    Raises
    ------
    PortTaken, Invalid, Unavailable, NoCity
    """
    check_workers(config, workers)
    listeners = listen(host, port, workers)
    address = address_of(listeners[0], "https" if tls else "http")
    create_app(config).extensions["gridmgr"].engine.dispose()
    announced = multiprocessing.get_context("fork").Value("b", 0)
    with metrics.counting_together():
        Server(listeners, **settings(workers), **secured(tls)).serve(
            target_loader=lambda: begin(create_app(config), address, ready, announced), wrap_loader=False
        )


def check_workers(config, workers):
    """Raise Invalid where a local file would be served by several processes."""
    if workers > 1 and config.database_url.startswith("gpkg:"):
        raise Invalid("A local city file is served by one process: leave out --workers, or move the city to PostGIS.")


def listen(host, port, count=1):
    """Return so many sockets bound to one port; a taken port is refused at once, in one sentence.

    The kernel deals connections out among them; on one that all workers share, a single one often takes the most.
    """
    first = bound(host, port)
    others = []
    try:
        if count > 1:
            # Only after it is bound, or a program that listens there in the same way would not be noticed.
            first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            others = [bound(host, first.getsockname()[1], reuse=True) for _ in range(count - 1)]
        for listener in (first, *others):
            listener.listen(BACKLOG)
    except OSError as error:
        raise refusal(error, host, port) from error
    return [first, *others]


def bound(host, port, *, reuse=False):
    """Return a socket that is bound, beside others of the same port where ``reuse`` says so."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if reuse:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
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


def address_of(listener, scheme="http"):
    """Return the address a browser opens."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"{scheme}://{shown}:{port}"


def settings(workers):
    """Return granian's settings: quiet, threaded, patient with those who ask and not with those who stall."""
    return {
        "workers": workers,
        "blocking_threads": THREADS + stalling.SLOW_AT_ONCE,
        "backlog": BACKLOG,
        "http": HTTPModes.http1,
        "http1_settings": HTTP1Settings(header_read_timeout=STALLED_S * 1000),
        "runtime_mode": RuntimeModes.mt,
        "log_enabled": False,
        "respawn_failed_workers": True,
        "workers_kill_timeout": GRACE_S,
    }


def secured(tls):
    """Return granian's settings of TLS; phones of ten years ago know 1.2 only."""
    return {"ssl_cert": tls.cert, "ssl_key": tls.key, "ssl_protocol_min": SSLProtocols.tls12} if tls else {}


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
    tried(lambda: standing.keep_ready(house.engine, house.clock()))
    set_aside()
    while True:
        time.sleep(LOOK_EVERY_S)
        tried(lambda: standing.keep_ready(house.engine, house.clock()))


def set_aside():
    """Let the search for garbage pass over what is in memory now and stays: it took half a second each time."""
    gc.collect()
    gc.freeze()


def tried(ready):
    """Call what makes something ready; what fails here fails again, and is told, when somebody asks for it."""
    with contextlib.suppress(Exception):
        ready()
