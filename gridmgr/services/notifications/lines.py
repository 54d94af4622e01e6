"""Connections to other machines that are cut when their time is over."""

import contextlib
import socket
import ssl
import threading
import time

from gridmgr.errors import Unavailable
from gridmgr.i18n import N_


class Undelivered(Unavailable):
    """The notice could not be delivered this time."""

    slug = "undelivered"
    after_s = 0.0  # How long to leave the receiver alone.


class Refused(Undelivered):
    """The receiver will never take this notice."""

    slug = "refused-notice"


class Busy(Undelivered):
    """The receiver takes no more for the moment."""

    slug = "busy-receiver"


TOO_LONG = N_("{host} took longer than {seconds} s.")


class Line:
    """One connection. A receiver that answers drop by drop outlasts every timeout of a socket, but not this.

    What is cut is a duplicate of the socket: it means the same connection, also after TLS has taken the
    socket over.
    """

    def __init__(self, limit_s):
        self.limit_s, self.ends = limit_s, time.monotonic() + limit_s
        self.is_cut, self.twin, self.timer = False, None, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.timer is not None:
            self.timer.cancel()
            self.timer.join()
            self.twin.close()

    def open(self, host, port):
        """Return a connected socket."""
        plain = socket.create_connection((host, port), timeout=max(self.ends - time.monotonic(), 0.01))
        self.twin = plain.dup()
        self.timer = threading.Timer(max(self.ends - time.monotonic(), 0), self.cut)
        self.timer.daemon = True
        self.timer.start()
        return plain

    def cut(self):
        """End the connection, whoever is waiting for it."""
        self.is_cut = True
        with contextlib.suppress(OSError):
            self.twin.shutdown(socket.SHUT_RDWR)


def secured(plain, host):
    """Return a socket with TLS over it; the certificate has to be that of ``host``."""
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
