"""Copies of the city file: taken under load, put back whole or not at all."""

import os
import sqlite3

import pytest

from gridmgr.domain.grids import City
from gridmgr.errors import Invalid, Unavailable
from gridmgr.store import backups, cities, database, migrating, revisions


@pytest.fixture
def path(city_file, tmp_path):
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    return path


@pytest.fixture
def url(path):
    return f"gpkg:///{path}"


def rename(url, name):
    engine = database.connect(url)
    with database.session(engine, write=True) as session:
        city = cities.the_city(session)
        if city is None:
            cities.add(session, City(name, "Asia/Shanghai", 4490))
        else:
            city.name = name
    engine.dispose()


def name_of(url):
    engine = database.connect(url)
    with database.session(engine) as session:
        city = cities.the_city(session)
    engine.dispose()
    return city and city.name


def test_a_copy_holds_what_still_lies_in_the_log(url, tmp_path):
    engine = database.connect(url)
    with database.session(engine, write=True) as session:
        cities.add(session, City("秦皇岛", "Asia/Shanghai", 4490))

    size = backups.backup(url, tmp_path / "copy.gpkg")
    engine.dispose()

    assert name_of(f"gpkg:///{tmp_path / 'copy.gpkg'}") == "秦皇岛"
    assert size == (tmp_path / "copy.gpkg").stat().st_size
    assert not (tmp_path / "copy.gpkg.part").exists()


def test_a_copy_put_back_replaces_the_city_even_while_it_is_open(url, tmp_path):
    rename(url, "before")
    backups.backup(url, tmp_path / "copy.gpkg")
    rename(url, "after")
    engine = database.connect(url)

    with database.session(engine) as session:
        assert cities.the_city(session).name == "after"
    backups.restore(url, tmp_path / "copy.gpkg")
    with database.session(engine) as session:
        assert cities.the_city(session).name == "before"
    engine.dispose()


def test_a_copy_makes_a_city_where_there_was_none(url, tmp_path):
    rename(url, "秦皇岛")
    backups.backup(url, tmp_path / "copy.gpkg")
    elsewhere = f"gpkg:///{tmp_path / 'new.gpkg'}"

    backups.restore(elsewhere, tmp_path / "copy.gpkg")

    assert name_of(elsewhere) == "秦皇岛"


def test_an_older_copy_comes_back_with_the_new_schema(url, path, tmp_path):
    engine = database.connect(url)
    migrating.downgrade(engine, "0001")
    backups.backup(url, tmp_path / "old.gpkg")

    backups.restore(url, tmp_path / "old.gpkg")

    database.require_current(engine)
    with database.session(engine, write=True) as session:
        revisions.raise_(session, "staff")
    engine.dispose()


def test_a_newer_copy_is_refused(url, tmp_path):
    copy = tmp_path / "copy.gpkg"
    backups.backup(url, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(database.DatabaseNewer):
        backups.restore(url, copy)


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + bytes(2000)])
def test_a_file_that_is_no_copy_is_refused_and_the_city_stays(url, tmp_path, content):
    rename(url, "秦皇岛")
    (tmp_path / "other.gpkg").write_bytes(content)

    with pytest.raises(Invalid, match="no copy of a city"):
        backups.restore(url, tmp_path / "other.gpkg")

    assert name_of(url) == "秦皇岛"


def test_a_damaged_copy_is_refused(url, tmp_path):
    copy = tmp_path / "copy.gpkg"
    backups.backup(url, copy)
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(Invalid, match="no copy of a city"):
        backups.restore(url, copy)


def test_a_copy_never_replaces_the_city_itself(url, path):
    with pytest.raises(Invalid, match="city itself"):
        backups.backup(url, path)


def test_a_folder_that_is_not_there_is_named_and_nothing_is_left(url, tmp_path):
    with pytest.raises(Unavailable, match="could not be written"):
        backups.backup(url, tmp_path / "nowhere" / "copy.gpkg")


def test_a_city_that_is_not_there_is_named(tmp_path):
    with pytest.raises(database.NoDatabase):
        backups.backup(f"gpkg:///{tmp_path / 'absent.gpkg'}", tmp_path / "copy.gpkg")


def test_a_city_on_a_server_is_left_to_the_servers_own_program(tmp_path):
    with pytest.raises(backups.NotAFile, match="pg_dump"):
        backups.backup("postgresql+psycopg://gridmgr@/city", tmp_path / "copy")


def test_a_copy_never_takes_the_place_of_a_device(url, tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(Invalid, match="is no regular file"):
        backups.backup(url, tmp_path / "pipe")
    assert (tmp_path / "pipe").is_fifo()


def test_a_city_that_somebody_locks_is_not_written_over_either(path):
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN EXCLUSIVE")

        with pytest.raises(Invalid, match="holds a city"):
            backups.refuse_city(path)
    connection.close()
