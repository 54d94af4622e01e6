"""The audit trail on a real database: recorded with the deed, sealed without a gap, and every tampering named."""

import contextlib
import datetime as dt
import threading

import pytest
import sqlalchemy as sa
from small_cities import NOON

from gridmgr.services import trail
from gridmgr.services.transactions import reading, writing
from gridmgr.store import database
from gridmgr.store import trail as rows

LATER = NOON + dt.timedelta(seconds=30)


def put(engine, *subjects):
    with writing(engine) as session:
        for subject in subjects:
            trail.record(session, "li", "publish_version", subject, {"reason": "新边界", "share": 1e2}, at=NOON)


def sealed(engine, *subjects):
    """Record these, seal them, and return the head of the chain."""
    put(engine, *subjects)
    trail.seal(engine, at=LATER)
    return trail.verify(engine).head


def tamper(engine, *statements):
    """Do what somebody does who owns the database: take the refusals away and write."""
    on_server = engine.dialect.name == "postgresql"
    with engine.connect() as connection:
        for table in ("trail_entry", "trail_seal"):
            for moment in ("update", "delete"):
                where = f" ON {table}" if on_server else ""
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS kept_{table}_{moment}{where}")
        for statement in statements:
            connection.exec_driver_sql(statement)
        connection.commit()


def said(engine, **options):
    return [one.say("en") for one in trail.verify(engine, **options).breaks]


def test_a_deed_that_is_undone_leaves_no_entry(engine):
    with contextlib.suppress(RuntimeError), writing(engine) as session:
        trail.record(session, "li", "publish_version", "version:1", at=NOON)
        raise RuntimeError

    assert trail.listed(engine) == []


def test_entries_are_sealed_in_batches_and_verify(engine, monkeypatch):
    monkeypatch.setattr(trail, "AT_ONCE", 3)
    put(engine, *"abcdefg")

    assert trail.seal(engine, at=LATER) == 7
    assert trail.seal(engine, at=LATER) == 0

    found = trail.verify(engine)
    assert (found.entries, found.seals, found.unsealed, found.breaks) == (7, 3, 0, [])
    assert [e.seal_number for e in trail.listed(engine)] == [3, 2, 2, 2, 1, 1, 1]


def test_entries_are_found_by_who_what_and_to_what(engine):
    put(engine, "a", "b")

    assert [e.subject for e in trail.listed(engine, subject="a")] == ["a"]
    assert [e.subject for e in trail.listed(engine, by="li", limit=1)] == ["b"]
    assert trail.listed(engine, action="approve_draft") == []


