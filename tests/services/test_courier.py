"""The outbox and its courier on a real database: nothing is lost, nothing holds up the rest, and dead letters live again."""

import contextlib
import datetime as dt
import os
import pathlib
import random
import signal
import subprocess
import sys
import threading
import time

import pytest
import receivers
import sqlalchemy as sa
from small_cities import NOON

from gridmgr import channels, config
from gridmgr.errors import Invalid
from gridmgr.services import notifications, trail, working
from gridmgr.services.notifications import courier, letters
from gridmgr.services.transactions import reading, writing
from gridmgr.store import database, outbox
from gridmgr.store.tables.outbox import notice

SECRET = "a secret of some length"
MINUTE = dt.timedelta(minutes=1)


class Clock:
    """A clock that is set by hand."""

    def __init__(self, at=NOON):
        self.at = at

    def __call__(self):
        return self.at


def settings(*ports):
    """Return settings with the webhooks hook0, hook1 … on these ports."""
    made = [
        channels.Channel(f"hook{n}", "webhook", f"http://127.0.0.1:{port}/", SECRET) for n, port in enumerate(ports)
    ]
    return config.Config("gpkg:///x", pathlib.Path("no-such-folder"), channels={one.name: one for one in made})


def put(engine, *subjects, to="channel:hook0", at=NOON, **options):
    with writing(engine) as session:
        return [notifications.put(session, "case_closed", to, {"number": s}, at=at, **options) for s in subjects]


def once(engine, found, clock=None, **options):
    return working.run(engine, found, now=clock or Clock(), stop=lambda: False, once=True, **options)


def rows(engine):
    with reading(engine) as session:
        return session.execute(sa.select(notice).order_by(notice.c.id)).all()


def states(engine):
    return [row.state for row in rows(engine)]


def test_a_notice_of_something_undone_is_never_sent(engine):
    with receivers.web() as heard:
        with contextlib.suppress(RuntimeError), writing(engine) as session:
            notifications.put(session, "case_closed", "channel:hook0", {}, at=NOON)
            raise RuntimeError
        with pytest.raises(Invalid), writing(engine) as session:
            notifications.put(session, "case_closed", "nowhere", {}, at=NOON)

        assert once(engine, settings(heard.port)) == {"sealed": 0, "watched": 0}

    assert heard.requests == []


def test_every_notice_is_delivered_once_under_its_key(engine):
    with receivers.web() as heard:
        keys = put(engine, *map(str, range(30)))
        counts = once(engine, settings(heard.port))

    assert counts["delivered"] == 30
    assert sorted(headers["webhook-id"] for _, headers, _ in heard.requests) == sorted(keys)
    assert set(states(engine)) == {"delivered"}


def test_a_try_in_vain_is_repeated_after_pauses_that_grow_with_the_same_key(engine):
    clock, answers = Clock(), iter([500, 502, 200])
    with receivers.web(lambda request: (next(answers), {}, b"")) as heard:
        put(engine, "a")
        pauses = []
        for _ in range(3):
            once(engine, settings(heard.port), clock)
            [row] = rows(engine)
            pauses.append((row.due_at - clock.at).total_seconds())
            assert once(engine, settings(heard.port), clock) == {"sealed": 0, "watched": 0}
            clock.at = row.due_at

    assert 7.5 <= pauses[0] <= 15 <= pauses[1] <= 30
    assert (row.state, row.tries) == ("delivered", 3)
    assert len({headers["webhook-id"] for _, headers, _ in heard.requests}) == 1


def test_what_is_refused_for_good_or_past_its_time_is_a_dead_letter_with_its_reason(engine):
    clock = Clock()
    with receivers.web(lambda request: (410, {}, b"")) as gone, receivers.web(lambda request: (500, {}, b"")) as broken:
        put(engine, "a", to="channel:hook0")
        put(engine, "b", to="channel:hook1", until=NOON + dt.timedelta(seconds=5))
        put(engine, "c", to="channel:hook2")
        once(engine, settings(gone.port, broken.port), clock)

    assert states(engine) == ["dead", "dead", "waiting"]
    assert [(letters.receiver(one), letters.why(one, "en")) for one in letters.dead(engine)] == [
        ("channel:hook1", "127.0.0.1 answered 500."),
        ("channel:hook0", "127.0.0.1 answered 410."),
    ]


def test_a_dead_letter_lives_again_and_arrives_under_its_old_key(engine):
    with receivers.web(lambda request: (410, {}, b"")) as gone:
        [key] = put(engine, "a")
        once(engine, settings(gone.port))
    number = rows(engine)[0].id

    with pytest.raises(letters.NoSuchLetter, match="999"):
        letters.again(engine, [number, 999], by="wang", at=NOON)
    assert states(engine) == ["dead"]
    letters.again(engine, [number], by="wang", at=NOON + MINUTE)
    with receivers.web() as heard:
        once(engine, settings(heard.port), Clock(NOON + MINUTE))

    assert [headers["webhook-id"] for _, headers, _ in heard.requests] == [key]
    assert [(e.by, e.action, e.subject) for e in trail.listed(engine)] == [("wang", "retry_notice", f"notice:{number}")]
    assert letters.again(engine, None, by="wang", at=NOON) == []


