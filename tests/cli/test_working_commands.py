"""The worker, its dead letters and the audit trail on the command line."""

import json

import pytest
import receivers
import small_cities
from click.testing import CliRunner
from small_cities import NOON

from gridmgr.cli import main
from gridmgr.services import notifications, trail
from gridmgr.services.transactions import writing
from gridmgr.store import database

SECRET = "a secret of some length"


@pytest.fixture
def engine(city_file, tmp_path):
    """A city of four grids in a draft, in a file."""
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    found = database.connect(f"gpkg:///{path}")
    small_cities.found(found)
    yield found
    found.dispose()


@pytest.fixture
def run(engine, tmp_path):
    """A function that runs a command, with a webhook on a port of this machine; returns (exit code, what it printed)."""

    def run(*words, port=1, language="en"):
        settings = {"KIND": "webhook", "URL": f"http://127.0.0.1:{port}/", "SECRET": SECRET}
        environment = {f"GRIDMGR_CHANNEL_DUTY_{name}": value for name, value in settings.items()}
        environment |= {"GRIDMGR_LANG": language, "GRIDMGR_DATA": str(tmp_path / "data")}
        result = CliRunner(env=environment).invoke(main, ["--database", str(engine.url), *words])
        return result.exit_code, result.output

    return run


def put(engine):
    with writing(engine) as session:
        return notifications.put(session, "case_closed", "channel:duty", {"number": "7"}, at=NOON)


def recorded(engine, *subjects):
    with writing(engine) as session:
        for subject in subjects:
            trail.record(session, "li", "publish_version", subject, {"reason": "new houses"}, at=NOON)


def test_dead_letters_are_listed_with_their_reason_and_tried_again(engine, run):
    key = put(engine)
    with receivers.web(lambda request: (410, {}, b"")) as gone:
        code, out = run("work", "--once", port=gone.port)
    assert (code, out) == (0, "1 notices given up: gridmgr work dead.\n")

    code, listed = run("work", "dead")
    told = json.loads(run("work", "dead", "--json")[1])
    assert run("work", "again", "77") == (2, "There is no dead letter 77: gridmgr work dead lists them.\n")
    assert run("work", "again")[0] == 2
    assert run("work", "again", str(told["id"])) == (0, "1 notices are tried anew.\n")
    with receivers.web() as heard:
        assert run("work", "--once", port=heard.port)[1].splitlines()[0] == "1 notices delivered."

    assert all(words in listed for words in ("channel:duty", "127.0.0.1 answered 410.", "case_closed"))
    assert (told["key"], told["to"], told["payload"]) == (key, "channel:duty", {"number": "7"})
    assert [headers["webhook-id"] for _, headers, _ in heard.requests] == [key]
    assert SECRET not in out + listed


def test_a_reason_is_said_in_the_readers_language(engine, run):
    put(engine)
    with receivers.web(lambda request: (410, {}, b"")) as gone:
        run("work", "--once", port=gone.port)

    assert "127.0.0.1 答复 410。" in run("work", "dead", language="zh")[1]


def test_the_trail_is_listed_and_verified_with_its_head(engine, run):
    recorded(engine, "version:1", "version:2")
    assert run("work", "--once") == (0, "2 entries of the trail sealed.\n")

    code, out = run("trail", "verify")
    head = out.split()[-1]

    assert code == 0
    assert out.startswith("2 entries in 1 seals, 0 not sealed yet.\nThe trail is whole.")
    assert run("trail", "verify", "--head", head)[0] == 0
    listed = run("trail", "list", "--subject", "version:2")[1]
    assert "publish_version" in listed and "reason=new houses" in listed and "version:1" not in listed
    assert json.loads(run("trail", "list", "--most", "1", "--json")[1])["subject"] == "version:2"


def test_a_trail_that_was_tampered_with_ends_in_code_1_and_names_the_place(engine, run):
    recorded(engine, "version:1")
    run("work", "--once")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER kept_trail_entry_update")
        connection.exec_driver_sql("UPDATE trail_entry SET subject = 'version:9'")

    code, out = run("trail", "verify")

    assert code == 1
    assert "✗ Entry 1 was changed after seal 1 was made." in out
    assert "The trail is whole" not in out


def test_a_head_that_the_chain_does_not_have_is_named_and_what_is_none_refused(engine, run):
    recorded(engine, "version:1")
    run("work", "--once")

    code, out = run("trail", "verify", "--head", f"9:{'a' * 64}")

    assert code == 1
    assert "Seal 9 is not the one you kept" in out
    assert run("trail", "verify", "--head", "9:a") == (
        2,
        "9:a is no head: give NUMBER:DIGEST as gridmgr trail verify printed it.\n",
    )
