"""The server: one process with threads on a local file, several processes on PostGIS."""

import errno
import functools
import socket
import struct
import threading

from gunicorn.app.base import BaseApplication

from gridmgr.errors import Conflict, Invalid, Unavailable
from gridmgr.web import api_audit, maps, tiles
from gridmgr.web.app import create_app

THREADS = 8
PATIENCE_S = 120
STALLED_S = 5


class PortTaken(Conflict):
    """Another program listens there already."""

    slug = "port-taken"


class Server(BaseApplication):
    """gunicorn with our settings, started from Python."""

    def __init__(self, make_app, settings):
        self.make_app = make_app
        self.settings = settings
        super().__init__()

    def load_config(self):
        """Hand our settings to gunicorn."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self):
        """Return the application; asked for in each worker, after the fork."""
        return self.make_app()


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
    Server(
        functools.partial(create_app, config), settings(listener, workers, functools.partial(announce, address, ready))
    ).run()


def check_workers(config, workers):
    """Raise Invalid where a local file would be served by several processes."""
    if workers > 1 and config.database_url.startswith("gpkg:"):
        raise Invalid("A local city file is served by one process: leave out --workers, or move the city to PostGIS.")


def listen(host, port):
    """Return a socket that is bound; a taken port is refused at once, in one sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A connection inherits this from its listener: who stalls in the middle of a request gives his thread back.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", STALLED_S, 0))
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


def address_of(listener):
    """Return the address a browser opens."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def settings(listener, workers, announced):
    """Return gunicorn's settings: quiet, threaded, on a socket that is open already."""
    return {
        "bind": f"fd://{listener.fileno()}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": PATIENCE_S,
        "graceful_timeout": 10,
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_worker_init": announced,
    }


def announce(address, ready, worker):
    """Say, from the first worker, that the server answers; then make the first map quick."""
    if worker.age == 1:
        if ready is not None:
            ready(address)
        print(f"Serving on {address}", flush=True)
    threading.Thread(target=warm, args=[worker.wsgi], daemon=True).start()


def warm(app):
    """Make ready what the first map asks for, while nobody has asked yet."""
    tiles.warm(app)
    maps.workplace_map()
    api_audit.warm(app)
