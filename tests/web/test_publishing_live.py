"""A version is published while the server is asked without a pause: each answer is wholly the old or the new one."""

import contextlib
import datetime as dt
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

import pytest
import small_cities
from small_cities import square

from gridmgr.domain.drafts import Draft, DraftGrid
from gridmgr.services.transactions import writing
from gridmgr.store import drafts, revisions

SERVE = (
    "import sys; from gridmgr import config; from gridmgr.web.serving import server; "
    "server.serve(config.load(), port=0, workers=int(sys.argv[1]))"
)
SPOT = {"lon": small_cities.WEST + 0.5 * small_cities.SIDE, "lat": small_cities.SOUTH + 0.5 * small_cities.SIDE}
OWNERS = {"v1": ("A", "Chief of A"), "v2": ("B", "Chief of B")}
SECOND, HOUR, DAY = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
CLOCKS_S = 0.1
"""By so much may the two clocks of this machine, that of instants and the steady one, be read apart."""


@contextlib.contextmanager
def served(url, data, workers):
    """Serve a city by processes of its own; give host and port."""
    environ = {**os.environ, "GRIDMGR_DATABASE_URL": url, "GRIDMGR_DATA": str(data)}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(workers)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving on"), process.stderr.read()
        yield urllib.parse.urlsplit(line.split()[-1]).netloc
    finally:
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=30)
    assert complaints == ""


# +---+---+     +---+---+
# | A | B |  →  | B | A |     the spot lies in the square on the left
# +---+---+     +---+---+
def drawn_anew(engine):
    """Begin a draft in which A and B change places; return its id."""
    with writing(engine) as session:
        draft = drafts.add(session, Draft("second", small_cities.BEFORE, "planner", base_number=1))
        places = {"A": square(1, 0), "B": square(0, 0)}
        drafts.put(
            session,
            draft,
            [
                (DraftGrid(draft.id, "responsibility_grid", c, f"Grid {c}", parent_code="130302"), s)
                for c, s in places.items()
            ],
        )
        revisions.raise_(session, "drafts")
        return draft.id


class Asker(threading.Thread):
    """Asks one question without a pause and keeps (instant asked about, began, ended, answer)."""

    def __init__(self, place, stop, kind):
        super().__init__()
        self.connection, self.stop, self.kind, self.heard = (
            http.client.HTTPConnection(place, timeout=30),
            stop,
            kind,
            [],
        )

    def run(self):
        """Ask until told to stop."""
        while not self.stop.is_set():
            at = self.instant()
            began = time.monotonic()
            self.heard.append((at, began, self.ask(at), time.monotonic()))
        self.connection.close()

    def instant(self):
        """Return which instant to ask about: the present one is left to the server."""
        now = dt.datetime.now(dt.UTC)
        return {"before": now - HOUR, "later": now + DAY}.get(self.kind)

    def ask(self, at):
        """Return (version, grid, person) of the answer."""
        moment = {"at": at.isoformat()} if at else {}
        if self.kind == "columns":
            body = {"lon": [SPOT["lon"]] * 50, "lat": [SPOT["lat"]] * 50}
            self.connection.request(
                "POST", "/api/v1/where/columns", json.dumps(body), {"Content-Type": "application/json"}
            )
            return single(self.answer())
        self.connection.request("GET", f"/api/v1/where?{urllib.parse.urlencode(SPOT | moment)}")
        found = self.answer()
        return found["version"], found["grid"]["code"], found["person"]["name"]

    def answer(self):
        """Return the answer as values."""
        answer = self.connection.getresponse()
        text = answer.read()
        assert answer.status == 200, text
        return json.loads(text)


def wait_for_more(askers, more=20):
    """Wait until each has heard some more answers."""
    wanted = [(one, len(one.heard) + more) for one in askers]
    patience = time.monotonic() + 60
    while any(len(one.heard) < count for one, count in wanted):
        assert all(one.is_alive() for one in askers) and time.monotonic() < patience
        time.sleep(0.01)


def held_open(monkeypatch, meanwhile):
    """Let the next change of the city call ``meanwhile`` before it is committed; return a list for the instant after."""
    raise_, committing = revisions.raise_, []

    def raised(session, kind):
        raise_(session, kind)
        if not committing:
            meanwhile()
            committing.append(time.monotonic())

    monkeypatch.setattr(revisions, "raise_", raised)
    return committing


def single(found):
    """Return (version, grid, person) of an answer by columns, all rows of which are the same."""
    tables = found["tables"]
    rows = set(zip(*(found[name] for name in ("version", "grid", "person")), strict=True))
    [(version, grid, person)] = rows
    return tables["version"][version], tables["grid"][grid]["code"], tables["person"][person]["name"]


@pytest.mark.parametrize("effect", ["at once", "in an hour"])
def test_each_answer_across_a_publication_is_wholly_old_or_new_and_right_for_its_instant(
    engine, database_url, tmp_path, effect, monkeypatch
):
    small_cities.whole_city(engine)
    draft = drawn_anew(engine)
    workers = 1 if database_url.startswith("gpkg") else 2
    with served(database_url, tmp_path, workers) as place:
        stop = threading.Event()
        askers = [Asker(place, stop, kind) for kind in ("now", "before", "later", "columns")]
        for one in askers:
            one.start()
        wait_for_more(askers)

        written = held_open(monkeypatch, lambda: wait_for_more(askers))
        now = dt.datetime.now(dt.UTC)
        small_cities.publish(engine, draft, at=now, effective_from=now if effect == "at once" else now + HOUR)
        acknowledged = time.monotonic()

        wait_for_more(askers)
        stop.set()
        for one in askers:
            one.join(30)

    heard = [(one.kind, *words) for one in askers for words in one.heard]
    assert all((grid, person) == OWNERS[version] for *_, (version, grid, person), _ in heard)
    changed = {"later"} if effect == "in an hour" else {"now", "later", "columns"}
    for kind, _, asked, (version, *_), answered in heard:
        if answered < written[0] or kind not in changed:
            assert version == "v1", kind
        elif asked > acknowledged:
            assert version == "v2", kind


def test_a_scheduled_version_comes_into_force_by_itself_in_every_worker(engine, database_url, tmp_path):
    small_cities.whole_city(engine)
    draft = drawn_anew(engine)
    workers = 1 if database_url.startswith("gpkg") else 2
    with served(database_url, tmp_path, workers) as place:
        stop = threading.Event()
        askers = [Asker(place, stop, kind) for kind in ("now", "columns", "now", "columns")]
        for one in askers:
            one.start()
        wait_for_more(askers)

        now = dt.datetime.now(dt.UTC)
        small_cities.publish(engine, draft, at=now, effective_from=now + 3 * SECOND)
        begins = time.monotonic() + (now + 3 * SECOND - dt.datetime.now(dt.UTC)).total_seconds()
        time.sleep(max(0.0, begins + CLOCKS_S - time.monotonic()))
        wait_for_more(askers)
        stop.set()
        for one in askers:
            one.join(30)

    heard = [words for one in askers for words in one.heard]
    assert all((grid, person) == OWNERS[version] for *_, (version, grid, person), _ in heard)
    early = {version for _, _, (version, *_), answered in heard if answered < begins - CLOCKS_S}
    late = {version for _, asked, (version, *_), _ in heard if asked > begins + CLOCKS_S}
    assert (early, late) == ({"v1"}, {"v2"})