def test_what_a_receiver_says_can_be_kept_whatever_bytes_it_sends(engine):
    with receivers.web(lambda request: (200, {}, b"no\x00json\xff\xed\xa0\x80")) as heard:
        put(engine, "a")
        robot = config.Config(
            "x",
            pathlib.Path("no-such-folder"),
            channels={"hook0": channels.Channel("hook0", "wecom", f"http://127.0.0.1:{heard.port}/")},
        )
        once(engine, robot)

    assert "no�json" in letters.why(rows(engine)[0], "en")


def test_a_lease_keeps_others_away_until_it_ends(engine):
    put(engine, "a")

    def taken(claim, at):
        with writing(engine) as session:
            return len(outbox.claim(session, at=at, until=at + MINUTE, claim=claim, limit=9))

    assert taken("one", NOON) == 1
    assert taken("two", NOON + MINUTE / 2) == 0
    assert taken("two", NOON + MINUTE) == 1


def test_who_lost_his_lease_cannot_fail_a_notice_but_can_have_delivered_it(engine):
    put(engine, "a")
    [row] = rows(engine)
    with writing(engine) as session:
        outbox.claim(session, at=NOON, until=NOON + MINUTE, claim="new", limit=9)
        outbox.bury(session, row.id, "old", NOON, {})
        outbox.postpone(session, row.id, "old", NOON, {})
    assert rows(engine)[0].due_at == NOON + MINUTE

    with writing(engine) as session:
        outbox.arrived(session, [row.id], NOON)
        outbox.bury(session, row.id, "new", NOON, {})

    assert states(engine) == ["delivered"]


def test_a_clock_that_ran_ahead_and_came_back_holds_nothing_up(engine):
    put(engine, "a")
    with writing(engine) as session:
        ahead = NOON + dt.timedelta(days=400)
        outbox.claim(session, at=ahead, until=ahead + MINUTE, claim="one", limit=9)

    with receivers.web() as heard:
        assert once(engine, settings(heard.port))["delivered"] == 1


def test_a_receiver_that_hangs_does_not_hold_up_the_others(engine):
    hung = threading.Event()
    with receivers.web(lambda request: lambda handler: hung.wait(20)) as slow, receivers.web() as quick:
        put(engine, *"abcdefghijklmnopqrstuvwxyz", to="channel:hook0")
        put(engine, *"12345678", to="channel:hook1")
        mine = courier.Courier(engine, settings(slow.port, quick.port), now=Clock(), limit_s=20)
        for _ in range(200):
            if not mine.step():
                mine.wait(0.05)
            if len(quick.requests) == 8:
                break
        hung.set()
        working.finish(mine)

    assert len(quick.requests) == 8
    assert len(slow.requests) <= 2 * courier.AT_ONCE_A_CHANNEL


def test_a_robot_that_has_had_enough_is_not_asked_for_the_next_notice(engine):
    with receivers.web(lambda request: (429, {"Retry-After": "600"}, b"")) as heard:
        put(engine, *map(str, range(40)))
        counts = once(engine, settings(heard.port))

    assert counts["postponed"] < 20
    assert len(heard.requests) < 20
    assert set(states(engine)) == {"waiting"}


def test_several_workers_at_once_deliver_each_notice_once(engine, database_url):
    with receivers.web() as heard:
        keys = put(engine, *map(str, range(60)))
        found = []

        def work():
            own = database.connect(database_url)
            found.append(once(own, settings(heard.port)).get("delivered", 0))
            own.dispose()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sum(found) == 60
    assert sorted(headers["webhook-id"] for _, headers, _ in heard.requests) == sorted(keys)


def test_what_arrived_is_forgotten_after_a_month_and_dead_letters_are_not(engine, monkeypatch):
    monkeypatch.setattr(courier, "FORGET_EVERY_S", -1.0)
    with receivers.web() as heard, receivers.web(lambda request: (410, {}, b"")) as gone:
        put(engine, "a")
        put(engine, "b", to="channel:hook1")
        once(engine, settings(heard.port, gone.port))
        assert states(engine) == ["delivered", "dead"]
        once(engine, settings(heard.port, gone.port), Clock(NOON + courier.KEEP + MINUTE))

    assert states(engine) == ["dead"]


