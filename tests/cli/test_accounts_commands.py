"""Accounts and tokens on the command line."""

import datetime as dt
import json

import pyotp
import pytest
from click.testing import CliRunner
from web import small_city

from gridmgr.cli import accounts as commands
from gridmgr.cli import main
from gridmgr.domain.access import ACCOUNT_ROLES
from gridmgr.services import tokens
from gridmgr.services.accounts import signing_in
from gridmgr.store import database

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def url(city_file, tmp_path):
    path = tmp_path / "city.gpkg"
    path.write_bytes(city_file.read_bytes())
    engine = database.connect(f"gpkg:///{path}")
    small_city.found(engine)
    engine.dispose()
    return f"gpkg:///{path}"


@pytest.fixture
def city(url):
    engine = database.connect(url)
    yield engine
    engine.dispose()


@pytest.fixture
def run(url):
    """A function that runs a command about accounts on the city and returns (exit code, what it printed)."""

    def run(*words, typed=None):
        program = CliRunner(env={"GRIDMGR_LANG": "en"})
        result = program.invoke(main, ["--database", url, "user", *words], input=typed)
        return result.exit_code, result.output

    return run


def add(run, login, role, *more):
    return run("add", login, "--name", "李伟", "--role", role, "--password", small_city.PASSWORD, *more)


def now():
    return dt.datetime.now(dt.UTC)


def test_the_commands_know_every_role():
    assert commands.ROLES == ACCOUNT_ROLES


def test_an_account_is_added_listed_and_changed(run):
    add(run, "li.wei", "handler", "--department", "SAN", "--area", "K1")
    add(run, "head", "administrator")
    changed = run("change", "li.wei", "--role", "dispatcher", "--department", "", "--area", "")
    listed = json.loads(run("list", "--json")[1])
    only = run("list", "--role", "administrator")

    assert changed == (0, "li.wei is changed.\n")
    assert [(one["login"], one["role"], one["area_code"], one["department_code"]) for one in listed] == [
        ("head", "administrator", "", ""),
        ("li.wei", "dispatcher", "", ""),
    ]
    assert "head" in only[1] and "li.wei" not in only[1]


def test_an_account_is_closed_opened_and_given_another_password(run, city):
    add(run, "li.wei", "dispatcher")
    other = "four unrelated words here"

    assert run("disable", "li.wei")[0] == 0
    assert json.loads(run("list", "--json")[1])[0]["closed_at"] is not None
    assert run("enable", "li.wei")[0] == 0
    assert run("password", "li.wei", typed=f"{other}\n{other}\n")[0] == 0
    assert signing_in.sign_in(city, "li.wei", other, at=now())[0].login == "li.wei"


def test_a_token_is_printed_once_listed_and_revoked(run, city):
    add(run, "li.wei", "dispatcher")

    made = run("token", "add", "li.wei", "--name", "hotline", "--right", "see_cases", "--days", "7")
    secret = made[1].splitlines()[0]
    shown = tokens.owner(city, secret, at=now())[1]
    listed = run("token", "list", "li.wei")
    revoked = run("token", "revoke", "li.wei", str(shown.id))

    assert (made[0], shown.rights) == (0, ["see_cases"])
    assert "hotline" in listed[1] and secret not in listed[1]
    assert revoked == (0, f"Token {shown.id} of li.wei is revoked.\n")
    with pytest.raises(tokens.WrongToken):
        tokens.owner(city, secret, at=now())


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["disable", "nobody"], "no account nobody"),
        (["disable", "head"], "last administrator"),
        (["change", "head", "--area", "nowhere"], "nowhere"),
        (["password", "head", "--password", "Password123!"], "easy to guess"),
        (["token", "add", "head", "--name", "x", "--right", "fly"], "cannot carry fly"),
        (["token", "revoke", "head", "7"], "has no token 7"),
        (["token", "list", "nobody"], "no account nobody"),
    ],
)
def test_what_cannot_be_is_exit_code_2_and_one_sentence(run, words, named):
    add(run, "head", "administrator")

    code, printed = run(*words)

    assert code == 2
    assert named in printed and len(printed.splitlines()) == 1


def test_a_second_factor_is_asked_of_roles_and_taken_from_who_lost_his_phone(run, city):
    add(run, "li.wei", "planner")
    nobody = run("ask-second-factor")
    asked = run("ask-second-factor", "administrator", "planner")
    with pytest.raises(signing_in.SecondStepNeeded) as needed:
        signing_in.sign_in(city, "li.wei", small_city.PASSWORD, at=now())
    _, _, (secret, _) = signing_in.halfway(city, needed.value.waiting, at=now())
    signing_in.finish(city, needed.value.waiting, pyotp.TOTP(secret).now(), at=now())

    reset, again = run("reset-second-factor", "li.wei"), run("reset-second-factor", "li.wei")
    gone = run("ask-second-factor", "--nobody")

    assert nobody[1] == gone[1] == "Roles that must have a second factor: none.\n"
    assert asked[1] == "Roles that must have a second factor: planner, administrator.\n"
    assert (reset[0], again[0], "no second factor" in again[1]) == (0, 2, True)
    assert signing_in.sign_in(city, "li.wei", small_city.PASSWORD, at=now())
