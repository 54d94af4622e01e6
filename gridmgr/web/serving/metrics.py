"""Metrics: how many requests, how they ended and how long they took, for Prometheus; all workers add up."""

import contextlib
import os
import tempfile

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BOUNDS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@contextlib.contextmanager
def counting_together():
    """Give the processes that are started within a folder in which they count together."""
    with tempfile.TemporaryDirectory(prefix="gridmgr-metrics-") as folder:
        before = os.environ.get(FOLDER)
        os.environ[FOLDER] = folder
        try:
            yield
        finally:
            os.environ.pop(FOLDER) if before is None else os.environ.update({FOLDER: before})


def counter():
    """Return a function (endpoint, method, status, seconds) that counts one request."""
    from prometheus_client import CollectorRegistry, Histogram

    taken = Histogram(
        "gridmgr_request_seconds",
        "Time taken by requests",
        ("endpoint", "method", "status"),
        buckets=BOUNDS_S,
        registry=CollectorRegistry(),
    )
    known = {}

    def count(endpoint, method, status, seconds):
        key = endpoint, method, status
        line = known.get(key) or known.setdefault(key, taken.labels(*key))
        line.observe(seconds)

    return count


def text():
    """Return the metrics of all workers as Prometheus reads them."""
    from prometheus_client import CollectorRegistry, generate_latest, multiprocess

    registry = CollectorRegistry()
    if FOLDER in os.environ:
        multiprocess.MultiProcessCollector(registry)
    return generate_latest(registry)
