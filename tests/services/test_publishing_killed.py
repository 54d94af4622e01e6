"""A process is killed with no warning while it publishes: the old or the new version stands, whole."""

import os
import signal
import subprocess
import sys

import pytest
import shapely
import small_cities
from services import drafted
from services.drafted import begin, grid, post
from small_cities import FOUR, NOON

from gridmgr.services import auditing, publishing
from gridmgr.services.transactions import reading
from gridmgr.store import database, drafts, versions
from gridmgr.store.versions import lives

PUBLISH = """
import datetime as dt, sys, time
from gridmgr.services import publishing
from gridmgr.store import database, grids, revisions

def stop(told):
    print(told, flush=True)
    time.sleep(60)

def stopping(room, name, before):
    real = getattr(room, name)
    def instead(*args, **options):
        if before:
            stop("here")
        found = real(*args, **options)
        stop("here")
        return found
    setattr(room, name, instead)

url, draft, at, where = sys.argv[1:5]
if where == "after the first rows":
    stopping(grids, "replace_states", before=False)
if where == "before the posts":
    stopping(publishing.assigning, "posts", before=True)
if where == "before the commit":
    stopping(publishing, "raise_revisions", before=False)
if where == "after the commit":
    revisions.settle = lambda session: revisions.CHANGED in session.info and stop("here")
publishing.publish(database.connect(url), int(draft), by="li", at=dt.datetime.fromisoformat(at))
"""
UNFINISHED = ("after the first rows", "before the posts", "before the commit")


# +---+---+      +---+---+
# | C | D |      | C | D |
# +---+---+  →   +---+   |      B goes into D, whose new chief is that of B
# | A | B |      | A |   |
# +---+---+      +---+---+
def merging(engine):
    """Begin a draft that writes states, shapes, lineage and a post."""
    rows = [(grid("B", removed=True), None), (grid("D"), shapely.union(FOUR["B"], FOUR["D"]))]
    draft = begin(engine, rows, edits=[{"op": "assign", "grid": "D", "person": "pB"}])
    post(engine, "pD", drafted.identities(engine)["A"], role="officer")
    return draft


def kill_while_publishing(url, draft, where):
    """Let a process publish, and kill it at a place of the work."""
    arguments = [sys.executable, "-c", PUBLISH, url, str(draft), NOON.isoformat(), where]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    try:
        assert process.stdout.readline() == "here\n", process.stderr.read()
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL


def state(engine):
    """Return what a publication writes: versions, codes, open drafts, lineage, posts."""
    with reading(engine) as session:
        newest = versions.newest(session).number
        found = publishing.grid_rows.boundaries(session, newest)
        return {
            "version": newest,
            "codes": found.at_level("responsibility_grid"),
            "open": len(drafts.open_drafts(session)),
            "lineage": len(lives.lineage_of_version(session, newest)),
            "posts": versions.begins_posts(session, newest),
        }


OLD = {"version": 1, "codes": ["A", "B", "C", "D"], "open": 1, "lineage": 0, "posts": False}
NEW = {"version": 2, "codes": ["A", "C", "D"], "open": 0, "lineage": 1, "posts": True}


@pytest.mark.parametrize("where", UNFINISHED)
def test_killed_before_the_commit_the_old_version_stands_whole_and_publishing_goes_on(engine, database_url, where):
    small_cities.whole_city(engine)
    draft = merging(engine)

    kill_while_publishing(database_url, draft, where)

    later = database.connect(database_url)
    assert state(later) == OLD
    assert auditing.audit(later, at=NOON).blocking == []
    assert publishing.publish(later, draft, by="li", at=NOON).number == 2
    assert state(later) == NEW
    later.dispose()


def test_killed_after_the_commit_the_new_version_stands_whole(engine, database_url):
    small_cities.whole_city(engine)
    draft = merging(engine)

    kill_while_publishing(database_url, draft, "after the commit")

    later = database.connect(database_url)
    assert state(later) == NEW
    assert auditing.audit(later, at=NOON).blocking == []
    later.dispose()