def test_the_database_itself_refuses_to_change_or_delete_an_entry_or_a_seal(engine):
    sealed(engine, "a")

    for statement in (
        "UPDATE trail_entry SET subject = 'b'",
        "DELETE FROM trail_entry",
        "UPDATE trail_seal SET digest = ''",
        "DELETE FROM trail_seal",
    ):
        with pytest.raises(sa.exc.DatabaseError, match="written once"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    assert said(engine) == []


@pytest.mark.parametrize(
    ("statement", "break_"),
    [
        ("UPDATE trail_entry SET \"by\" = 'wang' WHERE id = 2", "Entry 2 was changed after seal 1 was made."),
        ("UPDATE trail_entry SET data = '{}' WHERE id = 4", "Entry 4 was changed after seal 2 was made."),
        ("DELETE FROM trail_entry WHERE id = 1", "Entry 1 was removed: seal 1 has it, the trail has not."),
        (
            'INSERT INTO trail_entry SELECT 9, at, "by", action, subject, data, 1 FROM trail_entry WHERE id = 2',
            "Entry 9 was put in later: seal 1 does not have it.",
        ),
        ("UPDATE trail_entry SET seal_number = 7 WHERE id = 4", "Entry 4 names seal 7, which is not there."),
        ("UPDATE trail_seal SET members = '' WHERE number = 2", "Seal 2 was changed after it was made."),
        ("DELETE FROM trail_seal WHERE number = 1", "Seals 1 to 1 are missing before seal 2."),
        (
            "UPDATE trail_entry SET id = CASE id WHEN 2 THEN 102 ELSE 103 END WHERE id IN (2, 3);"
            "UPDATE trail_entry SET id = CASE id WHEN 102 THEN 3 ELSE 2 END WHERE id IN (102, 103)",
            "Entry 2 stands where seal 1 has another: the order was changed.",
        ),
        ("UPDATE trail_entry SET seal_number = NULL WHERE id = 2", "Entry 2 was removed: seal 1 has it"),
    ],
)
def test_tampering_with_the_database_is_named(engine, statement, break_):
    sealed(engine, "a", "b", "c")
    sealed(engine, "d")

    tamper(engine, *statement.split(";"))

    assert any(text.startswith(break_) for text in said(engine)), said(engine)


def test_a_chain_that_was_cut_off_is_known_by_the_head_that_was_kept(engine):
    sealed(engine, "a")
    head = sealed(engine, "b")
    assert said(engine, head=head) == []

    tamper(engine, "DELETE FROM trail_seal WHERE number = 2", "DELETE FROM trail_entry WHERE seal_number = 2")

    assert said(engine) == []
    assert said(engine, head=head) == ["Seal 2 is not the one you kept: the chain was cut off or made anew."]


def test_a_chain_that_was_made_anew_is_known_by_the_head_that_was_kept(engine):
    head = sealed(engine, "a")
    tamper(engine, "DELETE FROM trail_seal", "UPDATE trail_entry SET subject = 'b', seal_number = NULL")
    trail.seal(engine, at=LATER)

    assert said(engine) == []
    assert said(engine, head=head) == ["Seal 1 is not the one you kept: the chain was cut off or made anew."]


@pytest.fixture
def server_engine(server, lender):
    """The engine of an empty city on PostGIS: on a city file nobody can commit out of turn."""
    import postgresql

    with lender.lend() as name:
        engine = database.connect(postgresql.server_url(server, name))
        yield engine
        engine.dispose()


@pytest.mark.postgis
def test_an_entry_that_commits_late_with_a_lower_number_is_sealed_by_the_next_seal(server_engine):
    with writing(server_engine) as late:
        trail.record(late, "li", "publish_version", "low", at=NOON)
        late.flush()
        put(server_engine, "high")
        first = trail.seal(server_engine, at=LATER)
    second = trail.seal(server_engine, at=LATER)

    by_number = trail.listed(server_engine)
    assert (first, second) == (1, 1)
    assert [(e.subject, e.seal_number) for e in by_number] == [("high", 1), ("low", 2)]
    assert said(server_engine) == []


@pytest.mark.postgis
def test_an_entry_that_appears_between_reading_and_marking_is_not_marked_unsealed_as_sealed(server_engine, monkeypatch):
    real = rows.unsealed_entries
    with writing(server_engine) as late:
        trail.record(late, "li", "publish_version", "a", at=NOON)
        trail.record(late, "li", "publish_version", "between", at=NOON)
        late.flush()
        put(server_engine, "b")

        def reading_then(session, limit):
            found = real(session, limit)
            late.commit()
            return found

        monkeypatch.setattr(rows, "unsealed_entries", reading_then)
        trail.seal_some(server_engine, 100, at=LATER)
        monkeypatch.undo()
    put(server_engine, "c")

    assert trail.seal(server_engine, at=LATER) == 3
    assert said(server_engine) == []
    assert trail.verify(server_engine).entries == 4


def test_writers_and_several_sealers_at_once_skip_and_double_nothing(engine):
    barrier, failures = threading.Barrier(4), []

    def run(work):
        barrier.wait()
        try:
            work()
        except Exception as error:
            failures.append(error)

    def write():
        for n in range(20):
            put(engine, f"{threading.get_ident()}:{n}", "x")

    def seal():
        for _ in range(20):
            trail.seal(engine, at=LATER)

    threads = [threading.Thread(target=run, args=(work,)) for work in (write, write, seal, seal)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trail.seal(engine, at=LATER)

    found = trail.verify(engine)
    assert failures == []
    assert (found.entries, found.unsealed, found.breaks) == (80, 0, [])


def test_whoever_waits_for_a_seal_for_more_than_a_minute_is_counted(engine):
    put(engine, "a", "b")

    with reading(engine) as session:
        assert trail.is_behind(session, NOON + dt.timedelta(seconds=59)) == 0
        assert trail.is_behind(session, NOON + dt.timedelta(seconds=61)) == 2


def test_a_deed_of_somebody_without_an_account_is_recorded_too(engine):
    with writing(engine) as session:
        trail.record(
            session, None, "file_report", "report:1", {"text": "a\x00b", "at": NOON, "share": float("inf")}, at=NOON
        )
    trail.seal(engine, at=LATER)

    [entry] = trail.listed(engine)
    assert (entry.by, entry.data) == ("", {"text": "a\ufffdb", "at": NOON.isoformat(), "share": None})
    assert said(engine) == []
