"""Every request is counted and logged, in all processes of a server; who stalls gets an answer and loses the thread."""

import json
import os
import queue
import subprocess
import sys
import threading

from prometheus_client.parser import text_string_to_metric_families

from gridmgr.web.serving import access_log, metrics, observing, stalling


def lines(path):
    """Return the lines of a log as values."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_request_is_counted_and_logged_without_what_was_asked(app, monkeypatch, tmp_path):
    counted, log = [], queue.SimpleQueue()
    monkeypatch.setattr(metrics, "counter", lambda: lambda *one: counted.append(one))
    app.wsgi_app = observing.observed(app.wsgi_app, log)

    app.test_client().get("/api/v1/where?lon=119.605&lat=39.905")
    app.test_client().get("/healthz")
    app.test_client().get("/nowhere?secret=1")
    access_log.write(tmp_path / "access.log", log)

    assert [one[:3] for one in counted] == [
        ("where.get_where", "GET", "200"),
        ("health.healthz", "GET", "200"),
        ("none", "GET", "404"),
    ]
    logged = lines(tmp_path / "access.log")
    assert [(one["path"], one["status"]) for one in logged] == [
        ("/api/v1/where", 200),
        ("/healthz", 200),
        ("/nowhere", 404),
    ]
    assert all(one["bytes"] > 0 and one["ms"] >= 0 and one["address"] == "127.0.0.1" for one in logged)
    assert "secret" not in (tmp_path / "access.log").read_text() and "119" not in (tmp_path / "access.log").read_text()


def test_methods_that_somebody_invents_are_counted_as_one(app, monkeypatch):
    counted = []
    monkeypatch.setattr(metrics, "counter", lambda: lambda *one: counted.append(one))
    app.wsgi_app = observing.observed(app.wsgi_app, queue.SimpleQueue())

    for method in ("A", "B", "GET"):
        app.test_client().open("/healthz", method=method)

    assert [one[1] for one in counted] == ["none", "none", "GET"]


def test_a_log_that_cannot_be_written_costs_its_lines_and_is_written_again_later(tmp_path, caplog):
    path, log = tmp_path / "access.log", queue.SimpleQueue()
    path.mkdir()
    log.put((1, "", "GET", "/lost", 200, 0.001, 1))
    access_log.attempt(path, log)
    path.rmdir()
    log.put((2, "", "GET", "/kept", 200, 0.001, 1))
    access_log.attempt(path, log)

    assert [one["path"] for one in lines(path)] == ["/kept"]
    assert "access log are lost" in caplog.text


def test_a_log_that_is_full_is_begun_anew_and_three_older_ones_stay(monkeypatch, tmp_path):
    monkeypatch.setattr(access_log, "LARGEST", 10)
    path = tmp_path / "access.log"
    for number in range(6):
        log = queue.SimpleQueue()
        log.put((number, "", "GET", f"/{number}", 200, 0.001, 1))
        access_log.write(path, log)

    kept = [lines(file)[0]["path"] for file in sorted(tmp_path.glob("access.log.[0-9]"))]

    assert kept == ["/5", "/4", "/3"]


class Stalling:
    """A body of which nothing comes until somebody lets it go."""

    def __init__(self):
        self.end = threading.Event()

    def read(self, size):
        """Wait."""
        self.end.wait(30)
        return b""


def test_who_stalls_is_told_so_and_the_application_is_not_asked(app):
    body, told = Stalling(), []
    environ = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_LENGTH": "9", "wsgi.input": body}

    answered = stalling.patient(app, 0.05, 1)(environ, lambda status, headers: told.append((status, dict(headers))))

    body.end.set()
    assert told[0][0] == "408 Request Timeout" and told[0][1]["Connection"] == "close"
    assert json.loads(next(answered))["status"] == 408


def test_metrics_are_for_prometheus(client, monkeypatch, tmp_path):
    count = "from gridmgr.web.serving import metrics; metrics.counter()('where.get_where', 'GET', '200', 0.02)"
    for _ in range(2):
        subprocess.run([sys.executable, "-c", count], check=True, env=os.environ | {metrics.FOLDER: str(tmp_path)})
    monkeypatch.setenv(metrics.FOLDER, str(tmp_path))

    answer = client.get("/metrics")

    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    [family] = text_string_to_metric_families(answer.text)
    assert (family.name, family.type) == ("gridmgr_request_seconds", "histogram")
    assert {frozenset(sample.labels) - {"le"} for sample in family.samples} == {
        frozenset({"endpoint", "method", "status"})
    }
    assert [sample.value for sample in family.samples if sample.name.endswith("_count")] == [2]
