"""Signing in: five tries, hashed tokens, and one rule about passwords."""

import concurrent.futures
import datetime as dt

import pytest

from gridmgr.domain.access import Account, SignIn
from gridmgr.domain.grids import City
from gridmgr.errors import Invalid, NotSignedIn
from gridmgr.services import accounts
from gridmgr.services.accounts import signing_in
from gridmgr.services.transactions import reading, writing
from gridmgr.store import cities

NOW = dt.datetime(2026, 5, 3, 13, 0, tzinfo=dt.UTC)
PASSWORD = "海港区-correct horse"

pytestmark = pytest.mark.usefixtures("quick_hashes")


@pytest.fixture
def city(engine):
    with writing(engine) as session:
        cities.add(session, City("秦皇岛", "Asia/Shanghai", 4490))
    return engine


def add(engine, login="li.wei", password=PASSWORD, role="planner", **more):
    with writing(engine) as session:
        return accounts.add_account(session, login=login, password=password, name="李伟", role=role, at=NOW, **more)


def test_who_knows_the_password_gets_a_session_of_his_own(city):
    add(city)

    account, token = signing_in.sign_in(city, " LI.WEI ", PASSWORD, at=NOW)

    assert account.name == "李伟"
    assert accounts.account_of(city, token, at=NOW + dt.timedelta(hours=11)).login == "li.wei"


def test_neither_password_nor_token_can_be_read_from_the_database(city):
    add(city)

    _, token = signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)

    with reading(city) as session:
        stored = session.query(Account).one().password_hash + session.query(SignIn).one().token_hash
    assert PASSWORD not in stored
    assert token not in stored
    assert stored.startswith("$argon2id$")


def test_a_session_ends_by_signing_out_and_by_itself_after_twelve_hours(city):
    add(city)
    _, first = signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)
    _, second = signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)

    accounts.sign_out(city, first)

    assert accounts.account_of(city, first, at=NOW) is None
    assert accounts.account_of(city, second, at=NOW) is not None
    assert accounts.account_of(city, second, at=NOW + dt.timedelta(hours=12)) is None


def test_a_wrong_password_says_how_many_tries_are_left(city):
    add(city)

    with pytest.raises(NotSignedIn) as first:
        signing_in.sign_in(city, "li.wei", "wrong", at=NOW)
    with pytest.raises(NotSignedIn) as second:
        signing_in.sign_in(city, "li.wei", "wrong", at=NOW)

    assert [error.value.fields["count"] for error in (first, second)] == [4, 3]


def test_after_five_wrong_tries_even_the_right_password_waits(city):
    add(city)
    for _ in range(5):
        with pytest.raises(accounts.WrongPassword):
            signing_in.sign_in(city, "li.wei", "wrong", at=NOW)

    with pytest.raises(accounts.TooManyTries) as refused:
        signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW + dt.timedelta(minutes=10))
    account, _ = signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW + dt.timedelta(minutes=15))

    assert refused.value.fields["minutes"] == 5
    assert account.login == "li.wei"


def test_a_success_gives_the_five_tries_back(city):
    add(city)
    for _ in range(4):
        with pytest.raises(accounts.WrongPassword):
            signing_in.sign_in(city, "li.wei", "wrong", at=NOW)
    signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)

    with pytest.raises(accounts.WrongPassword) as wrong:
        signing_in.sign_in(city, "li.wei", "wrong", at=NOW)

    assert wrong.value.fields["count"] == 4


def test_an_unknown_login_is_answered_like_a_wrong_password(city):
    add(city)

    with pytest.raises(accounts.WrongPassword) as unknown:
        signing_in.sign_in(city, "nobody", PASSWORD, at=NOW)
    with pytest.raises(accounts.WrongPassword) as wrong:
        signing_in.sign_in(city, "li.wei", "wrong", at=NOW)

    assert str(unknown.value) == str(wrong.value)


def test_parallel_guesses_share_the_same_five_tries(city):
    def guess(number):
        try:
            signing_in.sign_in(city, "li.wei", f"guess {number}", at=NOW)
        except NotSignedIn:
            return "looked at"
        except accounts.TooManyTries:
            return "refused"

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))

    assert answers.count("looked at") == 5
    assert answers.count("refused") == 19


def test_one_address_cannot_try_one_password_on_every_login(city, monkeypatch):
    monkeypatch.setattr(accounts, "TRIES_PER_ADDRESS", 3)
    for number in range(3):
        with pytest.raises(accounts.WrongPassword):
            signing_in.sign_in(city, f"login{number}", "wrong", at=NOW, address="192.0.2.1")

    with pytest.raises(accounts.TooManyTries):
        signing_in.sign_in(city, "another", "wrong", at=NOW, address="192.0.2.1")
    with pytest.raises(accounts.WrongPassword):
        signing_in.sign_in(city, "another", "wrong", at=NOW, address="192.0.2.2")


def test_a_closed_account_signs_nobody_in_and_its_sessions_are_over(city):
    add(city)
    _, token = signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)
    with writing(city) as session:
        session.query(Account).one().disabled_at = NOW

    with pytest.raises(NotSignedIn, match="closed"):
        signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)

    assert accounts.account_of(city, token, at=NOW) is None


def test_a_changed_password_closes_every_session(city):
    add(city)
    _, token = signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)

    accounts.change_password(city, "li.wei", PASSWORD, "another long one", at=NOW)

    assert accounts.account_of(city, token, at=NOW) is None
    assert signing_in.sign_in(city, "li.wei", "another long one", at=NOW)[0].login == "li.wei"


def test_a_new_password_that_is_refused_is_no_try_and_a_wrong_old_one_is(city):
    add(city)
    for new in ("short", "Password123!", "my li.wei 2026", PASSWORD, "aaaaaaaaaaaa", "13912345678"):
        with pytest.raises(Invalid):
            accounts.change_password(city, "li.wei", PASSWORD, new, at=NOW)

    with pytest.raises(accounts.WrongPassword) as wrong:
        accounts.change_password(city, "li.wei", "not this one", "another long one", at=NOW)

    assert wrong.value.fields["count"] == 4
    assert signing_in.sign_in(city, "li.wei", PASSWORD, at=NOW)


def test_a_login_is_given_once_whatever_its_capitals(city):
    add(city, login="Li.Wei")

    with pytest.raises(accounts.LoginTaken):
        add(city, login="li.WEI")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"login": "two words"}, "login"),
        ({"login": ""}, "login"),
        ({"password": "short"}, "5 characters"),
        ({"password": "LI.WEI"}, "must not be the login"),
        ({"role": "emperor"}, "emperor"),
        ({"area_code": "130302"}, "130302"),
    ],
)
def test_an_account_that_cannot_work_is_refused_with_the_reason(city, changed, named):
    with pytest.raises(Invalid, match=named):
        add(city, **changed)


def test_only_a_demo_city_takes_the_login_as_password(engine):
    with writing(engine) as session:
        cities.add(session, City("示例市", "Asia/Shanghai", 4490, is_demo=True))

    add(engine, login="planner", password="planner")

    assert signing_in.sign_in(engine, "planner", "planner", at=NOW)[0].role == "planner"


def test_a_limit_holds_within_its_minutes_and_for_each_key(city):
    def may(key, minute):
        at = NOW + dt.timedelta(minutes=minute)
        return accounts.allow(city, "report", key, at=at, most=3, minutes=10)

    answers = [may("192.0.2.1", minute) for minute in (0, 1, 2, 3, 10)]

    assert answers == [True, True, True, False, True]
    assert may("192.0.2.2", 3)
