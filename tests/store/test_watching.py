"""Watching: what was committed before the question is known, whoever committed it and however many ask."""

import threading

import pytest
from sqlalchemy import text

from gridmgr.errors import Unavailable
from gridmgr.store import database, revisions, watching


@pytest.fixture
def watch(engine):
    """A Watch over the empty city."""
    found = watching.Watch(engine)
    yield found
    found.close()


def changed(engine, kind="staff"):
    """Count one change of ``kind``."""
    with database.session(engine, write=True) as session:
        revisions.raise_(session, kind)


def test_what_was_committed_is_known_and_what_did_not_change_is_the_same_dict(engine, watch):
    before = watch.numbers()
    changed(engine)
    after = watch.numbers()
    with database.session(engine, write=True) as session:
        revisions.raise_(session, "drafts")
        uncommitted = watch.numbers()

    assert after == before | {"staff": before.get("staff", 0) + 1}
    assert watch.numbers() == after | {"drafts": after.get("drafts", 0) + 1}
    assert uncommitted is after
    assert watch.numbers() is watch.numbers()


def test_many_threads_never_hear_less_than_was_committed_before_they_asked(engine, watch):
    committed, wrong, stop = [watch.numbers().get("staff", 0)], [], threading.Event()

    def ask():
        while not stop.is_set():
            least = committed[0]
            heard = watch.numbers().get("staff", 0)
            if heard < least:
                wrong.append((least, heard))

    askers = [threading.Thread(target=ask) for _ in range(4)]
    for one in askers:
        one.start()
    for _ in range(30):
        changed(engine)
        committed[0] += 1
    stop.set()
    for one in askers:
        one.join()

    assert wrong == []
    assert watch.numbers()["staff"] == committed[0]


@pytest.mark.postgis
def test_a_connection_that_broke_is_made_anew(chinese_database_url):
    engine = database.connect(chinese_database_url)
    watch = watching.Watch(engine)
    watch.numbers()
    number = watch._asked.connection.info.backend_pid
    with database.session(engine, write=True) as session:
        session.execute(text(f"SELECT pg_terminate_backend({number}, 5000)"))
        revisions.raise_(session, "staff")

    assert watch.numbers()["staff"] == 1
    watch.close()
    engine.dispose()


def test_a_file_that_is_none_is_one_sentence(tmp_path):
    (tmp_path / "city.gpkg").write_bytes(b"no database" * 100)
    watch = watching.Watch(database.connect(f"gpkg:///{tmp_path / 'city.gpkg'}"))

    with pytest.raises(Unavailable, match="does not answer"):
        watch.numbers()


def test_a_server_that_is_gone_is_one_sentence(tmp_path):
    watch = watching.Watch(database.connect(f"postgresql+psycopg://nobody@/none?host={tmp_path}"))

    with pytest.raises(Unavailable, match="does not answer"):
        watch.numbers()


@pytest.mark.postgis
def test_a_server_is_not_asked_again_before_a_writer_could_have_been_told(chinese_database_url, monkeypatch):
    monkeypatch.setattr(revisions, "HOLDS_S", 0.5)
    engine = database.connect(chinese_database_url)
    watch, other = watching.Watch(engine), watching.Watch(engine)
    before = watch.numbers().get("staff", 0)
    asked = watch._asked.numbers
    questions = []
    monkeypatch.setattr(watch._asked, "numbers", lambda known: questions.append(1) or asked(known))

    at_once = [watch.numbers() for _ in range(100)]
    changed(engine)

    assert questions == [] and len({id(one) for one in at_once}) == 1
    assert watch.numbers()["staff"] == other.numbers()["staff"] == before + 1
    assert questions == [1]
    for one in (watch, other):
        one.close()
    engine.dispose()
