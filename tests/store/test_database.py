"""Sessions: all or nothing, one writer after the other, and nothing acknowledged is lost."""

import datetime as dt
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from gridmgr.domain.grids import City, Version
from gridmgr.errors import Unavailable
from gridmgr.store import cities, database, geopackage, migrating, revisions, versions

NOW = dt.datetime(2026, 5, 3, 21, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
ADD_ONE = """
import sys
from sqlalchemy import select
from gridmgr.domain.grids import City
from gridmgr.store import database
engine = database.connect(sys.argv[1])
for _ in range(100):
    with database.session(engine, write=True) as session:
        city = session.scalars(select(City).with_for_update()).one()
        city.settings = {"count": city.settings["count"] + 1}
"""
RAISE_AND_TELL = """
import sys
from gridmgr.store import database, revisions
engine = database.connect(sys.argv[1])
while True:
    with database.session(engine, write=True) as session:
        revisions.raise_(session, "reports")
        number = revisions.numbers(session)["reports"]
    print(number, flush=True)
"""


def found(engine, **more):
    with database.session(engine, write=True) as session:
        cities.add(session, City("秦皇岛", "Asia/Shanghai", 4490, **more))


def program(source, url):
    return subprocess.Popen([sys.executable, "-c", source, url], stdout=subprocess.PIPE, text=True)


def test_four_processes_lose_no_update(engine, database_url):
    found(engine, settings={"count": 0})

    writers = [program(ADD_ONE, database_url) for _ in range(4)]
    ended = [writer.wait(timeout=120) for writer in writers]
    for writer in writers:
        writer.stdout.close()

    with database.session(engine) as session:
        assert cities.the_city(session).settings == {"count": 400}
    assert ended == [0, 0, 0, 0]


def test_what_was_acknowledged_survives_kill_9(engine, database_url):
    acknowledged = 0
    for _ in range(4):
        with program(RAISE_AND_TELL, database_url) as writer:
            lines = [int(writer.stdout.readline()) for _ in range(20)]
            os.kill(writer.pid, signal.SIGKILL)
            lines += [int(line) for line in writer.stdout.read().splitlines() if line.endswith(tuple("0123456789"))]
        acknowledged = max(acknowledged, *lines)

        with database.session(engine) as session:
            assert revisions.numbers(session)["reports"] >= acknowledged
    assert acknowledged >= 80


def test_an_error_leaves_nothing_behind(engine):
    with pytest.raises(LookupError), database.session(engine, write=True) as session:
        cities.add(session, City("秦皇岛", "Asia/Shanghai", 4490))
        raise LookupError

    with database.session(engine) as session:
        assert cities.the_city(session) is None


def test_a_reader_cannot_write(engine):
    with pytest.raises(DBAPIError), database.session(engine) as session:
        cities.add(session, City("秦皇岛", "Asia/Shanghai", 4490))


def test_a_reader_sees_one_state_throughout(engine):
    with database.session(engine) as reader:
        before = cities.the_city(reader)
        found(engine)
        after = cities.the_city(reader)

    assert before is None
    assert after is None


def test_what_was_read_can_be_used_after_the_session(engine):
    found(engine, settings={"levels": ["city"]})

    with database.session(engine) as session:
        city = cities.the_city(session)

    assert (city.name, city.settings) == ("秦皇岛", {"levels": ["city"]})


def test_threads_of_one_process_write_one_after_the_other(engine):
    def raise_ten_times():
        for _ in range(10):
            with database.session(engine, write=True) as session:
                revisions.raise_(session, "staff")

    threads = [threading.Thread(target=raise_ten_times) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.session(engine) as session:
        assert revisions.numbers(session) == {"staff": 60}


def test_a_writer_that_waits_too_long_is_told_so(city_file, tmp_path, monkeypatch):
    monkeypatch.setattr(geopackage, "BUSY_SECONDS", 0.1)
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    engine, other = (database.connect(f"gpkg:///{path}") for _ in range(2))

    with database.session(other, write=True):
        with pytest.raises(database.Busy, match="Another program"), database.session(engine, write=True):
            pass
        with pytest.raises(database.Busy), database.session(other, write=True):
            pass
    engine.dispose()
    other.dispose()


def test_an_instant_comes_back_as_the_same_instant_in_utc(engine):
    with database.session(engine, write=True) as session:
        versions.add(session, Version(1, NOW.replace(microsecond=123999), NOW, "李伟"))

    with database.session(engine) as session:
        read = versions.newest(session).effective_from

    assert read == dt.datetime(2026, 5, 3, 13, 0, 0, 123000, dt.UTC)
    assert read.utcoffset() == dt.timedelta(0)


def test_an_instant_without_offset_is_refused(engine):
    with pytest.raises(StatementError, match="needs an offset"), database.session(engine, write=True) as session:
        versions.add(session, Version(1, NOW.replace(tzinfo=None), NOW, "李伟"))


def test_a_reference_to_nothing_is_refused_at_the_latest_at_the_end(engine):
    with pytest.raises(IntegrityError), database.session(engine, write=True) as session:
        session.execute(
            text(
                "INSERT INTO acceptance (version_number, kind, reason, accepted_by, accepted_at) "
                "VALUES (9, 'no_person', '', '', '2026-05-03T13:00:00.000Z')"
            )
        )


def test_a_database_holds_one_city(engine):
    found(engine)

    with pytest.raises(IntegrityError):
        found(engine)


def test_a_plain_file_is_no_city_and_none_is_made_by_asking(tmp_path):
    url = f"gpkg:///{tmp_path / 'absent.gpkg'}"

    assert database.is_missing(url)
    assert not (tmp_path / "absent.gpkg").exists()


def test_a_database_without_our_tables_is_missing(engine, database_url):
    assert not database.is_missing(database_url)

    migrating.downgrade(engine, "base")

    assert database.is_missing(database_url)
    with pytest.raises(database.NoDatabase):
        database.require_current(engine)


def test_an_older_or_newer_schema_is_named_with_what_to_do(engine):
    database.require_current(engine)

    migrating.downgrade(engine, "0001")
    with pytest.raises(database.DatabaseOlder, match="schema 0001, this program needs"):
        database.require_current(engine)

    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(database.DatabaseNewer, match="Install the newer gridmgr"):
        database.require_current(engine)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unavailable, match="nowhere"):
        database.create(f"gpkg:///{tmp_path / 'nowhere' / 'city.gpkg'}")


def test_the_file_is_durable_and_whole(city_file, tmp_path):
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    engine = database.connect(f"gpkg:///{path}")

    with engine.connect() as connection:
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
        keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar()
    engine.dispose()

    assert (*values, keys) == ("wal", 2, 1)


def test_a_waiting_writer_goes_on_when_the_other_is_done(engine):
    began, order = threading.Event(), []

    def slow():
        with database.session(engine, write=True) as session:
            revisions.raise_(session, "staff")
            began.set()
            time.sleep(0.2)
            order.append("slow")

    thread = threading.Thread(target=slow)
    thread.start()
    began.wait()
    with database.session(engine, write=True) as session:
        revisions.raise_(session, "staff")
        order.append("patient")
    thread.join()

    with database.session(engine) as session:
        assert revisions.numbers(session)["staff"] == 2
    assert order[-1] == "patient"


def test_a_lost_migration_number_cannot_hide():
    files = sorted(pathlib.Path(migrating.directory("migrations"), "versions").glob("[0-9]*.py"))

    assert [file.name[:4] for file in files] == [f"{number:04}" for number in range(1, len(files) + 1)]
    assert all(f'revision = "{file.name[:4]}"' in file.read_text(encoding="utf-8") for file in files)


def test_sqlite_is_new_enough_for_what_the_store_uses():
    assert sqlite3.sqlite_version_info >= (3, 35, 0)
