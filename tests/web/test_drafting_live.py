"""Drafts edited by several clients of a running server at once, and by one whose server is killed."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import threading
import urllib.parse

import pytest
import shapely
from web import small_city
from web.planner import Planner

from gridmgr.services import drafts
from gridmgr.services.drafting import editing
from gridmgr.services.transactions import reading
from gridmgr.store import database
from gridmgr.store import drafts as draft_rows
from gridmgr.store.drafts import edits as edit_rows

SERVE = (
    "import sys; from gridmgr import config; from gridmgr.web.serving import server; "
    "server.serve(config.load(), port=0, workers=int(sys.argv[1]))"
)
CLIENTS, EACH = 5, 10


@contextlib.contextmanager
def served(url, data, workers):
    """Serve a city by processes of its own; give the process and its host and port."""
    environ = {**os.environ, "GRIDMGR_DATABASE_URL": url, "GRIDMGR_DATA": str(data), "GRIDMGR_LANG": "en"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(workers)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving on"), process.stderr.read()
        yield process, urllib.parse.urlsplit(line.split()[-1]).netloc
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def vertex(number):
    """Return an edit that adds the vertex of that number to the border between A and B."""
    lat = small_city.SOUTH + small_city.SIDE * (number + 1) / (CLIENTS * EACH + 2)
    return {"op": "add_node", "at": [small_city.WEST + small_city.SIDE, round(lat, 9)]}


def on_the_border(shape):
    """Return the latitudes of the vertices of a grid between the corners of its border to the east or west."""
    x, y = shapely.get_coordinates(shape).T
    south, north = small_city.SOUTH, small_city.SOUTH + small_city.SIDE
    is_there = (abs(x - small_city.WEST - small_city.SIDE) < 1e-9) & (y > south + 1e-9) & (y < north - 1e-9)
    return sorted(set(y[is_there].round(9).tolist()))


@pytest.fixture
def draft(small):
    """The number of a draft of the small city, whose planner can sign in."""
    small_city.add_account(small, "planner")
    return drafts.begin(small, "five at once", by="some planner", at=small_city.NOW).id


def edit_with_patience(place, draft, first, heard):
    """Make some edits one after the other; where others were quicker, look at what they did and send again."""
    with contextlib.closing(Planner(place, "planner", small_city.PASSWORD)) as client:
        edit_until_all_are_made(client, draft, range(first, first + EACH), heard)


def edit_until_all_are_made(client, draft, numbers, heard):
    """Send each edit until it is taken; after a conflict on what the draft is now."""
    revision = 0
    for number in numbers:
        while True:
            body = {"revision": revision, "edit": vertex(number), "reason": f"vertex {number}"}
            status, said = client.send("POST", f"/api/v1/drafts/{draft}/edits?lang=en", body)
            heard.append((status, number, said))
            revision = said.get("revision", revision)
            if status != 409:
                break


def test_of_fifty_edits_by_five_clients_at_once_none_is_lost_and_each_conflict_can_be_read(
    small, draft, database_url, tmp_path
):
    heard = []
    with served(database_url, tmp_path, 1 if database_url.startswith("gpkg") else 2) as (_, place):
        clients = [
            threading.Thread(target=edit_with_patience, args=(place, draft, EACH * n, heard)) for n in range(CLIENTS)
        ]
        for one in clients:
            one.start()
        for one in clients:
            one.join(120)

    made = {said["number"]: number for status, number, said in heard if status == 200}
    refused = [said for status, _, said in heard if status != 200]
    assert {status for status, *_ in heard} <= {200, 409}
    assert sorted(made) == list(range(1, 51)) and sorted(made.values()) == list(range(50))
    assert all(said["type"] == "/problems/draft-moved-on" for said in refused)
    assert all("has changed since revision" in said["detail"] for said in refused)
    with reading(small) as session:
        kept = {one.number: one.reason for one in edit_rows.listed(session, draft)}
        shapes = draft_rows.boundaries(session, draft).shapes
    assert kept == {number: f"vertex {vertex}" for number, vertex in made.items()}
    wanted = sorted(vertex(n)["at"][1] for n in range(50))
    assert on_the_border(shapes["A"]) == on_the_border(shapes["B"]) == wanted


def test_what_a_server_acknowledged_before_it_was_killed_is_there(small, draft, database_url, tmp_path):
    acknowledged = []
    with contextlib.ExitStack() as stack, served(database_url, tmp_path, 1) as (process, place):
        client = stack.enter_context(contextlib.closing(Planner(place, "planner", small_city.PASSWORD)))

        def edit_on():
            for number in range(CLIENTS * EACH):
                body = {"revision": len(acknowledged), "edit": vertex(number)}
                status, said = client.send("POST", f"/api/v1/drafts/{draft}/edits", body)
                assert status == 200, said
                acknowledged.append(number)
                if number == 7:
                    killing.set()

        killing = threading.Event()
        editor = threading.Thread(target=tried, args=(edit_on,))
        editor.start()
        assert killing.wait(60)
        os.killpg(process.pid, signal.SIGKILL)
        editor.join(60)

    small.dispose()
    engine = database.connect(database_url)
    with reading(engine) as session:
        numbers = list(edit_rows.log(session, draft))
        shapes = draft_rows.boundaries(session, draft).shapes
    desk = editing.look(engine, draft)
    engine.dispose()
    assert 8 <= len(acknowledged) < CLIENTS * EACH
    assert numbers == list(range(1, len(numbers) + 1)) and 0 <= len(numbers) - len(acknowledged) <= 1
    assert on_the_border(shapes["A"]) == on_the_border(shapes["B"]) == [vertex(n)["at"][1] for n in range(len(numbers))]
    assert desk.revision == len(numbers) and desk.shapes["A"].equals_exact(shapes["A"], 0)


def tried(act):
    """Do something until the other side is gone."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        act()