def test_a_database_that_is_away_is_waited_for(engine, monkeypatch):
    monkeypatch.setattr(working, "LONGEST_PAUSE_S", 0.01)
    real, away, told = outbox.arrived, [True, True], []

    def arrived(*arguments):
        if away:
            away.pop()
            raise sa.exc.OperationalError("UPDATE", {}, Exception("server closed the connection"))
        real(*arguments)

    monkeypatch.setattr(outbox, "arrived", arrived)
    with receivers.web() as heard:
        put(engine, "a")
        found = working.run(
            engine,
            settings(heard.port),
            now=Clock(),
            stop=lambda: "delivered" in states(engine),
            told=lambda text, **fields: told.append(text.format(**fields)),
        )

    assert found["delivered"] == 1
    assert len(heard.requests) == 1
    assert [text.split(",")[0] for text in told][-3:] == [
        "The database does not answer",
        "The database does not answer",
        "The database answers again.",
    ]


def test_a_long_trail_to_seal_holds_up_neither_notices_nor_the_end(engine, monkeypatch):
    monkeypatch.setattr(trail, "AT_ONCE", 2)
    with writing(engine) as session:
        for n in range(7):
            trail.record(session, "li", "close_case", f"case:{n}", at=NOON)
    with receivers.web() as heard:
        put(engine, "a")
        turns = iter([False, True])
        first = working.run(engine, settings(heard.port), now=Clock(), stop=lambda: next(turns))
        rest = once(engine, settings(heard.port))

    assert first == {"delivered": 1, "sealed": 2, "watched": 0}
    assert rest == {"sealed": 5, "watched": 0}
    assert trail.verify(engine).seals == 4


# --- processes -----------------------------------------------------------------------


@pytest.fixture
def command(database_url, tmp_path):
    """A function that starts ``gridmgr work`` on this database with a webhook on a port."""
    running = []

    def start(port, *arguments):
        environment = os.environ | {
            "GRIDMGR_DATABASE_URL": database_url,
            "GRIDMGR_DATA": str(tmp_path / "data"),
            "GRIDMGR_CHANNEL_HOOK0_KIND": "webhook",
            "GRIDMGR_CHANNEL_HOOK0_URL": f"http://127.0.0.1:{port}/",
            "GRIDMGR_CHANNEL_HOOK0_SECRET": SECRET,
            "LC_ALL": "C.UTF-8",
        }
        command = [sys.executable, "-c", "from gridmgr.cli import main; main()", "work", *arguments]
        piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        running.append(subprocess.Popen(command, cwd=tmp_path, env=environment, text=True, **piped))
        return running[-1]

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def found_city(engine):
    from gridmgr.domain.grids import City
    from gridmgr.store import cities

    with writing(engine) as session:
        cities.add(session, City("Qinhuangdao", "Asia/Shanghai", 4490, created_at=NOON))


def until(what, seconds=60):
    """Wait until ``what()`` is true; fail where it never is."""
    ends = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < ends, "it did not come about"
        time.sleep(0.02)


def test_the_command_works_until_it_is_told_to_stop_and_finishes_what_is_under_way(engine, command):
    found_city(engine)

    def slowly(request):
        time.sleep(0.5)
        return 200, {}, b""

    with receivers.web(slowly) as heard:
        process = command(heard.port)
        put(engine, "a", at=dt.datetime.now(dt.UTC))
        with writing(engine) as session:
            trail.record(session, "li", "found_city", "city:x", at=NOON)
        until(lambda: heard.requests)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, err) == (0, "")
    assert "1 notices delivered." in out
    assert states(engine) == ["delivered"]
    assert SECRET not in out


def test_workers_that_are_killed_at_random_moments_lose_no_notice_and_break_no_chain(engine, command, monkeypatch):
    found_city(engine)
    chance = random.Random(6)
    with receivers.web() as heard:
        keys = []
        for _ in range(4):
            keys += put(engine, *map(str, range(50)), at=dt.datetime.now(dt.UTC) - courier.LEASE)
            with writing(engine) as session:
                for n in range(50):
                    trail.record(session, "li", "close_case", f"case:{n}", at=NOON)
            before = len(heard.requests)
            process = command(heard.port)
            until(lambda before=before: len(heard.requests) >= before + 5)
            time.sleep(chance.random() * 0.2)
            process.kill()
            process.communicate()
        with engine.begin() as connection:  # The leases of the killed are over, as they would be a minute later.
            over = dt.datetime.now(dt.UTC)
            connection.execute(sa.update(notice).where(notice.c.state == "waiting").values(due_at=over))
        command(heard.port, "--once").communicate(timeout=60)

    arrived = {headers["webhook-id"] for _, headers, _ in heard.requests}
    verified = trail.verify(engine)
    assert arrived == set(keys)
    assert set(states(engine)) == {"delivered"}
    assert (verified.entries, verified.unsealed, verified.breaks) == (200, 0, [])
