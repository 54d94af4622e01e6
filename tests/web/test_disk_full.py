"""A PostgreSQL server whose disk is full, and photos that have no room: said with a sentence, got over by itself."""

import secrets
import time

import postgresql
import pytest
import sqlalchemy as sa
from web import small_city
from web.small_city import NOW

from gridmgr.config import Config
from gridmgr.services import tokens, trail
from gridmgr.services.transactions import reading
from gridmgr.store import accounts, database

TOLD = {"lon": 119.605, "lat": 39.905, "category": "06010"}
SMALLEST_LOG = "--wal-segsize=1"
"""The log comes in files of 1 MB, so that a table outgrows them soon."""
GROWN = """
    DO $$ BEGIN
        WHILE pg_relation_size('report') < 1300000 LOOP UPDATE report SET state = state; END LOOP;
    END $$
"""
BLOCK, MOST = 8192, 400
FULL, AWAY = "/problems/disk-full", "/problems/database-away"
PATIENCE_S = 60
SHORTER_THAN_THE_LOG = 2**16


@pytest.fixture(scope="module")
def own_server():
    """The folder of a durable server that is this file's own."""
    programs = postgresql.postgresql_programs()
    if programs is None:
        pytest.fail("no PostgreSQL 15+ with PostGIS on this machine")
    folder = postgresql.start_server(programs, postgresql.DURABLE, SMALLEST_LOG)
    yield folder
    postgresql.stop_server(programs, folder)


@pytest.fixture(scope="module")
def served(own_server, tmp_path_factory):
    """The engine of a small city there, a program, and what posts a report with a key to the application over it."""
    from gridmgr.web.app import create_app

    postgresql.execute(own_server, "CREATE DATABASE city")
    url = postgresql.server_url(own_server, "city")
    engine = database.create(url, srid=4490)
    small_city.found(engine)
    client = create_app(Config(url, tmp_path_factory.mktemp("data")), clock=lambda: NOW).test_client()
    token = token_of(engine)

    def post(key, words=""):
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
        return client.post("/api/v1/reports?lang=en", json={**TOLD, "description": words}, headers=headers)

    yield engine, client, post
    client.application.extensions["gridmgr"].engine.dispose()
    engine.dispose()


def token_of(engine):
    """Return the secret of a token with which reports are sent."""
    small_city.add_account(engine, "acceptor")
    with reading(engine) as session:
        account = accounts.by_login(session, "acceptor")
    return tokens.make(engine, account, name="intake", rights=["post_report"], days=1, by="acceptor", at=NOW)[1]


def size_of_reports(engine):
    """Return the length of the table of reports in bytes, made longer than any file of the log by versions of its rows."""
    with engine.begin() as connection:
        connection.execute(sa.text(GROWN))
        return connection.scalar(sa.text("SELECT pg_relation_size('report')"))


def sent_until_refused(post, name, problem):
    """Post long reports until one is refused for that; return the keys of those taken, that one's key and the refusal.

    Before a log cannot be written, the table may not grow: which page is the first beyond the bound is chance.
    """
    taken = set()
    for number in range(MOST):
        answer = post(f"{name}-{number}", secrets.token_hex(700))
        if answer.status_code == 201:
            taken.add(f"{name}-{number}")
        elif answer.json["type"] == problem:
            return taken, f"{name}-{number}", answer
        else:
            assert (answer.status_code, answer.json["type"]) == (503, FULL)
    pytest.fail("The disk was never full.")


def taken_again(post, key):
    """Post a report until it is taken; return the answer. The server needs a while to come back."""
    end = time.monotonic() + PATIENCE_S
    while (answer := post(key)).status_code == 503 and time.monotonic() < end:
        assert answer.json["type"] == AWAY
        time.sleep(0.1)
    return answer


def keys_of(engine):
    """Return the keys of all reports, each of which must be there once."""
    with reading(engine) as session:
        keys = session.scalars(sa.text("SELECT idempotency_key FROM report")).all()
    assert len(set(keys)) == len(keys)
    return set(keys)


def assert_trail_holds(engine):
    trail.seal(engine, at=NOW)
    found = trail.verify(engine)
    assert (found.breaks, found.unsealed) == ([], 0)
    assert found.entries


@pytest.mark.postgis
@pytest.mark.parametrize("spare", [BLOCK // 2, 0], ids=["half a block", "a quota"])
def test_a_server_whose_disk_is_full_takes_no_report_and_is_right_again_when_there_is_room(served, own_server, spare):
    engine, client, post = served
    first = post(f"first {spare}", "words").json
    trail.seal(engine, at=NOW)
    before = keys_of(engine)

    with postgresql.short_of_disk(own_server, size_of_reports(engine) + spare):
        acknowledged, key, refused = sent_until_refused(post, f"more {spare}", FULL)
        again = post(key, secrets.token_hex(700))
        reads = client.get("/api/v1/where", query_string={"lon": TOLD["lon"], "lat": TOLD["lat"]})

    for answer in (refused, again):
        assert (answer.status_code, answer.json["type"]) == (503, FULL)
        assert answer.headers["Retry-After"] == "60"
        assert answer.json["detail"].startswith("The disk of the database is full, nothing was written: make room")
    assert reads.status_code == 200
    assert keys_of(engine) == before | acknowledged
    assert post(key, "again").status_code == 201
    assert post(f"first {spare}", "words").json == first
    assert keys_of(engine) == before | acknowledged | {key}
    assert_trail_holds(engine)


@pytest.mark.postgis
def test_a_server_that_cannot_write_its_log_comes_back_with_all_that_was_acknowledged(served, own_server):
    engine, _, post = served
    before = keys_of(engine)

    with postgresql.short_of_disk(own_server, SHORTER_THAN_THE_LOG, for_good=False):
        acknowledged, key, refused = sent_until_refused(post, "last", AWAY)

    assert (refused.status_code, refused.json["type"]) == (503, AWAY)
    assert refused.headers["Retry-After"] == "5"
    assert "send it again in some seconds" in refused.json["detail"]
    assert "PANIC" in (own_server / "log").read_text(encoding="utf-8")
    assert taken_again(post, "one more").status_code == 201
    assert taken_again(post, key).status_code in (201, 409)  # It may have been kept, with the words that it came with.
    assert keys_of(engine) == before | acknowledged | {"one more", key}
    assert_trail_holds(engine)
