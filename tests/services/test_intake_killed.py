"""Reports that were acknowledged survive: server and worker killed, a full disk, a database that goes and comes back."""

import argparse
import datetime as dt
import resource

import postgresql
import pytest
import receivers
import small_cities
import sqlalchemy as sa

from bench import killing
from gridmgr.errors import Unavailable
from gridmgr.services import accounts, reporting, tokens
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities, database, trouble
from gridmgr.store import reports as report_rows

NOW = dt.datetime.now(dt.UTC)
SPOT = {"x": 119.605, "y": 39.935, "category": "06010"}
FEW = argparse.Namespace(reports=120, kills=2, clients=6, seed=3)


@pytest.fixture
def secret(engine):
    """The secret of a token with which reports are sent to a city that tells a webhook of each."""
    small_cities.whole_city(engine)
    with writing(engine) as session:
        cities.set_setting(session, "notices", killing.HEARD_BY)
        accounts.add_account(session, login="desk", password="a long password 9", name="Desk", role="acceptor", at=NOW)
    with reading(engine) as session:
        account = accounts.account_rows.by_login(session, "desk")
    return tokens.make(engine, account, name="test", rights=["post_report"], days=1, by="desk", at=NOW)[1]


def test_what_was_acknowledged_is_kept_once_and_told_at_least_once_whoever_is_killed(engine, secret, tmp_path):
    url = engine.url.render_as_string(hide_password=False)
    told = [{"lon": SPOT["x"], "lat": SPOT["y"], "category": SPOT["category"]}] * FEW.reports

    with receivers.web() as heard:
        course = killing.played(url, tmp_path, told, secret, heard.port, FEW, workers=1)
        killing.settled(engine, url, tmp_path, course, heard)

    assert len(course.acknowledged) == FEW.reports


def test_a_full_disk_is_said_writes_nothing_and_is_got_over_by_itself(city_file, tmp_path):
    engine = small_engine(city_file, tmp_path)
    kept = reporting.report(engine, **SPOT, at=NOW, key="first")[0]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = max(path.stat().st_size for path in tmp_path.iterdir())

    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(trouble.DiskFull) as refused:
            for n in range(500):
                reporting.report(engine, **SPOT, at=NOW, key=f"k{n}", description="x" * 4000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "make room" in str(refused.value)
    assert reporting.report(engine, **SPOT, at=NOW, key=f"k{n}")[1]
    assert reporting.report(engine, **SPOT, at=NOW, key="first")[0].number == kept.number
    with reading(engine) as session:
        assert report_rows.count(session) == n + 2
        assert session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    engine.dispose()


@pytest.mark.postgis
def test_a_server_that_goes_is_said_and_found_again_by_itself(tmp_path):
    programs = postgresql.postgresql_programs()
    if programs is None:
        pytest.skip("no PostgreSQL with PostGIS on this machine")
    server = postgresql.start_server(programs, postgresql.DURABLE)
    try:
        postgresql.execute(server, "CREATE DATABASE city")
        engine = database.create(postgresql.server_url(server, "city"), srid=4490)
        small_cities.whole_city(engine)
        kept = reporting.report(engine, **SPOT, at=NOW, key="k")[0]

        postgresql.switch_off(programs, server)
        for _ in range(2):
            with pytest.raises(Unavailable, match="does not answer"):
                reporting.report(engine, **SPOT, at=NOW, key="k")
        with pytest.raises(trouble.DatabaseAway), writing(engine):
            pytest.fail("A transaction began.")
        postgresql.switch_on(programs, server, postgresql.DURABLE)

        assert reporting.report(engine, **SPOT, at=NOW, key="k")[0].number == kept.number
        assert reporting.report(engine, **SPOT, at=NOW, key="another")[1]
        engine.dispose()
    finally:
        postgresql.stop_server(programs, server)


def small_engine(city_file, folder):
    """Return the engine of a small city in a file of its own."""
    path = folder / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    engine = database.connect(f"gpkg:///{path}")
    small_cities.whole_city(engine)
    return engine
